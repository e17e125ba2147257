#include "server/access_log.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "server/access_log_line.h"
#include "server/socket_address.h"
#include "server/testing.h"

namespace prong {
namespace {

AccessLogEntry EntryOf(absl::string_view request_line) {
  AccessLogEntry entry(*SocketAddress::FromLiteral("127.0.0.1"));
  entry.time = absl::FromUnixSeconds(1795439384);
  entry.request_line = request_line;
  entry.status = 200;
  entry.body_bytes = 4;
  return entry;
}

std::string LineOf(absl::string_view request_line) {
  return FormatAccessLogLine(EntryOf(request_line), LogFormat::kCommon);
}

void Write(const AccessLog& log, const AccessLogEntry& entry) {
  std::string memory;
  log.Write(entry, memory);
}

absl::StatusOr<AccessLog> OpenLog(const std::string& destination) {
  return AccessLog::Open(destination, LogFormat::kCommon);
}

TEST(AccessLogTest, AppendsALineForEachEntry) {
  const TempTree tree;
  tree.AddFile("access.log", "earlier\n");
  const absl::StatusOr<AccessLog> log = OpenLog(tree.PathOf("access.log"));
  ASSERT_TRUE(log.ok()) << log.status();
  Write(*log, EntryOf("GET /1 HTTP/1.1"));
  Write(*log, EntryOf("GET /2 HTTP/1.1"));
  EXPECT_EQ(ReadFile(tree.PathOf("access.log")),
            "earlier\n" + LineOf("GET /1 HTTP/1.1") + LineOf("GET /2 HTTP/1.1"));
}

TEST(AccessLogTest, WritesTheFormatThatItWasOpenedFor) {
  const TempTree tree;
  for (const LogFormat format : {LogFormat::kCommon, LogFormat::kCombined, LogFormat::kJson}) {
    const std::string path = tree.PathOf(absl::StrCat(static_cast<int>(format)));
    absl::StatusOr<AccessLog> log = AccessLog::Open(path, format);
    ASSERT_TRUE(log.ok()) << log.status();
    Write(*log, EntryOf("GET / HTTP/1.1"));
    ASSERT_TRUE(log->Reopen().ok());
    Write(*log, EntryOf("GET / HTTP/1.1"));
    const std::string line = FormatAccessLogLine(EntryOf("GET / HTTP/1.1"), format);
    EXPECT_EQ(ReadFile(path), line + line);
  }
}

// O_APPEND: lines of processes that share the file, or of another tool, are not
// written over.
TEST(AccessLogTest, WritesBehindWhatOthersWroteMeanwhile) {
  const TempTree tree;
  const std::string path = tree.PathOf("access.log");
  const absl::StatusOr<AccessLog> first = OpenLog(path);
  const absl::StatusOr<AccessLog> second = OpenLog(path);
  ASSERT_TRUE(first.ok() && second.ok());
  Write(*first, EntryOf("GET /1 HTTP/1.1"));
  Write(*second, EntryOf("GET /2 HTTP/1.1"));
  Write(*first, EntryOf("GET /3 HTTP/1.1"));
  EXPECT_EQ(ReadFile(path),
            LineOf("GET /1 HTTP/1.1") + LineOf("GET /2 HTTP/1.1") + LineOf("GET /3 HTTP/1.1"));
}

// Line `number` of a process: the first of some processes is a write of many pages.
std::string RequestLineOf(int process, int number) {
  const bool long_one = number == 0 && process % 25 == 0;
  const size_t size = long_one ? 40000 : static_cast<size_t>(process * number % 2500);
  return absl::StrCat(process, ".", number, "\n", std::string(size, '"'));
}

TEST(AccessLogTest, LinesOfFiveHundredWritersAreWhole) {
  constexpr int kWriters = 500;
  constexpr int kLines = 5;
  const TempTree tree;
  int start[2];
  ASSERT_EQ(pipe(start), 0);
  std::vector<pid_t> writers;
  for (int writer = 0; writer < kWriters; ++writer) {
    const pid_t pid = fork();
    ASSERT_GE(pid, 0);
    if (pid == 0) {
      close(start[1]);
      const absl::StatusOr<AccessLog> log = OpenLog(tree.PathOf("access.log"));
      if (!log.ok()) _exit(1);
      char none;
      (void)!read(start[0], &none, 1);  // the end, which all get at once
      for (int i = 0; i < kLines; ++i) Write(*log, EntryOf(RequestLineOf(writer, i)));
      _exit(0);
    }
    writers.push_back(pid);
  }
  close(start[0]);
  close(start[1]);
  for (const pid_t pid : writers) {
    int status = -1;
    ASSERT_EQ(waitpid(pid, &status, 0), pid);
    EXPECT_EQ(status, 0);
  }

  std::vector<std::string> expected;
  for (int writer = 0; writer < kWriters; ++writer) {
    for (int i = 0; i < kLines; ++i) expected.push_back(LineOf(RequestLineOf(writer, i)));
  }
  std::vector<std::string> lines;
  for (absl::string_view line : absl::StrSplit(ReadFile(tree.PathOf("access.log")), '\n')) {
    if (!line.empty()) lines.push_back(absl::StrCat(line, "\n"));
  }
  std::sort(expected.begin(), expected.end());
  std::sort(lines.begin(), lines.end());
  EXPECT_TRUE(lines == expected);  // too long to be shown
}

TEST(AccessLogTest, MakesAFileThatOnlyOwnerAndGroupMayRead) {
  const TempTree tree;
  ASSERT_TRUE(OpenLog(tree.PathOf("new.log")).ok());
  struct stat status;
  ASSERT_EQ(stat(tree.PathOf("new.log").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07137u, 0u) << std::oct << status.st_mode;
}

TEST(AccessLogTest, HoldsOneDescriptorThatNoProgramInherits) {
  const TempTree tree;
  const auto before = OpenDescriptors();
  {
    const absl::StatusOr<AccessLog> log = OpenLog(tree.PathOf("access.log"));
    ASSERT_TRUE(log.ok());
    const auto during = OpenDescriptors();
    EXPECT_EQ(during.size(), before.size() + 1);
    for (const auto& [fd, target] : during) {
      if (before.count(fd) > 0) continue;
      EXPECT_EQ(fcntl(fd, F_GETFD), FD_CLOEXEC) << target;
    }
  }
  EXPECT_EQ(OpenDescriptors(), before);
}

TEST(AccessLogTest, ReopenWritesToTheFileThatHasTheNameNow) {
  const TempTree tree;
  const std::string path = tree.PathOf("access.log");
  absl::StatusOr<AccessLog> log = OpenLog(path);
  ASSERT_TRUE(log.ok());
  Write(*log, EntryOf("GET /1 HTTP/1.1"));
  ASSERT_EQ(std::rename(path.c_str(), tree.PathOf("access.log.1").c_str()), 0);
  Write(*log, EntryOf("GET /2 HTTP/1.1"));
  const auto before = OpenDescriptors();
  EXPECT_TRUE(log->Reopen().ok());
  EXPECT_EQ(OpenDescriptors().size(), before.size());
  Write(*log, EntryOf("GET /3 HTTP/1.1"));
  EXPECT_EQ(ReadFile(tree.PathOf("access.log.1")),
            LineOf("GET /1 HTTP/1.1") + LineOf("GET /2 HTTP/1.1"));
  EXPECT_EQ(ReadFile(path), LineOf("GET /3 HTTP/1.1"));
}

TEST(AccessLogTest, ReopenThatFailsSaysSoAndKeepsTheOldFile) {
  const TempTree tree;
  tree.AddDirectory("logs");
  absl::StatusOr<AccessLog> log = OpenLog(tree.PathOf("logs/access.log"));
  ASSERT_TRUE(log.ok());
  ASSERT_EQ(std::rename(tree.PathOf("logs").c_str(), tree.PathOf("old").c_str()), 0);
  const absl::Status status = log->Reopen();
  EXPECT_TRUE(absl::IsNotFound(status)) << status;
  EXPECT_TRUE(absl::StrContains(status.message(), tree.PathOf("logs/access.log"))) << status;
  Write(*log, EntryOf("GET / HTTP/1.1"));
  EXPECT_EQ(ReadFile(tree.PathOf("old/access.log")), LineOf("GET / HTTP/1.1"));
}

TEST(AccessLogTest, NoneOpensNothingAndWritesNothing) {
  const TempTree tree;
  ASSERT_EQ(chdir(tree.path().c_str()), 0);
  const auto before = OpenDescriptors();
  absl::StatusOr<AccessLog> log = OpenLog("none");
  ASSERT_TRUE(log.ok());
  testing::internal::CaptureStderr();
  Write(*log, EntryOf("GET / HTTP/1.1"));
  EXPECT_TRUE(log->Reopen().ok());
  Write(*log, EntryOf("GET / HTTP/1.1"));
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
  EXPECT_EQ(OpenDescriptors(), before);
  EXPECT_NE(access("none", F_OK), 0);
}

TEST(AccessLogTest, StderrIsTheDescriptorNotAFile) {
  const TempTree tree;
  ASSERT_EQ(chdir(tree.path().c_str()), 0);
  absl::StatusOr<AccessLog> log = OpenLog("stderr");
  ASSERT_TRUE(log.ok());
  testing::internal::CaptureStderr();
  Write(*log, EntryOf("GET /1 HTTP/1.1"));
  EXPECT_TRUE(log->Reopen().ok());
  Write(*log, EntryOf("GET /2 HTTP/1.1"));
  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            LineOf("GET /1 HTTP/1.1") + LineOf("GET /2 HTTP/1.1"));
  EXPECT_NE(access("stderr", F_OK), 0);
}

TEST(AccessLogTest, ALineThatCannotBeWrittenIsLost) {
  const absl::StatusOr<AccessLog> log = OpenLog("/dev/full");
  ASSERT_TRUE(log.ok()) << log.status();
  Write(*log, EntryOf("GET / HTTP/1.1"));
}

// One line that says what, which value and what to do.
TEST(AccessLogTest, AFileThatCannotBeOpenedIsNamedWithTheReasonAndARemedy) {
  const TempTree tree;
  tree.AddFile("file", "");
  constexpr absl::string_view kRemedy = "; name a file that you may write, or stderr, or none";
  const struct {
    std::string path;
    absl::string_view reason;
  } kCases[] = {
      {"", "No such file or directory"},
      {tree.path(), "Is a directory"},
      {tree.PathOf("missing/access.log"), "No such file or directory"},
      {tree.PathOf("file/access.log"), "Not a directory"},
  };
  for (const auto& c : kCases) {
    EXPECT_EQ(OpenLog(c.path).status().message(),
              absl::StrCat("cannot write --access_log=", c.path, ": ", c.reason, kRemedy));
  }
}

TEST(AccessLogTest, AFileThatMayNotBeWrittenIsNamedWithTheReasonAndARemedy) {
  const TempTree tree;
  tree.AddFile("read_only", "");
  tree.SetMode("read_only", 0444);
  const ScopedUnprivileged unprivileged;
  const absl::Status status = OpenLog(tree.PathOf("read_only")).status();
  EXPECT_TRUE(absl::IsPermissionDenied(status));
  EXPECT_EQ(status.message(), absl::StrCat("cannot write --access_log=", tree.PathOf("read_only"),
                                           ": Permission denied; name a file that you may write, "
                                           "or stderr, or none"));
}

}  // namespace
}  // namespace prong
