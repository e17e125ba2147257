#include "server/supervisor.h"

#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <ctime>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "server/exit_child.h"
#include "server/report.h"
#include "server/response.h"

namespace prong {
namespace {

// How long to leave the listening socket alone after accept or fork failed for want
// of something: polling it at once would find it readable still.
constexpr absl::Duration kPause = absl::Milliseconds(100);

// How often to repeat a message about what goes on and on.
constexpr absl::Duration kReportInterval = absl::Seconds(10);

constexpr Deadline kNever = Deadline::max();

// Answers 503 as far as that needs no waiting.
void TurnAway(const UniqueFd& socket) {
  const Response response = RefuseConnection();
  const std::string message = SerializeHead(response, time(nullptr)) + response.page;
  send(socket.get(), message.data(), message.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
}

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

// How the child's end is told to the operator; empty for an ordinary one.
std::string DescribeEnd(int wait_status) {
  if (WIFSIGNALED(wait_status)) {
    const int signal = WTERMSIG(wait_status);
    const char* name = sigabbrev_np(signal);
    return absl::StrCat("was killed by ", name == nullptr ? absl::StrCat("signal ", signal)
                                                          : absl::StrCat("SIG", name));
  }
  if (WEXITSTATUS(wait_status) != 0)
    return absl::StrCat("exited with status ", WEXITSTATUS(wait_status));
  return "";
}

}  // namespace

Supervisor::Supervisor(const Options& options, Listener listener, SignalReceiver signals,
                       ConnectionContext& context)
    : options_(options),
      listener_(std::move(listener)),
      signals_(std::move(signals)),
      context_(context),
      pid_(getpid()) {}

void Supervisor::Run() {
  while (terminations_ == 0) {
    const bool paused = Deadline::clock::now() < accept_again_;
    if (Sleep(!paused, paused ? accept_again_ : kNever)) AcceptConnection();
  }
  Drain();
}

bool Supervisor::Sleep(bool accepting, Deadline deadline) {
  pollfd polled[] = {{signals_.fd(), POLLIN, 0}, {listener_.socket.get(), POLLIN, 0}};
  const timespec left = TimeLeft(deadline);
  const int ready = ppoll(polled, accepting ? 2 : 1, deadline == kNever ? nullptr : &left, nullptr);
  if (ready <= 0) return false;
  if (polled[0].revents != 0) HandleSignals();
  return polled[1].revents != 0 && terminations_ == 0;
}

void Supervisor::HandleSignals() {
  const ReceivedSignals received = signals_.Take();
  if (received.child_exit) ReapChildren();
  if (received.terminate) ++terminations_;
  if (received.hangup) {
    const absl::Status reopened = context_.log.Reopen();
    if (!reopened.ok()) Report(reopened.message());
  }
}

void Supervisor::AcceptConnection() {
  sockaddr_storage address;
  socklen_t size = sizeof(address);
  UniqueFd socket(accept4(listener_.socket.get(), reinterpret_cast<sockaddr*>(&address), &size,
                          SOCK_CLOEXEC | SOCK_NONBLOCK));
  if (!socket.valid()) {
    if (!ConcernsOneConnection(errno)) PauseAccepting("accept", errno);
    return;
  }
  const SocketAddress client(address);
  if (static_cast<int64_t>(children_.size()) < options_.max_connections) {
    Fork(std::move(socket), client);
    return;
  }
  TurnAway(socket);
  if (Deadline::clock::now() >= next_refusal_report_) {
    Report(absl::StrCat("refused a connection from ", client.Literal(),
                        ": there are --max_connections=", options_.max_connections, " already"));
    next_refusal_report_ = After(kReportInterval);
  }
}

void Supervisor::Fork(UniqueFd socket, const SocketAddress& client) {
  const pid_t pid = fork();
  if (pid == 0) RunChild(std::move(socket), client);
  if (pid > 0) {
    children_.insert({pid, Child{client, Deadline::clock::now()}});
    return;  // closes the parent's copy of the socket
  }
  const int error = errno;
  TurnAway(socket);
  PauseAccepting("fork", error);
}

void Supervisor::RunChild(UniqueFd socket, const SocketAddress& client) {
  listener_.socket.Close();
  signals_.Close();
  // The signal does not come if the parent died before this call: then this
  // process has another parent now.
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != pid_) ExitChild(0);
  ServeConnection(std::move(socket), client, context_);
  ExitChild(0);
}

void Supervisor::PauseAccepting(absl::string_view system_call, int error) {
  accept_again_ = After(kPause);
  if (Deadline::clock::now() < next_shortage_report_) return;
  Report(absl::StrCat(system_call, ": ", strerror(error),
                      "; connections wait or are refused until that ends"));
  next_shortage_report_ = After(kReportInterval);
}

void Supervisor::ReapChildren() {
  int wait_status;
  for (pid_t pid; (pid = waitpid(-1, &wait_status, WNOHANG)) > 0;) {
    const auto child = children_.find(pid);
    if (child == children_.end()) continue;  // not ours: inherited over exec
    const std::string end = DescribeEnd(wait_status);
    if (!end.empty()) {
      const absl::Duration age = absl::FromChrono(Deadline::clock::now() - child->second.start);
      Report(absl::StrCat("child ", pid, " serving ", child->second.client.Literal(), " ", end,
                          " after ",
                          absl::FormatDuration(absl::Trunc(age, absl::Milliseconds(1)))));
    }
    children_.erase(child);
  }
}

void Supervisor::Drain() {
  listener_.socket.Close();
  SignalChildren(SIGTERM);
  const Deadline deadline = After(options_.drain_timeout);
  while (!children_.empty() && terminations_ < 2 && Deadline::clock::now() < deadline) {
    Sleep(false, deadline);
  }
  if (children_.empty()) return;

  Report(absl::StrCat("killing ", children_.size(), " connections that are still open"));
  SignalChildren(SIGKILL);
  for (const auto& child : children_) waitpid(child.first, nullptr, 0);
}

void Supervisor::SignalChildren(int signal) {
  // A pid here is a child that was not reaped: it cannot have become another's.
  for (const auto& child : children_) kill(child.first, signal);
}

}  // namespace prong
