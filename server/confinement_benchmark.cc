// What it costs to confine a child, in the way that was taken and in those that were not:
//
//   bazel run -c opt //server:confinement_benchmark -- --benchmark_enable_random_interleaving
//
// A child is made that does this and nothing else, exits, and is reaped: what a row is more
// than the first of them is what that costs. docs/syscalls.md has what it came to.

#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "benchmark/benchmark.h"
#include "server/keyed_system_call.h"
#include "server/landlock.h"
#include "server/resource_limits.h"
#include "server/seccomp.h"

namespace prong {
namespace {

#ifdef PRONG_INSTRUMENTED
constexpr bool kIsInstrumented = true;  // by what makes system calls of its own
#else
constexpr bool kIsInstrumented = false;
#endif

constexpr int kChildren = 500;    // one after the other, in a round
constexpr int kRepetitions = 11;  // rounds

using Action = void (*)();

void Require(bool condition, const char* otherwise) {
  if (condition) return;
  fprintf(stderr, "confinement_benchmark: %s\n", otherwise);
  _exit(1);
}

void DoNothing() {}

void LimitTwice() { Require(LimitChildResources().ok(), "there are no limits"); }

void EnterDomain() {
  const LandlockRules rules = {open("/", O_PATH | O_CLOEXEC), {}};
  Require(EnterLandlockDomain(rules).ok(), "there is no Landlock");
}

// One that allows everything, in one instruction.
void InstallSmallestFilter() {
  sock_filter allow = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
  const sock_fprog program = {1, &allow};
  Require(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) == 0, "there is no seccomp");
}

void InstallFilter() { Require(FilterSystemCalls().ok(), "there is no seccomp"); }

// The seconds that each of so many children takes, the mean.
double MakeChildren(Action in_child) {
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < kChildren; ++i) {
    const pid_t pid = KeyedFork();
    if (pid == 0) {
      in_child();
      _exit(0);
    }
    int status = 0;
    Require(KeyedWait(pid, &status, 0) == pid && status == 0, "a child has failed");
  }
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count() /
         kChildren;
}

// In a parent of its own, which what it does to itself ends with.
double MakeChildrenOfNewParent(Action in_parent, Action in_child) {
  int ends[2];
  Require(pipe(ends) == 0, "there is no pipe");
  const pid_t parent = fork();
  Require(parent >= 0, "there is no process");
  if (parent == 0) {
    in_parent();
    const double seconds = MakeChildren(in_child);
    _exit(write(ends[1], &seconds, sizeof(seconds)) == sizeof(seconds) ? 0 : 1);
  }
  close(ends[1]);
  double seconds = 0;
  Require(read(ends[0], &seconds, sizeof(seconds)) == sizeof(seconds), "a parent has failed");
  Require(waitpid(parent, nullptr, 0) == parent, "a parent is lost");
  close(ends[0]);
  return seconds;
}

void Child(benchmark::State& state, Action in_parent, Action in_child) {
  if (kIsInstrumented) return state.SkipWithError("no filter allows what this is built with");
  Require(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0, "there is no no_new_privs");
  for (auto _ : state) state.SetIterationTime(MakeChildrenOfNewParent(in_parent, in_child));
}

// The median of the rounds is what tells.
void Configure(benchmark::internal::Benchmark* rows) {
  rows->UseManualTime()->Unit(benchmark::kMicrosecond)->Iterations(1)->Repetitions(kRepetitions);
  rows->ReportAggregatesOnly();
}

BENCHMARK_CAPTURE(Child, that_does_nothing, DoNothing, DoNothing)->Apply(Configure);
BENCHMARK_CAPTURE(Child, that_sets_two_limits, DoNothing, LimitTwice)->Apply(Configure);
BENCHMARK_CAPTURE(Child, that_enters_a_landlock_domain, DoNothing, EnterDomain)->Apply(Configure);
BENCHMARK_CAPTURE(Child, that_installs_the_smallest_filter, DoNothing, InstallSmallestFilter)
    ->Apply(Configure);
BENCHMARK_CAPTURE(Child, that_installs_the_filter, DoNothing, InstallFilter)->Apply(Configure);
BENCHMARK_CAPTURE(Child, of_a_parent_with_the_filter, InstallFilter, DoNothing)->Apply(Configure);

}  // namespace
}  // namespace prong

BENCHMARK_MAIN();
