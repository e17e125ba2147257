#include "server/access_log.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <limits>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "server/testing.h"

namespace prong {
namespace {

AccessLogEntry EntryOf(absl::string_view request_line) {
  return {"127.0.0.1", 1795439384, request_line, 200, 4};
}

// What EntryOf(`escaped`) looks like if nothing in `escaped` needs an escape.
std::string LineOf(absl::string_view escaped) {
  return absl::StrCat("127.0.0.1 - - [23/Nov/2026:13:09:44 +0000] \"", escaped, "\" 200 4\n");
}

TEST(FormatAccessLogLineTest, IsTheCommonLogFormat) {
  EXPECT_EQ(FormatAccessLogLine(EntryOf("GET /flag HTTP/1.0")),
            "127.0.0.1 - - [23/Nov/2026:13:09:44 +0000] \"GET /flag HTTP/1.0\" 200 4\n");
  EXPECT_EQ(FormatAccessLogLine({"2001:db8::1", 0, "HEAD / HTTP/1.1", 404, 0}),
            "2001:db8::1 - - [01/Jan/1970:00:00:00 +0000] \"HEAD / HTTP/1.1\" 404 0\n");
  EXPECT_EQ(FormatAccessLogLine(
                {"::1", 951827696, "GET /big HTTP/1.1", 200, std::numeric_limits<uint64_t>::max()}),
            "::1 - - [29/Feb/2000:12:34:56 +0000] \"GET /big HTTP/1.1\" 200 "
            "18446744073709551615\n");
}

TEST(FormatAccessLogLineTest, ADashStandsForNoRequestLine) {
  EXPECT_EQ(FormatAccessLogLine(EntryOf("")), LineOf("-"));
}

TEST(FormatAccessLogLineTest, EveryByteIsOnePrintableCharacterOrItsHexadecimalNumber) {
  for (int byte = 0; byte < 256; ++byte) {
    const char c = static_cast<char>(byte);
    const bool plain = byte >= 0x20 && byte <= 0x7e && c != '"' && c != '\\';
    const std::string expected = plain ? std::string(1, c) : absl::StrFormat("\\x%02X", byte);
    EXPECT_EQ(FormatAccessLogLine(EntryOf(absl::string_view(&c, 1))), LineOf(expected)) << byte;
  }
}

// CVE-2009-4487 and its like: a request that would forge a line or speak to the
// terminal that shows it.
TEST(FormatAccessLogLineTest, NoRequestForgesALineOrMovesTheCursor) {
  EXPECT_EQ(FormatAccessLogLine(EntryOf("GET /\n1.2.3.4 - - [] \"GET / HTTP/1.1\" 200 0")),
            LineOf("GET /\\x0A1.2.3.4 - - [] \\x22GET / HTTP/1.1\\x22 200 0"));
  EXPECT_EQ(FormatAccessLogLine(EntryOf("GET /\x1b[2J\a\x9b"
                                        "0m HTTP/1.1")),
            LineOf("GET /\\x1B[2J\\x07\\x9B0m HTTP/1.1"));
  EXPECT_EQ(FormatAccessLogLine(EntryOf("GET /\\x0A HTTP/1.1")), LineOf("GET /\\x5Cx0A HTTP/1.1"));
}

TEST(AccessLogTest, AppendsALineForEachEntry) {
  const TempTree tree;
  tree.AddFile("access.log", "earlier\n");
  const absl::StatusOr<AccessLog> log = AccessLog::Open(tree.PathOf("access.log"));
  ASSERT_TRUE(log.ok()) << log.status();
  log->Write(EntryOf("GET /1 HTTP/1.1"));
  log->Write(EntryOf("GET /2 HTTP/1.1"));
  EXPECT_EQ(ReadFile(tree.PathOf("access.log")),
            "earlier\n" + LineOf("GET /1 HTTP/1.1") + LineOf("GET /2 HTTP/1.1"));
}

// O_APPEND: lines of processes that share the file, or of another tool, are not
// written over.
TEST(AccessLogTest, WritesBehindWhatOthersWroteMeanwhile) {
  const TempTree tree;
  const std::string path = tree.PathOf("access.log");
  const absl::StatusOr<AccessLog> first = AccessLog::Open(path);
  const absl::StatusOr<AccessLog> second = AccessLog::Open(path);
  ASSERT_TRUE(first.ok() && second.ok());
  first->Write(EntryOf("GET /1 HTTP/1.1"));
  second->Write(EntryOf("GET /2 HTTP/1.1"));
  first->Write(EntryOf("GET /3 HTTP/1.1"));
  EXPECT_EQ(ReadFile(path),
            LineOf("GET /1 HTTP/1.1") + LineOf("GET /2 HTTP/1.1") + LineOf("GET /3 HTTP/1.1"));
}

TEST(AccessLogTest, MakesAFileThatOnlyOwnerAndGroupMayRead) {
  const TempTree tree;
  ASSERT_TRUE(AccessLog::Open(tree.PathOf("new.log")).ok());
  struct stat status;
  ASSERT_EQ(stat(tree.PathOf("new.log").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07137u, 0u) << std::oct << status.st_mode;
}

TEST(AccessLogTest, HoldsOneDescriptorThatNoProgramInherits) {
  const TempTree tree;
  const auto before = OpenDescriptors();
  {
    const absl::StatusOr<AccessLog> log = AccessLog::Open(tree.PathOf("access.log"));
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
  absl::StatusOr<AccessLog> log = AccessLog::Open(path);
  ASSERT_TRUE(log.ok());
  log->Write(EntryOf("GET /1 HTTP/1.1"));
  ASSERT_EQ(std::rename(path.c_str(), tree.PathOf("access.log.1").c_str()), 0);
  log->Write(EntryOf("GET /2 HTTP/1.1"));
  const auto before = OpenDescriptors();
  EXPECT_TRUE(log->Reopen().ok());
  EXPECT_EQ(OpenDescriptors().size(), before.size());
  log->Write(EntryOf("GET /3 HTTP/1.1"));
  EXPECT_EQ(ReadFile(tree.PathOf("access.log.1")),
            LineOf("GET /1 HTTP/1.1") + LineOf("GET /2 HTTP/1.1"));
  EXPECT_EQ(ReadFile(path), LineOf("GET /3 HTTP/1.1"));
}

TEST(AccessLogTest, ReopenThatFailsSaysSoAndKeepsTheOldFile) {
  const TempTree tree;
  tree.AddDirectory("logs");
  absl::StatusOr<AccessLog> log = AccessLog::Open(tree.PathOf("logs/access.log"));
  ASSERT_TRUE(log.ok());
  ASSERT_EQ(std::rename(tree.PathOf("logs").c_str(), tree.PathOf("old").c_str()), 0);
  const absl::Status status = log->Reopen();
  EXPECT_TRUE(absl::IsNotFound(status)) << status;
  EXPECT_TRUE(absl::StrContains(status.message(), tree.PathOf("logs/access.log"))) << status;
  log->Write(EntryOf("GET / HTTP/1.1"));
  EXPECT_EQ(ReadFile(tree.PathOf("old/access.log")), LineOf("GET / HTTP/1.1"));
}

TEST(AccessLogTest, NoneOpensNothingAndWritesNothing) {
  const TempTree tree;
  ASSERT_EQ(chdir(tree.path().c_str()), 0);
  const auto before = OpenDescriptors();
  absl::StatusOr<AccessLog> log = AccessLog::Open("none");
  ASSERT_TRUE(log.ok());
  testing::internal::CaptureStderr();
  log->Write(EntryOf("GET / HTTP/1.1"));
  EXPECT_TRUE(log->Reopen().ok());
  log->Write(EntryOf("GET / HTTP/1.1"));
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
  EXPECT_EQ(OpenDescriptors(), before);
  EXPECT_NE(access("none", F_OK), 0);
}

TEST(AccessLogTest, StderrIsTheDescriptorNotAFile) {
  const TempTree tree;
  ASSERT_EQ(chdir(tree.path().c_str()), 0);
  absl::StatusOr<AccessLog> log = AccessLog::Open("stderr");
  ASSERT_TRUE(log.ok());
  testing::internal::CaptureStderr();
  log->Write(EntryOf("GET /1 HTTP/1.1"));
  EXPECT_TRUE(log->Reopen().ok());
  log->Write(EntryOf("GET /2 HTTP/1.1"));
  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            LineOf("GET /1 HTTP/1.1") + LineOf("GET /2 HTTP/1.1"));
  EXPECT_NE(access("stderr", F_OK), 0);
}

TEST(AccessLogTest, ALineThatCannotBeWrittenIsLost) {
  const absl::StatusOr<AccessLog> log = AccessLog::Open("/dev/full");
  ASSERT_TRUE(log.ok()) << log.status();
  log->Write(EntryOf("GET / HTTP/1.1"));
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
    EXPECT_EQ(AccessLog::Open(c.path).status().message(),
              absl::StrCat("cannot write --access_log=", c.path, ": ", c.reason, kRemedy));
  }
}

TEST(AccessLogTest, AFileThatMayNotBeWrittenIsNamedWithTheReasonAndARemedy) {
  const TempTree tree;
  tree.AddFile("read_only", "");
  tree.SetMode("read_only", 0444);
  const ScopedUnprivileged unprivileged;
  const absl::Status status = AccessLog::Open(tree.PathOf("read_only")).status();
  EXPECT_TRUE(absl::IsPermissionDenied(status));
  EXPECT_EQ(status.message(), absl::StrCat("cannot write --access_log=", tree.PathOf("read_only"),
                                           ": Permission denied; name a file that you may write, "
                                           "or stderr, or none"));
}

}  // namespace
}  // namespace prong
