#include "server/socket_address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace prong {

SocketAddress::SocketAddress(const sockaddr_storage& address) : storage_(address) { Unmap(); }

std::optional<SocketAddress> SocketAddress::FromLiteral(absl::string_view literal) {
  if (absl::StrContains(literal, '\0')) return std::nullopt;  // where inet_pton would stop
  const std::string terminated(literal);
  SocketAddress address;
  if (inet_pton(AF_INET, terminated.c_str(), &address.ipv4().sin_addr) == 1) {
    address.storage_.ss_family = AF_INET;
    return address;
  }
  if (inet_pton(AF_INET6, terminated.c_str(), &address.ipv6().sin6_addr) == 1) {
    address.storage_.ss_family = AF_INET6;
    address.Unmap();
    return address;
  }
  return std::nullopt;
}

std::optional<SocketAddress> SocketAddress::FromPath(absl::string_view path) {
  if (path.empty() || path.size() > kMaxPathSize || absl::StrContains(path, '\0'))
    return std::nullopt;
  SocketAddress address;
  address.storage_.ss_family = AF_UNIX;
  path.copy(address.un().sun_path, path.size());
  return address;
}

SocketAddress SocketAddress::WithPort(uint16_t port) const {
  SocketAddress address = *this;
  (is_ipv6() ? address.ipv6().sin6_port : address.ipv4().sin_port) = htons(port);
  return address;
}

uint16_t SocketAddress::port() const {
  return ntohs(is_ipv6() ? ipv6().sin6_port : ipv4().sin_port);
}

bool SocketAddress::is_loopback() const {
  if (is_unix()) return true;
  constexpr Network kMappedLoopback = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 127};
  if (is_ipv6() && IN6_IS_ADDR_LOOPBACK(&ipv6().sin6_addr)) return true;
  const Network bytes = network();
  return std::equal(bytes.begin(), bytes.begin() + 13, kMappedLoopback.begin());
}

SocketAddress::Network SocketAddress::network() const {
  Network network = {};
  if (is_unix()) return network;
  if (!is_ipv6()) {
    network[10] = network[11] = 0xff;  // RFC 4291 section 2.5.5.2
    std::memcpy(&network[12], &ipv4().sin_addr, 4);
    return network;
  }
  std::memcpy(network.data(), &ipv6().sin6_addr, 8);
  return network;
}

void SocketAddress::Unmap() {
  if (!is_ipv6() || !IN6_IS_ADDR_V4MAPPED(&ipv6().sin6_addr)) return;
  const sockaddr_in6 mapped = ipv6();
  storage_ = {};
  storage_.ss_family = AF_INET;
  ipv4().sin_port = mapped.sin6_port;
  std::memcpy(&ipv4().sin_addr, &mapped.sin6_addr.s6_addr[12], 4);
}

socklen_t SocketAddress::size() const {
  if (is_unix()) return sizeof(sockaddr_un);
  return is_ipv6() ? sizeof(sockaddr_in6) : sizeof(sockaddr_in);
}

std::string SocketAddress::Literal() const {
  if (is_unix()) return "unix";
  if (!is_ipv6()) {
    // Not inet_ntop, which calls sprintf: each child would touch six pages more for its log.
    const uint32_t bits = ntohl(ipv4().sin_addr.s_addr);
    return absl::StrCat(bits >> 24, ".", bits >> 16 & 0xff, ".", bits >> 8 & 0xff, ".",
                        bits & 0xff);
  }
  char literal[INET6_ADDRSTRLEN];
  return inet_ntop(AF_INET6, &ipv6().sin6_addr, literal, sizeof(literal));
}

std::string SocketAddress::LiteralWithPort() const {
  if (is_unix()) {
    const bool is_abstract = path()[0] == '\0' && path()[1] != '\0';
    const size_t begin = is_abstract ? 1 : 0;
    const absl::string_view name(&path()[begin], strnlen(&path()[begin], kMaxPathSize + 1 - begin));
    return absl::StrCat("unix:", is_abstract ? "@" : "", name);
  }
  return is_ipv6() ? absl::StrCat("[", Literal(), "]:", port())
                   : absl::StrCat(Literal(), ":", port());
}

}  // namespace prong
