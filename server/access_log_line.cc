#include "server/access_log_line.h"

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "parser/http_date.h"

namespace prong {
namespace {

// `backslash` is how a format writes one.
std::string Escaped(absl::string_view text, absl::string_view backslash) {
  std::string escaped;
  escaped.reserve(text.size());
  for (char c : text) {
    if (absl::ascii_isprint(static_cast<unsigned char>(c)) && c != '"' && c != '\\') {
      escaped.push_back(c);
    } else {
      absl::StrAppendFormat(&escaped, "%sx%02X", backslash, static_cast<unsigned char>(c));
    }
  }
  return escaped;
}

std::string Quoted(std::optional<absl::string_view> text) {
  return absl::StrCat("\"", text ? Escaped(*text, "\\") : "-", "\"");
}

std::string JsonString(std::optional<absl::string_view> text) {
  return text ? absl::StrCat("\"", Escaped(*text, "\\\\"), "\"") : "null";
}

std::optional<absl::string_view> RequestLine(const AccessLogEntry& entry) {
  if (entry.request_line.empty()) return std::nullopt;
  return entry.request_line;
}

// The fields of an IMF-fixdate, "Sun, 06 Nov 1994 08:49:37 GMT", in another order. Not by
// absl::FormatTime, which calls strftime: each child would touch four pages more for that.
std::string CommonTime(absl::Time time) {
  const HttpDate date = FormatHttpDate(absl::ToUnixSeconds(time));
  const absl::string_view text(date.data(), date.size());
  return absl::StrCat(text.substr(5, 2), "/", text.substr(8, 3), "/", text.substr(12, 4), ":",
                      text.substr(17, 8), " +0000");
}

// The value of the first field called `name`.
std::optional<absl::string_view> ValueOf(absl::string_view name, const AccessLogEntry& entry) {
  const auto field = absl::c_find_if(
      entry.fields, [name](const Field& candidate) { return candidate.IsCalled(name); });
  if (field == entry.fields.end()) return std::nullopt;
  return field->value;
}

std::optional<absl::string_view> Referer(const AccessLogEntry& entry) {
  return ValueOf("Referer", entry);
}

std::optional<absl::string_view> UserAgent(const AccessLogEntry& entry) {
  return ValueOf("User-Agent", entry);
}

std::string CommonLine(const AccessLogEntry& entry) {
  return absl::StrCat(entry.client.Literal(), " - - [", CommonTime(entry.time), "] ",
                      Quoted(RequestLine(entry)), " ", entry.status, " ", entry.body_bytes);
}

std::string JsonLine(const AccessLogEntry& entry) {
  const std::string time =
      absl::FormatTime("%Y-%m-%dT%H:%M:%E3SZ", entry.time, absl::UTCTimeZone());  // RFC 3339
  const std::string refusal =
      entry.refusal ? absl::StrCat(Describe(*entry.refusal).number()) : "null";
  return absl::StrCat("{\"time\":\"", time, "\",\"client\":", JsonString(entry.client.Literal()),
                      ",\"request\":", JsonString(RequestLine(entry)), ",\"status\":", entry.status,
                      ",\"body_bytes\":", entry.body_bytes,
                      ",\"duration_us\":", absl::ToInt64Microseconds(entry.duration),
                      ",\"referer\":", JsonString(Referer(entry)),
                      ",\"user_agent\":", JsonString(UserAgent(entry)), ",\"refusal\":", refusal,
                      ",\"complete\":", entry.complete ? "true" : "false", "}");
}

}  // namespace

std::string FormatAccessLogLine(const AccessLogEntry& entry, LogFormat format) {
  switch (format) {
    case LogFormat::kCommon:
      break;
    case LogFormat::kCombined:
      return absl::StrCat(CommonLine(entry), " ", Quoted(Referer(entry)), " ",
                          Quoted(UserAgent(entry)), "\n");
    case LogFormat::kJson:
      return absl::StrCat(JsonLine(entry), "\n");
  }
  return absl::StrCat(CommonLine(entry), "\n");
}

}  // namespace prong
