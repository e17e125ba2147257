#include "server/landlock.h"

#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "absl/strings/str_cat.h"

namespace prong {
namespace {

// struct landlock_ruleset_attr of ABI 6, and the rights of later versions than the header of
// Debian 12 has: the kernel that this runs on may be newer than the one it was built on.
struct RulesetAttributes {
  uint64_t file_system;
  uint64_t network;  // from ABI 4
  uint64_t scoped;   // from ABI 6
};

constexpr uint64_t kRefer = uint64_t{1} << 13;        // from ABI 2
constexpr uint64_t kTruncate = uint64_t{1} << 14;     // from ABI 3
constexpr uint64_t kIoctlDevice = uint64_t{1} << 15;  // from ABI 5
constexpr uint64_t kBindTcp = uint64_t{1} << 0;
constexpr uint64_t kConnectTcp = uint64_t{1} << 1;
constexpr uint64_t kScopeAbstractUnixSocket = uint64_t{1} << 0;
constexpr uint64_t kScopeSignal = uint64_t{1} << 1;

constexpr uint64_t kRead = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
constexpr uint64_t kWrite =
    LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_REMOVE_FILE;
constexpr uint64_t kFirstRights = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1;  // all of ABI 1

// All rights that a kernel of `abi` can withhold, and the size of what it takes.
std::pair<RulesetAttributes, size_t> AllRights(int abi) {
  RulesetAttributes rights = {kFirstRights, 0, 0};
  size_t size = offsetof(RulesetAttributes, network);
  if (abi >= 2) rights.file_system |= kRefer;
  if (abi >= 3) rights.file_system |= kTruncate;
  if (abi >= 4) {
    rights.network = kBindTcp | kConnectTcp;
    size = offsetof(RulesetAttributes, scoped);
  }
  if (abi >= 5) rights.file_system |= kIoctlDevice;
  if (abi >= 6) {
    rights.scoped = kScopeAbstractUnixSocket | kScopeSignal;
    size = sizeof(RulesetAttributes);
  }
  return {rights, size};
}

absl::StatusOr<int> Abi() {
  const long abi =
      syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
  if (abi < 1) return absl::ErrnoToStatus(errno, "landlock_create_ruleset");
  return static_cast<int>(abi);
}

absl::StatusOr<UniqueFd> MakeRuleset(const RulesetAttributes& rights, size_t size) {
  UniqueFd ruleset(static_cast<int>(syscall(SYS_landlock_create_ruleset, &rights, size, 0)));
  if (!ruleset.valid()) return absl::ErrnoToStatus(errno, "landlock_create_ruleset");
  return ruleset;
}

absl::Status Allow(const UniqueFd& ruleset, uint64_t rights, int directory) {
  const landlock_path_beneath_attr rule = {rights, directory};
  if (syscall(SYS_landlock_add_rule, ruleset.get(), LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == 0)
    return absl::OkStatus();
  return absl::ErrnoToStatus(errno, "landlock_add_rule");
}

absl::StatusOr<UniqueFd> MakeReadOnlyRuleset() {
  return MakeRuleset({kFirstRights & ~kRead, 0, 0}, offsetof(RulesetAttributes, network));
}

// What `rules` allow of all that a kernel of `abi` can withhold.
absl::StatusOr<UniqueFd> MakeRuleset(const LandlockRules& rules, int abi) {
  const auto [rights, size] = AllRights(abi);
  absl::StatusOr<UniqueFd> ruleset = MakeRuleset(rights, size);
  if (!ruleset.ok()) return ruleset;
  absl::Status allowed = Allow(*ruleset, kRead, rules.readable);
  for (const std::string& path : rules.writable_in) {
    const UniqueFd directory(open(path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!directory.valid()) return absl::ErrnoToStatus(errno, absl::StrCat("open ", path));
    allowed.Update(Allow(*ruleset, kWrite, directory.get()));
  }
  if (!allowed.ok()) return allowed;
  return ruleset;
}

}  // namespace

absl::StatusOr<LandlockDomain> EnterLandlockDomain(const LandlockRules& rules) {
  const absl::StatusOr<int> abi = Abi();
  if (!abi.ok()) return abi.status();
  LandlockDomain domain = {*abi, UniqueFd()};
  if (!rules.writable_in.empty()) {
    absl::StatusOr<UniqueFd> read_only = MakeReadOnlyRuleset();
    if (!read_only.ok()) return read_only.status();
    domain.read_only = *std::move(read_only);
  }
  const absl::StatusOr<UniqueFd> ruleset = MakeRuleset(rules, *abi);
  if (!ruleset.ok()) return ruleset.status();
  if (syscall(SYS_landlock_restrict_self, ruleset->get(), 0) != 0)
    return absl::ErrnoToStatus(errno, "landlock_restrict_self");
  return domain;
}

}  // namespace prong
