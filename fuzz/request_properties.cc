#include "fuzz/request_properties.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/types/span.h"
#include "fuzz/property.h"
#include "parser/limits.h"

namespace prong {
namespace {

bool IsSameView(absl::string_view a, absl::string_view b) {
  return a.data() == b.data() && a.size() == b.size();
}

bool IsTokenCharacter(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
         absl::StrContains("!#$%&'*+-.^_`|~", c);
}

bool IsControl(char c) { return absl::ascii_iscntrl(static_cast<unsigned char>(c)); }

bool IsControlButTab(char c) { return c != '\t' && IsControl(c); }

// Reads the head of a request against what the parser made of it.
class Speller {
 public:
  explicit Speller(absl::string_view head) : rest_(head) {}

  bool starts_with(absl::string_view text) const { return absl::StartsWith(rest_, text); }
  bool done() const { return rest_.empty(); }

  void Text(absl::string_view text, const char* property) {
    Require(absl::ConsumePrefix(&rest_, text), property);
  }

  void View(absl::string_view view, const char* property) {
    Require(IsSameView(view, rest_.substr(0, view.size())), property);
    rest_.remove_prefix(view.size());
  }

  void OptionalWhiteSpace() {
    rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t"), rest_.size()));
  }

 private:
  absl::string_view rest_;
};

void RequireSpelling(const Request& request, absl::string_view head) {
  Speller speller(head);
  if (speller.starts_with("\r\n")) speller.Text("\r\n", "one empty line may precede a request");
  speller.View(request.line, "the request line is a view of the first line");
  speller.Text("\r\n", "the request line ends in CRLF");
  for (const Field& field : request.fields) {
    speller.View(field.name, "a field name is a view of the start of its line");
    speller.Text(":", "a field name ends in a colon");
    speller.OptionalWhiteSpace();
    speller.View(field.value, "a field value is a view of what follows the colon");
    speller.OptionalWhiteSpace();
    speller.Text("\r\n", "a field line ends in CRLF");
  }
  speller.Text("\r\n", "a head ends in an empty line");
  Require(speller.done(), "nothing of a head is left out");
}

void RequireFieldCharacters(absl::Span<const Field> fields) {
  for (const Field& field : fields) {
    Require(!field.name.empty(), "a field name is not empty");
    Require(absl::c_all_of(field.name, IsTokenCharacter), "a field name is a token");
    Require(absl::c_none_of(field.value, IsControlButTab),
            "a field value has no control character");
    Require(IsSameView(field.value, absl::StripTrailingAsciiWhitespace(field.value)),
            "a field value does not end in white space");
  }
}

// The name of a known method, or empty.
absl::string_view NameOf(Method method) {
  switch (method) {
    case Method::kConnect:
      return "CONNECT";
    case Method::kDelete:
      return "DELETE";
    case Method::kGet:
      return "GET";
    case Method::kHead:
      return "HEAD";
    case Method::kOptions:
      return "OPTIONS";
    case Method::kPatch:
      return "PATCH";
    case Method::kPost:
      return "POST";
    case Method::kPut:
      return "PUT";
    case Method::kTrace:
      return "TRACE";
    case Method::kUnknown:
      return "";
  }
  Require(false, "a method is an enumerator");
  return "";
}

// A path by the words of RFC 3986 section 5.2.4: segments decoded whole, then a
// list of names that ".." shortens. The parser goes byte by byte, in one buffer.
struct ResolvedPath {
  std::string path;
  bool names_directory;
};

std::string DecodeOnce(absl::string_view segment) {
  std::string decoded;
  for (size_t i = 0; i < segment.size(); ++i) {
    if (segment[i] != '%') {
      decoded += segment[i];
      continue;
    }
    const absl::string_view digits = segment.substr(i + 1, 2);
    Require(digits.size() == 2 && absl::c_all_of(digits, absl::ascii_isxdigit),
            "a percent sign in a path starts a triplet");
    decoded += absl::HexStringToBytes(digits);
    i += 2;
  }
  return decoded;
}

ResolvedPath Resolve(absl::string_view path) {
  std::vector<std::string> names;
  std::string last;
  for (const absl::string_view segment : absl::StrSplit(absl::StripPrefix(path, "/"), '/')) {
    last = DecodeOnce(segment);
    Require(!absl::StrContains(last, '/'), "no segment has an encoded slash");
    if (last == "..") {
      Require(!names.empty(), "no path climbs above the root");
      names.pop_back();
    } else if (!last.empty() && last != ".") {
      names.push_back(last);
    }
  }
  return {absl::StrJoin(names, "/"), last.empty() || last == "." || last == ".."};
}

// `text` is the path and query of the target.
void RequirePath(const RequestTarget& target, absl::string_view text) {
  Require(absl::EndsWith(text, target.query), "the query is the end of the target");
  const absl::string_view path = absl::StripSuffix(text, target.query);
  Require(!absl::StrContains(path, '?'), "the query starts at the first question mark");
  Require(target.query.empty() || target.query[0] == '?', "the query has its question mark");

  Require(target.path.empty() || target.path.size() < path.size(),
          "a path is shorter than what it was decoded from");
  Require(!absl::StrContains(target.path, '\0'), "a path has no NUL");
  if (!target.path.empty()) {
    for (const absl::string_view segment : absl::StrSplit(target.path, '/')) {
      Require(!segment.empty(), "a path has no empty segment, nor a slash at an end");
      Require(segment != "." && segment != "..", "a path has no dot segment");
    }
  }
  const ResolvedPath resolved = Resolve(path);
  Require(target.path == resolved.path, "a path is the target's, decoded once");
  Require(target.names_directory == resolved.names_directory,
          "a path names a directory if it ends in a slash or a dot segment");
}

void RequireTarget(const Request& request, absl::string_view text) {
  const RequestTarget& target = request.target;
  switch (target.form) {
    case TargetForm::kOrigin:
      Require(text[0] == '/' && target.authority.empty(), "origin-form starts with a slash");
      return RequirePath(target, text);
    case TargetForm::kAbsolute: {
      constexpr absl::string_view kScheme = "http://";
      Require(absl::StartsWithIgnoreCase(text, kScheme), "absolute-form starts with its scheme");
      text.remove_prefix(kScheme.size());
      Require(!target.authority.empty() &&
                  IsSameView(target.authority, text.substr(0, text.find_first_of("/?"))),
              "the authority is a view of all before the path or query");
      return RequirePath(target, text.substr(target.authority.size()));
    }
    case TargetForm::kAuthority:
      Require(request.method == Method::kConnect, "authority-form is for CONNECT");
      Require(IsSameView(target.authority, text), "authority-form is an authority");
      break;
    case TargetForm::kAsterisk:
      Require(request.method == Method::kOptions, "asterisk-form is for OPTIONS");
      Require(text == "*" && target.authority.empty(), "asterisk-form is an asterisk");
      break;
  }
  Require(target.path.empty() && target.query.empty(), "these forms have neither path nor query");
}

void RequireLine(const Request& request) {
  Require(absl::c_none_of(request.line, IsControl), "a request line has no control character");
  const std::vector<absl::string_view> words = absl::StrSplit(request.line, ' ');
  Require(words.size() == 3, "a request line is three words");
  Require(!words[0].empty() && absl::c_all_of(words[0], IsTokenCharacter), "a method is a token");
  Require(request.method == Method::kUnknown || words[0] == NameOf(request.method),
          "a known method has its name");
  Require(!words[1].empty(), "a target is not empty");
  RequireTarget(request, words[1]);

  absl::string_view version = words[2];
  Require(absl::ConsumePrefix(&version, "HTTP/1."), "the major version is 1");
  Require(version.size() == 1 && absl::ascii_isdigit(static_cast<unsigned char>(version[0])),
          "the minor version is a digit");
  Require(request.minor_version == (version == "0" ? 0 : 1), "minor versions above 1 count as 1");
}

std::vector<absl::string_view> ValuesOf(absl::string_view name, absl::Span<const Field> fields) {
  std::vector<absl::string_view> values;
  for (const Field& field : fields) {
    if (absl::EqualsIgnoreCase(field.name, name)) values.push_back(field.value);
  }
  return values;
}

void RequireHost(const Request& request) {
  const std::vector<absl::string_view> hosts = ValuesOf("Host", request.fields);
  Require(hosts.size() <= 1, "there is at most one Host");
  Require(hosts.size() == 1 || request.minor_version == 0, "HTTP/1.1 has a Host");
  const absl::string_view host = !request.target.authority.empty() ? request.target.authority
                                 : hosts.empty()                   ? absl::string_view()
                                                                   : hosts[0];
  Require(request.host == host, "the host is the target's, else that of Host");
  Require(request.host.find_first_of("\t \"#/<>?@\\") == absl::string_view::npos,
          "a host has no delimiter of a URI or of HTML");
}

void RequireFraming(const Request& request) {
  const Framing& framing = request.framing;
  const std::vector<absl::string_view> lengths = ValuesOf("Content-Length", request.fields);
  const std::vector<absl::string_view> codings = ValuesOf("Transfer-Encoding", request.fields);
  Require(lengths.size() + codings.size() <= 1, "at most one field frames the body");
  Require(framing.chunked == !codings.empty(), "a transfer coding is not ignored");
  if (framing.chunked) {
    Require(absl::EqualsIgnoreCase(codings[0], "chunked"), "the transfer coding is chunked alone");
    Require(request.minor_version == 1, "HTTP/1.0 has no transfer coding");
  }
  if (lengths.empty()) {
    Require(framing.content_length == 0, "without Content-Length there is no length");
  } else {
    const size_t zeros = std::min(lengths[0].find_first_not_of('0'), lengths[0].size() - 1);
    Require(lengths[0].substr(zeros) == absl::StrCat(framing.content_length),
            "the length of the body is what Content-Length spells");
  }
}

void RequireConnection(const Request& request) {
  const std::vector<absl::string_view> options = ValuesOf("Connection", request.fields);
  if (options.empty()) {
    Require(request.persistent == (request.minor_version == 1),
            "persistence is HTTP/1.1's default");
  }
  if (absl::c_any_of(options,
                     [](auto option) { return absl::EqualsIgnoreCase(option, "close"); })) {
    Require(!request.persistent, "close is close");
  }
  const std::vector<absl::string_view> expectations = ValuesOf("Expect", request.fields);
  Require(request.expects_continue == (request.minor_version == 1 && !expectations.empty()),
          "an expectation of HTTP/1.1 is not ignored");
}

}  // namespace

void RequireRightReading(const Request& request, absl::string_view input) {
  Require(request.size <= input.size(), "a request is in the input");
  Require(request.size <= kMaxHeadSize, "a head is within its limit");
  Require(request.line.size() <= kMaxRequestLineSize, "a request line is within its limit");
  Require(request.fields.size() <= kMaxFields, "the fields are within their limit");

  RequireSpelling(request, input.substr(0, request.size));
  RequireFieldCharacters(request.fields);
  RequireLine(request);
  RequireHost(request);
  RequireFraming(request);
  RequireConnection(request);
}

}  // namespace prong
