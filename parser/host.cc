#include "parser/host.h"

#include <cstdint>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "parser/character_set.h"
#include "parser/ip_address.h"
#include "parser/percent_encoding.h"

namespace prong {
namespace {

bool IsPort(absl::string_view text) {
  if (text.empty()) return true;
  uint32_t port;
  return kDigits.ContainsAll(text) && absl::SimpleAtoi(text, &port) && port <= 65535;
}

bool IsRegisteredName(absl::string_view text) {
  if (text.empty()) return false;
  while (!text.empty()) {
    if (text[0] == '%') {
      if (!DecodeTriplet(text)) return false;
      text.remove_prefix(3);
    } else {
      if (!kRegNameCharacters.Contains(text[0])) return false;
      text.remove_prefix(1);
    }
  }
  return true;
}

}  // namespace

bool IsHostWithOptionalPort(absl::string_view text) noexcept {
  const bool bracketed = !text.empty() && text[0] == '[';
  const size_t host_end = bracketed ? text.find(']') : text.find(':');
  if (bracketed) {
    if (host_end == text.npos || !IsIpv6Address(text.substr(1, host_end - 1))) return false;
    text.remove_prefix(host_end + 1);
  } else {
    if (!IsRegisteredName(text.substr(0, host_end))) return false;
    text.remove_prefix(host_end == text.npos ? text.size() : host_end);
  }
  return text.empty() || (text[0] == ':' && IsPort(text.substr(1)));
}

std::variant<absl::string_view, Rejection> ParseHost(absl::Span<const Field> fields,
                                                     int minor_version) noexcept {
  const Field* host = nullptr;
  for (const Field& field : fields) {
    if (!field.IsCalled("Host")) continue;
    if (host != nullptr) return Rejection::kHostRepeated;
    host = &field;
  }
  if (host == nullptr) {
    if (minor_version >= 1) return Rejection::kHostMissing;
    return absl::string_view();
  }
  if (!IsHostWithOptionalPort(host->value)) return Rejection::kHostInvalid;
  return host->value;
}

}  // namespace prong
