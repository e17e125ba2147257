// prong serves a directory over HTTP, with a process for each connection.
//
// main turns flags into Options, opens what is served, and runs the supervisor.
// Exit status: 0 after a drain; 1 for a wrong command line; 2 if what it names
// cannot be had: the address, the directory, the log.

#include <fcntl.h>
#include <sys/random.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/flags/usage.h"
#include "absl/flags/usage_config.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/types/span.h"
#include "server/child_table.h"
#include "server/command_line.h"
#include "server/connection.h"
#include "server/error_pages.h"
#include "server/exposure.h"
#include "server/field_flags.h"
#include "server/flag_types.h"
#include "server/listener.h"
#include "server/options.h"
#include "server/repeated_flag.h"
#include "server/report.h"
#include "server/response_options.h"
#include "server/sandbox.h"
#include "server/send_response.h"
#include "server/service_manager.h"
#include "server/signals.h"
#include "server/socket_activation.h"
#include "server/supervisor.h"
#include "server/user.h"

ABSL_FLAG(prong::PortFlag, port, {8080}, "TCP port to listen on; 0 lets the kernel choose one.");
ABSL_FLAG(prong::AddressFlag, bind_address, {*prong::SocketAddress::FromLiteral("127.0.0.1")},
          "IPv4 or IPv6 address to listen on; 0.0.0.0 or :: for all of this machine's.");
ABSL_FLAG(std::string, unix_socket, "",
          "Path of a unix socket to listen on, instead of a TCP port.");
ABSL_FLAG(prong::ModeFlag, unix_socket_mode, {0660},
          "Permissions of the unix socket: who may write to it may connect.");
ABSL_FLAG(
    std::string, root, "",
    "Directory to serve; where you stand if empty. A relative path is taken from where you stand.");
ABSL_FLAG(prong::BacklogFlag, backlog, {511},
          "Connections that the kernel keeps waiting for accept, see listen(2).");
ABSL_FLAG(bool, reuse_port, false,
          "Share the port with other servers of this user that have this flag (SO_REUSEPORT).");
ABSL_FLAG(
    prong::CountFlag, max_connections, {512},
    "Connections, and so child processes, at once; a client beyond that is refused with 503.");
ABSL_FLAG(std::optional<prong::OptionalCountFlag>, max_connections_per_client, std::nullopt,
          "Of these, for one client address (for IPv6 one /64); beyond that 503 too. 0 for no "
          "limit; a quarter of --max_connections if not given.");
ABSL_FLAG(prong::TimeoutFlag, header_timeout, {absl::Seconds(10)},
          "Time for a request to arrive, from accept or from its first byte on; then 408.");
ABSL_FLAG(prong::TimeoutFlag, idle_timeout, {absl::Seconds(5)},
          "Time between the requests of a persistent connection; then it is closed.");
ABSL_FLAG(
    prong::CountFlag, min_send_rate, {1024},
    "Bytes per second that a client must take of a response, on average; a slower one is cut off.");
ABSL_FLAG(prong::CountFlag, max_requests_per_connection, {1000},
          "Requests on one connection; the response to the last says that it closes.");
ABSL_FLAG(prong::TimeoutFlag, connection_timeout, {absl::Hours(1)},
          "Time from accept for the requests of a connection; then the response says that it "
          "closes. A response that is being sent is bound by --min_send_rate alone.");
ABSL_FLAG(prong::TimeoutFlag, drain_timeout, {absl::Seconds(10)},
          "Time for open connections to finish after SIGTERM or SIGINT; then they are killed.");
ABSL_FLAG(bool, dotfiles, false,
          "Serve names that begin with a dot too; /.well-known is always served.");
ABSL_FLAG(bool, follow_symlinks, false, "Follow symbolic links, though never out of the root.");
ABSL_FLAG(bool, directory_listing, false,
          "List the entries of a directory that has no index.html, to whoever asks.");
ABSL_FLAG(bool, allow_root_directory, false,
          "Allow --root=/, and with it every file that this user may read.");
ABSL_FLAG(bool, spa_fallback, false,
          "Answer with the root's index.html instead of 404, for names without a dot.");
ABSL_FLAG(prong::FieldValueFlag, cache_control, {},
          "Cache-Control of files, such as max-age=3600; none by default.");
ABSL_FLAG(prong::OriginFlag, cors_origin, {},
          "Origin whose pages may read responses, such as https://example.org, or * for any.");
ABSL_FLAG(prong::FieldLineFlag, header, {},
          "Field of every response, such as 'X-Frame-Options: DENY'; may be repeated.")
    .OnUpdate(prong::AddUp<FLAGS_header>);
ABSL_FLAG(std::string, error_pages, "",
          "Directory with pages for responses that are errors: 404.html and so on, read at start.");
ABSL_FLAG(prong::SandboxFlag, sandbox, {prong::SandboxMode::kRequired},
          "required: refuse to start where the kernel cannot confine the server; best_effort: "
          "confine it as far as it can, and say what is missing; off.");
ABSL_FLAG(std::string, user, "",
          "User to become when started as root, with its groups; none if empty.");
ABSL_FLAG(std::string, access_log, "stderr",
          "File to append a line to for each request, or stderr, or none.");
ABSL_FLAG(prong::LogFormatFlag, log_format, {prong::LogFormat::kCommon},
          "Of the lines of the access log: common, combined (with Referer and User-Agent), or json "
          "(with duration and reason of refusal, too).");
ABSL_FLAG(
    prong::AddressBlocksFlag, trusted_proxy, {},
    "Proxies, as addresses or blocks such as 192.0.2.0/24, or unix for clients of a unix socket, "
    "with commas between them; may be repeated. Of a request from one of them the client is whom "
    "X-Forwarded-For names, or, "
    "without that, Forwarded: for the log, --allow and --deny.")
    .OnUpdate(prong::AddUp<FLAGS_trusted_proxy>);
ABSL_FLAG(prong::AddressBlocksFlag, allow, {},
          "Clients to serve, as --trusted_proxy; all others get 403. May be repeated.")
    .OnUpdate(prong::AddUp<FLAGS_allow>);
ABSL_FLAG(prong::AddressBlocksFlag, deny, {},
          "Clients that get 403, even if --allow has them, as --trusted_proxy. May be repeated.")
    .OnUpdate(prong::AddUp<FLAGS_deny>);

namespace prong {
namespace {

// Debian's Abseil looks for mutexes that deadlock, with tables of 64 KiB that each fork would
// copy. There is no second thread, and no child takes a mutex. Before the first flag, whose
// constructor takes one.
[[gnu::constructor(101)]] void DoNotLookForDeadlocks() {
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
}

constexpr int kBadCommandLine = 1;
constexpr int kBadEnvironment = 2;

[[noreturn]] void Exit(int exit_status, const absl::Status& error) {
  Report(error.message());
  std::exit(exit_status);
}

// `path` made absolute from where the user typed the command, which under `bazel
// run` is not where the process starts. Empty stands for that directory.
std::string FromUserDirectory(const std::string& path) {
  const char* user_directory = std::getenv("BUILD_WORKING_DIRECTORY");
  std::error_code ignored;
  const std::filesystem::path base =
      user_directory == nullptr ? std::filesystem::current_path(ignored) : user_directory;
  return path.empty() ? base : base / path;
}

void ParseCommandLine(int argc, char** argv) {
  absl::SetProgramUsageMessage(
      "serves a directory over HTTP, with a process for each connection.\n\n"
      "  prong --root=DIRECTORY --port=8080");
  absl::FlagsUsageConfig config;
  config.contains_helpshort_flags = config.contains_help_flags = config.contains_helppackage_flags =
      [](absl::string_view file) { return absl::EndsWith(file, "server/main.cc"); };
  config.version_string = [] { return std::string("prong 0.1.0\n"); };
  absl::SetFlagsUsageConfig(config);

  const absl::StatusOr<std::vector<absl::string_view>> others = CheckCommandLine(argc, argv);
  if (!others.ok()) Exit(kBadCommandLine, others.status());
  if (!others->empty()) {
    Exit(kBadCommandLine,
         absl::InvalidArgumentError(absl::StrCat("unexpected argument '", others->front(),
                                                 "'; a directory is given as --root=DIRECTORY")));
  }
  absl::ParseCommandLine(argc, argv);
}

SocketAddress ListenAddress() {
  const std::string unix_socket = absl::GetFlag(FLAGS_unix_socket);
  if (unix_socket.empty()) {
    return absl::GetFlag(FLAGS_bind_address)
        .value.WithPort(static_cast<uint16_t>(absl::GetFlag(FLAGS_port).value));
  }
  if (absl::GetFlag(FLAGS_reuse_port)) {
    Exit(kBadCommandLine,
         absl::InvalidArgumentError(absl::StrCat("cannot share --unix_socket=", unix_socket,
                                                 " by --reuse_port; leave one of them out")));
  }
  const std::string path = FromUserDirectory(unix_socket);
  const std::optional<SocketAddress> address = SocketAddress::FromPath(path);
  if (!address) {
    Exit(kBadCommandLine, absl::InvalidArgumentError(absl::StrCat(
                              "cannot listen on --unix_socket=", path, ", of ", path.size(),
                              " bytes; the path of a "
                              "unix socket has at most ",
                              SocketAddress::kMaxPathSize)));
  }
  return *address;
}

Options OptionsFromFlags() {
  const std::string log = absl::GetFlag(FLAGS_access_log);
  const int64_t max_connections = absl::GetFlag(FLAGS_max_connections).value;
  const std::optional<OptionalCountFlag> per_client =
      absl::GetFlag(FLAGS_max_connections_per_client);
  return {
      ListenAddress(),
      absl::GetFlag(FLAGS_unix_socket_mode).value,
      static_cast<int>(absl::GetFlag(FLAGS_backlog).value),
      absl::GetFlag(FLAGS_reuse_port),
      max_connections,
      per_client ? per_client->value : std::max<int64_t>(max_connections / 4, 1),
      absl::GetFlag(FLAGS_drain_timeout).value,
      absl::GetFlag(FLAGS_sandbox).value,
      absl::GetFlag(FLAGS_user),
      log == "none" || log == "stderr" ? log : FromUserDirectory(log),
      absl::GetFlag(FLAGS_log_format).value,
      {FromUserDirectory(absl::GetFlag(FLAGS_root)), absl::GetFlag(FLAGS_dotfiles),
       absl::GetFlag(FLAGS_follow_symlinks), absl::GetFlag(FLAGS_directory_listing),
       absl::GetFlag(FLAGS_spa_fallback), absl::GetFlag(FLAGS_allow_root_directory)},
      {absl::GetFlag(FLAGS_header_timeout).value,
       absl::GetFlag(FLAGS_idle_timeout).value,
       absl::GetFlag(FLAGS_min_send_rate).value,
       absl::GetFlag(FLAGS_max_requests_per_connection).value,
       absl::GetFlag(FLAGS_connection_timeout).value,
       {AllOf<FLAGS_trusted_proxy>(), AllOf<FLAGS_allow>(), AllOf<FLAGS_deny>()}},
  };
}

// Leaves the process with standard error as its only tie to whoever started it, and the
// socket if one was passed: a child holds no descriptor but those that it needs.
absl::Status DropInheritedDescriptors(bool socket_was_passed) {
  closefrom(socket_was_passed ? kPassedSocket + 1 : STDERR_FILENO + 1);
  // Standard descriptors that are closed would be taken by sockets and files.
  int null;
  do {
    null = open("/dev/null", O_RDWR);
  } while (null >= 0 && null <= STDERR_FILENO);
  if (null < 0 || dup2(null, STDIN_FILENO) < 0 || dup2(null, STDOUT_FILENO) < 0) {
    return absl::ErrnoToStatus(errno, "cannot leave standard input and output for /dev/null");
  }
  close(null);
  return absl::OkStatus();
}

// Gives up what the server does not need. What is to be opened is open.
Sandbox EnterSandbox(const Options& options, const DocumentRoot& root, const Listener& listener) {
  if (!options.user.empty()) {
    const absl::StatusOr<User> user = FindUser(options.user);
    if (!user.ok()) Exit(kBadEnvironment, user.status());
    const absl::Status became = BecomeUser(*user);
    if (!became.ok()) Exit(kBadEnvironment, became);
  }
  LandlockRules rules = {root.fd(), {}};
  const std::filesystem::path log = options.access_log;
  if (log.has_parent_path()) rules.writable_in.push_back(log.parent_path());
  const std::filesystem::path socket_file = listener.file.path();
  if (!socket_file.empty()) rules.writable_in.push_back(socket_file.parent_path());
  absl::StatusOr<Sandbox> sandbox = Sandbox::Enter(options.sandbox, rules);
  if (!sandbox.ok()) Exit(kBadEnvironment, sandbox.status());
  return *std::move(sandbox);
}

// 128 random bits: whoever writes files here cannot have written them into one.
std::string MakeBoundary() {
  std::array<char, 16> random = {};
  // Never fails for so few bytes once the kernel has seeded itself, getrandom(2).
  if (getrandom(random.data(), random.size(), 0) != static_cast<ssize_t>(random.size())) {
    Exit(kBadEnvironment, absl::ErrnoToStatus(errno, "cannot get random bytes"));
  }
  return absl::BytesToHexString({random.data(), random.size()});
}

ResponseOptions ResponseOptionsFromFlags() {
  ResponseOptions options;
  options.boundary = MakeBoundary();
  options.cache_control = absl::GetFlag(FLAGS_cache_control).value;
  options.cors_origin = absl::GetFlag(FLAGS_cors_origin).value;
  for (const std::string& line : AllOf<FLAGS_header>())
    absl::StrAppend(&options.field_lines, line, "\r\n");
  const std::string error_pages = absl::GetFlag(FLAGS_error_pages);
  if (error_pages.empty()) return options;
  absl::StatusOr<ErrorPages> pages = ReadErrorPages(FromUserDirectory(error_pages));
  if (!pages.ok()) Exit(kBadEnvironment, pages.status());
  options.error_pages = *std::move(pages);
  return options;
}

// What a client is given, for curl(1) as --unix-socket=PATH.
std::string Where(const SocketAddress& address) {
  const std::string literal = address.LiteralWithPort();
  return address.is_unix() ? literal : absl::StrCat("http://", literal, "/");
}

// Not inlined, so that the supervisor, which parent and children write to, lies beside what they
// write to next, their stack: each page that is written to after a fork costs a page fault.
[[gnu::noinline]] void Supervise(const Options& options, Listener listener, SignalReceiver signals,
                                 ServiceManager service_manager, absl::Span<char> memory,
                                 Sandbox& sandbox, ConnectionContext& context) {
  Supervisor(options, std::move(listener), std::move(signals), std::move(service_manager), memory,
             sandbox, context)
      .Run();
}

int Run(const Options& options) {
  const absl::Status checked = CheckRootDirectory(options.document_root);
  if (!checked.ok()) Exit(kBadCommandLine, checked);
  absl::StatusOr<std::optional<Listener>> taken = TakePassedListener();
  if (!taken.ok()) Exit(kBadEnvironment, taken.status());
  std::optional<Listener> passed = *std::move(taken);
  if (passed && options.reuse_port) {
    Exit(kBadCommandLine,
         absl::InvalidArgumentError("cannot share the socket that was passed by --reuse_port; "
                                    "leave it out, and set ReusePort= in its socket unit"));
  }
  const absl::Status dropped = DropInheritedDescriptors(passed.has_value());
  if (!dropped.ok()) Exit(kBadEnvironment, dropped);
  absl::StatusOr<SignalReceiver> signals = SignalReceiver::Install();
  if (!signals.ok()) Exit(kBadEnvironment, signals.status());
  absl::StatusOr<DocumentRoot> root = DocumentRoot::Open(options.document_root);
  if (!root.ok()) Exit(kBadEnvironment, root.status());
  absl::StatusOr<AccessLog> log = AccessLog::Open(options.access_log, options.log_format);
  if (!log.ok()) Exit(kBadEnvironment, log.status());
  absl::StatusOr<Listener> listener = passed ? *std::move(passed)
                                             : Listen(options.listen_address, options.backlog,
                                                      options.unix_socket_mode, options.reuse_port);
  if (!listener.ok()) Exit(kBadEnvironment, listener.status());

  ConnectionContext context{options.connection, ResponseOptionsFromFlags(), *std::move(root),
                            *std::move(log)};
  // The head of a response has no largest size, but is seldom of a kilobyte.
  context.message.reserve(kMaxReadSize + 1024);

  const absl::StatusOr<absl::Span<char>> memory = ChildTable::Memory();
  if (!memory.ok()) Exit(kBadEnvironment, memory.status());

  ServiceManager service_manager = ServiceManager::Connect();
  const std::string where = Where(listener->address);
  const std::string warning =
      listener->address.is_loopback() ? "" : ExposureWarning(where, options.document_root);
  Sandbox sandbox = EnterSandbox(options, context.root, *listener);
  Report(absl::StrCat("serving ", options.document_root.path, " at ", where));
  Report(sandbox.Describe());
  for (const std::string& lack : sandbox.missing())
    Report(absl::StrCat("sandbox: missing: ", lack));
  if (!warning.empty()) Report(warning);
  service_manager.Notify("READY=1");
  Supervise(options, *std::move(listener), *std::move(signals), std::move(service_manager), *memory,
            sandbox, context);
  return EXIT_SUCCESS;
}

}  // namespace
}  // namespace prong

int main(int argc, char** argv) {
  prong::ParseCommandLine(argc, argv);
  return prong::Run(prong::OptionsFromFlags());
}
