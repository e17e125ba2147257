#include "server/response_properties.h"

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gtest/gtest.h"
#include "parser/character_set.h"

namespace prong {
namespace {

using Body = Response::Body;

constexpr int64_t kNow = 784111777;  // Sun, 06 Nov 1994 08:49:37 GMT

// Lines of printable characters that end in CRLF, field names that are tokens and
// occur once, one empty line at the end.
void ExpectFieldLines(const Response& response) {
  const std::string head = SerializeHead(response, kNow);
  EXPECT_TRUE(absl::EndsWith(head, "\r\n\r\n")) << head;
  std::vector<std::string> lines = absl::StrSplit(head, "\r\n");
  for (const std::string& line : lines)
    EXPECT_TRUE(kRequestLineCharacters.ContainsAll(line)) << line;

  EXPECT_TRUE(absl::StartsWith(lines[0], absl::StrCat("HTTP/1.1 ", response.status, " "))) << head;
  EXPECT_GT(lines[0].size(), std::string("HTTP/1.1 200 ").size()) << "no reason phrase";

  std::set<std::string> names;
  for (size_t i = 1; i + 2 < lines.size(); ++i) {
    const std::pair<std::string, std::string> field =
        absl::StrSplit(lines[i], absl::MaxSplits(": ", 1));
    const auto& [name, value] = field;
    EXPECT_TRUE(!name.empty() && kTokenCharacters.ContainsAll(name)) << lines[i];
    EXPECT_FALSE(value.empty()) << lines[i];
    EXPECT_TRUE(names.insert(name).second) << name << " twice";
  }
  EXPECT_EQ(names.count("Date"), 1u) << "RFC 9110 section 6.6.1";
}

}  // namespace

void ExpectSound(const Response& response) {
  SCOPED_TRACE(response.status);
  ExpectFieldLines(response);
  if (response.body == Body::kPage) {
    EXPECT_EQ(response.content_length, response.page.size());
    EXPECT_EQ(response.content_type, "text/html; charset=utf-8");
    EXPECT_TRUE(absl::StrContains(response.page, absl::StrCat("<h1>", response.status, " ")));
    EXPECT_TRUE(absl::EndsWith(response.page, "</html>\n"));
  }
  if (response.body == Body::kFile) {
    uint64_t length = response.after.size();
    for (const FilePart& part : response.parts) length += part.before.size() + part.range.size();
    EXPECT_EQ(response.content_length, length);
  }
  if (response.body == Body::kListing) {
    EXPECT_FALSE(response.content_length.has_value());
    EXPECT_NE(response.framing, Response::Framing::kLength);
    EXPECT_EQ(response.vary, "Accept");
  }
  // RFC 9112 section 6.2: never both. Section 6.3: where there is neither, the end is that
  // of the connection, of which Respond says so.
  EXPECT_FALSE(response.content_length.has_value() &&
               response.framing != Response::Framing::kLength);
  // RFC 9110 section 15.5.6: 405 names the methods that are allowed.
  EXPECT_TRUE(response.status != 405 || response.allow);
  // RFC 9110 section 8.6: none in 204.
  EXPECT_FALSE(response.status == 204 && response.content_length.has_value());
  // RFC 9110 section 15.4.5: what the client has is described by what it has.
  EXPECT_FALSE(response.status == 304 && response.content_length.has_value());
  // RFC 9110 sections 14.4 and 15.5.17.
  const bool has_range =
      response.status == 416 || (response.status == 206 && response.boundary.empty());
  EXPECT_EQ(!response.content_range.empty(), has_range);
  EXPECT_EQ(response.closes_connection(), response.connection == "close");
}

}  // namespace prong
