#include "server/parent_memory.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstddef>
#include <limits>
#include <utility>

#include "absl/status/statusor.h"
#include "gtest/gtest.h"

namespace prong {
namespace {

constexpr size_t kSize = 1 << 20;

volatile char* Bytes(const ParentMemory& memory) {
  return static_cast<volatile char*>(memory.data());
}

// The wait status of a child that reads the first byte.
int StatusOfReader(const ParentMemory& memory) {
  const pid_t pid = fork();
  if (pid == 0) {
    signal(SIGSEGV, SIG_DFL);  // a sanitizer's handler would report it
    _exit(Bytes(memory)[0]);
  }
  int status = 0;
  waitpid(pid, &status, 0);
  return status;
}

TEST(ParentMemoryTest, IsWrittenToAndReadByTheParent) {
  const absl::StatusOr<ParentMemory> memory = ParentMemory::Map(kSize);
  ASSERT_TRUE(memory.ok());
  ASSERT_EQ(memory->size(), kSize);
  EXPECT_EQ(Bytes(*memory)[kSize - 1], 0);
  Bytes(*memory)[kSize - 1] = 1;
  EXPECT_EQ(Bytes(*memory)[kSize - 1], 1);
}

TEST(ParentMemoryTest, IsNotInAChild) {
  absl::StatusOr<ParentMemory> memory = ParentMemory::Map(kSize);
  ASSERT_TRUE(memory.ok());
  Bytes(*memory)[0] = 1;
  const int status = StatusOfReader(*memory);
  ASSERT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(WTERMSIG(status), SIGSEGV);
  EXPECT_EQ(Bytes(*memory)[0], 1);
}

TEST(ParentMemoryTest, MovesWithItsContent) {
  absl::StatusOr<ParentMemory> memory = ParentMemory::Map(kSize);
  ASSERT_TRUE(memory.ok());
  Bytes(*memory)[0] = 1;
  const ParentMemory moved = *std::move(memory);
  EXPECT_EQ(moved.size(), kSize);
  EXPECT_EQ(Bytes(moved)[0], 1);
}

TEST(ParentMemoryTest, WhatCannotBeMappedIsAnError) {
  EXPECT_FALSE(ParentMemory::Map(std::numeric_limits<size_t>::max() / 2).ok());
}

}  // namespace
}  // namespace prong
