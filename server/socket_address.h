// The address of a stream socket: of IPv4 or IPv6 with a port, or of a unix socket; see
// ip(7), ipv6(7), unix(7).

#ifndef PRONG_SERVER_SOCKET_ADDRESS_H_
#define PRONG_SERVER_SOCKET_ADDRESS_H_

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <array>
#include <cstddef>
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

  // The address of a unix socket in the file system; nothing if `path` is empty, longer
  // than kMaxPathSize, or has a NUL.
  static std::optional<SocketAddress> FromPath(absl::string_view path);
  static constexpr size_t kMaxPathSize = sizeof(sockaddr_un::sun_path) - 1;

  // The address that getsockname(2) or accept(2) wrote to `address`. IPv4 that is
  // mapped into IPv6, as a client of a socket for both is, becomes IPv4.
  explicit SocketAddress(const sockaddr_storage& address);

  bool is_unix() const { return family() == AF_UNIX; }

  // Not for unix sockets, which have none of these.
  SocketAddress WithPort(uint16_t port) const;  // in host byte order
  uint16_t port() const;

  // Whether only this machine can reach it: 127.0.0.0/8, ::1, or a unix socket.
  bool is_loopback() const;

  // Whom a limit per client counts as one: an IPv4 address; of an IPv6 address the
  // first 64 bits, as the rest is the client's to choose (RFC 4291 section 2.5.4).
  // Clients of unix sockets have no address by which to tell them apart: all are one.
  using Network = std::array<uint8_t, 16>;  // in network byte order, IPv4 as mapped
  Network network() const;

  // The literal, and the literal with the port as a URI writes it: "[::1]:8080". Of a
  // unix socket, "unix" and "unix:PATH"; in place of the NUL that begins the name of an
  // abstract one stands "@".
  std::string Literal() const;
  std::string LiteralWithPort() const;

  // For bind(2). Of a unix socket, that of one in the file system.
  const sockaddr* address() const { return reinterpret_cast<const sockaddr*>(&storage_); }
  socklen_t size() const;
  int family() const { return storage_.ss_family; }

  // Of a unix socket in the file system.
  const char* path() const { return un().sun_path; }

 private:
  SocketAddress() = default;

  void Unmap();
  bool is_ipv6() const { return family() == AF_INET6; }
  sockaddr_in& ipv4() { return reinterpret_cast<sockaddr_in&>(storage_); }
  sockaddr_in6& ipv6() { return reinterpret_cast<sockaddr_in6&>(storage_); }
  const sockaddr_in& ipv4() const { return reinterpret_cast<const sockaddr_in&>(storage_); }
  const sockaddr_in6& ipv6() const { return reinterpret_cast<const sockaddr_in6&>(storage_); }
  sockaddr_un& un() { return reinterpret_cast<sockaddr_un&>(storage_); }
  const sockaddr_un& un() const { return reinterpret_cast<const sockaddr_un&>(storage_); }

  sockaddr_storage storage_ = {};
};

}  // namespace prong

#endif  // PRONG_SERVER_SOCKET_ADDRESS_H_
