#include "fuzz/response_parser.h"

#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace prong {
namespace {

constexpr char kFlag[] = "HTTP/1.1 200 OK\r\nDate: now\r\nContent-Length: 4\r\n\r\nflag";

absl::StatusCode CodeOf(absl::string_view bytes) {
  return ParseResponse(bytes, RequestMethod::kOther).status().code();
}

TEST(ResponseParserTest, TakesAResponseApart) {
  const std::string bytes = absl::StrCat(kFlag, "HTTP/1.1");
  const absl::StatusOr<ParsedResponse> response = ParseResponse(bytes, RequestMethod::kOther);
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->status, 200);
  EXPECT_EQ(response->reason, "OK");
  ASSERT_EQ(response->fields.size(), 2);
  EXPECT_EQ(response->fields[0].name, "Date");
  EXPECT_EQ(response->Value("content-length"), "4");
  EXPECT_EQ(response->content_length, 4);
  EXPECT_EQ(response->body, "flag");
  EXPECT_EQ(response->size, sizeof(kFlag) - 1);
}

TEST(ResponseParserTest, TakesNoBodyWhereNoneFollows) {
  const absl::StatusOr<ParsedResponse> head = ParseResponse(kFlag, RequestMethod::kHead);
  ASSERT_TRUE(head.ok()) << head.status();
  EXPECT_EQ(head->content_length, 4);
  EXPECT_EQ(head->body, "");
  EXPECT_EQ(head->size, sizeof(kFlag) - 1 - 4);
  for (const char* status : {"100 Continue", "204 No Content", "304 Not Modified"}) {
    const std::string bytes = absl::StrCat("HTTP/1.1 ", status, "\r\n\r\nmore");
    const absl::StatusOr<ParsedResponse> response = ParseResponse(bytes, RequestMethod::kOther);
    ASSERT_TRUE(response.ok()) << status;
    EXPECT_EQ(response->size, bytes.size() - 4) << status;
  }
}

TEST(ResponseParserTest, AsksForMoreBeforeTheEndAndOnlyThen) {
  const std::string bytes = kFlag;
  for (size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_EQ(CodeOf(bytes.substr(0, size)), absl::StatusCode::kOutOfRange) << size;
  }
  EXPECT_EQ(CodeOf(bytes), absl::StatusCode::kOk);
}

TEST(ResponseParserTest, RefusesWhatNoHeadBeginsWith) {
  for (const char* bytes : {"h", "HTTP/1.0", "HTTP/1.1 200 O\n", "\r",
                            "HTTP/1.1 200 OK\r\nDate: \x01", "HTTP/1.1 200 OK\r\nDate: a\rb"}) {
    EXPECT_EQ(CodeOf(bytes), absl::StatusCode::kInvalidArgument) << bytes;
  }
}

TEST(ResponseParserTest, RefusesWhatNoServerShouldWrite) {
  const std::string ok = "HTTP/1.1 200 OK\r\n";
  const std::string length = "Content-Length: 0\r\n";
  for (const std::string& head : {
           std::string("HTTP/1.0 200 OK\r\n"),
           std::string("http/1.1 200 OK\r\n"),
           std::string(" HTTP/1.1 200 OK\r\n"),
           std::string("HTTP/1.1  200 OK\r\n"),
           std::string("HTTP/1.1 20 OK\r\n"),
           std::string("HTTP/1.1 2000 OK\r\n"),
           std::string("HTTP/1.1 600 OK\r\n"),
           std::string("HTTP/1.1 099 OK\r\n"),
           std::string("HTTP/1.1 200\r\n"),
           std::string("HTTP/1.1 200 \r\n"),
           std::string("HTTP/1.1 200 O\tK\r\n"),
           std::string("HTTP/1.1 200 OK\n\r\n"),
           std::string("\r\nHTTP/1.1 200 OK\r\n"),
           ok + "Name\r\n",
           ok + ": value\r\n",
           ok + "Name : value\r\n",
           ok + "Name:value\r\n",
           ok + "Name:  value\r\n",
           ok + "Name: value \r\n",
           ok + "Name: \r\n",
           ok + " folded: value\r\n",
           ok + "Name: a\nb\r\n",
           ok + "Name: a\rb\r\n",
           ok + "Name: \x1b[2J\r\n",
           ok + "Name: \xff\r\n",
           ok + "Name: a\r\nname: b\r\n",
           ok + length,
           ok + "Content-Length: +1\r\n",
           ok + "Content-Length: 1 1\r\n",
           ok + "Content-Length: 18446744073709551616\r\n",
           ok + "Transfer-Encoding: gzip\r\n",
       }) {
    EXPECT_EQ(CodeOf(head + length + "\r\n"), absl::StatusCode::kInvalidArgument) << head;
  }
  EXPECT_EQ(CodeOf(ok + "\r\n"), absl::StatusCode::kInvalidArgument) << "nothing delimits the body";
}

TEST(ResponseParserTest, RefusesANulInAnyPlace) {
  const std::string head = "HTTP/1.1 200 OK\r\nDate: now\r\nContent-Length: 0\r\n\r\n";
  EXPECT_EQ(CodeOf(head), absl::StatusCode::kOk);
  for (size_t i = 0; i < head.size(); ++i) {
    std::string bytes = head;
    bytes[i] = '\0';
    EXPECT_FALSE(ParseResponse(bytes, RequestMethod::kOther).ok()) << i;
  }
}

constexpr char kChunked[] = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

TEST(ResponseParserTest, TakesChunksApart) {
  const std::string bytes =
      absl::StrCat(kChunked, "2\r\nab\r\n10\r\n0123456789abcdef\r\n0\r\n\r\n");
  const absl::StatusOr<ParsedResponse> response =
      ParseResponse(absl::StrCat(bytes, "HTTP"), RequestMethod::kOther);
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->body, "ab0123456789abcdef");
  EXPECT_EQ(response->size, bytes.size());
  for (size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_EQ(CodeOf(bytes.substr(0, size)), absl::StatusCode::kOutOfRange) << size;
  }
}

TEST(ResponseParserTest, RefusesChunksThatAreNotInTheStrictForm) {
  for (const char* body :
       {"2;x\r\nab\r\n0\r\n\r\n", "02\r\nab\r\n0\r\n\r\n", "A\r\n", "\r\n", "2\r\nabc\r\n",
        "0\r\nX: y\r\n\r\n", "2 \r\n", "2\nab", "100000000\r\n"}) {
    EXPECT_EQ(CodeOf(absl::StrCat(kChunked, body)), absl::StatusCode::kInvalidArgument) << body;
  }
  EXPECT_EQ(CodeOf("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n"
                   "0\r\n\r\n"),
            absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace prong
