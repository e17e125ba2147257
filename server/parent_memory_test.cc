#include "server/parent_memory.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstddef>
#include <limits>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "gtest/gtest.h"

namespace prong {
namespace {

#ifdef PRONG_INSTRUMENTED
constexpr bool kIsInstrumented = true;
#else
constexpr bool kIsInstrumented = false;
#endif

constexpr size_t kSize = 1 << 20;

// The wait status of a child that reads the first byte.
int StatusOfReader(absl::Span<char> memory) {
  const pid_t pid = fork();
  if (pid == 0) {
    signal(SIGSEGV, SIG_DFL);  // a sanitizer's handler would report it
    const volatile char& byte = memory[0];
    _exit(byte);
  }
  int status = 0;
  waitpid(pid, &status, 0);
  return status;
}

TEST(ParentMemoryTest, IsOfZerosAndKeepsWhatIsWritten) {
  const absl::StatusOr<absl::Span<char>> memory = MapParentMemory(kSize);
  ASSERT_TRUE(memory.ok());
  ASSERT_EQ(memory->size(), kSize);
  EXPECT_EQ(memory->front(), 0);
  EXPECT_EQ(memory->back(), 0);
  memory->back() = 1;
  EXPECT_EQ(memory->back(), 1);
}

TEST(ParentMemoryTest, IsNotInAChild) {
  if (kIsInstrumented) GTEST_SKIP() << "children of what is instrumented have it";
  const absl::StatusOr<absl::Span<char>> memory = MapParentMemory(kSize);
  ASSERT_TRUE(memory.ok());
  memory->front() = 1;
  const int status = StatusOfReader(*memory);
  ASSERT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(WTERMSIG(status), SIGSEGV);
  EXPECT_EQ(memory->front(), 1);
}

TEST(ParentMemoryTest, WhatCannotBeMappedIsAnError) {
  EXPECT_FALSE(MapParentMemory(std::numeric_limits<size_t>::max() / 2).ok());
}

}  // namespace
}  // namespace prong
