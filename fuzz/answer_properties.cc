#include "fuzz/answer_properties.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <optional>
#include <string>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "fuzz/connection_harness.h"
#include "fuzz/property.h"
#include "parser/http_date.h"

namespace prong {
namespace {

constexpr absl::string_view kNames[] = {"Server",
                                        "Date",
                                        "Content-Type",
                                        "X-Content-Type-Options",
                                        "Content-Length",
                                        "Content-Range",
                                        "Accept-Ranges",
                                        "Last-Modified",
                                        "ETag",
                                        "Location",
                                        "Allow",
                                        "Connection",
                                        "Content-Encoding",
                                        "Vary"};

bool IsPrintable(char c) { return c >= 0x20 && c <= 0x7e; }

// Seconds since 1970 of an IMF-fixdate. Some `now`: only dates in the form that is
// not sent need one.
std::optional<int64_t> TimeOf(absl::string_view value) {
  const bool is_imf_fixdate =
      absl::StrContains(value, ", ") && absl::EndsWith(value, " GMT") && value.size() == 29;
  return is_imf_fixdate ? ParseHttpDate(value, 0) : std::nullopt;
}

// Whether it is a time within the last minute, or the next one: clocks are set.
bool IsNow(std::optional<int64_t> time) { return time && std::abs(*time - ::time(nullptr)) < 60; }

// "Thu, 01 Jan 2026 00:00:00 GMT" as the log has it.
std::string LoggedTime(absl::string_view date) {
  return absl::StrCat(date.substr(5, 2), "/", date.substr(8, 3), "/", date.substr(12, 4), ":",
                      date.substr(17, 8), " +0000");
}

// The date in `line`, as a line of the log has it: "[01/Jan/2026:00:00:00 +0000]".
absl::string_view TimeIn(absl::string_view line) {
  constexpr absl::string_view kShape = "dd/aaa/dddd:dd:dd:dd +0000";
  Require(absl::ConsumePrefix(&line, absl::StrCat(kClient, " - - [")), "a log line has a client");
  const absl::string_view time = line.substr(0, kShape.size());
  Require(time.size() == kShape.size(), "a log line has a date");
  for (size_t i = 0; i < time.size(); ++i) {
    const auto c = static_cast<unsigned char>(time[i]);
    const bool fits = kShape[i] == 'd'   ? absl::ascii_isdigit(c)
                      : kShape[i] == 'a' ? absl::ascii_isalpha(c)
                                         : time[i] == kShape[i];
    Require(fits, "the date of a log line has its shape");
  }
  return time;
}

// Whether a response with `status` is about a file that is there.
bool IsAboutFile(int status) { return status == 200 || status == 206 || status == 304; }

// RFC 9110 section 8.8.2.1: not later than the message.
void RequireValidators(const ParsedResponse& response, const ExpectedAnswer& expected) {
  const absl::string_view modified = response.Value("Last-Modified");
  const absl::string_view tag = response.Value("ETag");
  Require(IsAboutFile(response.status) == !modified.empty(),
          "a file, and nothing else, has a date of modification");
  Require(IsAboutFile(response.status) == !tag.empty(), "a file, and nothing else, has a tag");
  if (modified.empty()) return;
  Require(TimeOf(modified) == std::clamp<int64_t>(expected.file.modified, 0, DateOf(response)),
          "Last-Modified is the date of the file, or now if that is later");
  Require(tag == absl::StrCat("\"", expected.file.tag, "\""), "a tag is that of the file");
}

// The content of a response, whether or not it is sent.
struct Content {
  absl::string_view bytes;
  absl::string_view type;
};

Content ContentOf(const ExpectedAnswer& expected, absl::string_view page) {
  if (expected.status == 200) return {expected.file.content, expected.file.media_type};
  if (expected.status == 206) return {expected.parts, expected.content_type};
  return {page, page.empty() ? "" : "text/html; charset=utf-8"};
}

void RequireContent(const ParsedResponse& response, const ExpectedAnswer& expected, bool whole) {
  const std::string page = ExpectedPage(response.status, response.reason, expected.sentence);
  const Content content = ContentOf(expected, page);
  const absl::string_view body = expected.method == RequestMethod::kHead ? "" : content.bytes;
  Require(whole ? response.body == body : absl::StartsWith(body, response.body),
          "the body is what was asked for, and that of HEAD is empty");
  Require(response.content_length.value_or(0) == content.bytes.size(),
          "Content-Length is the size of what was asked for");
  Require(response.Value("Content-Type") == content.type,
          "Content-Type is that of the file or the page");
  Require(response.Value("Content-Range") == expected.content_range,
          "Content-Range says which part of the file it is");
  const bool has_ranges = expected.status == 200 || expected.status == 206;
  Require(response.Value("Accept-Ranges") == (has_ranges ? "bytes" : ""),
          "a file may be asked for in parts");
  Require(response.Value("Content-Encoding") == (has_ranges ? expected.file.coding : ""),
          "Content-Encoding is that of the bytes");
  Require(response.Value("Vary") == (IsAboutFile(response.status) ? "Accept-Encoding" : ""),
          "a cache is told what it depends on which bytes a file is");
  RequireValidators(response, expected);
}

void RequireAnswer(const ParsedResponse& response, const ExpectedAnswer& about, bool whole) {
  RequireFields(response);
  const ExpectedAnswer expected = AtDate(about, DateOf(response), kBoundary);
  Require(response.status == expected.status, "the status is that of what was asked for");
  RequireContent(response, expected, whole);
  Require(response.Value("Location") == expected.location, "a redirect leads to the directory");
  Require(response.Value("Connection") == expected.connection,
          "the last response of a connection says so, and no other");
}

}  // namespace

int64_t DateOf(const ParsedResponse& response) {
  const std::optional<int64_t> date = TimeOf(response.Value("Date"));
  Require(IsNow(date), "a response has the date of its making");
  return *date;
}

void RequireFields(const ParsedResponse& response) {
  for (const ResponseField& field : response.fields) {
    Require(absl::c_linear_search(kNames, field.name), "a field is one that this server sends");
  }
  Require(response.Value("Server") == "prong", "the server says its name");
  (void)DateOf(response);

  const bool has_content = response.status != 204 && response.status != 304;
  Require(response.content_length.has_value() == has_content,
          "there is a Content-Length unless the status is 204 or 304");
  Require((response.Value("X-Content-Type-Options") == "nosniff") == has_content,
          "no browser is left to guess what content is");
  const bool allows = response.status == 204 || response.status == 405;
  Require((response.Value("Allow") == "GET, HEAD, OPTIONS") == allows,
          "Allow is where it has to be");
  Require(!absl::StartsWith(response.Value("Location"), "//"), "no redirect leads to another host");
}

void RequireAnswer(const ParsedResponse& response, const ExpectedAnswer& expected) {
  RequireAnswer(response, expected, true);
}

void RequireStart(const ParsedResponse& response, const ExpectedAnswer& expected) {
  RequireAnswer(response, expected, false);
}

void RequireLogLine(absl::string_view line) {
  Require(absl::c_all_of(line, IsPrintable), "a log line is printable ASCII");
  (void)TimeIn(line);
}

absl::string_view RequireLogLine(absl::string_view line, const ParsedResponse& response) {
  RequireLogLine(line);
  const std::string time = LoggedTime(response.Value("Date"));
  const std::string answer = absl::StrCat("\" ", response.status, " ", response.body.size());
  Require(absl::ConsumePrefix(&line, absl::StrCat(kClient, " - - [", time, "] \"")),
          "a log line says when a response was made");
  Require(absl::ConsumeSuffix(&line, answer), "a log line says what was sent");
  return line;
}

}  // namespace prong
