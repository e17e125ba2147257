// Confinement: what the server gives up before it accepts its first connection, so that a
// bug met while serving a client is of no use to that client.
//
//   absl::StatusOr<Sandbox> sandbox = Sandbox::Enter(mode, rules);
//   Report(sandbox->Describe());      // what is really in force
//   // in each child, before it reads a byte:
//   absl::Status status = sandbox->EnterChild();
//
// docs/syscalls.md says what is left to each process, and what it costs.

#ifndef PRONG_SERVER_SANDBOX_H_
#define PRONG_SERVER_SANDBOX_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "server/landlock.h"
#include "server/sandbox_mode.h"

namespace prong {

class Sandbox {
 public:
  // Limits this process, and every child of it, to `rules`, to the system calls of
  // SystemCallRules(), and to no more privileges and resources than it has. What this kernel
  // lacks is an error in kRequired, which says what to do about it; resources are limited
  // in any mode but kOff.
  //
  // A build that is instrumented makes system calls and reads files of its own: it goes
  // without filter, Landlock and limits in every mode.
  static absl::StatusOr<Sandbox> Enter(SandboxMode mode, const LandlockRules& rules);

  // What is in force, in one line.
  std::string Describe() const;

  // What is missing that was asked for, one line for each.
  const std::vector<std::string>& missing() const { return missing_; }

  // In a child, once: takes from it what only the parent needs.
  absl::Status EnterChild();

 private:
  Sandbox() = default;

  // Takes note of what is missing. Returns whether `status` is OK.
  bool Succeeds(absl::string_view part, const absl::Status& status);

  LandlockDomain landlock_;
  bool seccomp_ = false;
  bool no_new_privs_ = false;
  bool limits_ = false;
  std::vector<std::string> missing_;
};

}  // namespace prong

#endif  // PRONG_SERVER_SANDBOX_H_
