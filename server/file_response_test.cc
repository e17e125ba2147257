#include "server/file_response.h"

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "parser/http_date.h"
#include "parser/range.h"
#include "parser/request.h"
#include "server/document_root.h"
#include "server/response.h"
#include "server/response_options.h"
#include "server/response_properties.h"

namespace prong {
namespace {

using Body = Response::Body;
using Fields = std::vector<Field>;

constexpr int64_t kNow = 784111777;          // Sun, 06 Nov 1994 08:49:37 GMT
constexpr int64_t kModified = kNow - 86400;  // Sat, 05 Nov 1994 08:49:37 GMT
constexpr uint64_t kSize = 1000;
constexpr char kType[] = "text/plain; charset=utf-8";

constexpr Field kMatches = {"If-Match", "\"1-2-3\""};
constexpr Field kDiffers = {"If-Match", "\"1-2-4\""};
constexpr Field kNoneMatches = {"If-None-Match", "\"x\", W/\"1-2-3\""};
constexpr Field kNoneDiffers = {"If-None-Match", "\"1-2-4\""};
constexpr Field kModifiedSince = {"If-Modified-Since", "Sat, 05 Nov 1994 08:49:36 GMT"};
constexpr Field kNotModifiedSince = {"If-Modified-Since", "Sat, 05 Nov 1994 08:49:37 GMT"};
constexpr Field kUnmodifiedSince = {"If-Unmodified-Since", "Sat, 05 Nov 1994 08:49:37 GMT"};
constexpr Field kWasModifiedSince = {"If-Unmodified-Since", "Sat, 05 Nov 1994 08:49:36 GMT"};

const ResponseOptions& Options() {
  static const auto& options = *new ResponseOptions{"boundary"};
  return options;
}

Resource FileOf(uint64_t size) {
  Resource file;
  file.size = size;
  file.modified = kModified;
  file.media_type = kType;
  file.tag.Append("1-2-3");
  return file;
}

// Views its file until the next one.
Response ResponseTo(const Fields& fields, uint64_t size = kSize, Method method = Method::kGet) {
  static Resource& file = *new Resource;
  file = FileOf(size);
  Request request;
  request.method = method;
  request.fields = fields;
  Response response = FileResponse(request, file, kNow, Options());
  ExpectSound(response);
  return response;
}

Response ResponseToRange(absl::string_view range, uint64_t size = kSize) {
  return ResponseTo({{"Range", range}}, size);
}

// What is sent of the file: "FIRST-LAST" for each part, with a space between them.
std::string PartsOf(const Response& response) {
  std::string parts;
  for (const FilePart& part : response.parts) {
    absl::StrAppend(&parts, parts.empty() ? "" : " ", part.range.begin, "-", part.range.end - 1);
  }
  return parts;
}

TEST(FileResponseTest, AllOfAFileIsSentWithWhatTellsItApart) {
  for (const uint64_t size :
       {uint64_t{0}, kSize, uint64_t{5} << 30, std::numeric_limits<uint64_t>::max()}) {
    const Response response = ResponseTo({}, size);
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.body, Body::kFile);
    EXPECT_EQ(response.content_length, size);
    EXPECT_EQ(response.content_type, kType);
    EXPECT_TRUE(response.accept_ranges);
    EXPECT_EQ(response.last_modified, kModified);
    EXPECT_EQ(response.etag, "1-2-3");
    ASSERT_EQ(response.parts.size(), 1u);
    EXPECT_EQ(response.parts[0].before, "");
    EXPECT_EQ(response.parts[0].range.begin, 0u);
    EXPECT_EQ(response.parts[0].range.end, size);
    EXPECT_EQ(response.after, "");
  }
}

// RFC 9110 section 12.5.5 and 15.4.5: a cache must know it of the file and of the news that
// it has it; of the rest there is nothing to choose from.
TEST(FileResponseTest, SaysThatWhatIsSentDependsOnAcceptEncoding) {
  EXPECT_EQ(ResponseTo({}).vary, "Accept-Encoding");
  EXPECT_EQ(ResponseToRange("bytes=0-1").vary, "Accept-Encoding");
  EXPECT_EQ(ResponseTo({kNoneMatches}).vary, "Accept-Encoding");
  EXPECT_EQ(ResponseTo({kDiffers}).vary, "");
}

TEST(FileResponseTest, ACodingIsNamedWhereverItsBytesAreSent) {
  Resource file = FileOf(kSize);
  file.content_coding = "br";
  Request request;
  request.method = Method::kGet;
  const auto coding_of_response_to = [&](const Fields& fields) {
    request.fields = fields;
    const Response response = FileResponse(request, file, kNow, Options());
    ExpectSound(response);
    return absl::StrCat(response.status, " ", response.content_encoding);
  };
  EXPECT_EQ(coding_of_response_to({}), "200 br");
  EXPECT_EQ(coding_of_response_to({{"Range", "bytes=1-2"}}), "206 br");
  EXPECT_EQ(coding_of_response_to({{"Range", "bytes=1-2, 5-6"}}), "206 br");
  EXPECT_EQ(coding_of_response_to({{"Range", "bytes=1000-"}}), "416 ");
  EXPECT_EQ(coding_of_response_to({kNoneMatches}), "304 ");
  EXPECT_EQ(coding_of_response_to({kDiffers}), "412 ");
}

TEST(FileResponseTest, CacheControlIsOfTheFileAndNotOfErrors) {
  ResponseOptions options = Options();
  options.cache_control = "max-age=60";
  Request request;
  request.method = Method::kGet;
  const auto cache_control_of_response_to = [&](const Fields& fields) {
    request.fields = fields;
    const Response response = FileResponse(request, FileOf(kSize), kNow, options);
    return absl::StrCat(response.status, " ", response.cache_control);
  };
  EXPECT_EQ(cache_control_of_response_to({}), "200 max-age=60");
  EXPECT_EQ(cache_control_of_response_to({{"Range", "bytes=1-2"}}), "206 max-age=60");
  EXPECT_EQ(cache_control_of_response_to({kNoneMatches}), "304 max-age=60");
  EXPECT_EQ(cache_control_of_response_to({{"Range", "bytes=1000-"}}), "416 ");
  EXPECT_EQ(cache_control_of_response_to({kDiffers}), "412 ");
}

// RFC 9110 section 13.2.2, step by step.
TEST(FileResponseTest, PreconditionsAreEvaluatedInTheirOrder) {
  const struct {
    Fields fields;
    int status;
  } kCases[] = {
      {{kMatches}, 200},
      {{kDiffers}, 412},
      {{{"If-Match", "*"}}, 200},
      {{{"If-Match", "W/\"1-2-3\""}}, 412},  // the strong comparison, section 13.1.1
      {{kUnmodifiedSince}, 200},
      {{kWasModifiedSince}, 412},
      {{kMatches, kWasModifiedSince}, 200},  // that date is not looked at
      {{kNoneMatches}, 304},
      {{kNoneDiffers}, 200},
      {{{"If-None-Match", "*"}}, 304},
      {{kNotModifiedSince}, 304},
      {{kModifiedSince}, 200},
      {{{"If-Modified-Since", "yesterday"}}, 200},
      {{kNoneDiffers, kNotModifiedSince}, 200},  // nor is this one
      {{kNoneMatches, kModifiedSince}, 304},
      {{kDiffers, kNoneMatches}, 412},
      {{kMatches, kNoneMatches}, 304},
      {{kWasModifiedSince, kNotModifiedSince}, 412},
  };
  for (const auto& c : kCases) {
    for (const Method method : {Method::kGet, Method::kHead}) {
      std::string fields;
      for (const Field& field : c.fields)
        absl::StrAppend(&fields, field.name, ": ", field.value, "\n");
      EXPECT_EQ(ResponseTo(c.fields, kSize, method).status, c.status) << fields;
    }
  }
}

// RFC 9110 section 15.4.5.
TEST(FileResponseTest, WhoHasTheFileIsToldSoWithoutABody) {
  const Response response = ResponseTo({kNoneMatches});
  EXPECT_EQ(response.status, 304);
  EXPECT_EQ(response.body, Body::kNone);
  EXPECT_EQ(response.etag, "1-2-3");
  EXPECT_EQ(response.last_modified, kModified);
  EXPECT_EQ(SerializeHead(response, kNow),
            "HTTP/1.1 304 Not Modified\r\n"
            "Server: prong\r\n"
            "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
            "Vary: Accept-Encoding\r\n"
            "Last-Modified: Sat, 05 Nov 1994 08:49:37 GMT\r\n"
            "ETag: \"1-2-3\"\r\n"
            "\r\n");
}

TEST(FileResponseTest, WhatDoesNotHoldIsAPage) {
  const Response response = ResponseTo({kDiffers});
  EXPECT_EQ(response.status, 412);
  EXPECT_EQ(response.body, Body::kPage);
  EXPECT_EQ(response.etag, "");
}

TEST(FileResponseTest, OneRangeIsSentAsItIs) {
  const struct {
    absl::string_view range;
    absl::string_view sent;
  } kCases[] = {
      {"bytes=0-0", "0-0"},       {"bytes=0-999", "0-999"},
      {"bytes=1-", "1-999"},      {"bytes=-1", "999-999"},
      {"bytes=-2000", "0-999"},   {"bytes=999-5000", "999-999"},
      {"bytes=0-4,5-9", "0-9"},   {"bytes=5-9,0-5", "0-9"},
      {"bytes=0-4,2000-", "0-4"}, {"BYTES=0-4", "0-4"},
      {"bytes= 0-4 , ,", "0-4"},  {"bytes=0-18446744073709551615", "0-999"},
  };
  for (const auto& c : kCases) {
    const Response response = ResponseToRange(c.range);
    EXPECT_EQ(response.status, 206) << c.range;
    EXPECT_EQ(response.body, Body::kFile);
    EXPECT_EQ(PartsOf(response), c.sent);
    EXPECT_EQ(response.content_range, absl::StrCat("bytes ", c.sent, "/1000"));
    EXPECT_EQ(response.content_type, kType);
    EXPECT_EQ(response.etag, "1-2-3");
    EXPECT_EQ(response.parts[0].before, "");
    EXPECT_EQ(response.after, "");
  }
}

TEST(FileResponseTest, SeveralRangesAreSentInPartsThatSayWhichTheyAre) {
  const Response response = ResponseToRange("bytes=0-4, 500-, 10-19");
  EXPECT_EQ(response.status, 206);
  EXPECT_EQ(PartsOf(response), "0-4 10-19 500-999");
  EXPECT_EQ(response.parts[0].before,
            "--boundary\r\n"
            "Content-Type: text/plain; charset=utf-8\r\n"
            "Content-Range: bytes 0-4/1000\r\n"
            "\r\n");
  EXPECT_EQ(response.parts[2].before,
            "\r\n--boundary\r\n"
            "Content-Type: text/plain; charset=utf-8\r\n"
            "Content-Range: bytes 500-999/1000\r\n"
            "\r\n");
  EXPECT_EQ(response.after, "\r\n--boundary--\r\n");
  EXPECT_EQ(SerializeHead(response, kNow),
            "HTTP/1.1 206 Partial Content\r\n"
            "Server: prong\r\n"
            "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
            "Content-Type: multipart/byteranges; boundary=boundary\r\n"
            "X-Content-Type-Options: nosniff\r\n"
            "Vary: Accept-Encoding\r\n"
            "Content-Length: 799\r\n"
            "Accept-Ranges: bytes\r\n"
            "Last-Modified: Sat, 05 Nov 1994 08:49:37 GMT\r\n"
            "ETag: \"1-2-3\"\r\n"
            "\r\n");
}

std::string RangesApart(size_t count) {
  std::string range = "bytes=";
  for (size_t i = 0; i < count; ++i) {
    absl::StrAppend(&range, i == 0 ? "" : ",", 10 * i, "-", 10 * i);
  }
  return range;
}

// CVE-2011-3192.
TEST(FileResponseTest, MoreRangesThanAnybodyNeedsAreIgnored) {
  EXPECT_EQ(ResponseToRange(RangesApart(kMaxRanges)).parts.size(), kMaxRanges);
  EXPECT_EQ(ResponseToRange(RangesApart(kMaxRanges + 1)).status, 200);
}

TEST(FileResponseTest, ARangeOfNothingIs416WithTheSize) {
  const struct {
    absl::string_view range;
    uint64_t size;
  } kCases[] = {
      {"bytes=1000-", kSize}, {"bytes=5000-6000,7000-", kSize},
      {"bytes=-0", kSize},    {"bytes=0-", 0},
      {"bytes=-1", 0},
  };
  for (const auto& c : kCases) {
    const Response response = ResponseToRange(c.range, c.size);
    EXPECT_EQ(response.status, 416) << c.range;
    EXPECT_EQ(response.body, Body::kPage);
    EXPECT_EQ(response.content_range, absl::StrCat("bytes */", c.size));
  }
}

TEST(FileResponseTest, WhatIsNoRangeOfBytesIsIgnored) {
  for (const absl::string_view range :
       {"", "bytes", "bytes=", "bytes=5-4", "bytes=a-b", "bytes 0-4", "lines=0-4", "bytes=0-4;5-9",
        "bytes=--1", "bytes=-", "bytes=0x0-4"}) {
    const Response response = ResponseToRange(range);
    EXPECT_EQ(response.status, 200) << range;
    EXPECT_EQ(PartsOf(response), "0-999");
  }
  EXPECT_EQ(ResponseTo({{"Range", "bytes=0-4"}, {"range", "bytes=5-9"}}).status, 200) << "two";
}

// RFC 9110 section 14.2: for no other method is it defined.
TEST(FileResponseTest, HeadHasTheFieldsOfAGetWithoutRange) {
  const Response to_head = ResponseTo({{"Range", "bytes=0-4"}}, kSize, Method::kHead);
  EXPECT_EQ(SerializeHead(to_head, kNow), SerializeHead(ResponseTo({}), kNow));
}

// RFC 9110 section 13.1.5.
TEST(FileResponseTest, IfRangeAsksWhetherTheRestIsOfTheSameFile) {
  const struct {
    absl::string_view if_range;
    int status;
  } kCases[] = {
      {"\"1-2-3\"", 206},
      {"\"1-2-4\"", 200},
      {"W/\"1-2-3\"", 200},
      {"Sat, 05 Nov 1994 08:49:37 GMT", 206},
      {"Sat, 05 Nov 1994 08:49:38 GMT", 200},
      {"", 200},
  };
  for (const auto& c : kCases) {
    EXPECT_EQ(ResponseTo({{"Range", "bytes=0-4"}, {"If-Range", c.if_range}}).status, c.status)
        << c.if_range;
  }
  EXPECT_EQ(ResponseTo({{"If-Range", "\"1-2-3\""}}).status, 200) << "without Range";
}

// RFC 9110 section 13.2.2: Range comes last.
TEST(FileResponseTest, PreconditionsComeBeforeRanges) {
  const Field range = {"Range", "bytes=0-4"};
  const Field nothing = {"Range", "bytes=1000-"};
  EXPECT_EQ(ResponseTo({range, kDiffers}).status, 412);
  EXPECT_EQ(ResponseTo({range, kNoneMatches}).status, 304);
  EXPECT_EQ(ResponseTo({range, kMatches}).status, 206);
  EXPECT_EQ(ResponseTo({nothing, kDiffers}).status, 412);
  EXPECT_EQ(ResponseTo({nothing, kNoneMatches}).status, 304);
  EXPECT_EQ(ResponseTo({nothing, {"If-Range", "\"1-2-4\""}}).status, 200);
}

}  // namespace
}  // namespace prong
