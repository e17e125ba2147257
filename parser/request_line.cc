#include "parser/request_line.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdlib>

namespace prong {
namespace {

// The target is VCHAR without the four characters that neither a URI nor a browser's
// idea of one holds unencoded: " # < >. Neither it nor a method holds a space, so that
// the two spaces of a line that matches say what its parts are. RE2 is not asked for
// them, as then it runs its DFA, which takes half the time of what finds groups.
constexpr char kPattern[] = R"re([!#$%&'*+\-.^_`|~0-9A-Za-z]+ [!$-;=?-~]+ HTTP/[0-9]\.[0-9])re";

// Where the digits are in HTTP-version, RFC 9112 section 2.3.
constexpr size_t kMajorVersion = absl::string_view("HTTP/").size();
constexpr size_t kMinorVersion = absl::string_view("HTTP/1.").size();

Method ToMethod(absl::string_view token) {
  if (token == "GET") return Method::kGet;
  if (token == "HEAD") return Method::kHead;
  if (token == "OPTIONS") return Method::kOptions;
  if (token == "POST") return Method::kPost;
  if (token == "PUT") return Method::kPut;
  if (token == "DELETE") return Method::kDelete;
  if (token == "PATCH") return Method::kPatch;
  if (token == "CONNECT") return Method::kConnect;
  if (token == "TRACE") return Method::kTrace;
  return Method::kUnknown;
}

RE2::Options Options() {
  RE2::Options options;
  options.set_encoding(RE2::Options::EncodingLatin1);
  options.set_log_errors(false);
  return options;
}

}  // namespace

RequestLinePattern::RequestLinePattern() : pattern_(kPattern, Options()) {
  if (!pattern_.ok()) std::abort();
  // RE2 makes a state of its DFA, and a step from one to another, when a match first comes
  // there: all of them here, where it may allocate, and not in each child. This line comes
  // to each state, also when it ends there, and the pattern tells apart no bytes but these.
  // RE2 knows a match by the byte behind it, hence two more bytes than a line has. For up to
  // 16 bytes it would run something else.
  constexpr absl::string_view kLine = "LONGER-THAN-16-BYTES / HTTP/1.1  ";
  constexpr absl::string_view kBytes = "\" !#(./0HPT";
  for (size_t place = 0; place < kLine.size(); ++place) {
    for (const char byte : kBytes) {
      std::array<char, kLine.size()> line;
      std::copy(kLine.begin(), kLine.end(), line.begin());
      line[place] = byte;
      (void)Parse({line.data(), line.size()});
      (void)Parse({line.data(), place + 1});
    }
  }
}

std::variant<RequestLine, Rejection> RequestLinePattern::Parse(
    absl::string_view line) const noexcept {
  if (!pattern_.Match(re2::StringPiece(line.data(), line.size()), 0, line.size(), RE2::ANCHOR_BOTH,
                      nullptr, 0)) {
    return Rejection::kRequestLineMalformed;
  }
  const absl::string_view method = line.substr(0, line.find(' '));
  const absl::string_view version = line.substr(line.rfind(' ') + 1);
  if (version[kMajorVersion] != '1') return Rejection::kVersionUnsupported;
  const size_t target_size = line.size() - method.size() - version.size() - 2;
  return RequestLine{ToMethod(method), line.substr(method.size() + 1, target_size),
                     version[kMinorVersion] - '0'};
}

}  // namespace prong
