#include "server/address_block.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <cstddef>
#include <cstring>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace prong {
namespace {

using Bytes = std::array<uint8_t, 16>;

constexpr absl::string_view kUnix = "unix";

// Of an IPv4 address that is mapped into IPv6.
constexpr Bytes kMapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
constexpr int kMappedBits = 96;

// `address` without what is behind its first `bits` bits.
Bytes Prefix(const Bytes& address, int bits) {
  Bytes prefix = {};
  for (size_t i = 0; i < prefix.size() && bits > 0; ++i, bits -= 8) {
    const unsigned int mask = bits >= 8 ? 0xff : 0xff00u >> bits;
    prefix[i] = static_cast<uint8_t>(address[i] & mask);
  }
  return prefix;
}

bool IsMapped(const Bytes& address) { return Prefix(address, kMappedBits) == kMapped; }

// Nothing if it is no IP address.
std::optional<Bytes> BytesOf(const SocketAddress& address) {
  Bytes bytes = kMapped;
  switch (address.family()) {
    case AF_INET:
      std::memcpy(&bytes[kMappedBits / 8],
                  &reinterpret_cast<const sockaddr_in*>(address.address())->sin_addr, 4);
      return bytes;
    case AF_INET6:
      std::memcpy(bytes.data(),
                  &reinterpret_cast<const sockaddr_in6*>(address.address())->sin6_addr, 16);
      return bytes;
    default:
      return std::nullopt;
  }
}

// The number of `text`, which is digits, from 0 to `max`.
std::optional<int> ParseBits(absl::string_view text, int max) {
  int bits = 0;
  if (text.empty() || !absl::ascii_isdigit(static_cast<unsigned char>(text[0])) ||
      !absl::SimpleAtoi(text, &bits) || bits > max)
    return std::nullopt;
  return bits;
}

}  // namespace

absl::StatusOr<AddressBlock> AddressBlock::Parse(absl::string_view text) {
  if (text == kUnix) return AddressBlock({}, -1);
  const std::pair<absl::string_view, absl::string_view> parts =
      absl::StrSplit(text, absl::MaxSplits('/', 1));
  const std::optional<SocketAddress> address = SocketAddress::FromLiteral(parts.first);
  const bool is_ipv6 = absl::StrContains(parts.first, ':');  // also of a mapped address
  const int size = is_ipv6 ? 128 : 32;
  const std::optional<int> bits =
      absl::StrContains(text, '/') ? ParseBits(parts.second, size) : size;
  const std::optional<Bytes> bytes = address ? BytesOf(*address) : std::nullopt;
  if (!bytes || !bits) {
    return absl::InvalidArgumentError(
        "give an IPv4 or IPv6 address, or a block of them, such as 192.0.2.1, 192.0.2.0/24 or "
        "2001:db8::/32; or unix");
  }

  const int prefix_size = is_ipv6 ? *bits : kMappedBits + *bits;
  AddressBlock block(Prefix(*bytes, prefix_size), prefix_size);
  if (block.first_ != *bytes) {
    return absl::InvalidArgumentError(absl::StrCat("'", text, "' has bits set behind its first ",
                                                   *bits, "; give ", block.Text(), ", or ",
                                                   parts.first, " for the one address"));
  }
  return block;
}

bool AddressBlock::Contains(const SocketAddress& address) const {
  if (is_unix() || address.is_unix()) return is_unix() && address.is_unix();
  const std::optional<Bytes> bytes = BytesOf(address);
  return bytes && IsMapped(*bytes) == is_ipv4() && Prefix(*bytes, prefix_size_) == first_;
}

bool AddressBlock::is_ipv4() const { return prefix_size_ >= kMappedBits && IsMapped(first_); }

std::string AddressBlock::Text() const {
  if (is_unix()) return absl::StrCat(kUnix);
  char literal[INET6_ADDRSTRLEN];
  if (is_ipv4()) {
    inet_ntop(AF_INET, &first_[kMappedBits / 8], literal, sizeof(literal));
    return absl::StrCat(literal, "/", prefix_size_ - kMappedBits);
  }
  inet_ntop(AF_INET6, first_.data(), literal, sizeof(literal));
  return absl::StrCat(literal, "/", prefix_size_);
}

}  // namespace prong
