#include "server/field_flags.h"

#include <string>

#include "absl/flags/marshalling.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "server/response.h"

namespace prong {
namespace {

template <typename Flag>
void ExpectTaken(absl::string_view text, absl::string_view value) {
  Flag flag;
  std::string error;
  EXPECT_TRUE(absl::ParseFlag(text, &flag, &error)) << text << ": " << error;
  EXPECT_EQ(absl::UnparseFlag(flag), value);
}

template <typename Flag>
void ExpectRefused(absl::string_view text, absl::string_view advice) {
  Flag flag;
  std::string error;
  EXPECT_FALSE(absl::ParseFlag(text, &flag, &error)) << text;
  EXPECT_EQ(error, advice) << text;
}

constexpr absl::string_view kLineAdvice =
    "give a field as 'Name: value', of at most 4096 printable ASCII characters";
constexpr absl::string_view kValueAdvice =
    "give a field value of at most 4096 printable ASCII characters, such as max-age=3600";
constexpr absl::string_view kOriginAdvice =
    "give an origin in lower case and without a path, such as https://example.org, or *";

TEST(FieldLineFlagTest, TakesFieldLines) {
  ExpectTaken<FieldLineFlag>("X-Frame-Options: DENY", "X-Frame-Options: DENY");
  ExpectTaken<FieldLineFlag>("x:1", "x: 1");
  ExpectTaken<FieldLineFlag>("X:   a b: c  ", "X: a b: c");
  ExpectTaken<FieldLineFlag>("Content-Security-Policy: default-src 'self'; img-src *",
                             "Content-Security-Policy: default-src 'self'; img-src *");
  ExpectTaken<FieldLineFlag>("", "");
}

TEST(FieldLineFlagTest, RefusesWhatIsNone) {
  for (absl::string_view text : {"X", "X:", "X:  ", ": x", "X Y: z", "X : y", " X: y", "X: y\tz",
                                 "X: \xc3\xa9", "X\xc3: y"}) {
    ExpectRefused<FieldLineFlag>(text, kLineAdvice);
  }
  ExpectRefused<FieldLineFlag>(absl::StrCat("X: ", std::string(4096, 'y')), kLineAdvice);
}

// Response splitting: no value can end its line.
TEST(FieldLineFlagTest, RefusesEveryControlCharacter) {
  for (int byte = 0; byte < 256; ++byte) {
    const char c = static_cast<char>(byte);
    if (absl::ascii_isprint(static_cast<unsigned char>(c))) continue;
    const std::string byte_in_value = absl::StrCat("x", std::string(1, c), "y");
    ExpectRefused<FieldLineFlag>(absl::StrCat("X: ", byte_in_value), kLineAdvice);
    ExpectRefused<FieldLineFlag>(absl::StrCat(byte_in_value, ": X"), kLineAdvice);
    ExpectRefused<FieldValueFlag>(byte_in_value, kValueAdvice);
    ExpectRefused<OriginFlag>(absl::StrCat("https://", byte_in_value), kOriginAdvice);
  }
  ExpectRefused<FieldLineFlag>("X: y\r\nSet-Cookie: z=1", kLineAdvice);
}

TEST(FieldLineFlagTest, RefusesFieldsThatTheServerMakes) {
  Response response = PageResponse(405, "No.");
  response.allow = response.accept_ranges = true;
  response.content_encoding = response.vary = response.cache_control = response.cors_origin = "x";
  response.content_range = response.location = "x";
  response.etag = "x";
  response.last_modified = 0;
  response.connection = "close";
  response.framing = Response::Framing::kChunked;
  const std::string head = SerializeHead(response, 0);
  int fields = 0;
  for (absl::string_view line : absl::StrSplit(head, "\r\n")) {
    const size_t colon = line.find(": ");
    if (colon == line.npos) continue;
    ++fields;
    const absl::string_view name = line.substr(0, colon);
    for (const std::string& spelling : {std::string(name), absl::AsciiStrToLower(name)}) {
      ExpectRefused<FieldLineFlag>(absl::StrCat(spelling, ": x"),
                                   absl::StrCat("the server makes the field ", spelling,
                                                " itself; see --cache_control and --cors_origin"));
    }
  }
  EXPECT_EQ(fields, 20);
}

TEST(FieldValueFlagTest, TakesPrintableCharacters) {
  ExpectTaken<FieldValueFlag>("public, max-age=31536000, immutable",
                              "public, max-age=31536000, immutable");
  ExpectTaken<FieldValueFlag>("", "");
  ExpectTaken<FieldValueFlag>(std::string(4096, 'x'), std::string(4096, 'x'));
  for (const std::string& text : {std::string(" x"), std::string("x "), std::string(4097, 'x')}) {
    ExpectRefused<FieldValueFlag>(text, kValueAdvice);
  }
}

TEST(OriginFlagTest, TakesWhatABrowserSends) {
  for (absl::string_view text :
       {"", "*", "https://example.org", "http://localhost:5173", "https://[::1]:8443",
        "http://127.0.0.1:8080", "chrome-extension://abcdefgh", "https://xn--bcher-kva.example"}) {
    ExpectTaken<OriginFlag>(text, text);
  }
}

TEST(OriginFlagTest, RefusesWhatNoBrowserSends) {
  for (absl::string_view text :
       {"example.org", "https://", "https://example.org/", "https://Example.org",
        "HTTPS://example.org", "https://example.org:", "https://example.org:123456",
        "https://a.example, https://b.example", "https://a.example https://b.example",
        "https://*.example.org", "**", "null", "https://user@example.org", "https://[::1"}) {
    ExpectRefused<OriginFlag>(text, kOriginAdvice);
  }
}

}  // namespace
}  // namespace prong
