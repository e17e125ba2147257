#include "server/access_log_line.h"

#include <cstdint>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/civil_time.h"
#include "parser/http_date.h"

namespace prong {
namespace {

// `backslash` is how a format writes one.
void AppendEscaped(absl::string_view text, absl::string_view backslash, std::string& line) {
  for (char c : text) {
    if (absl::ascii_isprint(static_cast<unsigned char>(c)) && c != '"' && c != '\\') {
      line.push_back(c);
    } else {
      absl::StrAppendFormat(&line, "%sx%02X", backslash, static_cast<unsigned char>(c));
    }
  }
}

void AppendQuoted(std::optional<absl::string_view> text, std::string& line) {
  line.push_back('"');
  AppendEscaped(text.value_or("-"), "\\", line);
  line.push_back('"');
}

void AppendJsonString(std::optional<absl::string_view> text, std::string& line) {
  if (!text) {
    line += "null";
    return;
  }
  line.push_back('"');
  AppendEscaped(*text, "\\\\", line);
  line.push_back('"');
}

std::optional<absl::string_view> RequestLine(const AccessLogEntry& entry) {
  if (entry.request_line.empty()) return std::nullopt;
  return entry.request_line;
}

// Times not by absl::FormatTime, which calls strftime: each child would touch four pages more
// for that.

// The fields of an IMF-fixdate, "Sun, 06 Nov 1994 08:49:37 GMT", in another order.
void AppendCommonTime(absl::Time time, std::string& line) {
  const HttpDate date = FormatHttpDate(absl::ToUnixSeconds(time));
  const absl::string_view text(date.data(), date.size());
  absl::StrAppend(&line, text.substr(5, 2), "/", text.substr(8, 3), "/", text.substr(12, 4), ":");
  absl::StrAppend(&line, text.substr(17, 8), " +0000");
}

// RFC 3339, in UTC and with milliseconds.
void AppendJsonTime(absl::Time time, std::string& line) {
  const int64_t unix_second = absl::ToUnixSeconds(time);
  const int64_t milliseconds = absl::ToInt64Milliseconds(time - absl::FromUnixSeconds(unix_second));
  // Not by absl::UTCTimeZone, which each child would be the first to make.
  const absl::CivilSecond second = absl::CivilSecond(1970) + unix_second;
  const auto two = [](int number) { return absl::Dec(number, absl::kZeroPad2); };
  absl::StrAppend(&line, absl::Dec(second.year(), absl::kZeroPad4), "-", two(second.month()), "-",
                  two(second.day()), "T");
  absl::StrAppend(&line, two(second.hour()), ":", two(second.minute()), ":", two(second.second()));
  absl::StrAppend(&line, ".", absl::Dec(milliseconds, absl::kZeroPad3), "Z");
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

void AppendCommonLine(const AccessLogEntry& entry, std::string& line) {
  absl::StrAppend(&line, entry.client.Literal(), " - - [");
  AppendCommonTime(entry.time, line);
  line += "] ";
  AppendQuoted(RequestLine(entry), line);
  absl::StrAppend(&line, " ", entry.status, " ", entry.body_bytes);
}

void AppendCombinedLine(const AccessLogEntry& entry, std::string& line) {
  AppendCommonLine(entry, line);
  line.push_back(' ');
  AppendQuoted(Referer(entry), line);
  line.push_back(' ');
  AppendQuoted(UserAgent(entry), line);
}

void AppendJsonLine(const AccessLogEntry& entry, std::string& line) {
  line += "{\"time\":\"";
  AppendJsonTime(entry.time, line);
  line += "\",\"client\":";
  AppendJsonString(entry.client.Literal(), line);
  line += ",\"request\":";
  AppendJsonString(RequestLine(entry), line);
  absl::StrAppend(&line, ",\"status\":", entry.status, ",\"body_bytes\":", entry.body_bytes);
  absl::StrAppend(&line, ",\"duration_us\":", absl::ToInt64Microseconds(entry.duration));
  line += ",\"referer\":";
  AppendJsonString(Referer(entry), line);
  line += ",\"user_agent\":";
  AppendJsonString(UserAgent(entry), line);
  line += ",\"refusal\":";
  if (entry.refusal) {
    absl::StrAppend(&line, Describe(*entry.refusal).number());
  } else {
    line += "null";
  }
  absl::StrAppend(&line, ",\"complete\":", entry.complete ? "true" : "false", "}");
}

}  // namespace

std::string FormatAccessLogLine(const AccessLogEntry& entry, LogFormat format, std::string memory) {
  std::string line = std::move(memory);
  line.clear();
  switch (format) {
    case LogFormat::kCommon:
      AppendCommonLine(entry, line);
      break;
    case LogFormat::kCombined:
      AppendCombinedLine(entry, line);
      break;
    case LogFormat::kJson:
      AppendJsonLine(entry, line);
      break;
  }
  line.push_back('\n');
  return line;
}

}  // namespace prong
