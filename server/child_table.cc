#include "server/child_table.h"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "server/keyed_system_call.h"
#include "server/report.h"

namespace prong {
namespace {

// How a child's end is told to the operator; empty for an ordinary one.
std::string DescribeEnd(int wait_status) {
  if (WIFSIGNALED(wait_status)) {
    const int signal = WTERMSIG(wait_status);
    const char* name = sigabbrev_np(signal);
    return absl::StrCat(
        "was killed by ",
        name == nullptr ? absl::StrCat("signal ", signal) : absl::StrCat("SIG", name),
        signal == SIGSYS ? ", for a system call that it may not make," : "");
  }
  const int status = WEXITSTATUS(wait_status);
  return status == 0 ? "" : absl::StrCat("exited with status ", status);
}

}  // namespace

void ChildTable::Add(pid_t pid, const SocketAddress& client) {
  children_.insert({pid, Child{client, Deadline::clock::now()}});
  ++per_network_[client.network()];
  peak_ = std::max(peak_, size());
}

void ChildTable::Reap(pid_t pid) {
  const auto child = children_.find(pid);
  if (child == children_.end() || !HasEnded(pid, child->second).value_or(false)) return;
  children_.erase(child);
}

bool ChildTable::ReapAll() {
  bool none_failed = true;
  absl::erase_if(children_, [&](const auto& child) {
    const std::optional<bool> ended = HasEnded(child.first, child.second);
    if (!ended) none_failed = false;
    return ended.value_or(false);
  });
  return none_failed;
}

std::optional<bool> ChildTable::HasEnded(pid_t pid, const Child& child) {
  int wait_status;
  const pid_t ended = KeyedWait(pid, &wait_status, WNOHANG);
  if (ended < 0) return std::nullopt;
  if (ended == 0) return false;
  const std::string end = DescribeEnd(wait_status);
  if (!end.empty()) {
    ++crashed_;
    const absl::Duration age = absl::FromChrono(Deadline::clock::now() - child.start);
    Report(absl::StrCat("child ", pid, " serving ", child.client.Literal(), " ", end, " after ",
                        absl::FormatDuration(absl::Trunc(age, absl::Milliseconds(1)))));
  }
  Forget(child);
  return true;
}

void ChildTable::Forget(const Child& child) {
  ++reaped_;
  const auto count = per_network_.find(child.client.network());
  if (--count->second == 0) per_network_.erase(count);
}

void ChildTable::Signal(int signal) const {
  for (const auto& child : children_) KeyedKill(child.first, signal);
}

void ChildTable::KillAll() {
  Signal(SIGKILL);
  for (const auto& child : children_) {
    KeyedWait(child.first, nullptr, 0);
    Forget(child.second);
  }
  children_.clear();
}

int64_t ChildTable::SizeFor(const SocketAddress& client) const {
  const auto count = per_network_.find(client.network());
  return count == per_network_.end() ? 0 : count->second;
}

}  // namespace prong
