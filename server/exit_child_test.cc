// The sanitizer and the profile's writer are the real ones where the build has them
// (--config=asan, `bazel coverage --config=coverage`), and otherwise stand-ins that
// do the same.

#include "server/exit_child.h"

#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "server/testing.h"

namespace {

std::string* volatile only_pointer;
bool has_leaked = false;

}  // namespace

extern "C" {

// Weak, so that the real ones are linked in their place.
[[gnu::weak]] void __lsan_do_leak_check() {
  if (!has_leaked) return;
  std::fputs("ERROR: LeakSanitizer: detected memory leaks\n", stderr);
  _exit(23);
}

[[gnu::weak]] int __llvm_profile_write_file() {
  const char* path = std::getenv("LLVM_PROFILE_FILE");
  std::FILE* const file = path == nullptr ? nullptr : std::fopen(path, "w");
  if (file == nullptr) return -1;
  std::fputs("profile", file);
  return std::fclose(file);
}

}  // extern "C"

namespace prong {
namespace {

[[gnu::noinline]] void Leak() {
  only_pointer = new std::string(1000, 'a');
  only_pointer = nullptr;
  has_leaked = true;
}

bool Failed(int wait_status) { return WIFEXITED(wait_status) && WEXITSTATUS(wait_status) != 0; }

class ExitChildDeathTest : public testing::Test {
 protected:
  // A child that is executed anew, and so reads the environment of the test.
  ExitChildDeathTest() { GTEST_FLAG_SET(death_test_style, "threadsafe"); }
};

TEST_F(ExitChildDeathTest, EndsTheProcessWithTheStatus) {
  for (int status : {0, 1, 42}) {
    EXPECT_EXIT(ExitChild(status), testing::ExitedWithCode(status), "^$");
  }
}

TEST_F(ExitChildDeathTest, RunsNoExitHandler) {
  EXPECT_EXIT(
      {
        std::atexit([] { std::abort(); });
        ExitChild(0);
      },
      testing::ExitedWithCode(0), "^$");
}

TEST_F(ExitChildDeathTest, ReportsALeakInTheChildAndFails) {
  EXPECT_EXIT(
      {
        Leak();
        ExitChild(0);
      },
      Failed, "ERROR: LeakSanitizer: detected memory leaks");
}

TEST_F(ExitChildDeathTest, WritesTheProfileOfTheChild) {
  const std::string path = absl::StrCat(testing::TempDir(), "/child.profraw");
  setenv("LLVM_PROFILE_FILE", path.c_str(), 1);
  EXPECT_EXIT(ExitChild(0), testing::ExitedWithCode(0), "");
  EXPECT_FALSE(ReadFile(path).empty());
}

}  // namespace
}  // namespace prong
