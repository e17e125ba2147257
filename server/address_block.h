// A block of IP addresses that have a prefix in common, RFC 4632 section 3.1 and RFC 4291
// section 2.3: "192.0.2.0/24", "2001:db8::/32".

#ifndef PRONG_SERVER_ADDRESS_BLOCK_H_
#define PRONG_SERVER_ADDRESS_BLOCK_H_

#include <array>
#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "server/socket_address.h"

namespace prong {

class AddressBlock {
 public:
  // The block of "ADDRESS/BITS", or of the one address that `text` is; "unix" is that of the
  // clients of unix sockets, which have no address. InvalidArgument for
  // anything else, and for an address that has bits set behind its prefix: who writes
  // "192.0.2.7/24" may mean the block or the address. The message says what to give.
  static absl::StatusOr<AddressBlock> Parse(absl::string_view text);

  // Whether `address` is one of the block's. An IPv4 address that is mapped into IPv6 (RFC
  // 4291 section 2.5.5.2) is that IPv4 address, in the block too: "::/0" has none.
  bool Contains(const SocketAddress& address) const;

  // As Parse reads it.
  std::string Text() const;

 private:
  using Bytes = std::array<uint8_t, 16>;  // an IPv6 address, in network byte order

  AddressBlock(const Bytes& first, int prefix_size) : first_(first), prefix_size_(prefix_size) {}

  bool is_ipv4() const;
  bool is_unix() const { return prefix_size_ < 0; }

  Bytes first_;      // address of the block; of IPv4 as mapped
  int prefix_size_;  // in bits of first_; negative for unix sockets
};

}  // namespace prong

#endif  // PRONG_SERVER_ADDRESS_BLOCK_H_
