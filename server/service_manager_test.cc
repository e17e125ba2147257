#include "server/service_manager.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "server/testing.h"
#include "server/unique_fd.h"

namespace prong {
namespace {

class ServiceManagerTest : public testing::Test {
 protected:
  ~ServiceManagerTest() override { unsetenv("NOTIFY_SOCKET"); }

  // What is said on standard error by a notification for the socket of that name.
  static std::string ReportOf(const std::string& name) {
    setenv("NOTIFY_SOCKET", name.c_str(), 1);
    return Notify();
  }

  static std::string Notify() {
    testing::internal::CaptureStderr();
    ServiceManager::Connect().Notify("READY=1");
    return testing::internal::GetCapturedStderr();
  }
};

// An abstract socket, whose name the kernel chooses: unix(7), "Autobind feature".
class AbstractSocket {
 public:
  AbstractSocket() : socket_(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    EXPECT_EQ(bind(socket_.get(), reinterpret_cast<sockaddr*>(&address), sizeof(sa_family_t)), 0);
    socklen_t size = sizeof(address);
    EXPECT_EQ(getsockname(socket_.get(), reinterpret_cast<sockaddr*>(&address), &size), 0);
    name_ = std::string(&address.sun_path[1], size - offsetof(sockaddr_un, sun_path) - 1);
  }

  std::string name() const { return absl::StrCat("@", name_); }

  // The next message; empty if there is none.
  std::string Receive() const {
    char buffer[100];
    const ssize_t size = recv(socket_.get(), buffer, sizeof(buffer), 0);
    return size < 0 ? "" : std::string(buffer, static_cast<size_t>(size));
  }

 private:
  UniqueFd socket_;
  std::string name_;
};

TEST_F(ServiceManagerTest, WithoutOneNothingIsSent) {
  unsetenv("NOTIFY_SOCKET");
  EXPECT_EQ(Notify(), "");
}

TEST_F(ServiceManagerTest, GetsOneMessage) {
  const AbstractSocket manager;
  const auto before = OpenDescriptors();
  EXPECT_EQ(ReportOf(manager.name()), "");
  EXPECT_EQ(manager.Receive(), "READY=1");
  EXPECT_EQ(manager.Receive(), "");
  EXPECT_EQ(OpenDescriptors(), before);
}

// Which would have the server wait for as long as it likes.
TEST_F(ServiceManagerTest, ThatReadsNothingIsGivenUp) {
  const AbstractSocket manager;
  std::string report;
  for (int i = 0; report.empty() && i < 10000; ++i) report = ReportOf(manager.name());
  EXPECT_EQ(report, absl::StrCat("prong: cannot send READY=1 to NOTIFY_SOCKET=", manager.name(),
                                 ": Resource temporarily unavailable\n"));
}

TEST_F(ServiceManagerTest, ThatIsNotThereIsReportedAndNoMore) {
  const std::string no_name(108, '/');
  const struct {
    std::string name;
    absl::string_view error;
  } kCases[] = {
      {"/nonexistent/notify", "No such file or directory"},
      {"@prong/nobody/has/this/name", "Connection refused"},
      {"relative", "Address family not supported by protocol"},
      {"vsock:2:1234", "Address family not supported by protocol"},
      {"", "Address family not supported by protocol"},
      {no_name, "File name too long"},
  };
  const auto before = OpenDescriptors();
  for (const auto& c : kCases) {
    EXPECT_EQ(ReportOf(c.name), absl::StrCat("prong: cannot send READY=1 to NOTIFY_SOCKET=", c.name,
                                             ": ", c.error, "\n"));
  }
  EXPECT_EQ(OpenDescriptors(), before);
}

}  // namespace
}  // namespace prong
