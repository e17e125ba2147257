#include "server/supervisor.h"

#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "server/exit_child.h"
#include "server/keyed_system_call.h"
#include "server/report.h"
#include "server/response.h"
#include "server/response_options.h"
#include "tools/fdsan/fdsan.h"

namespace prong {
namespace {

// How long to leave the listening socket alone after accept or fork failed for want
// of something: polling it at once would find it readable still.
constexpr absl::Duration kPause = absl::Milliseconds(100);

// How long a child may be a zombie that ended while another's SIGCHLD was pending,
// as standard signals do not queue. To look at all children at each signal would cost
// time in proportion to their number.
constexpr absl::Duration kSweepInterval = absl::Milliseconds(100);

// The most connections that are accepted before signals are looked for again.
constexpr int kMaxAccepted = 16;

constexpr Deadline kNever = Deadline::max();

// Errors of accept(2) that are the connection's, not the server's: it is gone, and
// the next one is as good as ever. Linux passes pending network errors on too.
bool ConcernsOneConnection(int error) {
  switch (error) {
    case EAGAIN:
    case ECONNABORTED:
    case EINTR:
    case EPERM:
    case EPROTO:
    case ENETDOWN:
    case ENOPROTOOPT:
    case EHOSTDOWN:
    case ENONET:
    case EHOSTUNREACH:
    case EOPNOTSUPP:
    case ENETUNREACH:
      return true;
    default:
      return false;
  }
}

}  // namespace

Supervisor::Supervisor(const Options& options, Listener listener, SignalReceiver signals,
                       ServiceManager service_manager, absl::Span<char> memory, Sandbox& sandbox,
                       ConnectionContext& context)
    : options_(options),
      listener_(std::move(listener)),
      signals_(std::move(signals)),
      service_manager_(std::move(service_manager)),
      sandbox_(sandbox),
      context_(context),
      pid_(getpid()),
      children_(memory),
      sweep_(kNever) {}

void Supervisor::Run() {
  while (terminations_ == 0) {
    const bool paused = Deadline::clock::now() < accept_again_;
    if (Sleep(!paused, paused ? accept_again_ : kNever)) AcceptConnections();
  }
  service_manager_.Notify("STOPPING=1");
  Drain();
}

bool Supervisor::Sleep(bool accepting, Deadline deadline) {
  pollfd polled[] = {{signals_.fd(), POLLIN, 0}, {listener_.socket.get(), POLLIN, 0}};
  deadline = std::min(deadline, sweep_);
  const timespec left = TimeLeft(deadline);
  const int ready = ppoll(polled, accepting ? 2 : 1, deadline == kNever ? nullptr : &left, nullptr);
  if (ready < 0) BearNotWaiting(errno);
  SweepIfDue();
  if (ready <= 0) return false;
  if (polled[0].revents != 0) HandleSignals();
  return polled[1].revents != 0 && terminations_ == 0;
}

void Supervisor::HandleSignals() {
  const ReceivedSignals received = signals_.Take();
  if (received.child != 0) {
    children_.Reap(received.child);
    if (sweep_ == kNever) sweep_ = After(kSweepInterval);
  }
  if (received.terminate) ++terminations_;
  if (received.report) ReportCounters();
  if (received.hangup) {
    const absl::Status reopened = context_.log.Reopen();
    if (!reopened.ok()) Report(reopened.message());
  }
}

void Supervisor::SweepIfDue() {
  if (Deadline::clock::now() < sweep_) return;
  sweep_ = children_.ReapAll() ? kNever : After(kSweepInterval);
}

void Supervisor::ReportCounters() const {
  Report(absl::StrCat(
      "counters: accepted=", counters_.accepted, " active=", children_.size(),
      " peak=", children_.peak(), " refused_max_connections=", counters_.refused_max_connections,
      " refused_max_connections_per_client=", counters_.refused_max_connections_per_client,
      " refused_fork=", counters_.refused_fork, " crashed=", children_.crashed(),
      " reaped=", children_.reaped()));
}

void Supervisor::AcceptConnections() {
  int accepted = 0;
  while (accepted < kMaxAccepted && AcceptConnection()) ++accepted;
}

bool Supervisor::AcceptConnection() {
  sockaddr_storage address;
  socklen_t size = sizeof(address);
  UniqueFd socket(KeyedAccept4(listener_.socket.get(), &address, &size, SOCK_CLOEXEC));
  if (!socket.valid()) {
    if (!ConcernsOneConnection(errno)) PauseAccepting("accept", errno);
    return false;
  }
  ++counters_.accepted;
  const SocketAddress client(address);
  return RefuseBeyondLimits(socket, client) || Fork(std::move(socket), client);
}

bool Supervisor::RefuseBeyondLimits(const UniqueFd& socket, const SocketAddress& client) {
  const auto too_many = [&] { return children_.size() >= options_.max_connections; };
  const auto too_many_of_client = [&] {
    const int64_t limit = options_.max_connections_per_client;
    return limit > 0 && !client.is_unix() && children_.SizeFor(client) >= limit;
  };
  if (!too_many() && !too_many_of_client()) return false;
  // Some may have ended since signals were looked for, and some without one of their own.
  HandleSignals();
  if (sweep_ != kNever) children_.ReapAll();
  if (!too_many() && !too_many_of_client()) return false;

  TurnAway(socket);
  ++(too_many() ? counters_.refused_max_connections : counters_.refused_max_connections_per_client);
  const std::string limit =
      too_many()
          ? absl::StrCat("--max_connections=", options_.max_connections)
          : absl::StrCat("--max_connections_per_client=", options_.max_connections_per_client);
  refusals_.Report(absl::StrCat("refused a connection from ", client.Literal(), ": there are ",
                                limit, " already"));
  return true;
}

void Supervisor::TurnAway(const UniqueFd& socket) const {
  const Response response = Customized(RefuseConnection(), context_.response);
  const int64_t now = absl::ToUnixSeconds(absl::Now());
  const std::string message = SerializeHead(response, now) + response.page;
  send(socket.get(), message.data(), message.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
}

bool Supervisor::Fork(UniqueFd socket, const SocketAddress& client) {
  const pid_t pid = KeyedFork();
  if (pid == 0) RunChild(std::move(socket), client);
  if (pid > 0) {
    children_.Add(pid, client);
    return true;  // closes the parent's copy of the socket
  }
  const int error = errno;
  TurnAway(socket);
  ++counters_.refused_fork;
  PauseAccepting("fork", error);
  return false;
}

void Supervisor::RunChild(UniqueFd socket, const SocketAddress& client) {
  listener_.socket.Close();
  signals_.Close();
  service_manager_.Close();
  // The signal does not come if the parent died before this call: then this
  // process has another parent now.
  if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != pid_) ExitChild(0);
  if (const absl::Status entered = sandbox_.EnterChild(); !entered.ok()) {
    Report(absl::StrCat("a child cannot confine itself: ", entered.message()));
    ExitChild(0);
  }
  fdsan::BeginChild(socket, context_);
  ServeConnection(std::move(socket), client, context_);
  ExitChild(0);
}

void Supervisor::PauseAccepting(absl::string_view system_call, int error) {
  accept_again_ = After(kPause);
  shortages_.Report(absl::StrCat(system_call, ": ", strerror(error),
                                 "; connections wait or are refused until that ends"));
}

void Supervisor::BearNotWaiting(int error) {
  if (error == EINTR) return;
  PauseAccepting("ppoll", error);
  // Waits for no descriptor, which takes no memory.
  const timespec pause = TimeLeft(accept_again_);
  ppoll(nullptr, 0, &pause, nullptr);
}

void Supervisor::Drain() {
  listener_.Close();
  children_.Signal(SIGTERM);
  const Deadline deadline = After(options_.drain_timeout);
  while (!children_.empty() && terminations_ < 2 && Deadline::clock::now() < deadline) {
    Sleep(false, deadline);
  }
  if (children_.empty()) return;

  Report(absl::StrCat("killing ", children_.size(), " connections that are still open"));
  children_.KillAll();
}

}  // namespace prong
