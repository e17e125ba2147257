#include "server/listener.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "server/socket_address.h"
#include "server/testing.h"
#include "server/unique_fd.h"

namespace prong {
namespace {

constexpr int kBacklog = 16;

SocketAddress Loopback() { return *SocketAddress::FromLiteral("127.0.0.1"); }

// A socket connected to `address`.
UniqueFd Connect(const SocketAddress& address) {
  UniqueFd client(socket(address.family(), SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (connect(client.get(), address.address(), address.size()) != 0) client.Close();
  return client;
}

UniqueFd Accept(const Listener& listener) {
  return UniqueFd(accept4(listener.socket.get(), nullptr, nullptr, SOCK_CLOEXEC));
}

TEST(ListenerTest, TellsThePortThatTheKernelChose) {
  const absl::StatusOr<Listener> first = Listen(Loopback(), kBacklog);
  const absl::StatusOr<Listener> second = Listen(Loopback(), kBacklog);
  ASSERT_TRUE(first.ok()) << first.status();
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_NE(first->address.port(), 0);
  EXPECT_NE(second->address.port(), 0);
  EXPECT_NE(first->address.port(), second->address.port());
  EXPECT_EQ(first->address.Literal(), "127.0.0.1");
}

TEST(ListenerTest, IsWhereClientsConnect) {
  const absl::StatusOr<Listener> listener = Listen(Loopback(), kBacklog);
  ASSERT_TRUE(listener.ok()) << listener.status();
  const UniqueFd client = Connect(listener->address);
  EXPECT_TRUE(client.valid());
  EXPECT_TRUE(Accept(*listener).valid());
}

// SO_REUSEPORT, socket(7): only if both want it.
TEST(ListenerTest, SharesAPortWithWhoeverSharesItToo) {
  const absl::StatusOr<Listener> first = Listen(Loopback(), kBacklog, 0, true);
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_FALSE(Listen(first->address, kBacklog).ok());
  const absl::StatusOr<Listener> second = Listen(first->address, kBacklog, 0, true);
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_EQ(second->address.port(), first->address.port());

  const absl::StatusOr<Listener> alone = Listen(Loopback(), kBacklog);
  ASSERT_TRUE(alone.ok()) << alone.status();
  EXPECT_FALSE(Listen(alone->address, kBacklog, 0, true).ok());
}

TEST(ListenerTest, TakesIpv6Too) {
  const absl::StatusOr<Listener> listener = Listen(*SocketAddress::FromLiteral("::1"), kBacklog);
  if (absl::IsUnavailable(listener.status()) || absl::IsFailedPrecondition(listener.status()))
    GTEST_SKIP() << "this machine has no IPv6: " << listener.status();
  ASSERT_TRUE(listener.ok()) << listener.status();
  EXPECT_EQ(listener->address.Literal(), "::1");
  const UniqueFd client = Connect(listener->address);
  EXPECT_TRUE(client.valid());
  EXPECT_TRUE(Accept(*listener).valid());
}

// Whatever /proc/sys/net/ipv6/bindv6only says.
TEST(ListenerTest, TheUnspecifiedIpv6AddressIsForIpv4Too) {
  const absl::StatusOr<Listener> listener = Listen(*SocketAddress::FromLiteral("::"), kBacklog);
  if (absl::IsUnavailable(listener.status()) || absl::IsFailedPrecondition(listener.status()))
    GTEST_SKIP() << "this machine has no IPv6: " << listener.status();
  ASSERT_TRUE(listener.ok()) << listener.status();
  EXPECT_EQ(listener->address.Literal(), "::");
  for (absl::string_view client : {"127.0.0.1", "::1"}) {
    SCOPED_TRACE(client);
    const UniqueFd connection =
        Connect(SocketAddress::FromLiteral(client)->WithPort(listener->address.port()));
    EXPECT_TRUE(connection.valid());
    EXPECT_TRUE(Accept(*listener).valid());
  }
}

TEST(ListenerTest, TakesTheFileOfAUnixSocketToo) {
  const TempTree tree;  // whose path may be too long for a socket
  ASSERT_EQ(chdir(tree.path().c_str()), 0);
  const SocketAddress address = *SocketAddress::FromPath("socket");
  absl::StatusOr<Listener> listener = Listen(address, kBacklog, 0600);
  ASSERT_TRUE(listener.ok()) << listener.status();
  EXPECT_EQ(listener->address.LiteralWithPort(), "unix:socket");
  struct stat status = {};
  ASSERT_EQ(stat("socket", &status), 0);
  EXPECT_EQ(status.st_mode, S_IFSOCK | 0600U);
  const UniqueFd client = Connect(listener->address);
  EXPECT_TRUE(client.valid());
  EXPECT_TRUE(Accept(*listener).valid());
  EXPECT_FALSE(Accept(*listener).valid());
  EXPECT_EQ(errno, EAGAIN);

  EXPECT_FALSE(Listen(address, kBacklog, 0600).ok());
  EXPECT_EQ(stat("socket", &status), 0);
  listener->Close();
  EXPECT_NE(stat("socket", &status), 0);
  ASSERT_EQ(chdir("/"), 0);
}

// A client that went away between ppoll and accept must not make the parent wait.
TEST(ListenerTest, AcceptDoesNotWaitForAClient) {
  const absl::StatusOr<Listener> listener = Listen(Loopback(), kBacklog);
  ASSERT_TRUE(listener.ok()) << listener.status();
  EXPECT_FALSE(Accept(*listener).valid());
  EXPECT_EQ(errno, EAGAIN);
}

TEST(ListenerTest, NoProgramInheritsTheSocket) {
  const absl::StatusOr<Listener> listener = Listen(Loopback(), kBacklog);
  ASSERT_TRUE(listener.ok()) << listener.status();
  EXPECT_EQ(fcntl(listener->socket.get(), F_GETFD), FD_CLOEXEC);
}

// For a listening socket tcpi_sacked is the backlog, as ss(8) shows it.
TEST(ListenerTest, TheBacklogIsTheGivenOne) {
  for (int backlog : {1, 7, 511}) {
    const absl::StatusOr<Listener> listener = Listen(Loopback(), backlog);
    ASSERT_TRUE(listener.ok()) << listener.status();
    tcp_info info = {};
    socklen_t size = sizeof(info);
    ASSERT_EQ(getsockopt(listener->socket.get(), IPPROTO_TCP, TCP_INFO, &info, &size), 0);
    EXPECT_EQ(info.tcpi_sacked, static_cast<uint32_t>(backlog));
  }
}

TEST(ListenerTest, HoldsOneDescriptorAndNoneAfterAnError) {
  const auto before = OpenDescriptors();
  {
    const absl::StatusOr<Listener> listener = Listen(Loopback(), kBacklog);
    ASSERT_TRUE(listener.ok()) << listener.status();
    EXPECT_EQ(OpenDescriptors().size(), before.size() + 1);
    EXPECT_FALSE(Listen(listener->address, kBacklog).ok());
    EXPECT_EQ(OpenDescriptors().size(), before.size() + 1);
  }
  EXPECT_EQ(OpenDescriptors(), before);
}

// ip(7): the side that closes first keeps the port in TIME_WAIT for a minute, which
// a server that is started again must not wait for.
TEST(ListenerTest, APortInTimeWaitCanBeTakenAgain) {
  absl::StatusOr<Listener> listener = Listen(Loopback(), kBacklog);
  ASSERT_TRUE(listener.ok()) << listener.status();
  const SocketAddress address = listener->address;
  UniqueFd client = Connect(address);
  ASSERT_TRUE(client.valid());
  UniqueFd server = Accept(*listener);
  ASSERT_TRUE(server.valid());
  server.Close();
  char byte;
  ASSERT_EQ(recv(client.get(), &byte, 1, 0), 0);
  client.Close();
  listener->socket.Close();

  const absl::StatusOr<Listener> again = Listen(address, kBacklog);
  EXPECT_TRUE(again.ok()) << again.status();
}

TEST(ListenerTest, APortInUseIsNamedWithARemedy) {
  const absl::StatusOr<Listener> listener = Listen(Loopback(), kBacklog);
  ASSERT_TRUE(listener.ok()) << listener.status();
  EXPECT_EQ(Listen(listener->address, kBacklog).status().message(),
            absl::StrCat("cannot listen on 127.0.0.1:", listener->address.port(),
                         ": Address already in use; choose another --port, or --port=0 for a "
                         "free one"));
}

// RFC 5737 and RFC 3849: addresses for documentation, which no machine has.
TEST(ListenerTest, AnAddressOfAnotherMachineIsNamedWithARemedy) {
  EXPECT_EQ(
      Listen(SocketAddress::FromLiteral("192.0.2.1")->WithPort(8080), kBacklog).status().message(),
      "cannot listen on 192.0.2.1:8080: Cannot assign requested address; choose a "
      "--bind_address of this machine");
  const absl::Status ipv6 =
      Listen(SocketAddress::FromLiteral("2001:db8::1")->WithPort(8080), kBacklog).status();
  EXPECT_TRUE(absl::StartsWith(ipv6.message(), "cannot listen on [2001:db8::1]:8080: ")) << ipv6;
  EXPECT_TRUE(absl::StrContains(ipv6.message(), "; choose a --bind_address of ")) << ipv6;
}

TEST(ListenerTest, APrivilegedPortIsNamedWithARemedy) {
  int first_free = 0;
  ASSERT_TRUE(
      absl::SimpleAtoi(ReadFile("/proc/sys/net/ipv4/ip_unprivileged_port_start"), &first_free));
  if (first_free <= 1) GTEST_SKIP() << "no port of this machine is privileged";
  const ScopedUnprivileged unprivileged;
  EXPECT_EQ(Listen(Loopback().WithPort(1), kBacklog).status().message(),
            "cannot listen on 127.0.0.1:1: Permission denied; choose a --port above 1023, or run "
            "with CAP_NET_BIND_SERVICE");
}

}  // namespace
}  // namespace prong
