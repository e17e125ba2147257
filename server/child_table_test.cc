#include "server/child_table.h"

#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/parent_memory.h"
#include "server/socket_address.h"

namespace prong {
namespace {

using ::testing::ContainsRegex;

SocketAddress Address(absl::string_view literal) { return *SocketAddress::FromLiteral(literal); }

// A child that waits to be killed.
pid_t ForkIdle() {
  const pid_t pid = fork();
  if (pid == 0) {
    while (true) pause();
  }
  return pid;
}

// A child that has ended with `status`, and is a zombie.
pid_t ForkEnded(int status) {
  const pid_t pid = fork();
  if (pid == 0) _exit(status);
  siginfo_t info;
  EXPECT_EQ(waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOWAIT), 0);
  return pid;
}

void AwaitEnd(pid_t pid) {
  siginfo_t info;
  EXPECT_EQ(waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOWAIT), 0);
}

bool IsReaped(pid_t pid) { return waitpid(pid, nullptr, WNOHANG) == -1 && errno == ECHILD; }

TEST(ChildTableTest, AnEmptyOneHasNothing) {
  ChildTable children(*ChildTable::Memory());
  EXPECT_TRUE(children.empty());
  EXPECT_EQ(children.size(), 0);
  EXPECT_EQ(children.SizeFor(Address("192.0.2.1")), 0);
  children.ReapAll();
  children.KillAll();
  EXPECT_EQ(children.reaped(), 0);
}

TEST(ChildTableTest, AChildThatEndedIsReapedOnce) {
  ChildTable children(*ChildTable::Memory());
  const pid_t pid = ForkEnded(0);
  children.Add(pid, Address("192.0.2.1"));
  EXPECT_EQ(children.size(), 1);
  children.Reap(pid);
  EXPECT_TRUE(children.empty());
  EXPECT_TRUE(IsReaped(pid));
  children.Reap(pid);
  EXPECT_EQ(children.reaped(), 1);
  EXPECT_EQ(children.crashed(), 0);
}

TEST(ChildTableTest, AChildThatRunsStays) {
  ChildTable children(*ChildTable::Memory());
  const pid_t pid = ForkIdle();
  children.Add(pid, Address("192.0.2.1"));
  children.Reap(pid);
  children.ReapAll();
  EXPECT_EQ(children.size(), 1);
  children.KillAll();
  EXPECT_TRUE(IsReaped(pid));
}

// Such as one that was inherited over exec: it is somebody else's to wait for.
TEST(ChildTableTest, AStrangerIsNotWaitedFor) {
  ChildTable children(*ChildTable::Memory());
  const pid_t stranger = ForkEnded(0);
  children.Reap(stranger);
  children.ReapAll();
  EXPECT_EQ(children.reaped(), 0);
  EXPECT_EQ(waitpid(stranger, nullptr, WNOHANG), stranger);
}

TEST(ChildTableTest, AllThatEndedAreReapedTogether) {
  ChildTable children(*ChildTable::Memory());
  const pid_t idle = ForkIdle();
  children.Add(idle, Address("192.0.2.1"));
  for (int i = 0; i < 5; ++i) children.Add(ForkEnded(0), Address("192.0.2.1"));
  EXPECT_EQ(children.peak(), 6);
  children.ReapAll();
  EXPECT_EQ(children.size(), 1);
  EXPECT_EQ(children.reaped(), 5);
  EXPECT_EQ(children.peak(), 6);
  children.KillAll();
}

TEST(ChildTableTest, AChildThatCannotBeWaitedForIsKept) {
  ChildTable children(*ChildTable::Memory());
  const pid_t stolen = ForkEnded(0);
  waitpid(stolen, nullptr, 0);
  children.Add(stolen, Address("192.0.2.1"));
  children.Add(ForkEnded(0), Address("192.0.2.1"));
  EXPECT_FALSE(children.ReapAll());
  EXPECT_EQ(children.size(), 1);
  EXPECT_EQ(children.reaped(), 1);
  children.KillAll();
  EXPECT_TRUE(children.ReapAll());
}

TEST(ChildTableTest, AnEndBySignalIsReportedWithWhomItServed) {
  ChildTable children(*ChildTable::Memory());
  const pid_t pid = ForkIdle();
  children.Add(pid, Address("192.0.2.1"));
  kill(pid, SIGKILL);
  AwaitEnd(pid);
  testing::internal::CaptureStderr();
  children.Reap(pid);
  EXPECT_THAT(testing::internal::GetCapturedStderr(),
              ContainsRegex(absl::StrCat("prong: child ", pid,
                                         " serving 192.0.2.1 was killed by SIGKILL after [0-9]")));
  EXPECT_EQ(children.crashed(), 1);
}

TEST(ChildTableTest, AnEndWithAStatusIsReportedToo) {
  ChildTable children(*ChildTable::Memory());
  const pid_t pid = ForkEnded(23);
  children.Add(pid, Address("2001:db8::1"));
  testing::internal::CaptureStderr();
  children.ReapAll();
  EXPECT_THAT(testing::internal::GetCapturedStderr(),
              ContainsRegex("serving 2001:db8::1 exited with status 23 after"));
  EXPECT_EQ(children.crashed(), 1);
  EXPECT_EQ(children.reaped(), 1);
}

TEST(ChildTableTest, TheChildrenOfANetworkAreCounted) {
  ChildTable children(*ChildTable::Memory());
  const pid_t first = ForkEnded(0);
  children.Add(first, Address("2001:db8::1"));
  children.Add(ForkEnded(0), Address("2001:db8::2"));
  children.Add(ForkEnded(0), Address("192.0.2.1"));
  EXPECT_EQ(children.SizeFor(Address("2001:db8::3")), 2);
  EXPECT_EQ(children.SizeFor(Address("192.0.2.1")), 1);
  EXPECT_EQ(children.SizeFor(Address("192.0.2.2")), 0);
  children.Reap(first);
  EXPECT_EQ(children.SizeFor(Address("2001:db8::3")), 1);
  children.ReapAll();
  EXPECT_EQ(children.SizeFor(Address("2001:db8::3")), 0);
  EXPECT_EQ(children.SizeFor(Address("192.0.2.1")), 0);
}

TEST(ChildTableTest, SignalReachesAllChildren) {
  ChildTable children(*ChildTable::Memory());
  const pid_t pids[] = {ForkIdle(), ForkIdle()};
  for (const pid_t pid : pids) children.Add(pid, Address("192.0.2.1"));
  children.Signal(SIGTERM);
  for (const pid_t pid : pids) AwaitEnd(pid);
  testing::internal::CaptureStderr();
  children.ReapAll();
  testing::internal::GetCapturedStderr();
  EXPECT_TRUE(children.empty());
}

TEST(ChildTableTest, KillAllLeavesNoChildAndReportsNone) {
  ChildTable children(*ChildTable::Memory());
  const pid_t idle = ForkIdle();
  children.Add(idle, Address("192.0.2.1"));
  children.Add(ForkEnded(0), Address("192.0.2.1"));
  testing::internal::CaptureStderr();
  children.KillAll();
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
  EXPECT_TRUE(children.empty());
  EXPECT_TRUE(IsReaped(idle));
  EXPECT_EQ(children.reaped(), 2);
  EXPECT_EQ(children.crashed(), 0);
  EXPECT_EQ(children.SizeFor(Address("192.0.2.1")), 0);
}

TEST(ChildTableTest, MoreThanFitItsMemoryAreKnownTheSame) {
  constexpr pid_t kChildren = 1000;
  ChildTable children(*MapParentMemory(4096));
  for (pid_t pid = 1; pid <= kChildren; ++pid) children.Add(pid, Address("192.0.2.1"));
  EXPECT_EQ(children.size(), kChildren);
  EXPECT_EQ(children.SizeFor(Address("192.0.2.1")), kChildren);
}

}  // namespace
}  // namespace prong
