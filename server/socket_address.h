// An IPv4 or IPv6 address with a port, see ip(7) and ipv6(7).

#ifndef PRONG_SERVER_SOCKET_ADDRESS_H_
#define PRONG_SERVER_SOCKET_ADDRESS_H_

#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace prong {

class SocketAddress {
 public:
  // The address of a literal such as "127.0.0.1" or "::1", with port 0; nothing if
  // `literal` is none. Names are not resolved. An IPv4 address that is mapped into
  // IPv6 ("::ffff:192.0.2.1", RFC 4291 section 2.5.5.2) is taken for what it is.
  static std::optional<SocketAddress> FromLiteral(absl::string_view literal);

  // The address that getsockname(2) or accept(2) wrote to `address`. IPv4 that is
  // mapped into IPv6, as a client of a socket for both is, becomes IPv4.
  explicit SocketAddress(const sockaddr_storage& address);

  SocketAddress WithPort(uint16_t port) const;  // in host byte order
  uint16_t port() const;

  // Whom a limit per client counts as one: an IPv4 address; of an IPv6 address the
  // first 64 bits, as the rest is the client's to choose (RFC 4291 section 2.5.4).
  using Network = std::array<uint8_t, 16>;  // in network byte order, IPv4 as mapped
  Network network() const;

  // The literal, and the literal with the port as a URI writes it: "[::1]:8080".
  std::string Literal() const;
  std::string LiteralWithPort() const;

  // For bind(2).
  const sockaddr* address() const { return reinterpret_cast<const sockaddr*>(&storage_); }
  socklen_t size() const { return is_ipv6() ? sizeof(sockaddr_in6) : sizeof(sockaddr_in); }
  int family() const { return storage_.ss_family; }

 private:
  SocketAddress() = default;

  void Unmap();
  bool is_ipv6() const { return family() == AF_INET6; }
  sockaddr_in& ipv4() { return reinterpret_cast<sockaddr_in&>(storage_); }
  sockaddr_in6& ipv6() { return reinterpret_cast<sockaddr_in6&>(storage_); }
  const sockaddr_in& ipv4() const { return reinterpret_cast<const sockaddr_in&>(storage_); }
  const sockaddr_in6& ipv6() const { return reinterpret_cast<const sockaddr_in6&>(storage_); }

  sockaddr_storage storage_ = {};
};

}  // namespace prong

#endif  // PRONG_SERVER_SOCKET_ADDRESS_H_
