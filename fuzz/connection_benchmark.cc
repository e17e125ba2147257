// What a connection costs that connection_fuzz serves, without an engine: each row has more
// of it than the one before.
//
//   bazel run --config=asan //fuzz:connection_benchmark
//
// "items_per_second" is connections, by the CPU's time.

#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"
#include "benchmark/benchmark.h"
#include "fuzz/connection_harness.h"
#include "fuzz/property.h"
#include "server/connection.h"
#include "server/socket_address.h"
#include "server/unique_fd.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace prong {
namespace {

constexpr absl::string_view kRequest = "GET /flag HTTP/1.1\r\nHost: a\r\n\r\n";

void ServeNothing(UniqueFd, const SocketAddress&, ConnectionContext&) {}

void Serve(benchmark::State& state, ConnectionHarness& harness, bool is_answered) {
  Require(harness.Serve(kRequest).bytes.empty() != is_answered,
          "what is measured is what was meant");
  for (const auto _ : state) benchmark::DoNotOptimize(harness.Serve(kRequest));
  state.SetItemsProcessed(state.iterations());
}

// The socket pair, the client's calls, and two looks at the descriptors.
void BM_Harness(benchmark::State& state) {
  static ConnectionHarness harness(ServeNothing);
  Serve(state, harness, false);
}
BENCHMARK(BM_Harness);

// The server too: only what crashes would be noticed.
void BM_Server(benchmark::State& state) {
  static ConnectionHarness harness;
  Serve(state, harness, true);
}
BENCHMARK(BM_Server);

// The properties too.
void BM_FuzzTest(benchmark::State& state) {
  const auto* const data = reinterpret_cast<const uint8_t*>(kRequest.data());
  for (const auto _ : state) {
    benchmark::DoNotOptimize(LLVMFuzzerTestOneInput(data, kRequest.size()));
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_FuzzTest);

}  // namespace
}  // namespace prong

BENCHMARK_MAIN();
