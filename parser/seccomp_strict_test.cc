// The parser makes no system call, design 4.7: it parses all vectors in a process
// that the kernel kills at the first one that is not read, write, exit or sigreturn,
// seccomp(2).

#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstring>
#include <ctime>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "parser/request_parser.h"
#include "tests/vectors/holds.h"
#include "tests/vectors/vectors.h"

namespace prong {
namespace {

constexpr int kHeld = 0;
constexpr int kFailed = 1;
constexpr int kNotConfined = 2;

// The wait status of a child that does `work` confined and exits with its result.
// exit(2) for the one thread there is: exit_group is not among the four calls.
template <typename Work>
int StatusOfConfined(const Work& work) {
  const pid_t child = fork();
  if (child == 0) {
    const bool confined = prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT) == 0;
    syscall(SYS_exit, confined ? work() : kNotConfined);
  }
  int status = -1;
  EXPECT_EQ(waitpid(child, &status, 0), child);
  return status;
}

std::string Describe(int status) {
  if (WIFSIGNALED(status)) return absl::StrCat("killed by signal ", WTERMSIG(status));
  return absl::StrCat("exited with ", WEXITSTATUS(status));
}

// Writes the name of the first vector of `vectors` that fails to `out`.
int CheckAll(const Vectors& vectors, RequestParser& parser, int out) {
  const VectorLabel* failure = FirstThatFails(vectors, parser);
  if (failure == nullptr) return kHeld;
  const ssize_t written = write(out, failure->name.data(), failure->name.size());
  return written < 0 ? kNotConfined : kFailed;
}

// How the check of `vectors` ends in a confined child, and what that says.
std::string CheckConfined(const Vectors& vectors) {
  RequestParser parser;
  int ends[2];
  EXPECT_EQ(pipe(ends), 0);
  const int status = StatusOfConfined([&] { return CheckAll(vectors, parser, ends[1]); });
  close(ends[1]);
  char name[256];
  const ssize_t size = read(ends[0], name, sizeof(name));
  close(ends[0]);
  return absl::StrCat(Describe(status), " ",
                      absl::string_view(name, static_cast<size_t>(size < 0 ? 0 : size)));
}

TEST(Parser, MakesNoSystemCallForAnyVector) {
  const absl::StatusOr<Vectors> vectors = ReadVectors("tests/vectors");
  ASSERT_TRUE(vectors.ok()) << vectors.status();
  ASSERT_GT(vectors->requests.size(), 600u);
  EXPECT_EQ(CheckConfined(*vectors), "exited with 0 ") << "9 is SIGKILL: a system call";
}

TEST(ConfinedChild, SaysWhichVectorDoesNotHold) {
  const absl::StatusOr<Vectors> vectors = ParseVectors(
      "x.txt", "name: wrong\nclause: RFC 9112 section 3\nrequest: \"G\"\nreject: 21\n");
  ASSERT_TRUE(vectors.ok()) << vectors.status();
  EXPECT_EQ(CheckConfined(*vectors), "exited with 1 wrong");
}

TEST(ConfinedChild, IsKilledForASystemCall) {
  const int status = StatusOfConfined([] { return syscall(SYS_getpid) > 0 ? kHeld : kFailed; });
  EXPECT_EQ(Describe(status), absl::StrCat("killed by signal ", SIGKILL));
}

TEST(ConfinedChild, IsKilledForOpeningAFile) {
  const int status = StatusOfConfined([] { return access("/", R_OK) == 0 ? kHeld : kFailed; });
  EXPECT_EQ(Describe(status), absl::StrCat("killed by signal ", SIGKILL));
}

}  // namespace
}  // namespace prong
