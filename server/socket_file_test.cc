#include "server/socket_file.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "server/socket_address.h"
#include "server/testing.h"
#include "server/unique_fd.h"

namespace prong {
namespace {

UniqueFd UnixSocket(int type = SOCK_STREAM) {
  return UniqueFd(socket(AF_UNIX, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
}

class SocketFileTest : public testing::Test {
 protected:
  // A test's directory may have a longer path than a socket can have.
  SocketFileTest() { EXPECT_EQ(chdir(tree_.path().c_str()), 0); }
  ~SocketFileTest() override { EXPECT_EQ(chdir("/"), 0); }

  absl::StatusOr<SocketFile> Bind(const UniqueFd& socket, mode_t mode = 0660) const {
    return SocketFile::Bind(socket.get(), address_, mode);
  }

  // Its mode with its type; 0 if there is no file.
  mode_t Mode() const {
    struct stat status = {};
    return lstat(path_.c_str(), &status) == 0 ? status.st_mode : 0;
  }

  // The errno of an attempt to connect, or 0.
  int Connect() const {
    const UniqueFd client = UnixSocket();
    return connect(client.get(), address_.address(), address_.size()) == 0 ? 0 : errno;
  }

  void ListenWithFullQueue(const UniqueFd& socket) const {
    ASSERT_EQ(listen(socket.get(), 0), 0);
    int error = 0;
    while (error == 0) error = Connect();
    ASSERT_EQ(error, EAGAIN);
  }

  std::string Refusal(const std::string& why) const {
    return absl::StrCat("cannot listen on unix:", path_, ": ", why);
  }

  TempTree tree_;
  const std::string path_ = "socket";
  const SocketAddress address_ = *SocketAddress::FromPath(path_);
};

TEST_F(SocketFileTest, IsThereUntilItIsRemoved) {
  const UniqueFd socket = UnixSocket();
  {
    const absl::StatusOr<SocketFile> file = Bind(socket);
    ASSERT_TRUE(file.ok()) << file.status();
    EXPECT_TRUE(S_ISSOCK(Mode()));
    ASSERT_EQ(listen(socket.get(), 1), 0);
    EXPECT_EQ(Connect(), 0);
  }
  EXPECT_EQ(Mode(), 0);
}

TEST_F(SocketFileTest, BelongsToOneObject) {
  const UniqueFd socket = UnixSocket();
  absl::StatusOr<SocketFile> file = Bind(socket);
  ASSERT_TRUE(file.ok()) << file.status();
  SocketFile owner = *std::move(file);
  file = absl::CancelledError();
  EXPECT_TRUE(S_ISSOCK(Mode()));
  owner = SocketFile();
  EXPECT_EQ(Mode(), 0);
}

TEST_F(SocketFileTest, HasTheModeWhateverTheUmask) {
  for (const mode_t mask : {0000U, 0022U, 0777U}) {
    for (const mode_t mode : {0000U, 0600U, 0660U, 0666U, 0777U}) {
      const mode_t saved = umask(mask);
      const UniqueFd socket = UnixSocket();
      const absl::StatusOr<SocketFile> file = Bind(socket, mode);
      EXPECT_EQ(umask(saved), mask);
      ASSERT_TRUE(file.ok()) << file.status();
      EXPECT_EQ(Mode(), S_IFSOCK | mode) << mask;
    }
  }
}

TEST_F(SocketFileTest, ReplacesASocketThatNobodyListensOn) {
  tree_.AddSocket("socket");
  ASSERT_EQ(Connect(), ECONNREFUSED);
  const UniqueFd socket = UnixSocket();
  const absl::StatusOr<SocketFile> file = Bind(socket);
  ASSERT_TRUE(file.ok()) << file.status();
  ASSERT_EQ(listen(socket.get(), 1), 0);
  EXPECT_EQ(Connect(), 0);
}

TEST_F(SocketFileTest, DoesNotReplaceASocketThatIsInUse) {
  for (const int type : {SOCK_STREAM, SOCK_SEQPACKET, SOCK_DGRAM}) {
    SCOPED_TRACE(type);
    const UniqueFd other = UnixSocket(type);
    const absl::StatusOr<SocketFile> others = Bind(other);
    ASSERT_TRUE(others.ok()) << others.status();
    if (type == SOCK_STREAM) ListenWithFullQueue(other);

    const absl::Status status = Bind(UnixSocket()).status();
    EXPECT_EQ(status.message(),
              Refusal("it is in use; stop who listens there, or choose another --unix_socket"));
    EXPECT_TRUE(absl::IsAlreadyExists(status));
    EXPECT_TRUE(S_ISSOCK(Mode()));
  }
}

TEST_F(SocketFileTest, DoesNotReplaceAFileThatIsNoSocket) {
  const std::string refusal =
      Refusal("a file that is no socket; remove it, or choose another --unix_socket");
  tree_.AddFile("socket", "precious");
  EXPECT_EQ(Bind(UnixSocket()).status().message(), refusal);
  EXPECT_EQ(ReadFile(path_), "precious");
  ASSERT_EQ(unlink(path_.c_str()), 0);

  // Nor what a link leads to.
  tree_.AddSocket("elsewhere");
  tree_.AddSymlink("socket", "elsewhere");
  EXPECT_EQ(Bind(UnixSocket()).status().message(), refusal);
  EXPECT_TRUE(S_ISLNK(Mode()));
}

TEST_F(SocketFileTest, LeavesAFileThatHasTakenItsPlace) {
  const UniqueFd first = UnixSocket();
  absl::StatusOr<SocketFile> file = Bind(first);
  ASSERT_TRUE(file.ok()) << file.status();
  // Nobody listens on it: the second takes it for stale.
  const UniqueFd second = UnixSocket();
  const absl::StatusOr<SocketFile> others = Bind(second);
  ASSERT_TRUE(others.ok()) << others.status();
  file->Remove();
  EXPECT_TRUE(S_ISSOCK(Mode()));

  // Once only: it does not try again when it is destroyed.
  ASSERT_EQ(unlink(path_.c_str()), 0);
  file->Remove();
}

TEST_F(SocketFileTest, ADirectoryThatCannotBeWrittenIsNamedWithARemedy) {
  const std::string remedy = "; choose a --unix_socket in a directory that you may write";
  const auto refusal = [](const std::string& path) {
    const UniqueFd socket = UnixSocket();
    return std::string(
        SocketFile::Bind(socket.get(), *SocketAddress::FromPath(path), 0660).status().message());
  };
  EXPECT_EQ(refusal("missing/socket"),
            "cannot listen on unix:missing/socket: No such file or directory" + remedy);

  tree_.AddDirectory("closed");
  tree_.SetMode("closed", 0500);
  const ScopedUnprivileged unprivileged;
  EXPECT_EQ(refusal("closed/socket"),
            "cannot listen on unix:closed/socket: Permission denied" + remedy);
}

TEST_F(SocketFileTest, HoldsNoDescriptor) {
  tree_.AddSocket("socket");
  const UniqueFd socket = UnixSocket();
  const auto before = OpenDescriptors();
  const absl::StatusOr<SocketFile> file = Bind(socket);
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_EQ(OpenDescriptors(), before);
}

}  // namespace
}  // namespace prong
