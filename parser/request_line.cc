#include "parser/request_line.h"

#include <cstdlib>

namespace prong {
namespace {

// Groups: method, target, major and minor version. The target is VCHAR without
// the four characters that neither a URI nor a browser's idea of one holds
// unencoded: " # < >. Everything is ASCII and every repeat ends at a character
// that it cannot match, so RE2 runs it in one pass, without a backtrack.
constexpr char kPattern[] =
    R"re(([!#$%&'*+\-.^_`|~0-9A-Za-z]+) ([!$-;=?-~]+) HTTP/([0-9])\.([0-9]))re";
constexpr int kGroups = 1 + 4;  // the whole match is group 0

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
  // RE2 builds its one-pass program at the first match: here, not in each child.
  (void)Parse("GET / HTTP/1.1");
}

std::variant<RequestLine, Rejection> RequestLinePattern::Parse(
    absl::string_view line) const noexcept {
  re2::StringPiece groups[kGroups];
  if (!pattern_.Match(re2::StringPiece(line.data(), line.size()), 0, line.size(), RE2::ANCHOR_BOTH,
                      groups, kGroups)) {
    return Rejection::kRequestLineMalformed;
  }
  const auto group = [&groups](int i) {
    return absl::string_view(groups[i].data(), groups[i].size());
  };
  if (group(3) != "1") return Rejection::kVersionUnsupported;
  return RequestLine{ToMethod(group(1)), group(2), group(4)[0] - '0'};
}

}  // namespace prong
