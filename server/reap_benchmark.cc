// What it costs a parent to ask for the end of one child, and of any, among so many that live:
//
//   bazel run -c opt //server:reap_benchmark
//
// It is why a ChildTable waits for one by its pid.

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "benchmark/benchmark.h"

namespace prong {
namespace {

constexpr int64_t kMaxChildren = 1000;

// Processes that wait for their end, which is that of this object.
class Children {
 public:
  explicit Children(int64_t number) {
    for (int64_t i = 0; i < number; ++i) pids_.push_back(Make());
  }
  Children(const Children&) = delete;
  Children& operator=(const Children&) = delete;
  ~Children() {
    for (const pid_t pid : pids_) kill(pid, SIGKILL);
    for (const pid_t pid : pids_) waitpid(pid, nullptr, 0);
  }

  pid_t last() const { return pids_.back(); }

 private:
  static pid_t Make() {
    const pid_t pid = fork();
    if (pid == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      while (true) pause();
    }
    if (pid > 0) return pid;
    perror("reap_benchmark: fork");
    exit(1);
  }

  std::vector<pid_t> pids_;
};

void WaitForOne(benchmark::State& state) {
  const Children children(state.range(0));
  for (auto _ : state) benchmark::DoNotOptimize(waitpid(children.last(), nullptr, WNOHANG));
}
BENCHMARK(WaitForOne)->ArgName("children")->RangeMultiplier(10)->Range(1, kMaxChildren);

void WaitForAny(benchmark::State& state) {
  const Children children(state.range(0));
  for (auto _ : state) benchmark::DoNotOptimize(waitpid(-1, nullptr, WNOHANG));
}
BENCHMARK(WaitForAny)->ArgName("children")->RangeMultiplier(10)->Range(1, kMaxChildren);

}  // namespace
}  // namespace prong

BENCHMARK_MAIN();
