#include "server/access_log_line.h"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "parser/rejection.h"
#include "parser/request.h"
#include "server/socket_address.h"

namespace prong {
namespace {

AccessLogEntry EntryOf(absl::string_view client, absl::Time time, absl::string_view request_line,
                       int status, uint64_t body_bytes) {
  AccessLogEntry entry(*SocketAddress::FromLiteral(client));
  entry.time = time;
  entry.request_line = request_line;
  entry.status = status;
  entry.body_bytes = body_bytes;
  return entry;
}

const absl::Time kTime = absl::FromUnixMillis(1795439384123);

AccessLogEntry EntryOf(absl::string_view request_line) {
  return EntryOf("127.0.0.1", kTime, request_line, 200, 4);
}

std::string CommonLineOf(const AccessLogEntry& entry) {
  return FormatAccessLogLine(entry, LogFormat::kCommon);
}

// What EntryOf(`escaped`) looks like if nothing in `escaped` needs an escape.
std::string LineOf(absl::string_view escaped) {
  return absl::StrCat("127.0.0.1 - - [23/Nov/2026:13:09:44 +0000] \"", escaped, "\" 200 4\n");
}

TEST(CommonLineTest, IsTheCommonLogFormat) {
  EXPECT_EQ(CommonLineOf(EntryOf("GET /flag HTTP/1.0")),
            "127.0.0.1 - - [23/Nov/2026:13:09:44 +0000] \"GET /flag HTTP/1.0\" 200 4\n");
  EXPECT_EQ(
      CommonLineOf(EntryOf("2001:db8::1", absl::FromUnixSeconds(0), "HEAD / HTTP/1.1", 404, 0)),
      "2001:db8::1 - - [01/Jan/1970:00:00:00 +0000] \"HEAD / HTTP/1.1\" 404 0\n");
  EXPECT_EQ(CommonLineOf(EntryOf("::1", absl::FromUnixSeconds(951827696), "GET /big HTTP/1.1", 200,
                                 std::numeric_limits<uint64_t>::max())),
            "::1 - - [29/Feb/2000:12:34:56 +0000] \"GET /big HTTP/1.1\" 200 "
            "18446744073709551615\n");
}

TEST(CommonLineTest, ADashStandsForNoRequestLine) {
  EXPECT_EQ(CommonLineOf(EntryOf("")), LineOf("-"));
}

// CVE-2009-4487 and its like: a request that would forge a line or speak to the
// terminal that shows it.
TEST(CommonLineTest, NoRequestForgesALineOrMovesTheCursor) {
  EXPECT_EQ(CommonLineOf(EntryOf("GET /\n1.2.3.4 - - [] \"GET / HTTP/1.1\" 200 0")),
            LineOf("GET /\\x0A1.2.3.4 - - [] \\x22GET / HTTP/1.1\\x22 200 0"));
  EXPECT_EQ(CommonLineOf(EntryOf("GET /\x1b[2J\a\x9b"
                                 "0m HTTP/1.1")),
            LineOf("GET /\\x1B[2J\\x07\\x9B0m HTTP/1.1"));
  EXPECT_EQ(CommonLineOf(EntryOf("GET /\\x0A HTTP/1.1")), LineOf("GET /\\x5Cx0A HTTP/1.1"));
}

TEST(CombinedLineTest, AddsTwoFieldsToTheCommonLogFormat) {
  AccessLogEntry entry = EntryOf("GET / HTTP/1.1");
  constexpr absl::string_view kCommon =
      "127.0.0.1 - - [23/Nov/2026:13:09:44 +0000] \"GET / HTTP/1.1\" 200 4";
  EXPECT_EQ(FormatAccessLogLine(entry, LogFormat::kCombined),
            absl::StrCat(kCommon, " \"-\" \"-\"\n"));
  std::vector<Field> fields = {{"User-Agents", "x"}, {"user-agent", "curl/7.88.1"}};
  entry.fields = fields;
  EXPECT_EQ(FormatAccessLogLine(entry, LogFormat::kCombined),
            absl::StrCat(kCommon, " \"-\" \"curl/7.88.1\"\n"));
  fields.push_back({"Referer", ""});
  entry.fields = fields;
  EXPECT_EQ(FormatAccessLogLine(entry, LogFormat::kCombined),
            absl::StrCat(kCommon, " \"\" \"curl/7.88.1\"\n"));
  fields.back().value = "http://example.org/";
  fields.push_back({"Referer", "not the first"});
  entry.fields = fields;
  EXPECT_EQ(FormatAccessLogLine(entry, LogFormat::kCombined),
            absl::StrCat(kCommon, " \"http://example.org/\" \"curl/7.88.1\"\n"));
}

TEST(JsonLineTest, HasEveryMemberInItsOrder) {
  EXPECT_EQ(FormatAccessLogLine(EntryOf(""), LogFormat::kJson),
            R"({"time":"2026-11-23T13:09:44.123Z","client":"127.0.0.1","request":null,)"
            R"("status":200,"body_bytes":4,"duration_us":0,"referer":null,"user_agent":null,)"
            R"("refusal":null,"complete":true})"
            "\n");

  AccessLogEntry entry = EntryOf("2001:db8::1", absl::FromUnixSeconds(0), "GET / HTTP/1.1", 431,
                                 std::numeric_limits<uint64_t>::max());
  entry.duration = absl::Hours(24) + absl::Nanoseconds(1999);
  const Field fields[] = {{"Referer", "http://example.org/"}, {"User-Agent", ""}};
  entry.fields = fields;
  entry.refusal = Rejection::kTooManyFields;
  entry.complete = false;
  EXPECT_EQ(FormatAccessLogLine(entry, LogFormat::kJson),
            R"({"time":"1970-01-01T00:00:00.000Z","client":"2001:db8::1",)"
            R"("request":"GET / HTTP/1.1","status":431,"body_bytes":18446744073709551615,)"
            R"("duration_us":86400000001,"referer":"http://example.org/","user_agent":"",)"
            R"("refusal":41,"complete":false})"
            "\n");
}

TEST(JsonLineTest, ItsTimeIsCutOffToMilliseconds) {
  const absl::Time new_year = absl::FromUnixSeconds(1767225600);
  for (const auto& [time, expected] :
       {std::pair(new_year + absl::Milliseconds(7), "2026-01-01T00:00:00.007Z"),
        std::pair(new_year - absl::Nanoseconds(1), "2025-12-31T23:59:59.999Z")}) {
    const AccessLogEntry entry = EntryOf("127.0.0.1", time, "", 200, 0);
    EXPECT_TRUE(absl::StartsWith(FormatAccessLogLine(entry, LogFormat::kJson),
                                 absl::StrCat("{\"time\":\"", expected, "\",")));
  }
}

TEST(JsonLineTest, TheNumberOfARefusalIsThatOfTheTable) {
  for (const RejectionInfo& info : AllRejections()) {
    AccessLogEntry entry = EntryOf("");
    entry.refusal = info.rejection;
    EXPECT_TRUE(absl::StrContains(FormatAccessLogLine(entry, LogFormat::kJson),
                                  absl::StrCat("\"refusal\":", info.number(), ",")));
  }
}

// The line of an entry with `text` wherever a client's bytes may be.
std::string LineFullOf(absl::string_view text, LogFormat format) {
  AccessLogEntry entry = EntryOf(text);
  const Field fields[] = {{"Referer", text}, {"User-Agent", text}};
  entry.fields = fields;
  return FormatAccessLogLine(entry, format);
}

TEST(EveryFormatTest, ALineIsMadeInTheMemoryThatThereIs) {
  for (const LogFormat format : {LogFormat::kCommon, LogFormat::kCombined, LogFormat::kJson}) {
    std::string memory(1000, 'x');
    const char* const place = memory.data();
    const std::string line =
        FormatAccessLogLine(EntryOf("GET / HTTP/1.1"), format, std::move(memory));
    EXPECT_EQ(line.data(), place);
    EXPECT_EQ(line, FormatAccessLogLine(EntryOf("GET / HTTP/1.1"), format));
  }
}

TEST(EveryFormatTest, EveryByteIsOnePrintableCharacterOrItsHexadecimalNumber) {
  for (int byte = 0; byte < 256; ++byte) {
    const char c = static_cast<char>(byte);
    const bool plain = byte >= 0x20 && byte <= 0x7e && c != '"' && c != '\\';
    const std::string expected = plain ? std::string(1, c) : absl::StrFormat("\\x%02X", byte);
    const absl::string_view text(&c, 1);
    EXPECT_EQ(LineFullOf(text, LogFormat::kCommon), LineOf(expected)) << byte;

    // What a line is with another byte in the place of this one.
    for (const LogFormat format : {LogFormat::kCombined, LogFormat::kJson}) {
      const std::string in_format =
          format == LogFormat::kJson ? absl::StrReplaceAll(expected, {{"\\", "\\\\"}}) : expected;
      EXPECT_EQ(LineFullOf(text, format),
                absl::StrReplaceAll(LineFullOf("~", format), {{"~", in_format}}))
          << byte;
    }
  }
}

// Of texts that differ, no two look the same: an escape is never what a client sent.
TEST(EveryFormatTest, WhatLooksLikeAnEscapeIsEscaped) {
  EXPECT_EQ(CommonLineOf(EntryOf("\\x22")), LineOf("\\x5Cx22"));
  for (const absl::string_view escaped :
       {R"("request":"\\x5Cx22")", R"("referer":"\\x5Cx22")", R"("user_agent":"\\x5Cx22")"}) {
    EXPECT_TRUE(
        absl::StrContains(LineFullOf("\\x22", LogFormat::kJson), absl::StrCat(escaped, ",")));
  }
}

TEST(EveryFormatTest, ALineIsOneLine) {
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all.push_back(static_cast<char>(byte));
  for (const LogFormat format : {LogFormat::kCommon, LogFormat::kCombined, LogFormat::kJson}) {
    const std::string line = LineFullOf(all, format);
    EXPECT_EQ(line.find('\n'), line.size() - 1);
  }
}

}  // namespace
}  // namespace prong
