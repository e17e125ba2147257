#include "parser/framing.h"

#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "parser/test_matchers.h"

namespace prong {
namespace {

using ::testing::AllOf;
using ::testing::VariantWith;

using FramingResult = std::variant<Framing, Rejection>;
using ExpectationResult = std::variant<bool, Rejection>;
using FieldList = std::vector<Field>;

FramingResult FramingOf(const FieldList& fields, int minor_version = 1) {
  return ParseFraming(fields, minor_version);
}

FramingResult ContentLength(absl::string_view value) {
  return FramingOf({{"Content-Length", value}});
}

FramingResult TransferEncoding(absl::string_view value) {
  return FramingOf({{"Transfer-Encoding", value}});
}

auto Length(uint64_t length) {
  return VariantWith<Framing>(AllOf(testing::Field(&Framing::chunked, false),
                                    testing::Field(&Framing::content_length, length)));
}

auto Chunked() {
  return VariantWith<Framing>(
      AllOf(testing::Field(&Framing::chunked, true), testing::Field(&Framing::content_length, 0u)));
}

TEST(Framing, IsNoBodyWithoutAFieldThatSaysSo) {  // RFC 9112 section 6.3
  for (int minor_version : {0, 1}) {
    const FramingResult none = FramingOf({{"Host", "h"}, {"Content-Type", "a/b"}}, minor_version);
    EXPECT_THAT(none, Length(0));
    EXPECT_FALSE(std::get<Framing>(none).has_body());
  }
}

TEST(Framing, HasABodyIfChunkedOrOfSomeLength) {
  EXPECT_FALSE(std::get<Framing>(ContentLength("0")).has_body());
  EXPECT_TRUE(std::get<Framing>(ContentLength("1")).has_body());
  EXPECT_TRUE(std::get<Framing>(TransferEncoding("chunked")).has_body());
}

TEST(ContentLength, IsANumberBelow2To63) {  // RFC 9110 section 8.6
  struct Row {
    const char* value;
    uint64_t length;
  };
  const Row rows[] = {
      {"0", 0},
      {"5", 5},
      {"10", 10},
      {"007", 7},
      {"65536", 65536},
      {"4294967295", 4294967295},
      {"4294967296", 4294967296},
      {"9223372036854775806", INT64_MAX - 1},
      {"9223372036854775807", INT64_MAX},
      {"00000000000000000000000000009223372036854775807", INT64_MAX},
  };
  for (const Row& row : rows) {
    EXPECT_THAT(ContentLength(row.value), Length(row.length)) << row.value;
    EXPECT_THAT(FramingOf({{"Content-Length", row.value}}, 0), Length(row.length)) << row.value;
  }
}

TEST(ContentLength, IsRefusedIfItIsAnythingElse) {
  const char* const values[] = {
      "",
      "+5",
      "-1",
      "-0",
      "1Z",
      "Z1",
      "0x10",
      "1e3",
      "1.0",
      "1,1",
      "5, 5",
      "5 5",
      " 5",
      "5 ",
      "\t5",
      "5;",
      "five",
      "\xd9\xa1",  // ARABIC-INDIC DIGIT ONE
      "1_000",
      "9223372036854775808",
      "18446744073709551615",
      "18446744073709551616",  // 2^64
      "18446744073709551621",  // 2^64 + 5
      "99999999999999999999999999999999999999",
  };
  for (const char* value : values) {
    EXPECT_THAT(ContentLength(value), RejectedFor(Rejection::kContentLengthInvalid)) << value;
  }
}

TEST(ContentLength, HoldsDigitsOnly) {
  for (int c = 0; c < 256; ++c) {
    const std::string value = {'1', static_cast<char>(c), '2'};
    const bool digit = c >= '0' && c <= '9';
    EXPECT_EQ(std::holds_alternative<Framing>(ContentLength(value)), digit) << "byte " << c;
  }
}

TEST(ContentLength, MayBeThereOnlyOnceEvenIfItIsTheSame) {  // RFC 9112 section 6.3
  EXPECT_THAT(FramingOf({{"Content-Length", "5"}, {"Content-Length", "6"}}),
              RejectedFor(Rejection::kContentLengthRepeated));
  EXPECT_THAT(FramingOf({{"Content-Length", "5"}, {"A", "b"}, {"content-LENGTH", "5"}}),
              RejectedFor(Rejection::kContentLengthRepeated));
  EXPECT_THAT(FramingOf({{"Content-Length", "0"}, {"Content-Length", "0"}}, 0),
              RejectedFor(Rejection::kContentLengthRepeated));
}

TEST(ContentLength, IsAFieldNameOfAnyCaseAndNoPartOfAnother) {
  EXPECT_THAT(FramingOf({{"cOnTeNt-LeNgTh", "5"}}), Length(5));
  EXPECT_THAT(FramingOf({{"X-Content-Length", "5"}, {"Content-Lengths", "5"}, {"Content", "5"}}),
              Length(0));
}

TEST(TransferEncoding, MayBeChunkedOfAnyCase) {  // RFC 9112 section 7
  for (const char* value : {"chunked", "Chunked", "CHUNKED", "cHuNkEd", " chunked\t"}) {
    EXPECT_THAT(TransferEncoding(value), Chunked()) << value;
  }
  EXPECT_THAT(FramingOf({{"tRANSFER-eNCODING", "chunked"}}), Chunked());
}

TEST(TransferEncoding, IsRefusedInHttp10) {  // RFC 9112 section 6.1
  for (const char* value : {"chunked", "identity", "", "gzip, chunked"}) {
    EXPECT_THAT(FramingOf({{"Transfer-Encoding", value}}, 0),
                RejectedFor(Rejection::kTransferEncodingInHttp10))
        << value;
  }
}

TEST(TransferEncoding, IsRefusedBesideAContentLength) {  // RFC 9112 section 6.1
  const Field chunked = {"Transfer-Encoding", "chunked"};
  for (const char* length : {"0", "5"}) {
    EXPECT_THAT(FramingOf({{"Content-Length", length}, chunked}),
                RejectedFor(Rejection::kContentLengthWithTransferEncoding));
    EXPECT_THAT(FramingOf({chunked, {"Content-Length", length}}),
                RejectedFor(Rejection::kContentLengthWithTransferEncoding));
  }
  EXPECT_THAT(FramingOf({{"Transfer-Encoding", "identity"}, {"Content-Length", "5"}}),
              RejectedFor(Rejection::kContentLengthWithTransferEncoding));
  EXPECT_THAT(FramingOf({{"Transfer-Encoding", ""}, {"Content-Length", "5"}}),
              RejectedFor(Rejection::kContentLengthWithTransferEncoding));
}

TEST(TransferEncoding, IsNotImplementedIfItIsAnotherCoding) {  // RFC 9112 section 6.1
  for (const char* value :
       {"xchunked", "chunkedx", "gzip", "identity", "compress", "deflate", "gzip, chunked", "x",
        "chunke", "identity, chunked", "gzip;q=1", "gzip ; q=1, chunked", "x;a=\",\"", "x;"}) {
    EXPECT_THAT(TransferEncoding(value), RejectedFor(Rejection::kTransferCodingUnknown)) << value;
  }
  EXPECT_THAT(FramingOf({{"Transfer-Encoding", "gzip"}, {"Transfer-Encoding", "chunked"}}),
              RejectedFor(Rejection::kTransferCodingUnknown));
}

TEST(TransferEncoding, IsRefusedIfItIsNoListThatEndsInItsOnlyChunked) {
  const char* const values[] = {
      "",
      ",",
      ",chunked",
      "chunked,",
      "chunked, ",
      "chunked,,chunked",
      " ",
      "chunked, x",
      "chunked gzip",
      "\"chunked\"",
      "chunked;",
      "chunked, chunked",
      "chunked\x80",
      "chun ked",
      "chunked;q=1",
      "chunked ;q=1",
      ";q=1",
      "g zip;q=1",
      "chunked:",
      "chunked, gzip",
      "{chunked}",
      "[chunked]",
      "chunked\xa0",
  };
  for (const char* value : values) {
    EXPECT_THAT(TransferEncoding(value), RejectedFor(Rejection::kTransferEncodingInvalid))
        << Quoted(value);
  }
}

TEST(TransferEncoding, TakesOnlySpaceAndTabForWhiteSpace) {  // RFC 9110 section 5.6.3
  for (const char* value : {"\vchunked", "chunked\v", "\fchunked", "chunked\f", "\rchunked",
                            "chunked\n", "chunked,\v"}) {
    EXPECT_THAT(TransferEncoding(value), RejectedFor(Rejection::kTransferEncodingInvalid))
        << Quoted(value);
  }
}

TEST(TransferEncoding, MayBeThereOnlyOnce) {
  EXPECT_THAT(FramingOf({{"Transfer-Encoding", "chunked"}, {"Transfer-Encoding", "chunked"}}),
              RejectedFor(Rejection::kTransferEncodingInvalid));
  EXPECT_THAT(FramingOf({{"Transfer-Encoding", "chunked"}, {"transfer-encoding", "identity"}}),
              RejectedFor(Rejection::kTransferEncodingInvalid));
  EXPECT_THAT(FramingOf({{"Transfer-Encoding", ""}, {"Transfer-Encoding", "chunked"}}),
              RejectedFor(Rejection::kTransferEncodingInvalid));
}

TEST(Persistence, IsTheDefaultFromHttp11On) {  // RFC 9112 section 9.3
  EXPECT_TRUE(WantsPersistence({}, 1));
  EXPECT_FALSE(WantsPersistence({}, 0));
}

TEST(Persistence, FollowsTheConnectionOptions) {
  struct Row {
    const char* value;
    bool in_http_1_0;
    bool in_http_1_1;
  };
  const Row rows[] = {
      {"close", false, false},
      {"Close", false, false},
      {"CLOSE", false, false},
      {" close\t", false, false},
      {"keep-alive", true, true},
      {"Keep-Alive", true, true},
      {"KEEP-ALIVE", true, true},
      {"close, keep-alive", false, false},
      {"keep-alive, close", false, false},
      {"keep-alive,close", false, false},
      {",,close", false, false},
      {"keep-alive,", true, true},
      {"upgrade", false, true},
      {"upgrade, close", false, false},
      {"upgrade , keep-alive", true, true},
      {"TE, close, X", false, false},
      {"", false, true},
      {"closed", false, true},
      {"\vclose", false, true},
      {"xclose", false, true},
      {"\"close\"", false, true},
      {"keep-alives", false, true},
      {"close keep-alive", false, true},
  };
  for (const Row& row : rows) {
    const FieldList fields = {{"Host", "h"}, {"Connection", row.value}};
    EXPECT_EQ(WantsPersistence(fields, 0), row.in_http_1_0) << row.value;
    EXPECT_EQ(WantsPersistence(fields, 1), row.in_http_1_1) << row.value;
  }
}

TEST(Persistence, ReadsEveryConnectionField) {
  for (int minor_version : {0, 1}) {
    EXPECT_FALSE(WantsPersistence(
        FieldList({{"Connection", "keep-alive"}, {"connection", "close"}}), minor_version));
    EXPECT_FALSE(WantsPersistence(
        FieldList({{"CONNECTION", "close"}, {"Connection", "keep-alive"}}), minor_version));
    EXPECT_TRUE(WantsPersistence(
        FieldList({{"Connection", "upgrade"}, {"Connection", "keep-alive"}}), minor_version));
  }
}

TEST(Persistence, HeedsNoOtherField) {
  EXPECT_TRUE(WantsPersistence(FieldList({{"Proxy-Connection", "close"}}), 1));
  EXPECT_FALSE(WantsPersistence(FieldList({{"Keep-Alive", "timeout=5"}}), 0));
}

auto Expects(bool expects_continue) { return VariantWith<bool>(expects_continue); }

TEST(Expectation, IsNoneWithoutItsField) {
  EXPECT_THAT(ParseExpectation({}, 1), Expects(false));
  EXPECT_THAT(ParseExpectation(FieldList({{"X-Expect", "100-continue"}}), 1), Expects(false));
}

TEST(Expectation, IsToContinueInAnyCase) {  // RFC 9110 section 10.1.1
  for (const char* value : {"100-continue", "100-Continue", "100-CONTINUE"}) {
    EXPECT_THAT(ParseExpectation(FieldList({{"Expect", value}}), 1), Expects(true)) << value;
    EXPECT_THAT(ParseExpectation(FieldList({{"eXPECT", value}}), 1), Expects(true)) << value;
  }
}

TEST(Expectation, IsRefusedIfItIsAnotherOne) {
  for (const char* value :
       {"", "101-continue", "100", "continue", "100-continue, x", "x", "x, 100-continue",
        "100-continue;q=1", "\"100-continue\"", "100 continue", "100-continu", "100-continuee"}) {
    EXPECT_THAT(ParseExpectation(FieldList({{"Expect", value}}), 1),
                RejectedFor(Rejection::kExpectationUnknown))
        << value;
  }
}

TEST(Expectation, IsRefusedIfOneOfSeveralFieldsIsAnotherOne) {
  const Field known = {"Expect", "100-continue"};
  const Field unknown = {"Expect", "x"};
  EXPECT_THAT(ParseExpectation(FieldList({known, known}), 1), Expects(true));
  EXPECT_THAT(ParseExpectation(FieldList({known, unknown}), 1),
              RejectedFor(Rejection::kExpectationUnknown));
  EXPECT_THAT(ParseExpectation(FieldList({unknown, known}), 1),
              RejectedFor(Rejection::kExpectationUnknown));
}

TEST(Expectation, IsIgnoredInHttp10) {  // RFC 9110 section 10.1.1
  for (const char* value : {"100-continue", "x", ""}) {
    EXPECT_THAT(ParseExpectation(FieldList({{"Expect", value}}), 0), Expects(false)) << value;
  }
}

}  // namespace
}  // namespace prong
