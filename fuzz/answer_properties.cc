#include "fuzz/answer_properties.h"

#include <cstdint>
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

constexpr absl::string_view kNames[] = {
    "Server",         "Date",          "Content-Type", "X-Content-Type-Options",
    "Content-Length", "Last-Modified", "Location",     "Allow",
    "Connection"};

bool IsPrintable(char c) { return c >= 0x20 && c <= 0x7e; }

// Some `now`: only dates in the form that is not sent need one.
bool IsImfFixdate(absl::string_view value) {
  return absl::StrContains(value, ", ") && absl::EndsWith(value, " GMT") && value.size() == 29 &&
         ParseHttpDate(value, 0).has_value();
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

void RequireContent(const ParsedResponse& response, const ExpectedAnswer& expected) {
  const std::string page = ExpectedPage(response.status, response.reason, expected.sentence);
  const absl::string_view content = response.status == 200 ? expected.content : page;
  Require(response.content_length.value_or(0) == content.size(),
          "Content-Length is the size of what was asked for");
  Require(response.body == (expected.method == RequestMethod::kHead ? "" : content),
          "the body is what was asked for, and that of HEAD is empty");
  Require(page.empty() || response.Value("Content-Type") == "text/html; charset=utf-8",
          "a page is HTML");
  Require((response.status == 200) == IsImfFixdate(response.Value("Last-Modified")),
          "a file, and nothing else, has a date of modification");
}

}  // namespace

void RequireFields(const ParsedResponse& response) {
  for (const ResponseField& field : response.fields) {
    Require(absl::c_linear_search(kNames, field.name), "a field is one that this server sends");
  }
  Require(response.Value("Server") == "prong", "the server says its name");
  Require(IsImfFixdate(response.Value("Date")), "a response has a date");

  const bool has_content = response.status != 204;
  Require(response.content_length.has_value() == has_content,
          "there is a Content-Length unless the status is 204");
  Require((response.Value("X-Content-Type-Options") == "nosniff") == has_content,
          "no browser is left to guess what content is");
  const bool allows = response.status == 204 || response.status == 405;
  Require((response.Value("Allow") == "GET, HEAD, OPTIONS") == allows,
          "Allow is where it has to be");
  Require(!absl::StartsWith(response.Value("Location"), "//"), "no redirect leads to another host");
}

void RequireAnswer(const ParsedResponse& response, const ExpectedAnswer& expected) {
  RequireFields(response);
  Require(response.status == expected.status, "the status is that of what was asked for");
  RequireContent(response, expected);
  Require(response.Value("Location") == expected.location, "a redirect leads to the directory");
  Require(response.Value("Connection") == expected.connection,
          "the last response of a connection says so, and no other");
}

void RequireLogLine(absl::string_view line) {
  Require(absl::c_all_of(line, IsPrintable), "a log line is printable ASCII");
  (void)TimeIn(line);
}

void RequireLogLine(absl::string_view line, const ExpectedAnswer& expected, size_t body_bytes) {
  Require(line == ExpectedLogLine(expected, kClient, TimeIn(line), body_bytes),
          "a log line says what was asked and answered");
}

}  // namespace prong
