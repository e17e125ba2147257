#include "fuzz/target_properties.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "fuzz/characters.h"
#include "fuzz/host_twin.h"
#include "fuzz/property.h"

namespace prong {
namespace {

constexpr absl::string_view kScheme = "http://";

bool IsSameView(absl::string_view a, absl::string_view b) {
  return a.data() == b.data() && a.size() == b.size();
}

// pchar without pct-encoded, RFC 3986 section 3.3, and what parser/character_set.h
// tolerates in a path.
bool IsSegmentCharacter(char c) {
  return IsRegNameCharacter(c) || c == ':' || c == '@' || c == '[' || c == ']' || c == '|';
}

struct Segment {
  std::string name;            // decoded once
  std::set<Rejection> faults;  // of its bytes
};

Segment DecodeSegment(absl::string_view text) {
  Segment segment;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      segment.name.push_back(text[i]);
      if (!IsSegmentCharacter(text[i])) segment.faults.insert(Rejection::kTargetCharacterInvalid);
      continue;
    }
    if (text.size() - i < 3 || !IsHexDigit(text[i + 1]) || !IsHexDigit(text[i + 2])) {
      segment.faults.insert(Rejection::kTargetPercentEncodingInvalid);
      continue;
    }
    const char decoded = static_cast<char>(HexValue(text[i + 1]) * 16 + HexValue(text[i + 2]));
    if (decoded == '\0') segment.faults.insert(Rejection::kTargetNul);
    if (decoded == '/') segment.faults.insert(Rejection::kTargetEncodedSlash);
    segment.name.push_back(decoded);
    i += 2;
  }
  return segment;
}

// A path by the words of RFC 3986 section 5.2.4: segments decoded whole, then a
// list of names that ".." shortens. The parser goes byte by byte, in one buffer.
struct ResolvedPath {
  std::string path;
  bool names_directory = true;
  std::set<Rejection> faults;
};

// REQUIRES: `path`, without a query, is empty or starts with a slash.
ResolvedPath Resolve(absl::string_view path) {
  ResolvedPath resolved;
  std::vector<std::string> names;
  for (const absl::string_view text : absl::StrSplit(path, '/')) {
    Segment segment = DecodeSegment(text);
    resolved.faults.merge(segment.faults);
    resolved.names_directory = segment.name.empty() || segment.name == "." || segment.name == "..";
    if (!resolved.names_directory) {
      names.push_back(segment.name);
    } else if (segment.name == "..") {
      if (names.empty()) {
        resolved.faults.insert(Rejection::kTargetClimbs);
      } else {
        names.pop_back();
      }
    }
  }
  resolved.path = absl::StrJoin(names, "/");
  return resolved;
}

void RequireRelativePath(absl::string_view path) {
  if (path.empty()) return;
  Require(!absl::StrContains(path, '\0'), "a path has no NUL");
  for (const absl::string_view segment : absl::StrSplit(path, '/')) {
    Require(!segment.empty(), "a path has no empty segment, nor a slash at an end");
    Require(segment != "." && segment != "..", "a path has no dot segment");
  }
}

// `text` is the path and query of the target.
void RequirePath(const RequestTarget& target, absl::string_view text) {
  Require(absl::EndsWith(text, target.query), "the query is the end of the target");
  const absl::string_view path = absl::StripSuffix(text, target.query);
  Require(!absl::StrContains(path, '?'), "the query starts at the first question mark");
  Require(target.query.empty() || target.query[0] == '?', "the query has its question mark");

  RequireRelativePath(target.path);
  Require(target.path.empty() || target.path.size() < path.size(),
          "a path is shorter than what it was decoded from");
  const ResolvedPath resolved = Resolve(path);
  Require(target.path == resolved.path, "a path is the target's, decoded once");
  Require(target.names_directory == resolved.names_directory,
          "a path names a directory if it ends in a slash or a dot segment");
}

// The length of the scheme that `text` starts with, or 0 if it is not a URI with an
// authority. RFC 3986 section 3.1.
size_t SchemeSize(absl::string_view text) {
  size_t size = 0;
  while (size < text.size() && (IsLetter(text[size]) || IsDigit(text[size]) || text[size] == '+' ||
                                text[size] == '-' || text[size] == '.')) {
    ++size;
  }
  if (size == 0 || !IsLetter(text[0]) || !absl::StartsWith(text.substr(size), "://")) return 0;
  return size;
}

std::set<Rejection> UriFaults(absl::string_view text) {
  if (!absl::StartsWithIgnoreCase(text, kScheme)) return {Rejection::kTargetSchemeUnsupported};
  text.remove_prefix(kScheme.size());
  const absl::string_view authority = text.substr(0, text.find_first_of("/?"));
  text.remove_prefix(authority.size());
  std::set<Rejection> faults = Resolve(text.substr(0, text.find('?'))).faults;
  if (!ReadHost(authority).valid) faults.insert(Rejection::kTargetAuthorityInvalid);
  return faults;
}

}  // namespace

void RequireRightTarget(const RequestTarget& target, Method method, absl::string_view text) {
  switch (target.form) {
    case TargetForm::kOrigin:
      Require(text[0] == '/' && target.authority.empty(), "origin-form starts with a slash");
      return RequirePath(target, text);
    case TargetForm::kAbsolute:
      Require(absl::StartsWithIgnoreCase(text, kScheme), "absolute-form starts with its scheme");
      text.remove_prefix(kScheme.size());
      Require(!target.authority.empty() &&
                  IsSameView(target.authority, text.substr(0, text.find_first_of("/?"))),
              "the authority is a view of all before the path or query");
      return RequirePath(target, text.substr(target.authority.size()));
    case TargetForm::kAuthority:
      Require(method == Method::kConnect, "authority-form is for CONNECT");
      Require(IsSameView(target.authority, text), "authority-form is an authority");
      break;
    case TargetForm::kAsterisk:
      Require(method == Method::kOptions, "asterisk-form is for OPTIONS");
      Require(text == "*" && target.authority.empty(), "asterisk-form is an asterisk");
      break;
  }
  Require(target.path.empty() && target.query.empty(), "these forms have neither path nor query");
}

std::set<Rejection> TargetFaults(Method method, absl::string_view text) {
  const std::set<Rejection> kOtherForm = {Rejection::kTargetFormNotForMethod};
  if (method == Method::kConnect) {
    const HostReading host = ReadHost(text);
    return host.valid && host.has_port ? std::set<Rejection>() : kOtherForm;
  }
  if (text == "*") return method == Method::kOptions ? std::set<Rejection>() : kOtherForm;
  if (absl::StartsWith(text, "/")) return Resolve(text.substr(0, text.find('?'))).faults;
  return SchemeSize(text) == 0 ? kOtherForm : UriFaults(text);
}

}  // namespace prong
