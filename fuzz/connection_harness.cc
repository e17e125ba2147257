#include "fuzz/connection_harness.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "fuzz/property.h"
#include "server/access_log.h"
#include "server/access_log_line.h"
#include "server/document_root.h"

namespace prong {
namespace {

// Longer than any input takes, even on a machine that does much else.
constexpr itimerspec kPatience = {{10, 0}, {10, 0}};

// Room for the input at one end and for the answers at the other.
constexpr int kSocketBuffer = 208 * 1024;

// When the log is emptied: not after each connection, as to give its memory back and
// take it again costs more than to write a line.
constexpr off_t kMaxLogSize = 1024 * 1024;

// For what the harness itself needs of the system.
int Checked(int result) {
  Require(result >= 0, "the harness has what it needs of the system");
  return result;
}

// Which of the descriptors that a leak would take are open. By one poll(2), as so
// many times F_GETFD takes half as long as to serve a connection. But poll(2) knows
// none of O_PATH: of those that it takes for closed, F_GETFD tells for the lowest,
// which are taken first.
uint32_t OpenBitmap() {
  std::array<pollfd, 32> polled;
  for (size_t i = 0; i < polled.size(); ++i) polled[i] = {static_cast<int>(i), 0, 0};
  Checked(poll(polled.data(), polled.size(), 0));
  constexpr int kWithFcntl = 4;
  uint32_t open = 0;
  int closed = 0;
  for (size_t i = 0; i < polled.size(); ++i) {
    bool is_open = (polled[i].revents & POLLNVAL) == 0;
    if (!is_open && closed < kWithFcntl) {
      is_open = fcntl(polled[i].fd, F_GETFD) >= 0;
      if (!is_open) ++closed;
    }
    if (is_open) open |= uint32_t{1} << i;
  }
  return open;
}

struct Ends {
  UniqueFd server;
  UniqueFd client;
};

Ends Connect() {
  int sockets[2];
  Checked(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets));
  for (const int socket : sockets) {
    Checked(setsockopt(socket, SOL_SOCKET, SO_SNDBUF, &kSocketBuffer, sizeof(kSocketBuffer)));
  }
  Checked(fcntl(sockets[1], F_SETFL, O_NONBLOCK));  // the client's: a child's is as accepted
  return {UniqueFd(sockets[0]), UniqueFd(sockets[1])};
}

// Whether it could send them: not if the other end is closed.
bool Send(int socket, absl::string_view bytes) {
  if (bytes.empty()) return true;
  const ssize_t sent = send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  if (sent < 0 && errno == EPIPE) return false;
  Require(sent == static_cast<ssize_t>(bytes.size()), "an input fits into a socket");
  return true;
}

}  // namespace

Watchdog::Watchdog() {
  std::signal(SIGRTMIN, [](int) {
    static uint32_t seen = 0;
    const uint32_t watched = watched_;
    Require(!watching_ || watched != seen, "nothing waits");
    seen = watched;
  });
  sigevent event = {};
  event.sigev_notify = SIGEV_SIGNAL;
  event.sigev_signo = SIGRTMIN;
  Checked(timer_create(CLOCK_MONOTONIC, &event, &timer_));
  Checked(timer_settime(timer_, 0, &kPatience, nullptr));
}

ConnectionHarness::ConnectionHarness(Server server)
    : server_(server),
      log_(Checked(memfd_create("log", MFD_CLOEXEC))),
      strict_(ContextWith(Root::kStrict)),
      following_(ContextWith(Root::kSymlinksFollowed)),
      listing_(ContextWith(Root::kListed)),
      client_(*SocketAddress::FromLiteral(kClient)),
      received_(2 * size_t{kSocketBuffer}),
      logged_(size_t{kMaxRequests} * 64 * 1024) {
  std::signal(SIGPIPE, SIG_IGN);  // as the server does
}

ConnectionContext ConnectionHarness::ContextWith(Root root) const {
  // Longer than the patience of the watchdog: nothing is answered by its running out.
  constexpr absl::Duration kLong = absl::Seconds(60);
  return {{kLong, kLong, /*min_send_rate=*/1024, kMaxRequests, kLong},
          {std::string(kBoundary)},
          *DocumentRoot::Open({tree_.root(), /*dotfiles=*/false, root == Root::kSymlinksFollowed,
                               root == Root::kListed}),
          *AccessLog::Open(absl::StrCat("/proc/self/fd/", log_.get()), LogFormat::kCommon)};
}

Served ConnectionHarness::Serve(absl::string_view input, Root root) {
  switch (root) {
    case Root::kStrict:
      break;
    case Root::kSymlinksFollowed:
      return ServeIn(following_, input, "");
    case Root::kListed:
      return ServeIn(listing_, input, "");
  }
  return ServeIn(strict_, input, "");
}

Served ConnectionHarness::Serve(absl::string_view input, absl::string_view late) {
  return ServeIn(strict_, input, late);
}

void ConnectionHarness::SendLate() {
  if (!Send(socket_.get(), late_)) return;
  if (!late_.empty()) Checked(shutdown(socket_.get(), SHUT_WR));
  late_ = "";
}

Served ConnectionHarness::ServeIn(ConnectionContext& context, absl::string_view input,
                                  absl::string_view late) {
  const Watchdog::Watch watch;
  // Not once for all: an engine opens descriptors when it likes, to name a function.
  const uint32_t open = OpenBitmap();
  Ends ends = Connect();
  socket_ = std::move(ends.client);
  Send(socket_.get(), input);
  late_ = late;
  if (late.empty()) Checked(shutdown(socket_.get(), SHUT_WR));

  server_(std::move(ends.server), client_, context);
  context.parser.Reset();  // each child has one that has parsed nothing

  Served served;
  served.bytes = ReceiveAll(served.reset);
  SendLate();
  served.unheard = !late_.empty();
  served.log = TakeLog();
  socket_.Close();
  Require(OpenBitmap() == open,
          "the connection is closed, and nothing else is closed or left open");
  return served;
}

absl::string_view ConnectionHarness::ReceiveAll(bool& reset) {
  size_t size = 0;
  while (true) {
    const ssize_t got = recv(socket_.get(), received_.data() + size, received_.size() - size, 0);
    reset = got < 0;
    if (got <= 0) return {received_.data(), size};
    size += static_cast<size_t>(got);
  }
}

absl::string_view ConnectionHarness::TakeLog() {
  const ssize_t size = pread(log_.get(), logged_.data(), logged_.size(), log_size_);
  Checked(static_cast<int>(size));
  log_size_ += size;
  if (log_size_ > kMaxLogSize) {
    Checked(ftruncate(log_.get(), 0));
    log_size_ = 0;
  }
  return {logged_.data(), static_cast<size_t>(size)};
}

}  // namespace prong
