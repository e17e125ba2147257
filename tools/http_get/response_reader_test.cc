#include "tools/http_get/response_reader.h"

#include <cstddef>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace prong {
namespace {

using ::testing::HasSubstr;

constexpr char kOk[] = "HTTP/1.1 200 OK\r\n";

// What became of a response.
struct Outcome {
  absl::Status status;  // of the bytes, else of the end of the connection behind them
  std::string body;
  size_t size = 0;  // bytes consumed
};

Outcome Read(absl::string_view bytes, Method method = Method::kGet) {
  ResponseReader reader(method);
  Outcome outcome;
  while (!bytes.empty() && !reader.complete()) {
    const absl::StatusOr<ResponseReader::Piece> piece = reader.Read(bytes);
    outcome.status = piece.status();
    if (!piece.ok()) return outcome;
    absl::StrAppend(&outcome.body, piece->body);
    outcome.size += piece->size;
    bytes.remove_prefix(piece->size);
  }
  outcome.status = reader.End();
  return outcome;
}

void ExpectWhole(const std::string& bytes, absl::string_view body, absl::string_view behind = "") {
  const Outcome outcome = Read(absl::StrCat(bytes, behind));
  EXPECT_TRUE(outcome.status.ok()) << outcome.status;
  EXPECT_EQ(outcome.body, body);
  EXPECT_EQ(outcome.size, bytes.size());
}

void ExpectRefused(const std::string& bytes, absl::string_view reason) {
  const absl::Status status = Read(bytes).status;
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << bytes.substr(0, 80);
  EXPECT_THAT(std::string(status.message()), HasSubstr(std::string(reason)));
}

void ExpectCut(const std::string& bytes, absl::string_view where) {
  const absl::Status status = Read(bytes).status;
  EXPECT_EQ(status.code(), absl::StatusCode::kOutOfRange) << bytes;
  EXPECT_THAT(std::string(status.message()), HasSubstr(std::string(where)));
}

TEST(ResponseReader, TakesAHeadApart) {
  constexpr absl::string_view kHead = "HTTP/1.0 404 Not here\r\nA: 1\r\nb:\t2 \r\na: 3\r\n\r\n";
  ResponseReader reader(Method::kHead);
  ASSERT_TRUE(reader.Read(kHead.substr(0, kHead.size() - 1)).ok());
  EXPECT_FALSE(reader.has_head());
  ASSERT_TRUE(reader.Read("\n").ok());
  ASSERT_TRUE(reader.has_head());
  EXPECT_TRUE(reader.complete());
  EXPECT_EQ(reader.head().status, 404);
  EXPECT_EQ(reader.head().minor_version, 0);
  EXPECT_EQ(reader.head().reason, "Not here");
  ASSERT_EQ(reader.head().fields.size(), 3u);
  EXPECT_EQ(reader.head().fields[1].name, "b");
  EXPECT_EQ(reader.head().Value("B"), "2");
  EXPECT_EQ(reader.head().Value("a"), "1");
  EXPECT_EQ(reader.head().Value("c"), "");
  EXPECT_EQ(reader.head().bytes, kHead);
}

TEST(ResponseReader, EndsAsTheResponseSays) {  // RFC 9112 section 6.3
  ExpectWhole(absl::StrCat(kOk, "Content-Length: 4\r\n\r\nflag"), "flag", "more");
  ExpectWhole(absl::StrCat(kOk, "Content-Length: 0\r\n\r\n"), "", "more");
  ExpectWhole(
      absl::StrCat(kOk, "Transfer-Encoding: Chunked\r\n\r\n2\r\nfl\r\n2\r\nag\r\n0\r\n\r\n"),
      "flag", "more");
  ExpectWhole("HTTP/1.0 200 OK\r\n\r\nFLAG", "FLAG");
  ExpectWhole("HTTP/1.1 204 None\r\nContent-Length: 4\r\n\r\n", "", "flag");
  ExpectWhole("HTTP/1.1 304 As before\r\nTransfer-Encoding: chunked\r\n\r\n", "", "flag");
}

TEST(ResponseReader, TakesNoBodyAfterHead) {
  const Outcome outcome = Read(absl::StrCat(kOk, "Content-Length: 4\r\n\r\nflag"), Method::kHead);
  EXPECT_TRUE(outcome.status.ok());
  EXPECT_EQ(outcome.body, "");
}

TEST(ResponseReader, SaysWhereAResponseIsCut) {
  ExpectCut("", "without a response");
  ExpectCut("H", "within the head");
  ExpectCut(absl::StrCat(kOk, "Content-Length: 4\r\n"), "within the head");
  ExpectCut(absl::StrCat(kOk, "Content-Length: 4\r\n\r\nfla"), "1 bytes before");
  ExpectCut(absl::StrCat(kOk, "Transfer-Encoding: chunked\r\n\r\n4\r\nflag\r\n"), "last chunk");
}

TEST(ResponseReader, PassesInterimResponses) {
  const std::string interim = "HTTP/1.1 103 Early Hints\r\nContent-Length: 9\r\n\r\n";
  std::string bytes;
  for (int i = 0; i < kMaxInterimResponses; ++i) bytes += interim;
  ExpectWhole(absl::StrCat(bytes, kOk, "Content-Length: 4\r\n\r\nflag"), "flag");
  ExpectRefused(absl::StrCat(bytes, interim), "interim");
  ExpectCut(bytes, "without a response");
}

TEST(ResponseReader, RefusesWhatIsNoStatusLine) {
  for (const char* line : {"", "FLAG", "ICY 200 OK", "HTTP/2.0 200 OK", "HTTP/1.10 200 OK",
                           "HTTP/1.1 200", "HTTP/1.1 2000 OK", "HTTP/1.1 600 OK", "HTTP/1.1 099 OK",
                           "HTTP/1.1  200 OK", " HTTP/1.1 200 OK"}) {
    ExpectRefused(absl::StrCat(line, "\r\n"), "status line");
  }
  ExpectRefused("HTTP/1.1 200 \x1b[2J\r\n", "control character");
  ExpectRefused("HTTP/1.1 101 Switching\r\n\r\n", "another protocol");
}

TEST(ResponseReader, RefusesWhatTheServerRefusesOfClients) {
  ExpectRefused("HTTP/1.1 200 OK\n\n", "without CR");
  ExpectRefused("HTTP/1.1 200 OK\r\r\n", "not followed by LF");
  ExpectRefused(absl::StrCat(kOk, "a: b\r\n c\r\n\r\n"), "begins with a space");
  ExpectRefused(absl::StrCat(kOk, "a : b\r\n\r\n"), "space between");
  ExpectRefused(absl::StrCat(kOk, "a: \x7f\r\n\r\n"), "control character");
  ExpectRefused(absl::StrCat(kOk, "Content-Length: 4\r\nContent-Length: 4\r\n\r\n"),
                "more than one");
  ExpectRefused(absl::StrCat(kOk, "Content-Length:\r\n\r\n"), "not a number");
  ExpectRefused(absl::StrCat(kOk, "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n"),
                "both");
  ExpectRefused(absl::StrCat(kOk, "Transfer-Encoding: gzip\r\n\r\n"), "other than chunked");
  ExpectRefused("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "HTTP/1.0 response");
  ExpectRefused(absl::StrCat(kOk, "Transfer-Encoding: chunked\r\n\r\ng\r\n"), "chunk size");
}

// A head whose status line, or whose fields with the empty line, have so many bytes.
std::string WithStatusLine(size_t size) {
  const std::string start = "HTTP/1.1 200 ";
  return absl::StrCat(start, std::string(size - start.size(), 'x'),
                      "\r\nContent-Length: 0\r\n\r\n");
}
std::string WithFields(size_t size) {
  const std::string start = "Content-Length: 0\r\na: ";
  return absl::StrCat(kOk, start, std::string(size - start.size() - 4, 'x'), "\r\n\r\n");
}

TEST(ResponseReader, HasTheLimitsOfTheServer) {
  ExpectWhole(WithStatusLine(kMaxRequestLineSize), "");
  ExpectRefused(WithStatusLine(kMaxRequestLineSize + 1), "longer than 8192");
  ExpectWhole(WithFields(kMaxFieldSectionSize), "");
  ExpectRefused(WithFields(kMaxFieldSectionSize + 1), "larger than 32768");
  std::string bytes = absl::StrCat(kOk, "Content-Length: 0\r\n");
  for (size_t i = 1; i < kMaxFields; ++i) bytes += "a: b\r\n";
  ExpectWhole(absl::StrCat(bytes, "\r\n"), "");
  ExpectRefused(absl::StrCat(bytes, "a: b\r\n\r\n"), "more than 100");
}

}  // namespace
}  // namespace prong
