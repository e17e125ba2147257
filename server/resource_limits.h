// What a process may use up, see setrlimit(2).

#ifndef PRONG_SERVER_RESOURCE_LIMITS_H_
#define PRONG_SERVER_RESOURCE_LIMITS_H_

#include "absl/status/status.h"

namespace prong {

// For the parent and, as they are inherited, its children: no core files, few descriptors,
// little memory, and no file beyond what a log gets to. Where a limit is lower, it stays.
absl::Status LimitResources();

// For a child: no children of its own, and so much computing that no response needs it.
absl::Status LimitChildResources();

}  // namespace prong

#endif  // PRONG_SERVER_RESOURCE_LIMITS_H_
