// Planted violations: each has to end its process with a message that names both
// sites, that of the violation and that where the descriptor was taken or closed.

#include "tools/fdsan/fdsan.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/exit_child.h"
#include "server/unique_fd.h"

namespace prong {
namespace {

using ::testing::AllOf;
using ::testing::ContainsRegex;
using ::testing::ExitedWithCode;
using ::testing::KilledBySignal;

// A number that is not open.
constexpr int kUnused = 99;

// Sites, by the names that a stack shows.

[[gnu::noinline]] int OpenNull() { return open("/dev/null", O_RDWR | O_CLOEXEC); }

[[gnu::noinline]] UniqueFd TakeNull() { return UniqueFd(OpenNull()); }

[[gnu::noinline]] UniqueFd TakeAgain(int fd) { return UniqueFd(fd); }

[[gnu::noinline]] UniqueFd TakeListener() {
  UniqueFd listener(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  listen(listener.get(), 1);
  return listener;
}

UniqueFd ConnectTo(const UniqueFd& listener) {
  sockaddr_storage address;
  socklen_t size = sizeof(address);
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  getsockname(listener.get(), generic, &size);
  UniqueFd client(socket(address.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  connect(client.get(), generic, size);
  return client;
}

[[gnu::noinline]] int TakeAndClose() {
  UniqueFd owner = TakeNull();
  const int fd = owner.get();
  owner.Close();
  return fd;
}

[[gnu::noinline]] void CloseOnce(int fd) { close(fd); }

[[gnu::noinline]] void CloseAgain(int fd) { close(fd); }

// Expects that the process dies of a report of `violation`, made in a function `here`,
// on a descriptor that was taken or closed as TAKEN_IN or CLOSED_IN say.
#define EXPECT_REPORT(statement, violation, here, there)                                      \
  EXPECT_EXIT(statement, KilledBySignal(SIGABRT),                                             \
              AllOf(ContainsRegex("^prong: fdsan: descriptor [0-9]+( [(].+[)])? " violation), \
                    ContainsRegex(STACK("here") here), ContainsRegex(there)))
#define STACK(title) "\n  " title ":\n(    .*\n)*    prong::.*"
#define TAKEN_IN(function) STACK("taken") function
#define CLOSED_IN(function) STACK("closed last") function

TEST(FdsanTest, OwnershipIsTakenMovedAndEnded) {
  UniqueFd first = TakeNull();
  UniqueFd second(std::move(first));
  first = std::move(second);
  const int fd = first.get();
  first.Close();
  EXPECT_EQ(fcntl(fd, F_GETFD), -1);
}

TEST(FdsanTest, ANumberThatWasClosedIsOpenedAgainMuchLater) {
  const int fd = TakeAndClose();
  int others = 0;
  while (TakeAndClose() != fd) ++others;
  EXPECT_GT(others, 100);
  EXPECT_EQ(dup2(STDERR_FILENO, fd), fd);
  EXPECT_EQ(UniqueFd(fd).get(), fd);
}

TEST(FdsanTest, AsManyAreOpenedAsTheLimitAllows) {
  rlimit limit;
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &limit), 0);
  const rlimit few = {16, limit.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &few), 0);
  std::vector<UniqueFd> owners;
  do {
    owners.push_back(TakeNull());
  } while (owners.back().valid());
  EXPECT_EQ(errno, EMFILE);
  for (int fd = 0; fd < 16; ++fd) EXPECT_GE(fcntl(fd, F_GETFD), 0) << fd;
  setrlimit(RLIMIT_NOFILE, &limit);
}

TEST(FdsanTest, CloseOnExecIsKept) {
  EXPECT_EQ(fcntl(TakeNull().get(), F_GETFD), FD_CLOEXEC);
  EXPECT_EQ(fcntl(UniqueFd(open("/dev/null", O_RDONLY)).get(), F_GETFD), 0);
}

TEST(FdsanTest, WhatNobodyOwnsAnyoneMayUseAndClose) {
  const int fd = OpenNull();
  EXPECT_EQ(write(fd, "", 0), 0);
  EXPECT_EQ(dup2(fd, fd), fd);
  EXPECT_EQ(dup2(STDERR_FILENO, fd), fd);
  EXPECT_EQ(close_range(static_cast<unsigned>(fd), ~0U, CLOSE_RANGE_CLOEXEC), 0);
  EXPECT_EQ(close_range(static_cast<unsigned>(fd), static_cast<unsigned>(fd), 0), 0);
}

TEST(FdsanTest, ErrorsOfCallsAreKept) {
  const UniqueFd none(open("/no/such/file", O_RDONLY));
  EXPECT_EQ(errno, ENOENT);
  const UniqueFd read_only(open("/dev/null", O_RDONLY | O_CLOEXEC));
  EXPECT_EQ(write(read_only.get(), "", 1), -1);
  EXPECT_EQ(errno, EBADF);  // though it is open
}

TEST(FdsanDeathTest, ClosingTwice) {
  EXPECT_REPORT(
      {
        const int fd = OpenNull();
        CloseOnce(fd);
        CloseAgain(fd);
      },
      "is closed, but not open", "CloseAgain", CLOSED_IN("CloseOnce"));
}

TEST(FdsanDeathTest, ClosingWhatItsOwnerHasClosed) {
  EXPECT_REPORT(CloseAgain(TakeAndClose()), "is closed, but not open", "CloseAgain",
                CLOSED_IN("TakeAndClose"));
}

TEST(FdsanDeathTest, ClosingTwiceWhatIsAnothersByThen) {
  const int fd = OpenNull();
  CloseOnce(fd);
  const UniqueFd owner = TakeAgain(dup2(STDERR_FILENO, fd));
  EXPECT_REPORT(CloseAgain(fd), "is closed by what does not own it", "CloseAgain",
                TAKEN_IN("TakeAgain.*") CLOSED_IN("CloseOnce"));
}

TEST(FdsanDeathTest, ClosingWhatAnotherOwns) {
  const UniqueFd owner = TakeNull();
  const auto number = static_cast<unsigned>(owner.get());
  EXPECT_REPORT(close(owner.get()), "is closed by what does not own it", "ClosingWhatAnotherOwns",
                TAKEN_IN("TakeNull"));
  EXPECT_REPORT(close_range(number, ~0U, 0), "is closed by what does not own it",
                "ClosingWhatAnotherOwns", TAKEN_IN("TakeNull"));
}

TEST(FdsanDeathTest, DuplicatingOntoWhatAnotherOwns) {
  const UniqueFd owner = TakeNull();
  EXPECT_REPORT(dup2(STDERR_FILENO, owner.get()), "is closed by what does not own it",
                "DuplicatingOntoWhatAnotherOwns", TAKEN_IN("TakeNull"));
  EXPECT_REPORT(dup3(STDERR_FILENO, owner.get(), O_CLOEXEC), "is closed by what does not own it",
                "DuplicatingOntoWhatAnotherOwns", TAKEN_IN("TakeNull"));
}

TEST(FdsanDeathTest, TakingWhatHasAnOwner) {
  const UniqueFd owner = TakeNull();
  EXPECT_REPORT(TakeAgain(owner.get()), "is taken, but has an owner", "TakeAgain",
                TAKEN_IN("TakeNull"));
}

// memfd_create(2) stands for the calls that the linker leaves alone.
TEST(FdsanDeathTest, TakingWhatWasOpenedUnseen) {
  const UniqueFd owner(memfd_create("", MFD_CLOEXEC));
  EXPECT_REPORT(CloseAgain(owner.get()), "is closed by what does not own it", "CloseAgain",
                TAKEN_IN("TakingWhatWasOpenedUnseen"));
}

TEST(FdsanDeathTest, TakingWhatIsBeyondWhatIsWatched) {
  EXPECT_REPORT(TakeAgain(1024), "is taken, but is more than fdsan can watch", "TakeAgain", "");
}

TEST(FdsanDeathTest, TakingWhatIsClosed) {
  EXPECT_REPORT(TakeAgain(TakeAndClose()), "is taken, but not open", "TakeAgain",
                CLOSED_IN("TakeAndClose"));
}

// A copy that the compiler refuses.
TEST(FdsanDeathTest, ClosingAndMovingByACopyOfTheOwner) {
  const UniqueFd owner = TakeNull();
  alignas(UniqueFd) char copy[sizeof(UniqueFd)];
  std::memcpy(copy, &owner, sizeof(owner));
  auto* const impostor = reinterpret_cast<UniqueFd*>(copy);
  EXPECT_REPORT(impostor->Close(), "is closed by what does not own it",
                "ClosingAndMovingByACopyOfTheOwner", TAKEN_IN("TakeNull"));
  EXPECT_REPORT(UniqueFd(std::move(*impostor)), "is moved by what does not own it",
                "ClosingAndMovingByACopyOfTheOwner", TAKEN_IN("TakeNull"));
}

TEST(FdsanDeathTest, ClosingWhatWasClosedUnseen) {
  UniqueFd owner = TakeNull();
  EXPECT_REPORT(
      {
        syscall(SYS_close, owner.get());
        owner.Close();
      },
      "is closed, but not open", "ClosingWhatWasClosedUnseen", TAKEN_IN("TakeNull"));
}

TEST(FdsanDeathTest, OpeningWhatWasClosedUnseen) {
  const UniqueFd owner = TakeNull();
  EXPECT_REPORT(
      {
        syscall(SYS_close, owner.get());
        while (true) CloseOnce(OpenNull());
      },
      "was closed by what the linker does not see", "OpenNull", TAKEN_IN("TakeNull"));
}

TEST(FdsanDeathTest, UsingWhatIsClosed) {
  char byte = 0;
  struct stat status;
  const struct {
    const char* name;
    std::function<void(int fd)> use;
  } kCalls[] = {
      {"accept4", [](int fd) { accept4(fd, nullptr, nullptr, 0); }},
      {"bind", [](int fd) { bind(fd, nullptr, 0); }},
      {"dup", [](int fd) { dup(fd); }},
      {"dup2", [](int fd) { dup2(fd, STDOUT_FILENO); }},
      {"dup3", [](int fd) { dup3(fd, STDOUT_FILENO, 0); }},
      {"fcntl", [](int fd) { fcntl(fd, F_DUPFD_CLOEXEC, 0); }},
      {"fstat", [&](int fd) { fstat(fd, &status); }},
      {"fstatat", [&](int fd) { fstatat(fd, ".", &status, 0); }},
      {"getdents64", [&](int fd) { getdents64(fd, &byte, 1); }},
      {"getsockname", [](int fd) { getsockname(fd, nullptr, nullptr); }},
      {"ioctl", [&](int fd) { ioctl(fd, FIONREAD, &byte); }},
      {"listen", [](int fd) { listen(fd, 1); }},
      {"ppoll",
       [](int fd) {
         pollfd polled[] = {{-1, 0, 0}, {fd, POLLIN, 0}};
         ppoll(polled, 2, nullptr, nullptr);
       }},
      {"pread", [&](int fd) { pread(fd, &byte, 1, 0); }},
      {"read", [&](int fd) { read(fd, &byte, 1); }},
      {"recv", [&](int fd) { recv(fd, &byte, 1, 0); }},
      {"send", [&](int fd) { send(fd, &byte, 1, 0); }},
      {"sendfile", [](int fd) { sendfile(fd, STDIN_FILENO, nullptr, 1); }},
      {"sendfile", [](int fd) { sendfile(STDOUT_FILENO, fd, nullptr, 1); }},
      {"setsockopt", [](int fd) { setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, nullptr, 0); }},
      {"shutdown", [](int fd) { shutdown(fd, SHUT_WR); }},
      {"syscall", [](int fd) { syscall(SYS_openat2, fd, ".", nullptr, 0); }},
      {"write", [&](int fd) { write(fd, &byte, 1); }},
  };
  for (const auto& call : kCalls) {
    SCOPED_TRACE(call.name);
    EXPECT_REPORT(call.use(TakeAndClose()), "is used, but not open", "UsingWhatIsClosed",
                  CLOSED_IN("TakeAndClose"));
  }
}

TEST(FdsanDeathTest, UsingWhatIsClosedAfterAnotherWasOpened) {
  EXPECT_REPORT(
      {
        const int fd = TakeAndClose();
        const UniqueFd another = TakeNull();
        write(fd, "", 0);
      },
      "is used, but not open", "UsingWhatIsClosedAfterAnotherWasOpened", CLOSED_IN("TakeAndClose"));
}

// What the parent hands down to each child.
struct Inheritance {
  UniqueFd root;
  UniqueFd log;
};

void Nothing(UniqueFd& /*connection*/) {}

// The life of a child that does something before it serves, and while it does.
template <typename Before, typename Meanwhile>
void Live(Before before, Meanwhile meanwhile) {
  close_range(STDERR_FILENO + 1, ~0U, 0);  // what the test and its runner have
  const Inheritance inherited = {TakeNull(), TakeNull()};
  UniqueFd connection = TakeNull();
  before(connection);
  fdsan::BeginChild(connection, inherited);
  UniqueFd passed_on = std::move(connection);
  meanwhile(passed_on);
  passed_on.Close();
  ExitChild(0);
}

TEST(FdsanDeathTest, AChildWithWhatItNeedsServesAndEnds) {
  EXPECT_EXIT(Live(Nothing, Nothing), ExitedWithCode(0), "^$");
  EXPECT_EXIT(Live(Nothing,
                   [](UniqueFd& connection) {
                     write(connection.get(), "", 0);
                     read(TakeNull().get(), nullptr, 0);
                     write(STDERR_FILENO, "", 0);
                   }),
              ExitedWithCode(0), "^$");
}

// As the profile's writer does.
TEST(FdsanDeathTest, AChildThatHasEndedMayUseWhatNobodyOwns) {
  const auto end = [](UniqueFd& connection) {
    connection.Close();
    fdsan::EndChild();
    write(OpenNull(), "", 0);
  };
  EXPECT_EXIT(Live(Nothing, end), ExitedWithCode(0), "^$");
}

TEST(FdsanDeathTest, AnyProcessThatDoesNotServeEndsWithWhatItHas) {
  const UniqueFd owned = TakeNull();
  EXPECT_EXIT(ExitChild(0), ExitedWithCode(0), "^$");
}

TEST(FdsanDeathTest, ServingWithTheListeningSocket) {
  const auto keep = [](UniqueFd& /*connection*/) { new UniqueFd(TakeListener()); };
  EXPECT_REPORT(Live(keep, Nothing), "is open in a child that begins to serve", "BeginChild",
                TAKEN_IN("TakeListener"));
}

TEST(FdsanDeathTest, ServingWithWhatNobodyOwns) {
  const auto open_raw = [](UniqueFd& /*connection*/) { OpenNull(); };
  EXPECT_REPORT(Live(open_raw, Nothing), "is open in a child that begins to serve", "BeginChild",
                TAKEN_IN("OpenNull"));
}

TEST(FdsanDeathTest, UsingInAChildWhatNobodyOwns) {
  const auto use_raw = [](UniqueFd& /*connection*/) { write(OpenNull(), "", 0); };
  EXPECT_REPORT(Live(Nothing, use_raw), "is used by a child, but has no owner",
                "UsingInAChildWhatNobodyOwns", TAKEN_IN("OpenNull"));
}

TEST(FdsanDeathTest, EndingAChildWithWhatNobodyOwns) {
  const struct {
    const char* name;
    std::function<void(UniqueFd& connection)> open;
  } kCalls[] = {
      {"accept4",
       [](UniqueFd& /*connection*/) {
         const UniqueFd listener = TakeListener();
         const UniqueFd client = ConnectTo(listener);
         accept4(listener.get(), nullptr, nullptr, 0);
       }},
      {"dup", [](UniqueFd& connection) { dup(connection.get()); }},
      {"dup2", [](UniqueFd& connection) { dup2(connection.get(), kUnused); }},
      {"dup3", [](UniqueFd& connection) { dup3(connection.get(), kUnused, 0); }},
      {"fcntl", [](UniqueFd& connection) { fcntl(connection.get(), F_DUPFD_CLOEXEC, 0); }},
      {"open", [](UniqueFd& /*connection*/) { open("/dev/null", O_RDONLY); }},
      {"signalfd",
       [](UniqueFd& /*connection*/) {
         sigset_t none;
         sigemptyset(&none);
         signalfd(-1, &none, 0);
       }},
      {"socket", [](UniqueFd& /*connection*/) { socket(AF_UNIX, SOCK_STREAM, 0); }},
      {"syscall",
       [](UniqueFd& /*connection*/) {
         const open_how how = {};
         syscall(SYS_openat2, AT_FDCWD, "/dev/null", &how, sizeof(how));
       }},
  };
  for (const auto& call : kCalls) {
    SCOPED_TRACE(call.name);
    EXPECT_REPORT(Live(Nothing, call.open), "is open in a child that ends", "ExitChild",
                  TAKEN_IN("EndingAChildWithWhatNobodyOwns"));
  }
}

TEST(FdsanDeathTest, EndingAChildWithWhatItsOwnerKeeps) {
  const auto leak = [](UniqueFd& /*connection*/) { new UniqueFd(TakeNull()); };
  EXPECT_REPORT(Live(Nothing, leak), "is open in a child that ends", "ExitChild",
                TAKEN_IN("TakeNull"));
}

TEST(FdsanDeathTest, EndingAChildWithTheConnectionOpen) {
  const auto leave = [](UniqueFd& /*connection*/) { ExitChild(0); };
  EXPECT_REPORT(Live(Nothing, leave), "is open in a child that ends", "ExitChild",
                TAKEN_IN("TakeNull"));
}

}  // namespace
}  // namespace prong
