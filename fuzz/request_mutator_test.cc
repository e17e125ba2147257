#include "fuzz/request_mutator.h"

#include <cstdint>
#include <set>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace prong {
namespace {

constexpr absl::string_view kRequest = "GET /a HTTP/1.1\r\nHost: h\r\nA: b\r\n\r\n";
constexpr uint32_t kSeeds = 20000;

std::set<std::string> Mutants(absl::string_view input) {
  std::set<std::string> mutants;
  for (uint32_t seed = 0; seed < kSeeds; ++seed) mutants.insert(MutateRequest(input, seed));
  return mutants;
}

TEST(RequestMutatorTest, ASeedMakesTheSameMutantAgain) {
  for (uint32_t seed = 0; seed < 100; ++seed) {
    EXPECT_EQ(MutateRequest(kRequest, seed), MutateRequest(kRequest, seed)) << seed;
  }
}

TEST(RequestMutatorTest, SeedsMakeMutantsThatDiffer) {
  EXPECT_GT(Mutants(kRequest).size(), kSeeds / 4);
}

TEST(RequestMutatorTest, MakesWhatAnAttackerSendsFirst) {
  EXPECT_THAT(Mutants(kRequest),
              testing::IsSupersetOf({
                  // A line twice, in another order, not at all.
                  "GET /a HTTP/1.1\r\nHost: h\r\nHost: h\r\nA: b\r\n\r\n",
                  "GET /a HTTP/1.1\r\nA: b\r\nHost: h\r\n\r\n",
                  "GET /a HTTP/1.1\r\nA: b\r\n\r\n",
                  // Line ends that are none.
                  "GET /a HTTP/1.1\r\nHost: h\nA: b\r\n\r\n",
                  "GET /a HTTP/1.1\r\nHost: h\rA: b\r\n\r\n",
                  "GET /a HTTP/1.1\r\nHost: h\r\n A: b\r\n\r\n",
                  // A field that contradicts, a value, a segment.
                  "GET /a HTTP/1.1\r\nTransfer-Encoding: chunked\r\nHost: h\r\nA: b\r\n\r\n",
                  "GET /a HTTP/1.1\r\nHost:a, b\r\nA: b\r\n\r\n",
                  "GET /../a HTTP/1.1\r\nHost: h\r\nA: b\r\n\r\n",
                  "GET /a%00 HTTP/1.1\r\nHost: h\r\nA: b\r\n\r\n",
              }));
}

TEST(RequestMutatorTest, TakesAnyInput) {
  for (const absl::string_view input :
       {absl::string_view(), absl::string_view("\n"), absl::string_view("\r"),
        absl::string_view("\0\xff", 2), absl::string_view(":"), absl::string_view("GET ")}) {
    EXPECT_GT(Mutants(input).size(), 100u) << input;
  }
}

TEST(RequestMutatorTest, GrowsByLittle) {
  for (const std::string& mutant : Mutants(kRequest)) {
    EXPECT_LT(mutant.size(), 16 * kRequest.size()) << mutant;
  }
}

}  // namespace
}  // namespace prong
