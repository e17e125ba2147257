#include "tools/http_get/url.h"

#include <cstddef>

#include "absl/algorithm/container.h"
#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "parser/host.h"

namespace prong {
namespace {

bool IsPrintable(char c) { return absl::ascii_isgraph(static_cast<unsigned char>(c)); }

}  // namespace

absl::StatusOr<Url> ParseUrl(absl::string_view text) {
  constexpr absl::string_view kScheme = "http://";
  if (!absl::StartsWithIgnoreCase(text, kScheme)) {
    return absl::InvalidArgumentError("give a URL such as http://127.0.0.1:8080/");
  }
  if (!absl::c_all_of(text, IsPrintable)) {
    return absl::InvalidArgumentError(
        "percent-encode what is not printable ASCII, such as a space as %20");
  }
  text.remove_prefix(kScheme.size());
  text = text.substr(0, text.find('#'));

  Url url;
  const size_t authority_end = text.find_first_of("/?");
  url.authority = absl::StrCat(text.substr(0, authority_end));
  if (authority_end != text.npos) url.target = absl::StrCat(text.substr(authority_end));
  if (!absl::StartsWith(url.target, "/")) url.target.insert(0, "/");
  if (!IsHostWithOptionalPort(url.authority)) {
    return absl::InvalidArgumentError(
        "give a host, or an IPv6 address in brackets, and perhaps a port behind a colon");
  }

  // An IPv6 address has colons of its own.
  absl::string_view host = url.authority;
  const size_t colon = host.rfind(':');
  if (colon != host.npos && host.back() != ']') {
    url.port = absl::StrCat(host.substr(colon + 1));
    host = host.substr(0, colon);
  }
  if (url.port.empty()) url.port = "80";
  if (absl::ConsumePrefix(&host, "[")) absl::ConsumeSuffix(&host, "]");
  url.host = absl::StrCat(host);
  return url;
}

}  // namespace prong
