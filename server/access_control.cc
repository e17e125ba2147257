#include "server/access_control.h"

#include <optional>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/strings/string_view.h"
#include "parser/forwarded.h"
#include "server/address_block.h"

namespace prong {
namespace {

bool AnyContains(const std::vector<AddressBlock>& blocks, const SocketAddress& address) {
  return absl::c_any_of(blocks, [&](const AddressBlock& block) { return block.Contains(address); });
}

}  // namespace

bool IsTrustedProxy(const SocketAddress& peer, const AccessControlOptions& options) {
  return AnyContains(options.trusted_proxies, peer);
}

SocketAddress ClientOf(const SocketAddress& peer, absl::Span<const Field> fields,
                       const AccessControlOptions& options) {
  SocketAddress client = peer;
  ForwardedFor forwarded(fields);
  while (IsTrustedProxy(client, options)) {
    const std::optional<absl::string_view> literal = forwarded.Next();
    if (!literal) break;
    const std::optional<SocketAddress> address = SocketAddress::FromLiteral(*literal);
    if (!address) break;
    client = *address;
  }
  return client;
}

bool IsServed(const SocketAddress& client, const AccessControlOptions& options) {
  if (AnyContains(options.deny, client)) return false;
  return options.allow.empty() || AnyContains(options.allow, client);
}

}  // namespace prong
