#include "server/testing.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace prong {
namespace {

constexpr int kSignals[] = {SIGCHLD, SIGHUP, SIGINT, SIGPIPE, SIGTERM, SIGXFSZ};

// How long a client waits before its test is given up as hung.
constexpr timeval kClientTimeout = {30, 0};

constexpr int kSmallBuffer = 16 * 1024;

// `result`, which is that of `call`, unless it tells of an error.
int Check(int result, absl::string_view call) {
  if (result >= 0) return result;
  const std::string message = absl::StrCat("the test's own ", call);
  std::perror(message.c_str());
  std::abort();
}

void SetOption(int socket, int option, const void* value, size_t size) {
  Check(setsockopt(socket, SOL_SOCKET, option, value, static_cast<socklen_t>(size)), "setsockopt");
}

SocketPair PairOf(int type) {
  int sockets[2];
  Check(socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, sockets), "socketpair");
  SocketPair pair{UniqueFd(sockets[0]), UniqueFd(sockets[1])};
  SetOption(pair.client.get(), SO_RCVTIMEO, &kClientTimeout, sizeof(kClientTimeout));
  return pair;
}

}  // namespace

TempTree::TempTree() {
  const char* parent = std::getenv("TEST_TMPDIR");
  path_ = absl::StrCat(parent == nullptr ? "/tmp" : parent, "/tree.XXXXXX");
  Check(mkdtemp(path_.data()) == nullptr ? -1 : 0, "mkdtemp");
}

TempTree::~TempTree() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string TempTree::PathOf(absl::string_view name) const {
  return absl::StrCat(path_, "/", name);
}

void TempTree::AddDirectory(absl::string_view name) const {
  Check(mkdir(PathOf(name).c_str(), 0755), "mkdir");
}

void TempTree::AddFile(absl::string_view name, absl::string_view content) const {
  const UniqueFd file(
      Check(open(PathOf(name).c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644), "open"));
  while (!content.empty()) {
    const ssize_t written = write(file.get(), content.data(), content.size());
    Check(static_cast<int>(written), "write");
    content.remove_prefix(static_cast<size_t>(written));
  }
}

void TempTree::AddSymlink(absl::string_view name, absl::string_view target) const {
  const std::string terminated(target);
  Check(symlink(terminated.c_str(), PathOf(name).c_str()), "symlink");
}

void TempTree::AddFifo(absl::string_view name) const {
  Check(mkfifo(PathOf(name).c_str(), 0644), "mkfifo");
}

void TempTree::AddSocket(absl::string_view name) const {
  // By way of /proc: the path of a socket has 108 bytes at most, see unix(7).
  const UniqueFd directory(Check(open(path_.c_str(), O_PATH | O_CLOEXEC), "open"));
  const std::string path = absl::StrCat("/proc/self/fd/", directory.get(), "/", name);
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof(address.sun_path) - 1);
  const UniqueFd socket_fd(Check(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket"));
  Check(bind(socket_fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof(address)), "bind");
}

void TempTree::SetMode(absl::string_view name, mode_t mode) const {
  Check(chmod(PathOf(name).c_str(), mode), "chmod");
}

std::string ReadFile(const std::string& path) {
  std::ostringstream content;
  content << std::ifstream(path, std::ios::binary).rdbuf();
  return content.str();
}

std::string PatternedBytes(size_t size) {
  std::string bytes(size, '\0');
  uint32_t state = 1;
  for (char& c : bytes) {
    state = state * 1664525 + 1013904223;
    c = static_cast<char>(state >> 24);
  }
  return bytes;
}

SocketPair ConnectedPair() { return PairOf(SOCK_STREAM); }

SocketPair RecordPair() { return PairOf(SOCK_SEQPACKET); }

SocketPair TcpPair() {
  const UniqueFd listener(Check(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket"));
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  Check(bind(listener.get(), generic, size), "bind");
  Check(listen(listener.get(), 1), "listen");
  Check(getsockname(listener.get(), generic, &size), "getsockname");

  SocketPair pair;
  pair.client = UniqueFd(Check(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket"));
  SetOption(pair.client.get(), SO_RCVBUF, &kSmallBuffer, sizeof(kSmallBuffer));
  SetOption(pair.client.get(), SO_RCVTIMEO, &kClientTimeout, sizeof(kClientTimeout));
  Check(connect(pair.client.get(), generic, size), "connect");
  pair.server = UniqueFd(Check(accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC), "accept4"));
  SetOption(pair.server.get(), SO_SNDBUF, &kSmallBuffer, sizeof(kSmallBuffer));
  return pair;
}

bool SendAll(int socket, absl::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0) return false;
    bytes.remove_prefix(static_cast<size_t>(sent));
  }
  return true;
}

Received ReceiveAll(int socket) {
  Received received;
  std::array<char, 64 * 1024> buffer;
  while (true) {
    const ssize_t size = recv(socket, buffer.data(), buffer.size(), 0);
    received.reset = size < 0;
    if (size <= 0) return received;
    received.bytes.append(buffer.data(), static_cast<size_t>(size));
  }
}

std::string ReceiveExactly(int socket, size_t size) {
  std::string bytes(size, '\0');
  const ssize_t received = recv(socket, bytes.data(), size, MSG_WAITALL);
  bytes.resize(static_cast<size_t>(received < 0 ? 0 : received));
  return bytes;
}

ClientThread::ClientThread(UniqueFd socket, std::string bytes)
    : socket_(std::move(socket)),
      sender_([this, sent = std::move(bytes)] {
        SendAll(socket_.get(), sent);
        shutdown(socket_.get(), SHUT_WR);
      }),
      receiver_([this] { received_ = ReceiveAll(socket_.get()); }) {}

ClientThread::~ClientThread() {
  if (sender_.joinable()) sender_.join();
  if (receiver_.joinable()) receiver_.join();
}

Received ClientThread::Join() {
  sender_.join();
  receiver_.join();
  return std::move(received_);
}

std::map<int, std::string> OpenDescriptors() {
  std::map<int, std::string> descriptors;
  DIR* const directory = opendir("/proc/self/fd");
  Check(directory == nullptr ? -1 : 0, "opendir");
  while (const dirent* entry = readdir(directory)) {
    int fd;
    if (!absl::SimpleAtoi(entry->d_name, &fd) || fd == dirfd(directory)) continue;
    char target[256];
    const ssize_t size = readlinkat(dirfd(directory), entry->d_name, target, sizeof(target));
    Check(static_cast<int>(size), "readlinkat");
    descriptors[fd] = std::string(target, static_cast<size_t>(size));
  }
  closedir(directory);
  return descriptors;
}

namespace {

// Exchanges the effective capabilities of this thread for `effective`.
void ExchangeEffective(uint32_t (&effective)[2]) {
  __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct data[2] = {};
  Check(static_cast<int>(syscall(SYS_capget, &header, data)), "capget");
  std::swap(data[0].effective, effective[0]);
  std::swap(data[1].effective, effective[1]);
  Check(static_cast<int>(syscall(SYS_capset, &header, data)), "capset");
}

}  // namespace

ScopedUnprivileged::ScopedUnprivileged() : effective_{0, 0} { ExchangeEffective(effective_); }

ScopedUnprivileged::~ScopedUnprivileged() { ExchangeEffective(effective_); }

ScopedDescriptorLimit::ScopedDescriptorLimit() {
  Check(getrlimit(RLIMIT_NOFILE, &limit_), "getrlimit");
  const rlimit none = {0, limit_.rlim_max};
  Check(setrlimit(RLIMIT_NOFILE, &none), "setrlimit");
}

ScopedDescriptorLimit::~ScopedDescriptorLimit() { setrlimit(RLIMIT_NOFILE, &limit_); }

ScopedSignals::ScopedSignals() {
  sigprocmask(SIG_SETMASK, nullptr, &mask_);
  for (int signal : kSignals) sigaction(signal, nullptr, &actions_.emplace_back());
}

ScopedSignals::~ScopedSignals() {
  sigset_t set;
  sigemptyset(&set);
  for (int signal : kSignals) sigaddset(&set, signal);
  sigprocmask(SIG_BLOCK, &set, nullptr);
  constexpr timespec kNow = {};
  while (sigtimedwait(&set, nullptr, &kNow) > 0) continue;
  for (size_t i = 0; i < actions_.size(); ++i) sigaction(kSignals[i], &actions_[i], nullptr);
  sigprocmask(SIG_SETMASK, &mask_, nullptr);
}

}  // namespace prong
