#include "server/resource_limits.h"

#include <sys/resource.h>

#include <algorithm>
#include <cerrno>

#include "absl/strings/string_view.h"

namespace prong {
namespace {

constexpr rlim_t kMaxDescriptors = 64;
constexpr rlim_t kMaxFileSize = rlim_t{64} << 30;       // bytes; of a log, the only file written
constexpr rlim_t kMaxAddressSpace = rlim_t{256} << 20;  // bytes; some 10 MiB are used
constexpr rlim_t kMaxCpuTime = 600;  // seconds; a minute is enough to send hundreds of gigabytes

absl::Status Limit(__rlimit_resource_t resource, rlim_t limit, const char* name) {
  rlimit current;
  if (getrlimit(resource, &current) != 0) return absl::ErrnoToStatus(errno, name);
  const rlimit lowered = {std::min(current.rlim_cur, limit), std::min(current.rlim_max, limit)};
  if (setrlimit(resource, &lowered) != 0) return absl::ErrnoToStatus(errno, name);
  return absl::OkStatus();
}

}  // namespace

absl::Status LimitResources() {
  absl::Status status = Limit(RLIMIT_CORE, 0, "RLIMIT_CORE");
  status.Update(Limit(RLIMIT_NOFILE, kMaxDescriptors, "RLIMIT_NOFILE"));
  status.Update(Limit(RLIMIT_FSIZE, kMaxFileSize, "RLIMIT_FSIZE"));
  status.Update(Limit(RLIMIT_AS, kMaxAddressSpace, "RLIMIT_AS"));
  return status;
}

absl::Status LimitChildResources() {
  // Without getrlimit: a system call less in each child. Lower limits are raised by none of
  // them, as 0 is the lowest, and as a process may not raise its hard limit.
  const rlimit none = {0, 0};
  const rlimit cpu = {kMaxCpuTime, kMaxCpuTime};
  if (setrlimit(RLIMIT_NPROC, &none) != 0) return absl::ErrnoToStatus(errno, "RLIMIT_NPROC");
  if (setrlimit(RLIMIT_CPU, &cpu) != 0) return absl::ErrnoToStatus(errno, "RLIMIT_CPU");
  return absl::OkStatus();
}

}  // namespace prong
