#include "server/listing_json.h"

#include <algorithm>
#include <cstdint>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"
#include "parser/http_date.h"
#include "server/path_encoding.h"
#include "server/utf8.h"

namespace prong {
namespace {

// What is between the quotation marks of a string, RFC 8259 section 7.
std::string Escaped(absl::string_view text) {
  std::string escaped;
  for (const char c : ValidUtf8(text)) {
    if (c == '"' || c == '\\') {
      absl::StrAppend(&escaped, "\\", absl::string_view(&c, 1));
    } else if (static_cast<unsigned char>(c) < 0x20) {
      absl::StrAppendFormat(&escaped, "\\u%04x", static_cast<unsigned char>(c));
    } else {
      escaped.push_back(c);
    }
  }
  return escaped;
}

}  // namespace

void AppendListingJson(const DirectoryEntry& entry, bool first, std::string& out) {
  const HttpDate date = FormatHttpDate(std::clamp<int64_t>(entry.modified, 0, kMaxHttpDate));
  absl::StrAppend(&out, first ? "\n" : ",\n", "{\"name\":\"", Escaped(entry.name), "\",\"href\":\"",
                  EncodePath(entry.name), entry.is_directory ? "/\"" : "\"", ",\"type\":\"",
                  entry.is_directory ? "directory" : "file", "\",\"mtime\":\"",
                  absl::string_view(date.data(), date.size()), "\"");
  if (!entry.is_directory) absl::StrAppend(&out, ",\"size\":", entry.size);
  absl::StrAppend(&out, "}");
}

}  // namespace prong
