#include "server/signals.h"

#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "server/testing.h"
#include "server/unique_fd.h"

namespace prong {
namespace {

bool IsReadable(int fd) {
  pollfd polled = {fd, POLLIN, 0};
  return poll(&polled, 1, 0) == 1;
}

// The exit status of a child that runs `function` and exits with what it returns.
template <typename Function>
int StatusOfChild(Function function) {
  const pid_t pid = fork();
  if (pid == 0) _exit(function());
  int status = -1;
  EXPECT_EQ(waitpid(pid, &status, 0), pid);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

class SignalReceiverTest : public testing::Test {
 protected:
  void SetUp() override {
    absl::StatusOr<SignalReceiver> receiver = SignalReceiver::Install();
    ASSERT_TRUE(receiver.ok()) << receiver.status();
    receiver_.emplace(*std::move(receiver));
  }

  ScopedSignals restore_;
  std::optional<SignalReceiver> receiver_;
};

TEST_F(SignalReceiverTest, NothingIsTakenWhereNothingCameAndNothingIsWaitedFor) {
  EXPECT_FALSE(IsReadable(receiver_->fd()));
  const ReceivedSignals received = receiver_->Take();
  EXPECT_EQ(received.child, 0);
  EXPECT_FALSE(received.hangup);
  EXPECT_FALSE(received.report);
  EXPECT_FALSE(received.terminate);
}

TEST_F(SignalReceiverTest, EachSignalIsTakenAsWhatItAsksFor) {
  const struct {
    int signal;
    bool child, hangup, report, terminate;
  } kCases[] = {
      {SIGCHLD, true, false, false, false}, {SIGHUP, false, true, false, false},
      {SIGINT, false, false, false, true},  {SIGTERM, false, false, false, true},
      {SIGUSR1, false, false, true, false},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(sigabbrev_np(c.signal));
    ASSERT_EQ(kill(getpid(), c.signal), 0);
    EXPECT_TRUE(IsReadable(receiver_->fd()));
    const ReceivedSignals received = receiver_->Take();
    EXPECT_EQ(received.child, c.child ? getpid() : 0);
    EXPECT_EQ(received.hangup, c.hangup);
    EXPECT_EQ(received.report, c.report);
    EXPECT_EQ(received.terminate, c.terminate);
    EXPECT_FALSE(IsReadable(receiver_->fd()));
  }
}

TEST_F(SignalReceiverTest, AllThatCameIsTakenAtOnce) {
  for (int signal : {SIGCHLD, SIGHUP, SIGINT, SIGTERM, SIGUSR1}) kill(getpid(), signal);
  const ReceivedSignals received = receiver_->Take();
  EXPECT_EQ(received.child, getpid());
  EXPECT_TRUE(received.hangup);
  EXPECT_TRUE(received.report);
  EXPECT_TRUE(received.terminate);
  EXPECT_FALSE(IsReadable(receiver_->fd()));
}

// signal(7): standard signals do not queue. Who takes a SIGCHLD has to look for
// more than one child.
TEST_F(SignalReceiverTest, WhatCameTwiceIsTakenOnce) {
  kill(getpid(), SIGCHLD);
  kill(getpid(), SIGCHLD);
  EXPECT_EQ(receiver_->Take().child, getpid());
  EXPECT_EQ(receiver_->Take().child, 0);
}

TEST_F(SignalReceiverTest, TheEndOfAChildIsTaken) {
  const pid_t pid = fork();
  if (pid == 0) _exit(0);
  pollfd polled = {receiver_->fd(), POLLIN, 0};
  EXPECT_EQ(poll(&polled, 1, 60'000), 1);
  EXPECT_EQ(receiver_->Take().child, pid);
  EXPECT_EQ(waitpid(pid, nullptr, WNOHANG), pid);
}

TEST_F(SignalReceiverTest, AChildThatLetsATerminationInLearnsThatItHasCome) {
  EXPECT_EQ(StatusOfChild([] {
              LetTerminationInterrupt(-2);
              if (TerminationHasCome()) return 1;
              for (int signal : {SIGHUP, SIGINT, SIGUSR1}) kill(getpid(), signal);
              if (TerminationHasCome()) return 2;
              kill(getpid(), SIGTERM);
              return TerminationHasCome() ? 7 : 3;
            }),
            7);
}

TEST_F(SignalReceiverTest, AChildThatLetsATerminationInLearnsThatItCameBefore) {
  EXPECT_EQ(StatusOfChild([] {
              kill(getpid(), SIGTERM);
              if (TerminationHasCome()) return 1;
              LetTerminationInterrupt(-2);
              return TerminationHasCome() ? 7 : 2;
            }),
            7);
}

// In a child: what a recv that could wait for a minute comes to; 7 for `error`.
int ErrorOfRecv(int socket, int error) {
  const timeval minute = {60, 0};
  setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &minute, sizeof(minute));
  char byte;
  if (recv(socket, &byte, 1, 0) != -1) return 1;
  return errno == error && TerminationHasCome() ? 7 : 2;
}

TEST_F(SignalReceiverTest, ATerminationInterruptsARecvThatWaits) {
  EXPECT_EQ(StatusOfChild([] {
              SocketPair pair = ConnectedPair();
              LetTerminationInterrupt(pair.server.get());
              const pid_t waiting = getpid();
              if (fork() == 0) {
                // "S": it sleeps, and there is nothing else here that it could wait for.
                while (ReadFile(absl::StrCat("/proc/", waiting, "/stat")).find(") S ") ==
                       std::string::npos) {
                  sched_yield();
                }
                kill(waiting, SIGTERM);
                _exit(0);
              }
              return ErrorOfRecv(pair.server.get(), EINTR);
            }),
            7);
}

TEST_F(SignalReceiverTest, ATerminationKeepsARecvFromWaitingThatHasNotBegun) {
  EXPECT_EQ(StatusOfChild([] {
              SocketPair pair = ConnectedPair();
              LetTerminationInterrupt(pair.server.get());
              raise(SIGTERM);
              return ErrorOfRecv(pair.server.get(), EAGAIN);
            }),
            7);
}

// From now on each ioctl of this process fails. False if that cannot be had.
bool LetIoctlFail() {
  sock_filter program[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_ioctl, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EBADF),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  const sock_fprog filter = {4, program};
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0;
}

TEST_F(SignalReceiverTest, ATerminationKeepsARecvFromWaitingWhoseSocketCannotBeNonBlocking) {
  EXPECT_EQ(StatusOfChild([] {
              SocketPair pair = ConnectedPair();
              LetTerminationInterrupt(pair.server.get());
              if (!LetIoctlFail()) return 1;
              raise(SIGTERM);
              char byte;
              return recv(pair.server.get(), &byte, 1, 0) == 0 && TerminationHasCome() ? 7 : 2;
            }),
            7);
}

TEST_F(SignalReceiverTest, NoProgramInheritsTheDescriptor) {
  EXPECT_EQ(fcntl(receiver_->fd(), F_GETFD), FD_CLOEXEC);
}

TEST_F(SignalReceiverTest, CloseClosesTheDescriptorAndKeepsTheSignalsBlocked) {
  const int fd = receiver_->fd();
  receiver_->Close();
  EXPECT_EQ(fcntl(fd, F_GETFD), -1);
  kill(getpid(), SIGTERM);  // would end the test
}

TEST_F(SignalReceiverTest, AChildInheritsTheBlockedSignals) {
  EXPECT_EQ(StatusOfChild([] {
              for (int signal : {SIGHUP, SIGINT, SIGTERM, SIGUSR1}) kill(getpid(), signal);
              return 7;
            }),
            7);
}

// A client that went away is an error of write(2), not a signal.
TEST_F(SignalReceiverTest, WritingToABrokenPipeIsAnErrorAlsoInAChild) {
  int fds[2];
  ASSERT_EQ(pipe2(fds, O_CLOEXEC), 0);
  const UniqueFd writing_end(fds[1]);
  UniqueFd(fds[0]).Close();
  EXPECT_EQ(write(writing_end.get(), "x", 1), -1);
  EXPECT_EQ(errno, EPIPE);
  EXPECT_EQ(StatusOfChild([&] { return write(writing_end.get(), "x", 1) == -1 ? errno : 0; }),
            EPIPE);
}

// A log at the limit of RLIMIT_FSIZE is an error of write(2), not a signal.
TEST_F(SignalReceiverTest, WritingBeyondTheLimitOfFilesIsAnErrorAlsoInAChild) {
  EXPECT_EQ(StatusOfChild([] {
              const UniqueFd file(memfd_create("log", MFD_CLOEXEC));
              const rlimit none = {};
              setrlimit(RLIMIT_FSIZE, &none);
              return write(file.get(), "x", 1) == -1 ? errno : 0;
            }),
            EFBIG);
}

// What nohup(1), or a shell that starts a job in the background, leaves behind.
TEST(SignalReceiverInstallTest, SignalsThatWereIgnoredAreReceivedNonetheless) {
  const ScopedSignals restore;
  for (int signal : {SIGCHLD, SIGHUP, SIGINT, SIGTERM, SIGUSR1}) {
    struct sigaction ignore = {};
    ignore.sa_handler = SIG_IGN;
    ASSERT_EQ(sigaction(signal, &ignore, nullptr), 0);
  }
  absl::StatusOr<SignalReceiver> receiver = SignalReceiver::Install();
  ASSERT_TRUE(receiver.ok()) << receiver.status();
  for (int signal : {SIGCHLD, SIGHUP, SIGINT, SIGTERM, SIGUSR1}) {
    SCOPED_TRACE(sigabbrev_np(signal));
    kill(getpid(), signal);
    const ReceivedSignals received = receiver->Take();
    EXPECT_TRUE(received.child != 0 || received.hangup || received.report || received.terminate);
  }
}

// waitpid(2): with SIGCHLD ignored the kernel reaps, and the parent never learns how
// a child ended.
TEST(SignalReceiverInstallTest, ChildrenCanBeWaitedForThoughSigchldWasIgnored) {
  const ScopedSignals restore;
  struct sigaction ignore = {};
  ignore.sa_handler = SIG_IGN;
  ASSERT_EQ(sigaction(SIGCHLD, &ignore, nullptr), 0);
  const absl::StatusOr<SignalReceiver> receiver = SignalReceiver::Install();
  ASSERT_TRUE(receiver.ok()) << receiver.status();
  EXPECT_EQ(StatusOfChild([] { return 7; }), 7);
}

TEST(SignalReceiverInstallTest, FailsWhereThereIsNoDescriptorLeft) {
  const ScopedSignals restore;
  const ScopedDescriptorLimit limit;
  const absl::StatusOr<SignalReceiver> receiver = SignalReceiver::Install();
  ASSERT_FALSE(receiver.ok());
  EXPECT_EQ(receiver.status().message(), "cannot receive signals: Too many open files");
}

}  // namespace
}  // namespace prong
