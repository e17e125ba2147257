#include "parser/request_target.h"

#include <algorithm>
#include <cstddef>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "parser/character_set.h"
#include "parser/host.h"
#include "parser/percent_encoding.h"
#include "parser/prefix_scan.h"

namespace prong {
namespace {

constexpr PrefixScan kSegmentScan(kSegmentCharacters,
                                  {{'a', 'z'}, {'A', 'Z'}, {'0', '9'}, {'-', '.'}});

// The relative path as it grows: segments without empty and dot segments, joined
// by slashes. Never longer than what was decoded into it.
class PathBuilder {
 public:
  explicit PathBuilder(absl::Span<char> storage) : storage_(storage) {}

  void Append(char c) { storage_[size_++] = c; }

  void Append(absl::string_view text) {
    std::copy(text.begin(), text.end(), storage_.begin() + size_);
    size_ += text.size();
  }

  // Ends the segment that Append has written since the last call.
  // False if it climbs above the root.
  bool EndSegment() {
    const absl::string_view segment = path().substr(segment_start_);
    last_was_name_ = !(segment.empty() || segment == "." || segment == "..");
    if (last_was_name_) {
      Append('/');
      segment_start_ = size_;
      return true;
    }
    const bool parent = segment == "..";
    size_ = segment_start_;
    if (!parent) return true;
    if (size_ == 0) return false;
    // Drop "name/" from "a/name/".
    const size_t slash = path().substr(0, size_ - 1).rfind('/');
    size_ = segment_start_ = slash == absl::string_view::npos ? 0 : slash + 1;
    return true;
  }

  // Whether the segment that ended last named something, rather than being empty
  // or a dot segment.
  bool last_was_name() const { return last_was_name_; }

  absl::string_view path() const { return absl::string_view(storage_.data(), size_); }

 private:
  absl::Span<char> storage_;
  size_t size_ = 0;
  size_t segment_start_ = 0;
  bool last_was_name_ = false;
};

// The byte at the start of `text`, which no segment holds as it is, decoded.
std::variant<char, Rejection> DecodePathByte(absl::string_view text) {
  if (text[0] != '%') return Rejection::kTargetCharacterInvalid;
  const std::optional<char> decoded = DecodeTriplet(text);
  if (!decoded) return Rejection::kTargetPercentEncodingInvalid;
  if (*decoded == '\0') return Rejection::kTargetNul;
  if (*decoded == '/') return Rejection::kTargetEncodedSlash;
  return *decoded;
}

// Parses origin-form: absolute-path [ "?" query ].
std::variant<RequestTarget, Rejection> ParseOriginForm(absl::string_view text,
                                                       absl::Span<char> storage) {
  const size_t path_end = std::min(text.find('?'), text.size());
  absl::string_view rest = text.substr(0, path_end);
  // The first slash is not copied and each name gets one behind it, so that no
  // more is written than was read.
  rest.remove_prefix(1);
  PathBuilder builder(storage);
  while (true) {
    const size_t as_it_is = kSegmentScan.Size(rest);
    builder.Append(rest.substr(0, as_it_is));
    rest.remove_prefix(as_it_is);
    if (rest.empty()) break;
    if (rest[0] == '/') {
      if (!builder.EndSegment()) return Rejection::kTargetClimbs;
      rest.remove_prefix(1);
      continue;
    }
    const std::variant<char, Rejection> byte = DecodePathByte(rest);
    if (const auto* rejection = std::get_if<Rejection>(&byte)) return *rejection;
    builder.Append(std::get<char>(byte));
    rest.remove_prefix(3);
  }
  if (!builder.EndSegment()) return Rejection::kTargetClimbs;

  RequestTarget target;
  target.path = absl::StripSuffix(builder.path(), "/");
  target.names_directory = !builder.last_was_name();
  target.query = text.substr(path_end);
  return target;
}

// Whether `authority`, a host with an optional port, has a port that is not empty.
bool HasPort(absl::string_view authority) {
  return absl::StrContains(authority, ':') && !absl::EndsWith(authority, ":") &&
         !absl::EndsWith(authority, "]");
}

// The scheme of a URI, RFC 3986 section 3.1, or empty if `text` is none.
absl::string_view SchemeOf(absl::string_view text) {
  const absl::string_view scheme = text.substr(0, std::min(text.find("://"), text.size()));
  const bool valid = scheme.size() < text.size() && !scheme.empty() &&
                     absl::ascii_isalpha(static_cast<unsigned char>(scheme[0])) &&
                     kSchemeCharacters.ContainsAll(scheme);
  return valid ? scheme : absl::string_view();
}

// Parses absolute-form, `scheme` "://" authority path-abempty [ "?" query ].
std::variant<RequestTarget, Rejection> ParseAbsoluteForm(absl::string_view scheme,
                                                         absl::string_view text,
                                                         absl::Span<char> storage) {
  if (!absl::EqualsIgnoreCase(scheme, "http")) return Rejection::kTargetSchemeUnsupported;
  text.remove_prefix(scheme.size() + absl::string_view("://").size());

  const size_t authority_end = std::min(text.find_first_of("/?"), text.size());
  const absl::string_view authority = text.substr(0, authority_end);
  if (!IsHostWithOptionalPort(authority)) return Rejection::kTargetAuthorityInvalid;
  text.remove_prefix(authority_end);

  std::variant<RequestTarget, Rejection> result = RequestTarget();
  if (absl::StartsWith(text, "/")) {
    result = ParseOriginForm(text, storage);
  } else {
    // An empty path is "/", RFC 9110 section 4.2.3.
    std::get<RequestTarget>(result).names_directory = true;
    std::get<RequestTarget>(result).query = text;
  }
  if (auto* target = std::get_if<RequestTarget>(&result)) {
    target->form = TargetForm::kAbsolute;
    target->authority = authority;
  }
  return result;
}

}  // namespace

std::variant<RequestTarget, Rejection> ParseRequestTarget(Method method, absl::string_view target,
                                                          absl::Span<char> storage) noexcept {
  RequestTarget special;
  if (method == Method::kConnect) {  // authority-form, RFC 9112 section 3.2.3
    if (!IsHostWithOptionalPort(target) || !HasPort(target)) {
      return Rejection::kTargetFormNotForMethod;
    }
    special.form = TargetForm::kAuthority;
    special.authority = target;
    return special;
  }
  if (target == "*") {  // asterisk-form, RFC 9112 section 3.2.4
    if (method != Method::kOptions) return Rejection::kTargetFormNotForMethod;
    special.form = TargetForm::kAsterisk;
    return special;
  }
  if (absl::StartsWith(target, "/")) return ParseOriginForm(target, storage);
  const absl::string_view scheme = SchemeOf(target);
  if (!scheme.empty()) return ParseAbsoluteForm(scheme, target, storage);
  return Rejection::kTargetFormNotForMethod;
}

}  // namespace prong
