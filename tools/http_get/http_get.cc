// http_get asks a server for one resource: the connecting side of what server/ is.
//
//   socket, connect, write, read to the end of the response, close
//
// Every call blocks; a timer ends the process if all of it together takes too long, be
// it the resolver of names, a server that is silent, or one that goes on for ever.

#include <netdb.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/flags/usage.h"
#include "absl/flags/usage_config.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "parser/request.h"
#include "server/command_line.h"
#include "server/flag_types.h"
#include "server/socket_address.h"
#include "server/unique_fd.h"
#include "tools/http_get/response_reader.h"
#include "tools/http_get/transcript.h"
#include "tools/http_get/url.h"

namespace prong {

// The version of HTTP that a request is written in.
struct VersionFlag {
  int minor;

  friend bool AbslParseFlag(absl::string_view text, VersionFlag* flag, std::string* error) {
    *error = "give 1.0 or 1.1";
    flag->minor = text == "1.0" ? 0 : 1;
    return text == "1.0" || text == "1.1";
  }
  friend std::string AbslUnparseFlag(VersionFlag flag) { return absl::StrCat("1.", flag.minor); }
};

}  // namespace prong

ABSL_FLAG(prong::VersionFlag, http, {1}, "Version of HTTP to ask by: 1.0 or 1.1.");
ABSL_FLAG(bool, head, false, "Ask by HEAD, and write the head of the response in place of a body.");
ABSL_FLAG(prong::TimeoutFlag, timeout, {absl::Seconds(30)},
          "Time for all of it, from the name of the host to the last byte.");
ABSL_FLAG(bool, verbose, false,
          "Show on standard error the bytes that are sent (>) and received (<); escaped if that is "
          "a terminal.");

namespace prong {
namespace {

enum ExitStatus : int {
  kSuccess = 0,
  kBadCommandLine = 1,
  kBadEnvironment = 2,
  kRedirection = 3,
  kClientError = 4,
  kServerError = 5,
  kBadResponse = 6,
  kTimedOut = 7,
};

constexpr char kUsage[] =
    "writes what is at a URL of HTTP to standard output.\n\n"
    "  http_get http://127.0.0.1:8080/README.md\n\n"
    "Exit status: 0 if the server has it (2xx); otherwise a line on standard error says what is "
    "wrong:\n"
    "  1  the command line\n"
    "  2  the name is not known, the connection was refused or broke, or output cannot be "
    "written\n"
    "  3  it is somewhere else (3xx), which is not followed\n"
    "  4  the server refuses the request (4xx)\n"
    "  5  the server fails (5xx)\n"
    "  6  the response is malformed or incomplete; what there was of its body has been written\n"
    "  7  --timeout is over\n"
    "Of a response other than 2xx nothing is written; --verbose shows it.";

// Reports why there will be no more output, and by which status to exit.
ExitStatus Fail(ExitStatus status, absl::string_view what) {
  const std::string line = absl::StrCat("http_get: ", what, "\n");
  [[maybe_unused]] const ssize_t written = write(STDERR_FILENO, line.data(), line.size());
  return status;
}

std::string Because(absl::string_view what, int error) {
  return absl::StrCat(what, ": ", strerror(error));
}

// What the handler of SIGALRM says: it may not make it then, signal-safety(7).
std::string& TimeoutMessage() {
  static std::string& message = *new std::string;
  return message;
}

extern "C" void EndByTimeout(int /*signal*/) {
  const std::string& message = TimeoutMessage();
  [[maybe_unused]] const ssize_t written = write(STDERR_FILENO, message.data(), message.size());
  _exit(kTimedOut);
}

void StartTimeout(absl::Duration timeout, absl::string_view url) {
  TimeoutMessage() =
      absl::StrCat("http_get: ", url, ": no whole response within ", absl::FormatDuration(timeout),
                   "; allow more by --timeout, or see by --verbose how far it came\n");
  struct sigaction action = {};
  action.sa_handler = EndByTimeout;
  sigaction(SIGALRM, &action, nullptr);
  // Whoever started this may have blocked it, and a process inherits that.
  sigset_t alarm;
  sigemptyset(&alarm);
  sigaddset(&alarm, SIGALRM);
  sigprocmask(SIG_UNBLOCK, &alarm, nullptr);
  const itimerval timer = {{0, 0}, absl::ToTimeval(timeout)};
  setitimer(ITIMER_REAL, &timer, nullptr);
}

// A connection to the first address of the host that accepts one, in the order of
// getaddrinfo(3).
absl::StatusOr<UniqueFd> Connect(const Url& url) {
  addrinfo hints = {};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* addresses = nullptr;
  if (const int error = getaddrinfo(url.host.c_str(), url.port.c_str(), &hints, &addresses)) {
    return absl::NotFoundError(absl::StrCat("cannot resolve ", url.host, ": ", gai_strerror(error),
                                            "; check its spelling, or give an address"));
  }
  absl::Status failure;
  UniqueFd connected;
  for (const addrinfo* a = addresses; a != nullptr && !connected.valid(); a = a->ai_next) {
    UniqueFd candidate(socket(a->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (candidate.valid() && connect(candidate.get(), a->ai_addr, a->ai_addrlen) == 0) {
      connected = std::move(candidate);
      continue;
    }
    const int error = errno;
    sockaddr_storage storage = {};
    std::memcpy(&storage, a->ai_addr, a->ai_addrlen);
    failure = absl::UnavailableError(absl::StrCat(
        Because(absl::StrCat("cannot connect to ", SocketAddress(storage).LiteralWithPort()),
                error),
        "; check that a server listens there"));
  }
  freeaddrinfo(addresses);
  if (!connected.valid()) return failure;
  return connected;
}

// RFC 9112 section 3. HTTP/1.0 in its smallest form, which is that of the document that
// prong began with.
std::string SerializeRequest(const Url& url, Method method, int minor_version) {
  const absl::string_view name = method == Method::kHead ? "HEAD" : "GET";
  if (minor_version == 0) return absl::StrCat(name, " ", url.target, " HTTP/1.0\r\n\r\n");
  return absl::StrCat(name, " ", url.target, " HTTP/1.1\r\nHost: ", url.authority,
                      "\r\nUser-Agent: http_get\r\nAccept: */*\r\nConnection: close\r\n\r\n");
}

// Sends `bytes`, or returns false with errno set. A server may answer and close before it
// has read the request, which is no failure: reading tells what became of it.
bool Send(int socket, absl::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0) return errno == EPIPE || errno == ECONNRESET;
    bytes.remove_prefix(static_cast<size_t>(sent));
  }
  return true;
}

bool WriteOutput(absl::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(STDOUT_FILENO, bytes.data(), bytes.size());
    if (written < 0) return false;
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return true;
}

bool IsSuccess(const ResponseReader& reader) {
  return reader.has_head() && reader.head().status / 100 == 2;
}

// What the status of a whole response means for the exit status.
ExitStatus Conclude(const ResponseHead& head, absl::string_view url) {
  const std::string status = absl::StrCat(url, ": ", head.status, " ", Escaped(head.reason));
  switch (head.status / 100) {
    case 2:
      return kSuccess;
    case 3:
      return Fail(kRedirection,
                  absl::StrCat(status, "; ask for ",
                               head.Value("Location").empty() ? "something else"
                                                              : Escaped(head.Value("Location")),
                               ": redirections are not followed"));
    case 4:
      return Fail(kClientError, absl::StrCat(status, "; --verbose shows what else it says"));
    default:
      return Fail(kServerError, absl::StrCat(status, "; --verbose shows what else it says"));
  }
}

// Reads and writes out the response to a request of `method`.
ExitStatus Receive(int socket, Method method, absl::string_view url, Transcript& transcript) {
  ResponseReader reader(method);
  char buffer[64 * 1024];
  while (!reader.complete()) {
    const ssize_t received = read(socket, buffer, sizeof(buffer));
    if (received < 0) {
      const int error = errno;
      transcript.End();
      return Fail(kBadEnvironment,
                  Because(absl::StrCat(url, ": the connection broke"), error) + "; try again");
    }
    if (received == 0) {
      const absl::Status end = reader.End();
      if (end.ok()) break;
      transcript.End();
      return Fail(kBadResponse, absl::StrCat(url, ": incomplete response: ", end.message(),
                                             " Try again, or see by --verbose what came."));
    }
    absl::string_view bytes(buffer, static_cast<size_t>(received));
    transcript.Received(bytes);
    while (!bytes.empty() && !reader.complete()) {
      const absl::StatusOr<ResponseReader::Piece> piece = reader.Read(bytes);
      if (!piece.ok()) {
        transcript.End();
        return Fail(kBadResponse,
                    absl::StrCat(url, ": malformed response: ", piece.status().message(),
                                 " --verbose shows its bytes."));
      }
      if (IsSuccess(reader) && !WriteOutput(piece->body))
        return Fail(kBadEnvironment, Because("cannot write to standard output", errno));
      bytes.remove_prefix(piece->size);
    }
  }
  transcript.End();
  if (method == Method::kHead && IsSuccess(reader) && !WriteOutput(reader.head().bytes))
    return Fail(kBadEnvironment, Because("cannot write to standard output", errno));
  return Conclude(reader.head(), url);
}

ExitStatus Get(const Url& url, absl::string_view text) {
  StartTimeout(absl::GetFlag(FLAGS_timeout).value, text);
  const absl::StatusOr<UniqueFd> socket = Connect(url);
  if (!socket.ok())
    return Fail(kBadEnvironment, absl::StrCat(text, ": ", socket.status().message()));
  Transcript transcript(absl::GetFlag(FLAGS_verbose));
  const Method method = absl::GetFlag(FLAGS_head) ? Method::kHead : Method::kGet;
  const std::string request = SerializeRequest(url, method, absl::GetFlag(FLAGS_http).minor);
  transcript.Sent(request);
  if (!Send(socket->get(), request)) {
    return Fail(kBadEnvironment,
                Because(absl::StrCat(text, ": cannot send the request"), errno) + "; try again");
  }
  return Receive(socket->get(), method, text, transcript);
}

ExitStatus Run(int argc, char** argv) {
  absl::SetProgramUsageMessage(kUsage);
  absl::FlagsUsageConfig config;
  config.contains_helpshort_flags = config.contains_help_flags = config.contains_helppackage_flags =
      [](absl::string_view file) { return absl::EndsWith(file, "http_get/http_get.cc"); };
  config.version_string = [] { return std::string("http_get 0.1.0\n"); };
  absl::SetFlagsUsageConfig(config);

  const absl::StatusOr<std::vector<absl::string_view>> arguments = CheckCommandLine(argc, argv);
  if (!arguments.ok()) return Fail(kBadCommandLine, arguments.status().message());
  absl::ParseCommandLine(argc, argv);
  if (arguments->size() != 1) {
    return Fail(kBadCommandLine, absl::StrCat(arguments->size(),
                                              " URLs; give one, such as "
                                              "http://127.0.0.1:8080/"));
  }
  const absl::StatusOr<Url> url = ParseUrl(arguments->front());
  if (!url.ok()) {
    return Fail(kBadCommandLine, absl::StrCat("bad URL '", Escaped(arguments->front()), "'; ",
                                              url.status().message()));
  }
  return Get(*url, arguments->front());
}

}  // namespace
}  // namespace prong

int main(int argc, char** argv) { return prong::Run(argc, argv); }
