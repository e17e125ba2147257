#include "parser/request_parser.h"

#include <algorithm>
#include <cstddef>
#include <ostream>
#include <string>
#include <variant>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "parser/limits.h"
#include "parser/test_matchers.h"

namespace prong {

void PrintTo(const NeedMore& /*outcome*/, std::ostream* out) { *out << "need more"; }

namespace {

using ::testing::ElementsAre;
using ::testing::VariantWith;

// One for all tests: each leaves it as it found it, which is tested too.
RequestParser& Parser() {
  static auto* const kParser = new RequestParser;
  return *kParser;
}

ParseOutcome Parse(absl::string_view bytes) {
  Parser().Reset();
  return Parser().Parse(bytes);
}

// REQUIRES: `bytes` outlive the result, and hold a request that is accepted.
Request Accepted(absl::string_view bytes) {
  ParseOutcome outcome = Parse(bytes);
  if (auto* request = std::get_if<Request>(&outcome)) return *request;
  ADD_FAILURE() << "not accepted: " << Quoted(bytes);
  return Request();
}

auto NeedsMore() { return VariantWith<NeedMore>(testing::_); }
auto IsAccepted() { return VariantWith<Request>(testing::_); }

// All that an outcome says, as text, to compare one with another.
std::string Respell(const ParseOutcome& outcome) {
  if (std::holds_alternative<NeedMore>(outcome)) return "need more";
  if (const auto* rejection = std::get_if<Rejection>(&outcome)) {
    return absl::StrCat("rejection ", static_cast<int>(*rejection));
  }
  const auto& request = std::get<Request>(outcome);
  const RequestTarget& target = request.target;
  std::string text = absl::StrCat(
      request.size, " bytes, line ", Quoted(request.line), ", method ",
      static_cast<int>(request.method), ", minor version ", request.minor_version, ", target ",
      static_cast<int>(target.form), Quoted(target.authority), Quoted(target.path),
      target.names_directory, Quoted(target.query), ", host ", Quoted(request.host));
  absl::StrAppend(&text, ", framing ", request.framing.chunked, request.framing.content_length,
                  ", expects ", request.expects_continue, ", persists ", request.persistent);
  for (const Field& field : request.fields) {
    absl::StrAppend(&text, "\n", Quoted(field.name), ": ", Quoted(field.value));
  }
  return text;
}

// The outcome of reads that end after `first` bytes and then every `step` bytes.
std::string RespellInPieces(absl::string_view bytes, size_t first, size_t step) {
  Parser().Reset();
  size_t size = std::min(first, bytes.size());
  while (true) {
    const ParseOutcome outcome = Parser().Parse(bytes.substr(0, size));
    if (!std::holds_alternative<NeedMore>(outcome) || size == bytes.size()) return Respell(outcome);
    size = std::min(size + step, bytes.size());
  }
}

std::string Get(absl::string_view fields) {
  return absl::StrCat("GET / HTTP/1.1\r\nHost: h\r\n", fields, "\r\n");
}

TEST(RequestParser, FindsThePartsOfARequest) {
  const std::string bytes =
      "HEAD /a/./b%20c?d=e HTTP/1.1\r\n"
      "Host: example.org:8080\r\n"
      "Accept:\t*/* \r\n"
      "X-Empty:\r\n"
      "\r\n";
  const Request request = Accepted(bytes);
  EXPECT_EQ(request.line, "HEAD /a/./b%20c?d=e HTTP/1.1");
  EXPECT_EQ(request.method, Method::kHead);
  EXPECT_EQ(request.target.form, TargetForm::kOrigin);
  EXPECT_EQ(request.target.authority, "");
  EXPECT_EQ(request.target.path, "a/b c");
  EXPECT_FALSE(request.target.names_directory);
  EXPECT_EQ(request.target.query, "?d=e");
  EXPECT_EQ(request.minor_version, 1);
  EXPECT_THAT(request.fields, ElementsAre(IsField("Host", "example.org:8080"),
                                          IsField("Accept", "*/*"), IsField("X-Empty", "")));
  EXPECT_EQ(request.host, "example.org:8080");
  EXPECT_FALSE(request.framing.has_body());
  EXPECT_FALSE(request.expects_continue);
  EXPECT_TRUE(request.persistent);
  EXPECT_EQ(request.size, bytes.size());
}

TEST(RequestParser, TakesTheShortestRequest) {
  const std::string bytes = "G / HTTP/1.0\r\n\r\n";
  const Request request = Accepted(bytes);
  EXPECT_EQ(request.method, Method::kUnknown);
  EXPECT_TRUE(request.fields.empty());
  EXPECT_EQ(request.host, "");
  EXPECT_EQ(request.size, bytes.size());
}

TEST(RequestParser, ViewsTheCallersBuffer) {
  const std::string bytes = "\r\nGET http://h:1/a?b HTTP/1.1\r\nHost: i\r\nA: c\r\n\r\nbody";
  const absl::string_view buffer = bytes;
  const Request request = Accepted(buffer);
  const auto position = [buffer](absl::string_view view) { return view.data() - buffer.data(); };
  EXPECT_EQ(position(request.line), 2);
  EXPECT_EQ(position(request.target.authority), 13);
  EXPECT_EQ(position(request.target.query), 18);
  EXPECT_EQ(position(request.host), 13);
  ASSERT_EQ(request.fields.size(), 2u);
  EXPECT_EQ(position(request.fields[0].name), 31);
  EXPECT_EQ(position(request.fields[0].value), 37);
  EXPECT_EQ(position(request.fields[1].name), 40);
  EXPECT_EQ(position(request.fields[1].value), 43);
}

TEST(RequestParser, KeepsThePathToItself) {
  const std::string bytes = "GET /a HTTP/1.0\r\n\r\n";
  const Request request = Accepted(bytes);
  EXPECT_EQ(request.target.path, "a");
  EXPECT_TRUE(request.target.path.data() < bytes.data() ||
              request.target.path.data() >= bytes.data() + bytes.size());
}

TEST(RequestParser, WritesNothingToTheCallersBuffer) {
  const std::string bytes = "GET /%41/../b HTTP/1.1\r\nHost: h\r\n\r\n";
  const std::string before(bytes.data(), bytes.size());
  EXPECT_THAT(Parse(bytes), IsAccepted());
  EXPECT_EQ(bytes, before);
}

TEST(RequestParser, NeedsMoreUntilTheLastByteOfTheHead) {
  const std::string bytes = "\r\nGET /a HTTP/1.1\r\nHost: h\r\n\r\n";
  for (size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_THAT(Parse(absl::string_view(bytes).substr(0, size)), NeedsMore()) << size;
  }
  EXPECT_THAT(Parse(bytes), IsAccepted());
}

TEST(RequestParser, NeedsMoreOfNothing) {
  EXPECT_THAT(Parse(""), NeedsMore());
  EXPECT_THAT(Parse(absl::string_view()), NeedsMore());
}

TEST(RequestParser, MayBeAskedAgainWithoutMoreBytes) {
  const std::string bytes = Get("A: b\r\n");
  Parser().Reset();
  for (size_t size = 0; size < bytes.size(); ++size) {
    for (int i = 0; i < 3; ++i) {
      ASSERT_THAT(Parser().Parse(absl::string_view(bytes).substr(0, size)), NeedsMore()) << size;
    }
  }
  EXPECT_THAT(Parser().Parse(bytes), IsAccepted());
}

TEST(RequestParser, RefusesAsSoonAsItCan) {
  struct Row {
    const char* bytes;
    Rejection rejection;
  };
  const Row rows[] = {
      {"\n", Rejection::kBareLf},
      {"\rG", Rejection::kBareCr},
      {"\x16", Rejection::kRequestLineMalformed},
      {"GET\t", Rejection::kRequestLineMalformed},
      {"GET / HTTP/1.1\n", Rejection::kBareLf},
      {"GET / HTTP/2.0\r\n", Rejection::kVersionUnsupported},
      {"GET /.. HTTP/1.1\r\n", Rejection::kTargetClimbs},
      {"GET / HTTP/1.1\r\nA: \x01", Rejection::kFieldLineInvalidByte},
      {"GET / HTTP/1.1\r\nA: b\rc", Rejection::kBareCr},
      {"GET / HTTP/1.1\r\nA\r\n", Rejection::kFieldLineWithoutColon},
  };
  for (const Row& row : rows) {
    const absl::string_view bytes = row.bytes;
    EXPECT_THAT(Parse(bytes), RejectedFor(row.rejection)) << Quoted(bytes);
    EXPECT_THAT(Parse(bytes.substr(0, bytes.size() - 1)), NeedsMore()) << Quoted(bytes);
  }
}

TEST(RequestParser, EndsForAllSplitsInThreeAlike) {
  const std::string bytes = "\r\nGET /a?b HTTP/1.1\r\nHost: h\r\nC:\td \r\n\r\nmore";
  const std::string whole = Respell(Parse(bytes));
  for (size_t first = 0; first < bytes.size(); ++first) {
    for (size_t step = 1; step < bytes.size() - first; ++step) {
      ASSERT_EQ(RespellInPieces(bytes, first, step), whole) << first << " and then by " << step;
    }
  }
}

TEST(RequestParser, EndsForAllReplacedBytesHoweverSplit) {
  const std::string valid = "GET /a HTTP/1.1\r\nHost: h\r\nA: b\r\n\r\n";
  for (size_t position = 0; position < valid.size(); ++position) {
    for (int c = 0; c < 256; ++c) {
      std::string bytes = valid;
      bytes[position] = static_cast<char>(c);
      ASSERT_EQ(RespellInPieces(bytes, 1, 1), Respell(Parse(bytes))) << Quoted(bytes);
    }
  }
}

// The head of a request, spelled from its parts.
std::string Spell(const Request& request) {
  std::string text = absl::StrCat(request.line, "\r\n");
  for (const Field& field : request.fields) {
    absl::StrAppend(&text, field.name, ":", field.value, "\r\n");
  }
  return text + "\r\n";
}

std::string WithoutWhiteSpace(absl::string_view text) {
  return absl::StrReplaceAll(text, {{" ", ""}, {"\t", ""}});
}

TEST(RequestParser, AcceptsNothingButWhatItsPartsSpell) {
  const std::string valid = "GET /a HTTP/1.1\r\nHost: h\r\nA:b\r\n\r\n";
  for (size_t position = 0; position < valid.size(); ++position) {
    for (int c = 0; c < 256; ++c) {
      std::string bytes = valid;
      bytes[position] = static_cast<char>(c);
      const ParseOutcome outcome = Parse(bytes);
      if (const auto* request = std::get_if<Request>(&outcome)) {
        ASSERT_EQ(WithoutWhiteSpace(Spell(*request)), WithoutWhiteSpace(bytes)) << Quoted(bytes);
        ASSERT_EQ(request->size, bytes.size()) << Quoted(bytes);
      }
    }
  }
}

TEST(RequestParser, TakesNoControlCharacterAnywhere) {
  const std::string valid = "GET /a?b HTTP/1.1\r\nHost: h\r\nAb: c d\r\n\r\n";
  for (size_t position = 0; position < valid.size(); ++position) {
    for (int c = 0; c < 256; ++c) {
      const bool control = c == 0x7f || (c < 0x20 && c != '\t');
      const std::string bytes = absl::StrCat(
          valid.substr(0, position), std::string(1, static_cast<char>(c)), valid.substr(position));
      const bool behind_the_head = absl::StartsWith(bytes, valid);
      if (!control || behind_the_head) continue;
      ASSERT_TRUE(std::holds_alternative<Rejection>(Parse(bytes))) << Quoted(bytes);
    }
  }
}

TEST(RequestParser, TakesItsVersionFromTheRequestLine) {  // RFC 9110 section 2.5
  EXPECT_EQ(Accepted("GET / HTTP/1.0\r\n\r\n").minor_version, 0);
  EXPECT_EQ(Accepted("GET / HTTP/1.1\r\nHost: h\r\n\r\n").minor_version, 1);
}

TEST(RequestParser, TakesHigherMinorVersionsForHttp11) {  // RFC 9110 section 2.5
  for (int minor = 2; minor <= 9; ++minor) {
    const std::string line = absl::StrCat("GET / HTTP/1.", minor, "\r\n");
    const std::string with_host = line + "Host: h\r\n\r\n";
    const Request request = Accepted(with_host);
    EXPECT_EQ(request.minor_version, 1);
    EXPECT_TRUE(request.persistent);
    EXPECT_THAT(Parse(line + "\r\n"), RejectedFor(Rejection::kHostMissing));
  }
}

TEST(RequestParser, IgnoresOneEmptyLineBeforeTheRequestLine) {  // RFC 9112 section 2.2
  const std::string bytes = "\r\nGET / HTTP/1.0\r\n\r\n";
  const Request request = Accepted(bytes);
  EXPECT_EQ(request.line, "GET / HTTP/1.0");
  EXPECT_EQ(request.size, bytes.size());
}

TEST(RequestParser, RefusesASecondEmptyLineBeforeTheRequestLine) {
  EXPECT_THAT(Parse("\r\n\r\nGET / HTTP/1.0\r\n\r\n"),
              RejectedFor(Rejection::kRequestLineMalformed));
  EXPECT_THAT(Parse("\r\n\r\n"), RejectedFor(Rejection::kRequestLineMalformed));
  EXPECT_THAT(Parse("\n"), RejectedFor(Rejection::kBareLf));
  EXPECT_THAT(Parse("\r\n "), NeedsMore());
  EXPECT_THAT(Parse("\r\n \r\n"), RejectedFor(Rejection::kRequestLineMalformed));
}

// RFC 9112 section 2.2: white space between the start-line and the first field.
TEST(RequestParser, RefusesWhiteSpaceBeforeTheFirstField) {
  for (const char* bytes :
       {"GET / HTTP/1.1\r\n Host: h\r\n\r\n", "GET / HTTP/1.1\r\n\tHost: h\r\n\r\n",
        "GET / HTTP/1.1\r\n \r\nHost: h\r\n\r\n"}) {
    EXPECT_THAT(Parse(bytes), RejectedFor(Rejection::kFieldLineFolded)) << Quoted(bytes);
  }
}

TEST(RequestParser, LetsTheAuthorityOfAUriReplaceHost) {  // RFC 9112 section 3.2.2
  EXPECT_EQ(Accepted("GET http://a:1/ HTTP/1.1\r\nHost: b\r\n\r\n").host, "a:1");
  EXPECT_EQ(Accepted("GET http://a HTTP/1.0\r\n\r\n").host, "a");
  EXPECT_EQ(Accepted("GET /http://a/ HTTP/1.1\r\nHost: b\r\n\r\n").host, "b");
  EXPECT_EQ(Accepted("OPTIONS * HTTP/1.1\r\nHost: b\r\n\r\n").host, "b");
  EXPECT_EQ(Accepted("CONNECT a:1 HTTP/1.1\r\nHost: b\r\n\r\n").host, "a:1");
}

TEST(RequestParser, DemandsAValidHostEvenBesideAUri) {  // RFC 9112 section 3.2
  EXPECT_THAT(Parse("GET http://a/ HTTP/1.1\r\n\r\n"), RejectedFor(Rejection::kHostMissing));
  EXPECT_THAT(Parse("GET http://a/ HTTP/1.1\r\nHost: a b\r\n\r\n"),
              RejectedFor(Rejection::kHostInvalid));
  EXPECT_THAT(Parse("GET http://a/ HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n"),
              RejectedFor(Rejection::kHostRepeated));
}

TEST(RequestParser, KnowsWhetherTheConnectionPersists) {  // RFC 9112 section 9.3
  EXPECT_TRUE(Accepted("GET / HTTP/1.1\r\nHost: h\r\n\r\n").persistent);
  EXPECT_FALSE(Accepted("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n").persistent);
  EXPECT_FALSE(Accepted("GET / HTTP/1.0\r\n\r\n").persistent);
  EXPECT_TRUE(Accepted("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").persistent);
}

TEST(RequestParser, KnowsWhetherTheClientWaitsToContinue) {  // RFC 9110 section 10.1.1
  EXPECT_TRUE(
      Accepted("PUT / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\n\r\n").expects_continue);
  EXPECT_FALSE(Accepted("PUT / HTTP/1.0\r\nExpect: 100-continue\r\n\r\n").expects_continue);
}

TEST(RequestParser, KnowsHowTheBodyIsFramed) {  // RFC 9112 section 6.3
  const std::string with_length = Get("Content-Length: 5\r\n") + "hello";
  EXPECT_EQ(Accepted(with_length).framing.content_length, 5u);
  EXPECT_EQ(Accepted(with_length).size, with_length.size() - 5);

  const std::string chunked = Get("Transfer-Encoding: chunked\r\n") + "0\r\n\r\n";
  EXPECT_TRUE(Accepted(chunked).framing.chunked);
  EXPECT_EQ(Accepted(chunked).size, chunked.size() - 5);
}

// The inputs of request smuggling: two servers in a row must not read two
// messages, and a body must not be read as one. RFC 9112 section 11.2.
TEST(RequestParser, RefusesAmbiguousFraming) {
  struct Row {
    const char* fields;
    Rejection rejection;
  };
  const Row rows[] = {
      {"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
       Rejection::kContentLengthWithTransferEncoding},
      {"Transfer-Encoding: chunked\r\nContent-Length: 0\r\n",
       Rejection::kContentLengthWithTransferEncoding},
      {"Content-Length: 5\r\nContent-Length: 6\r\n", Rejection::kContentLengthRepeated},
      {"Content-Length: 5\r\ncontent-length: 5\r\n", Rejection::kContentLengthRepeated},
      {"Content-Length: +5\r\n", Rejection::kContentLengthInvalid},
      {"Content-Length: 1Z\r\n", Rejection::kContentLengthInvalid},
      {"Content-Length: -1\r\n", Rejection::kContentLengthInvalid},
      {"Content-Length: 18446744073709551616\r\n", Rejection::kContentLengthInvalid},
      {"Content-Length:\r\n", Rejection::kContentLengthInvalid},
      {"Content-Length 10\r\n", Rejection::kFieldLineWithoutColon},
      {"Content-Length : 10\r\n", Rejection::kSpaceBeforeColon},
      {"Content\rLength: 10\r\n", Rejection::kBareCr},
      {"Content-Length: 1\r\n 0\r\n", Rejection::kFieldLineFolded},
      {"Content-Length: 1\n0\r\n", Rejection::kBareLf},
      {"Transfer-Encoding: xchunked\r\n", Rejection::kTransferCodingUnknown},
      {"Transfer-Encoding: ,chunked\r\n", Rejection::kTransferEncodingInvalid},
      {"Transfer-Encoding: chunked, chunked\r\n", Rejection::kTransferEncodingInvalid},
      {"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
       Rejection::kTransferEncodingInvalid},
      {"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
       Rejection::kTransferEncodingInvalid},
      {"Transfer-Encoding:\x0b"
       "chunked\r\n",
       Rejection::kFieldLineInvalidByte},
      {"Transfer-Encoding\t: chunked\r\n", Rejection::kSpaceBeforeColon},
      {"Transfer-Encoding: chunked\r\n\tx\r\n", Rejection::kFieldLineFolded},
      {" Transfer-Encoding: chunked\r\n", Rejection::kFieldLineFolded},
      {"X: y\nTransfer-Encoding: chunked\r\n", Rejection::kBareLf},
      {"X: y\rTransfer-Encoding: chunked\r\n", Rejection::kBareCr},
      {": chunked\r\n", Rejection::kFieldNameEmpty},
  };
  for (const Row& row : rows) {
    EXPECT_THAT(Parse(Get(row.fields)), RejectedFor(row.rejection)) << Quoted(row.fields);
  }
  EXPECT_THAT(Parse("GET / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"),
              RejectedFor(Rejection::kTransferEncodingInHttp10));
}

// Six requests, each with something that must not be left in the next.
const char* const kPipelined[] = {
    "GET /1 HTTP/1.1\r\nHost: h\r\nA: 1\r\nB: 2\r\n\r\n",
    "\r\nHEAD /2/ HTTP/1.1\r\nHost: h\r\n\r\n",
    "GET http://i/3?q HTTP/1.0\r\n\r\n",
    "POST /4 HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\n\r\n",
    "GET /6 HTTP/1.1\r\nHost: h\r\n\r\n",
};

TEST(RequestParser, ParsesPipelinedRequestsOneByOne) {  // RFC 9112 section 9.3.2
  std::string bytes;
  for (const char* request : kPipelined) bytes += request;
  absl::string_view rest = bytes;
  Parser().Reset();
  for (const char* expected : kPipelined) {
    const ParseOutcome outcome = Parser().Parse(rest);
    ASSERT_THAT(outcome, IsAccepted());
    EXPECT_EQ(std::get<Request>(outcome).size, std::string(expected).size());
    // As if it had been alone: nothing of one request is left in the next.
    const std::string spelled = Respell(outcome);
    EXPECT_EQ(spelled, Respell(RequestParser().Parse(expected)));
    rest.remove_prefix(std::get<Request>(outcome).size);
  }
  EXPECT_TRUE(rest.empty());
}

TEST(RequestParser, ParsesPipelinedRequestsThatArriveByteByByte) {
  std::string bytes;
  for (const char* request : kPipelined) bytes += request;
  Parser().Reset();
  size_t start = 0;
  size_t requests = 0;
  for (size_t end = 1; end <= bytes.size(); ++end) {
    const ParseOutcome outcome =
        Parser().Parse(absl::string_view(bytes).substr(start, end - start));
    if (std::holds_alternative<NeedMore>(outcome)) continue;
    ASSERT_THAT(outcome, IsAccepted());
    EXPECT_EQ(Respell(outcome), Respell(RequestParser().Parse(kPipelined[requests])));
    start = end;
    ++requests;
  }
  EXPECT_EQ(requests, 6u);
}

TEST(RequestParser, StartsAnewAfterReset) {
  const std::string good = "\r\n" + Get("");
  const std::string expected = Respell(Parse(good));
  const std::string begun = "\r\nPOST http://i/p?q HTTP/1.0\r\nA: b\r\nTransfer-Encoding: x\r\n\r";
  for (size_t size = 0; size <= begun.size(); ++size) {
    Parser().Reset();
    ASSERT_THAT(Parser().Parse(absl::string_view(begun).substr(0, size)), NeedsMore()) << size;
    Parser().Reset();
    ASSERT_EQ(Respell(Parser().Parse(good)), expected) << size;
  }
}

TEST(RequestParser, CountsTheFieldsOfEachRequestAnew) {
  std::string fields;
  for (int i = 0; i < 60; ++i) absl::StrAppend(&fields, "F", i, ": v\r\n");
  const std::string bytes = Get(fields);
  Parser().Reset();
  for (int i = 0; i < 3; ++i) EXPECT_THAT(Parser().Parse(bytes), IsAccepted());
}

// Limits. Each at one less, at itself, at one more.

// A request whose request line has `size` bytes.
std::string RequestWithLineOf(size_t size) {
  const std::string target = "/" + std::string(size - std::string("GET / HTTP/1.1").size(), 'a');
  return absl::StrCat("GET ", target, " HTTP/1.1\r\nHost: h\r\n\r\n");
}

TEST(RequestParser, LimitsTheRequestLine) {  // RFC 9112 section 3
  EXPECT_EQ(kMaxRequestLineSize, 8192u);
  for (const char* empty_line : {"", "\r\n"}) {
    EXPECT_THAT(Parse(empty_line + RequestWithLineOf(8191)), IsAccepted());
    EXPECT_THAT(Parse(empty_line + RequestWithLineOf(8192)), IsAccepted());
    EXPECT_THAT(Parse(empty_line + RequestWithLineOf(8193)),
                RejectedFor(Rejection::kRequestLineTooLong));
  }
}

TEST(RequestParser, RefusesARequestLineAsSoonAsItIsTooLong) {
  for (const char* empty_line : {"", "\r\n"}) {
    const std::string line = empty_line + std::string(8192, 'a');
    EXPECT_THAT(Parse(line), NeedsMore());
    EXPECT_THAT(Parse(line + "\r"), NeedsMore());
    EXPECT_THAT(Parse(line + "a"), RejectedFor(Rejection::kRequestLineTooLong));
    EXPECT_THAT(Parse(line + "\n"), RejectedFor(Rejection::kBareLf));
  }
}

TEST(RequestParser, LimitsThePathToItsStorage) {
  const std::string bytes = RequestWithLineOf(8192);
  const Request request = Accepted(bytes);
  EXPECT_EQ(request.target.path.size(), 8192 - std::string("GET / HTTP/1.1").size());
}

// A request whose header section has `size` bytes in `count` fields.
std::string RequestWithSectionOf(size_t size, size_t count = 2) {
  std::string section = "Host: h\r\n";
  for (size_t i = 2; i < count; ++i) absl::StrAppend(&section, "A:b\r\n");
  const size_t filled = section.size() + std::string("Z:\r\n\r\n").size();
  absl::StrAppend(&section, "Z:", std::string(size - filled, 'b'), "\r\n\r\n");
  EXPECT_EQ(section.size(), size);
  return "GET / HTTP/1.1\r\n" + section;
}

TEST(RequestParser, LimitsTheHeaderSection) {  // RFC 6585 section 5
  EXPECT_EQ(kMaxFieldSectionSize, 32768u);
  for (const char* empty_line : {"", "\r\n"}) {
    for (size_t fields : {2u, 10u, 100u}) {
      EXPECT_THAT(Parse(empty_line + RequestWithSectionOf(32767, fields)), IsAccepted());
      EXPECT_THAT(Parse(empty_line + RequestWithSectionOf(32768, fields)), IsAccepted());
      EXPECT_THAT(Parse(empty_line + RequestWithSectionOf(32769, fields)),
                  RejectedFor(Rejection::kFieldSectionTooLarge));
    }
  }
}

TEST(RequestParser, LimitsTheHeaderSectionWhateverTheRequestLine) {
  const std::string line = "GET /" + std::string(8000, 'a') + " HTTP/1.1\r\n";
  const auto section = [](size_t size) {
    return RequestWithSectionOf(size).substr(std::string("GET / HTTP/1.1\r\n").size());
  };
  EXPECT_THAT(Parse(line + section(32768)), IsAccepted());
  EXPECT_THAT(Parse(line + section(32769)), RejectedFor(Rejection::kFieldSectionTooLarge));
}

TEST(RequestParser, RefusesAHeaderSectionAsSoonAsItIsTooLarge) {
  const std::string line = "GET / HTTP/1.1\r\n";
  // Behind a byte that is not the last CR there is no room for CRLF.
  EXPECT_THAT(Parse(line + "A:" + std::string(32764, 'b')), NeedsMore());
  EXPECT_THAT(Parse(line + "A:" + std::string(32765, 'b')),
              RejectedFor(Rejection::kFieldSectionTooLarge));
}

// The last field line ends where the section must, so that the empty line has no
// room. Once taken: the scan was past the limit when it was compared with it.
TEST(RequestParser, RefusesAHeaderSectionThatItsFieldLinesFill) {
  for (size_t fields : {2u, 10u, 100u}) {
    const std::string bytes = RequestWithSectionOf(32770, fields);
    EXPECT_THAT(Parse(bytes), RejectedFor(Rejection::kFieldSectionTooLarge));
    const absl::string_view filled = absl::string_view(bytes).substr(0, bytes.size() - 2);
    EXPECT_THAT(Parse(filled), RejectedFor(Rejection::kFieldSectionTooLarge));
    EXPECT_THAT(Parse(filled.substr(0, filled.size() - 1)), NeedsMore());
    EXPECT_EQ(RespellInPieces(bytes, 1, 1), Respell(Parse(bytes)));
  }
}

TEST(RequestParser, LimitsTheNumberOfFields) {
  EXPECT_EQ(kMaxFields, 100u);
  const auto request_with = [](int fields) {
    std::string text;
    for (int i = 1; i < fields; ++i) absl::StrAppend(&text, "F", i, ": v\r\n");
    return Get(text);
  };
  EXPECT_EQ(Accepted(request_with(99)).fields.size(), 99u);
  const std::string largest = request_with(100);
  const Request request = Accepted(largest);
  ASSERT_EQ(request.fields.size(), 100u);
  EXPECT_THAT(request.fields[0], IsField("Host", "h"));
  EXPECT_THAT(request.fields[99], IsField("F99", "v"));
  EXPECT_THAT(Parse(request_with(101)), RejectedFor(Rejection::kTooManyFields));
  EXPECT_THAT(Parse(request_with(2000)), RejectedFor(Rejection::kTooManyFields));
}

TEST(RequestParser, FitsTheLargestHeadIntoABufferOfTheSizeItNames) {
  const std::string section =
      RequestWithSectionOf(32768).substr(std::string("GET / HTTP/1.1\r\n").size());
  const std::string line = RequestWithLineOf(8192).substr(0, 8194);
  const std::string bytes = absl::StrCat("\r\n", line, section);
  EXPECT_EQ(bytes.size(), kMaxHeadSize);
  EXPECT_EQ(Accepted(bytes).size, kMaxHeadSize);
}

TEST(RequestParser, NeverNeedsMoreThanTheBufferItNames) {
  const std::string line = "GET / HTTP/1.1\r\n";
  const std::string heads[] = {
      "",
      "\r\n",
      "G",
      line,
      line + "A",
      line + "A:",
      "\r\n" + RequestWithLineOf(8192).substr(0, 8194),
      "\r\n" + RequestWithLineOf(8192).substr(0, 8194) + "A:",
  };
  for (const std::string& head : heads) {
    for (absl::string_view filler :
         {"a", ":", " ", "a:\r\n", "a:b\r\n", "a: bc\r\n", "\r\n", "\r"}) {
      std::string bytes = head;
      while (bytes.size() < kMaxHeadSize) bytes.append(filler.data(), filler.size());
      bytes.resize(kMaxHeadSize);
      EXPECT_THAT(Parse(bytes), testing::Not(NeedsMore()))
          << Quoted(head.substr(0, 20)) << " and then " << Quoted(filler);
    }
  }
}

}  // namespace
}  // namespace prong
