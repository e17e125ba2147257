#include "parser/test_cases.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "parser/limits.h"

namespace prong {
namespace {

constexpr absl::string_view kEnd = "Host: h\r\n\r\n";

// A request for "/" with `fields`, each with its CRLF, and with a Host.
std::string Get(absl::string_view fields) {
  return absl::StrCat("GET / HTTP/1.1\r\n", fields, kEnd);
}

std::string Line(absl::string_view line) { return absl::StrCat(line, "\r\n", kEnd); }

std::string Target(absl::string_view target) {
  return Line(absl::StrCat("GET ", target, " HTTP/1.1"));
}

// A request whose request line has `size` bytes without its CRLF.
std::string LineOfSize(size_t size) {
  return Target("/" + std::string(size - std::string("GET / HTTP/1.1").size(), 'a'));
}

// A request whose header section has `size` bytes with its last CRLF.
std::string SectionOfSize(size_t size) {
  return Get(absl::StrCat("A: ", std::string(size - kEnd.size() - 5, 'b'), "\r\n"));
}

std::string Fields(size_t count) {
  std::string request = "GET / HTTP/1.1\r\nHost: h\r\n";
  for (size_t i = 1; i < count; ++i) absl::StrAppend(&request, "F", i, ": v\r\n");
  return request + "\r\n";
}

std::vector<Case> MakeRequestCases() {
  std::vector<Case> cases;
  const auto accepted = [&cases](std::string bytes) {
    cases.push_back({std::move(bytes), std::nullopt});
  };
  const auto refused = [&cases](Rejection rejection, std::string bytes) {
    cases.push_back({std::move(bytes), rejection});
  };

  accepted("GET / HTTP/1.0\r\n\r\n");
  accepted(Get(""));
  accepted("\r\n" + Get(""));
  accepted(Get("") + Get("A: b\r\n"));
  accepted(Get("") + "\x16\x03\x01 not a request");
  accepted(Line("HEAD /a/./b%20c/../d?x=1 HTTP/1.1"));
  accepted(Line("GET /%2e/%61/ HTTP/1.9"));
  accepted(Line("OPTIONS * HTTP/1.1"));
  accepted(Line("CONNECT example.org:443 HTTP/1.1"));
  accepted(Line("BREW /pot HTTP/1.1"));
  accepted(Target("/%252e%252e/%5C..?%00"));
  accepted(Target("http://example.org:8080/a?b"));
  accepted(Target("HTTP://[::1]"));
  accepted("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello");
  accepted("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
  accepted("PUT / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
  accepted(Get("Connection: close\r\n"));
  accepted("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  accepted(Get("A:\r\nB: \t \r\nC:\tc d\t\r\nD: \xff\r\n"));
  accepted(LineOfSize(kMaxRequestLineSize));
  accepted("\r\n" + LineOfSize(kMaxRequestLineSize));
  accepted(SectionOfSize(kMaxFieldSectionSize));
  accepted(Fields(kMaxFields));

  refused(Rejection::kBareLf, "\n");
  refused(Rejection::kBareLf, "GET / HTTP/1.1\nHost: h\n\n");
  refused(Rejection::kBareLf, "GET / HTTP/1.1\r\nHost: h\n\r\n");
  refused(Rejection::kBareLf, "GET / HTTP/1.1\r\nHost: h\r\n\n");
  refused(Rejection::kBareCr, "\rGET");
  refused(Rejection::kBareCr, "GET / HTTP/\r\r1.1\r\n");
  refused(Rejection::kBareCr, Get("A: b\rC: d\r\n"));
  refused(Rejection::kBareCr, "GET / HTTP/1.1\r\nHost: h\r\n\r\r\n");

  refused(Rejection::kRequestLineTooLong, LineOfSize(kMaxRequestLineSize + 1));
  refused(Rejection::kRequestLineTooLong, "\r\n" + std::string(kMaxRequestLineSize + 1, 'a'));
  refused(Rejection::kRequestLineMalformed, "\r\n\r\n" + Get(""));
  refused(Rejection::kRequestLineMalformed, "GET /\r\n");
  refused(Rejection::kRequestLineMalformed, "GET  / HTTP/1.1\r\n");
  refused(Rejection::kRequestLineMalformed, std::string("GET /\0 HTTP/1.1\r\n", 17));
  refused(Rejection::kRequestLineMalformed, "\x16\x03\x01");
  refused(Rejection::kVersionUnsupported, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
  refused(Rejection::kVersionUnsupported, Line("GET / HTTP/0.9"));

  refused(Rejection::kTargetFormNotForMethod, Target("*"));
  refused(Rejection::kTargetFormNotForMethod, Target("../secret"));
  refused(Rejection::kTargetSchemeUnsupported, Target("https://h/"));
  refused(Rejection::kTargetAuthorityInvalid, Target("http:///a"));
  refused(Rejection::kTargetCharacterInvalid, Target("/\\evil"));
  refused(Rejection::kTargetPercentEncodingInvalid, Target("/%%32%65"));
  refused(Rejection::kTargetNul, Target("/a.txt%00.html"));
  refused(Rejection::kTargetEncodedSlash, Target("/..%2fx"));
  refused(Rejection::kTargetClimbs, Target("/%2e%2e/x"));

  refused(Rejection::kFieldSectionTooLarge, SectionOfSize(kMaxFieldSectionSize + 1));
  refused(Rejection::kTooManyFields, Fields(kMaxFields + 1));
  refused(Rejection::kFieldLineInvalidByte, Get("A: \x1b[31m\r\n"));
  refused(Rejection::kFieldLineInvalidByte, Get(absl::string_view("A: b\0\r\n", 7)));
  refused(Rejection::kFieldLineFolded, Get("A: b\r\n c\r\n"));
  refused(Rejection::kFieldLineWithoutColon, Get("Content-Length 10\r\n"));
  refused(Rejection::kFieldNameEmpty, Get(": b\r\n"));
  refused(Rejection::kFieldNameInvalid, Get("A(b): c\r\n"));
  refused(Rejection::kSpaceBeforeColon, Get("Transfer-Encoding : chunked\r\n"));

  refused(Rejection::kHostMissing, "GET / HTTP/1.1\r\n\r\n");
  refused(Rejection::kHostRepeated, Get("Host: h\r\n"));
  refused(Rejection::kHostInvalid, "GET / HTTP/1.1\r\nHost: a b\r\n\r\n");
  refused(Rejection::kExpectationUnknown, Get("Expect: x\r\n"));

  refused(Rejection::kContentLengthInvalid, Get("Content-Length: +5\r\n"));
  refused(Rejection::kContentLengthRepeated, Get("Content-Length: 5\r\nContent-Length: 5\r\n"));
  refused(Rejection::kContentLengthWithTransferEncoding,
          Get("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"));
  refused(Rejection::kTransferEncodingInHttp10,
          "GET / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n");
  refused(Rejection::kTransferEncodingInvalid, Get("Transfer-Encoding: ,chunked\r\n"));
  refused(Rejection::kTransferCodingUnknown, Get("Transfer-Encoding: xchunked\r\n"));
  return cases;
}

std::vector<Case> MakeChunkedBodyCases() {
  return {
      {"0\r\n\r\n", std::nullopt},
      {"5\r\nhello\r\n0\r\n\r\nGET / HTTP/1.1\r\n", std::nullopt},
      {"5;a=\"b\"\r\nhello\r\n1\r\n \r\n000\r\n\r\n", std::nullopt},
      {"A\r\n\r\n0\r\n\r\n\r\n\n\r\n0\r\nA: b\r\nC:\r\n\r\n\r\n", std::nullopt},
      {absl::StrCat("0;", std::string(kMaxChunkLineSize - 2, 'a'), "\r\n\r\n"), std::nullopt},
      {absl::StrCat("0\r\nA:", std::string(kMaxFieldSectionSize - 6, 'b'), "\r\n\r\n"),
       std::nullopt},
      {"5\nhello\r\n", Rejection::kBareLf},
      {"0\r\nA: b\n\r\n", Rejection::kBareLf},
      {"0\r\n\rx", Rejection::kBareCr},
      {"0\r\nA: b\rc\r\n\r\n", Rejection::kBareCr},
      {"\r\n", Rejection::kChunkSizeInvalid},
      {"5 \r\nhello\r\n", Rejection::kChunkSizeInvalid},
      {"8000000000000000\r\n", Rejection::kChunkSizeInvalid},
      {"5;\x01\r\nhello\r\n", Rejection::kChunkExtensionInvalid},
      {std::string(kMaxChunkLineSize + 1, '0'), Rejection::kChunkLineTooLong},
      {"5\r\nhello!\r\n", Rejection::kChunkDataNotTerminated},
      {"5\r\nhello\rx", Rejection::kChunkDataNotTerminated},
      {"0\r\n" + std::string(kMaxFieldSectionSize + 1, 'A'), Rejection::kFieldSectionTooLarge},
      {"0\r\nA: \x7f\r\n\r\n", Rejection::kFieldLineInvalidByte},
      {"0\r\nA: b\r\n c\r\n\r\n", Rejection::kFieldLineFolded},
      {"0\r\nA\r\n\r\n", Rejection::kFieldLineWithoutColon},
      {"0\r\n: b\r\n\r\n", Rejection::kFieldNameEmpty},
      {"0\r\nA@: b\r\n\r\n", Rejection::kFieldNameInvalid},
      {"0\r\nA : b\r\n\r\n", Rejection::kSpaceBeforeColon},
  };
}

}  // namespace

const std::vector<Case>& RequestCases() {
  static const auto* const kCases = new std::vector<Case>(MakeRequestCases());
  return *kCases;
}

const std::vector<Case>& ChunkedBodyCases() {
  static const auto* const kCases = new std::vector<Case>(MakeChunkedBodyCases());
  return *kCases;
}

std::vector<size_t> CutsOf(absl::string_view bytes) {
  constexpr size_t kEnds = 100;
  constexpr size_t kStride = 997;
  std::vector<size_t> cuts;
  size_t cut = 1;
  while (cut < bytes.size()) {
    cuts.push_back(cut);
    const bool near_an_end = cut < kEnds || cut + kEnds >= bytes.size();
    cut +=
        near_an_end || bytes.size() < kStride ? 1 : std::min(kStride, bytes.size() - kEnds - cut);
  }
  return cuts;
}

}  // namespace prong
