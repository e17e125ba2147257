#include "parser/ip_address.h"

#include <arpa/inet.h>

#include <cstring>

#include "absl/strings/match.h"

namespace prong {
namespace {

bool IsAddress(int family, absl::string_view text) {
  char terminated[INET6_ADDRSTRLEN];
  if (text.size() >= sizeof(terminated) || absl::StrContains(text, '\0')) return false;
  std::memcpy(terminated, text.data(), text.size());
  terminated[text.size()] = '\0';
  in6_addr address;
  return inet_pton(family, terminated, &address) == 1;
}

}  // namespace

bool IsIpv4Address(absl::string_view text) noexcept { return IsAddress(AF_INET, text); }

bool IsIpv6Address(absl::string_view text) noexcept { return IsAddress(AF_INET6, text); }

}  // namespace prong
