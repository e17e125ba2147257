// What of the file system and of the network this process may still reach, see landlock(7).

#ifndef PRONG_SERVER_LANDLOCK_H_
#define PRONG_SERVER_LANDLOCK_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "server/unique_fd.h"

namespace prong {

// Files and directories, each by a descriptor that is only borrowed, or by its path.
struct LandlockRules {
  int readable;                          // a directory: files and directories beneath it
  std::vector<std::string> writable_in;  // directories: files are made, written and removed
};

struct LandlockDomain {
  int abi = 0;  // the version of what the kernel knows to restrict; 0 if nothing is

  // For a child to restrict itself by landlock_restrict_self(2), so that it writes nothing
  // either; only where the rules have something writable.
  UniqueFd read_only;
};

// Restricts this process, and every child of it, to `rules`: nothing else can be opened or
// changed, no TCP port bound, no connection made; no signal and no abstract unix(7) socket
// reaches a process outside, as far as the kernel knows how to see to that. The error is that
// of the kernel.
//
// REQUIRES: PR_SET_NO_NEW_PRIVS is in force.
absl::StatusOr<LandlockDomain> EnterLandlockDomain(const LandlockRules& rules);

}  // namespace prong

#endif  // PRONG_SERVER_LANDLOCK_H_
