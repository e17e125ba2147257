#include "server/wait.h"

#include <signal.h>
#include <sys/socket.h>

#include <chrono>
#include <ctime>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "server/signals.h"
#include "server/testing.h"

namespace prong {
namespace {

constexpr absl::Duration kShort = absl::Milliseconds(20);
constexpr absl::Duration kLong = absl::Seconds(20);  // fails, before the test is given up

Deadline Past() { return Deadline::clock::now() - std::chrono::seconds(1); }

TEST(AfterTest, IsThatFarAhead) {
  const Deadline before = Deadline::clock::now();
  const Deadline deadline = After(absl::Milliseconds(1500));
  const Deadline after = Deadline::clock::now();
  EXPECT_GE(deadline - before, std::chrono::milliseconds(1500));
  EXPECT_LE(deadline - after, std::chrono::milliseconds(1500));
}

TEST(AfterTest, ACenturyIsSafe) {
  EXPECT_GT(After(absl::Hours(24) * 36525) - Deadline::clock::now(),
            std::chrono::hours(24) * 36524);
}

TEST(TimeLeftTest, IsSplitAsTimespecWantsIt) {
  for (absl::Duration duration : {absl::Milliseconds(1), absl::Milliseconds(999), absl::Seconds(1),
                                  absl::Milliseconds(2500), absl::Hours(24)}) {
    const timespec left = TimeLeft(After(duration));
    EXPECT_GE(left.tv_sec, 0);
    EXPECT_GE(left.tv_nsec, 0);
    EXPECT_LT(left.tv_nsec, 1'000'000'000);
    EXPECT_LE(absl::DurationFromTimespec(left), duration);
    EXPECT_GT(absl::DurationFromTimespec(left), duration - kLong);
  }
}

TEST(TimeLeftTest, IsZeroForTheNowAndThePast) {
  for (Deadline deadline : {Deadline::clock::now(), Past(), Deadline()}) {
    const timespec left = TimeLeft(deadline);
    EXPECT_EQ(left.tv_sec, 0);
    EXPECT_EQ(left.tv_nsec, 0);
  }
}

TEST(TimeLeftTest, NeverOverflows) { EXPECT_GT(TimeLeft(Deadline::max()).tv_sec, 1'000'000); }

class WaitTest : public testing::Test {
 protected:
  WaitTest() : pair_(ConnectedPair()) {}

  WaitResult WaitToRead(absl::Duration duration, Interruptible interruptible) {
    return WaitReadable(pair_.server.get(), After(duration), interruptible);
  }

  // Makes the server's end one that takes no more.
  void FillServer() {
    const std::string bytes(64 * 1024, 'x');
    while (send(pair_.server.get(), bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL) > 0)
      continue;
  }

  SocketPair pair_;
};

TEST_F(WaitTest, IsReadyToReadWhenBytesAreThere) {
  ASSERT_TRUE(SendAll(pair_.client.get(), "x"));
  EXPECT_EQ(WaitToRead(kLong, Interruptible::kNo), WaitResult::kReady);
  EXPECT_EQ(WaitToRead(kLong, Interruptible::kByTermination), WaitResult::kReady);
}

TEST_F(WaitTest, IsReadyToReadWhenBytesArrive) {
  ClientThread client(std::move(pair_.client), "x");
  EXPECT_EQ(WaitToRead(kLong, Interruptible::kNo), WaitResult::kReady);
  pair_.server.Close();
}

TEST_F(WaitTest, IsReadyToReadTheEndOfTheStream) {
  pair_.client.Close();
  EXPECT_EQ(WaitToRead(kLong, Interruptible::kNo), WaitResult::kReady);
}

TEST_F(WaitTest, IsReadyToWriteWhileThereIsRoom) {
  EXPECT_EQ(WaitWritable(pair_.server.get(), After(kLong)), WaitResult::kReady);
  FillServer();
  EXPECT_EQ(WaitWritable(pair_.server.get(), After(kShort)), WaitResult::kTimedOut);
}

TEST_F(WaitTest, IsReadyToWriteWhatThenFailsForWantOfAReader) {
  FillServer();
  pair_.client.Close();
  EXPECT_EQ(WaitWritable(pair_.server.get(), After(kLong)), WaitResult::kReady);
}

TEST_F(WaitTest, TimesOutAtTheDeadlineAndNotBefore) {
  const Deadline deadline = After(kShort);
  EXPECT_EQ(WaitReadable(pair_.server.get(), deadline, Interruptible::kNo), WaitResult::kTimedOut);
  EXPECT_GE(Deadline::clock::now(), deadline);
}

TEST_F(WaitTest, TimesOutAtOnceWhenTheDeadlineHasPassed) {
  EXPECT_EQ(WaitReadable(pair_.server.get(), Past(), Interruptible::kNo), WaitResult::kTimedOut);
  EXPECT_EQ(WaitReadable(pair_.server.get(), Past(), Interruptible::kByTermination),
            WaitResult::kTimedOut);
  FillServer();
  EXPECT_EQ(WaitWritable(pair_.server.get(), Past()), WaitResult::kTimedOut);
}

TEST_F(WaitTest, WhatIsReadyAfterTheDeadlineIsReadyStill) {
  ASSERT_TRUE(SendAll(pair_.client.get(), "x"));
  EXPECT_EQ(WaitReadable(pair_.server.get(), Past(), Interruptible::kNo), WaitResult::kReady);
}

// With the signals as every process of the server has them.
class SignalledWaitTest : public WaitTest {
 protected:
  SignalledWaitTest() : receiver_(SignalReceiver::Install()) {}

  ScopedSignals restore_;
  absl::StatusOr<SignalReceiver> receiver_;
};

// The race that a flag set by a handler would lose: the signal comes before the
// wait.
TEST_F(SignalledWaitTest, ATerminationThatCameBeforeInterruptsAtOnce) {
  raise(SIGTERM);
  EXPECT_EQ(WaitToRead(kLong, Interruptible::kByTermination), WaitResult::kInterrupted);
}

TEST_F(SignalledWaitTest, ATerminationThatComesDuringTheWaitInterruptsIt) {
  const timer_t timer = [] {
    sigevent event = {};
    event.sigev_notify = SIGEV_SIGNAL;
    event.sigev_signo = SIGTERM;
    timer_t created;
    EXPECT_EQ(timer_create(CLOCK_MONOTONIC, &event, &created), 0);
    return created;
  }();
  const itimerspec soon = {{}, absl::ToTimespec(kShort)};
  ASSERT_EQ(timer_settime(timer, 0, &soon, nullptr), 0);
  EXPECT_EQ(WaitToRead(kLong, Interruptible::kByTermination), WaitResult::kInterrupted);
  timer_delete(timer);
}

TEST_F(SignalledWaitTest, InterruptsOnlyOnce) {
  raise(SIGTERM);
  EXPECT_EQ(WaitToRead(kLong, Interruptible::kByTermination), WaitResult::kInterrupted);
  EXPECT_EQ(WaitToRead(kShort, Interruptible::kByTermination), WaitResult::kTimedOut);
}

TEST_F(SignalledWaitTest, WhatMayNotBeInterruptedKeepsTheTerminationForLater) {
  raise(SIGTERM);
  EXPECT_EQ(WaitToRead(kShort, Interruptible::kNo), WaitResult::kTimedOut);
  EXPECT_EQ(WaitToRead(kLong, Interruptible::kByTermination), WaitResult::kInterrupted);
}

TEST_F(SignalledWaitTest, WritingIsNeverInterrupted) {
  FillServer();
  raise(SIGTERM);
  EXPECT_EQ(WaitWritable(pair_.server.get(), After(kShort)), WaitResult::kTimedOut);
}

TEST_F(SignalledWaitTest, OtherSignalsInterruptNothing) {
  for (int signal : {SIGHUP, SIGINT, SIGCHLD}) raise(signal);
  EXPECT_EQ(WaitToRead(kShort, Interruptible::kByTermination), WaitResult::kTimedOut);
}

TEST_F(SignalledWaitTest, TheMaskIsTheSameAfterwards) {
  sigset_t before, after;
  sigprocmask(SIG_SETMASK, nullptr, &before);
  WaitToRead(kShort, Interruptible::kByTermination);
  sigprocmask(SIG_SETMASK, nullptr, &after);
  for (int signal = 1; signal < SIGRTMIN; ++signal) {
    EXPECT_EQ(sigismember(&before, signal), sigismember(&after, signal)) << signal;
  }
}

}  // namespace
}  // namespace prong
