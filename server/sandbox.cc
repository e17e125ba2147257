#include "server/sandbox.h"

#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/landlock.h"
#include "server/resource_limits.h"
#include "server/seccomp.h"

namespace prong {
namespace {

#ifdef PRONG_INSTRUMENTED
constexpr bool kIsInstrumented = true;
#else
constexpr bool kIsInstrumented = false;
#endif

}  // namespace

absl::StatusOr<Sandbox> Sandbox::Enter(SandboxMode mode, const LandlockRules& rules) {
  Sandbox sandbox;
  if (mode == SandboxMode::kOff) return sandbox;
  sandbox.no_new_privs_ =
      sandbox.Succeeds("no_new_privs", prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0
                                           ? absl::OkStatus()
                                           : absl::ErrnoToStatus(errno, "prctl"));
  if (!kIsInstrumented) {
    sandbox.limits_ = sandbox.Succeeds("limits", LimitResources());
    absl::StatusOr<LandlockDomain> landlock = EnterLandlockDomain(rules);
    if (sandbox.Succeeds("landlock", landlock.status())) sandbox.landlock_ = *std::move(landlock);
    // Last, as it allows none of the calls above.
    sandbox.seccomp_ = sandbox.Succeeds("seccomp", FilterSystemCalls());
  }
  if (mode == SandboxMode::kBestEffort || sandbox.missing_.empty()) return sandbox;
  return absl::FailedPreconditionError(
      absl::StrCat("the kernel cannot enforce --sandbox=required: ", sandbox.missing_.front(),
                   "; use Linux 5.13 or newer with Landlock and seccomp, or "
                   "--sandbox=best_effort to go without what it lacks"));
}

bool Sandbox::Succeeds(absl::string_view part, const absl::Status& status) {
  if (!status.ok()) missing_.push_back(absl::StrCat(part, ": ", status.message()));
  return status.ok();
}

std::string Sandbox::Describe() const {
  const auto on = [](bool in_force) { return in_force ? "on" : "off"; };
  return absl::StrCat(
      "sandbox: landlock=", landlock_.abi > 0 ? absl::StrCat("abi", landlock_.abi) : "off",
      " seccomp=", on(seccomp_), " no_new_privs=", on(no_new_privs_));
}

absl::Status Sandbox::EnterChild() {
  if (landlock_.read_only.valid()) {
    if (syscall(SYS_landlock_restrict_self, landlock_.read_only.get(), 0) != 0)
      return absl::ErrnoToStatus(errno, "landlock_restrict_self");
    landlock_.read_only.Close();
  }
  return limits_ ? LimitChildResources() : absl::OkStatus();
}

}  // namespace prong
