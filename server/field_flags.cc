#include "server/field_flags.h"

#include <variant>

#include "absl/algorithm/container.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "parser/character_set.h"
#include "parser/field_line.h"
#include "parser/request.h"
#include "re2/re2.h"

namespace prong {
namespace {

// Fields that SerializeHead writes, and those by which a recipient finds the end of a
// message: RFC 9110 section 7.6.1, RFC 9112 sections 6 and 7.
constexpr absl::string_view kOwnFields[] = {
    "Accept-Ranges",
    "Access-Control-Allow-Headers",
    "Access-Control-Allow-Methods",
    "Access-Control-Allow-Origin",
    "Access-Control-Expose-Headers",
    "Allow",
    "Cache-Control",
    "Connection",
    "Content-Encoding",
    "Content-Length",
    "Content-Range",
    "Content-Type",
    "Date",
    "ETag",
    "Keep-Alive",
    "Last-Modified",
    "Location",
    "Proxy-Connection",
    "Server",
    "TE",
    "Trailer",
    "Transfer-Encoding",
    "Upgrade",
    "Vary",
    "X-Content-Type-Options",
};

bool IsOwnField(absl::string_view name) {
  return absl::c_any_of(
      kOwnFields, [name](absl::string_view own) { return absl::EqualsIgnoreCase(own, name); });
}

// Printable ASCII: what else may stand in a field, RFC 9110 section 5.5 advises against.
bool IsFieldValue(absl::string_view text) {
  return text.size() <= kMaxFieldFlagSize && kRequestLineCharacters.ContainsAll(text);
}

}  // namespace

bool AbslParseFlag(absl::string_view text, FieldLineFlag* flag, std::string* error) {
  flag->values.clear();
  if (text.empty()) return true;
  const auto parsed = ParseFieldLine(text);
  const auto* field = std::get_if<Field>(&parsed);
  if (field == nullptr || !IsFieldValue(text) || field->value.empty()) {
    *error = "give a field as 'Name: value', of at most 4096 printable ASCII characters";
    return false;
  }
  if (IsOwnField(field->name)) {
    *error = absl::StrCat("the server makes the field ", field->name,
                          " itself; see --cache_control and --cors_origin");
    return false;
  }
  flag->values = {absl::StrCat(field->name, ": ", field->value)};
  return true;
}

std::string AbslUnparseFlag(const FieldLineFlag& flag) {
  return flag.values.empty() ? "" : flag.values.front();
}

bool AbslParseFlag(absl::string_view text, FieldValueFlag* flag, std::string* error) {
  if (IsFieldValue(text) && !absl::StartsWith(text, " ") && !absl::EndsWith(text, " ")) {
    flag->value = absl::StrCat(text);
    return true;
  }
  *error = "give a field value of at most 4096 printable ASCII characters, such as max-age=3600";
  return false;
}

std::string AbslUnparseFlag(const FieldValueFlag& flag) { return flag.value; }

bool AbslParseFlag(absl::string_view text, OriginFlag* flag, std::string* error) {
  constexpr char kOrigin[] =
      R"(\*|[a-z][a-z0-9+.-]{0,99}://(?:[a-z0-9.-]{1,253}|\[[0-9a-f:.]{2,45}\])(?::[0-9]{1,5})?)";
  if (text.empty() || RE2::FullMatch({text.data(), text.size()}, kOrigin)) {
    flag->value = absl::StrCat(text);
    return true;
  }
  *error = "give an origin in lower case and without a path, such as https://example.org, or *";
  return false;
}

std::string AbslUnparseFlag(const OriginFlag& flag) { return flag.value; }

}  // namespace prong
