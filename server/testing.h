// What several tests of the server need: a directory tree of their own, two ends
// of a connection, the descriptors that are open, the signals as they were.
//
// Where a system call of the test itself fails, the process ends with the call's
// name and the reason: there is nothing left to test.

#ifndef PRONG_SERVER_TESTING_H_
#define PRONG_SERVER_TESTING_H_

#include <sys/resource.h>
#include <sys/types.h>

#include <csignal>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/string_view.h"
#include "server/unique_fd.h"

namespace prong {

// An empty directory that is removed, with what is in it, by the destructor. Names
// are relative to it and may hold any byte but NUL.
class TempTree {
 public:
  TempTree();
  TempTree(const TempTree&) = delete;
  TempTree& operator=(const TempTree&) = delete;
  ~TempTree();

  const std::string& path() const { return path_; }
  std::string PathOf(absl::string_view name) const;

  void AddDirectory(absl::string_view name) const;
  void AddFile(absl::string_view name, absl::string_view content) const;
  void AddSymlink(absl::string_view name, absl::string_view target) const;
  void AddFifo(absl::string_view name) const;
  void AddSocket(absl::string_view name) const;
  void SetMode(absl::string_view name, mode_t mode) const;

 private:
  std::string path_;
};

// The content of a file.
std::string ReadFile(const std::string& path);

// `size` bytes of which none is like its neighbours, nor like those at a distance
// of a power of two.
std::string PatternedBytes(size_t size);

// Two connected stream sockets. The server's end is non-blocking, as accepted ones
// are; the client's blocks, though not for ever.
struct SocketPair {
  UniqueFd server;
  UniqueFd client;
};

// Of the domain AF_UNIX. See socketpair(2).
SocketPair ConnectedPair();

// The same, but each recv(2) at the server's end returns what one SendAll at the
// client's sent: splits into reads without a thread or a sleep.
SocketPair RecordPair();

// Over TCP on the loopback device, with small buffers: what is sent soon waits for
// the client to read it.
SocketPair TcpPair();

// Sends all of `bytes`, however long it takes. Returns whether the peer took them.
bool SendAll(int socket, absl::string_view bytes);

// What came until the stream ended, and how it did.
struct Received {
  std::string bytes;
  bool reset = false;  // by an error, rather than by an orderly close
};
Received ReceiveAll(int socket);

// Receives `size` bytes, or those before the end of the stream.
std::string ReceiveExactly(int socket, size_t size);

// The client of a test whose server blocks: sends `bytes` and closes its sending
// side, and receives all meanwhile, in threads.
class ClientThread {
 public:
  ClientThread(UniqueFd socket, std::string bytes);
  ClientThread(const ClientThread&) = delete;
  ClientThread& operator=(const ClientThread&) = delete;
  ~ClientThread();

  // Waits until the server has closed. To be called once.
  Received Join();

 private:
  UniqueFd socket_;
  Received received_;
  std::thread sender_;
  std::thread receiver_;
};

// The open descriptors and what they refer to, as /proc/self/fd shows them.
std::map<int, std::string> OpenDescriptors();

// Without what root may do beyond others, such as reading files of mode 000, until
// destruction: its effective capabilities are put aside, see capabilities(7).
class ScopedUnprivileged {
 public:
  ScopedUnprivileged();
  ScopedUnprivileged(const ScopedUnprivileged&) = delete;
  ScopedUnprivileged& operator=(const ScopedUnprivileged&) = delete;
  ~ScopedUnprivileged();

 private:
  uint32_t effective_[2];
};

// Without a descriptor to be had, until destruction: what opens one fails with
// EMFILE, see getrlimit(2). Those that are open stay.
class ScopedDescriptorLimit {
 public:
  ScopedDescriptorLimit();
  ScopedDescriptorLimit(const ScopedDescriptorLimit&) = delete;
  ScopedDescriptorLimit& operator=(const ScopedDescriptorLimit&) = delete;
  ~ScopedDescriptorLimit();

 private:
  rlimit limit_;
};

// Puts the signals that the server handles back to how they were: pending ones are
// taken, then mask and dispositions restored.
class ScopedSignals {
 public:
  ScopedSignals();
  ScopedSignals(const ScopedSignals&) = delete;
  ScopedSignals& operator=(const ScopedSignals&) = delete;
  ~ScopedSignals();

 private:
  sigset_t mask_;
  std::vector<struct sigaction> actions_;
};

}  // namespace prong

#endif  // PRONG_SERVER_TESTING_H_
