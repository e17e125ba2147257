// A connection whose system calls fail. The first byte of the input says how many
// of the bytes behind it are the schedule of faults (faults.h); the rest is all that
// a client sends.
//
// Properties:
//   - faults that a correct program hides change nothing: every byte is what it is
//     without them;
//   - with others, each response is what it is without them, or says 500 or 503, or
//     408 at the end; or the connection ends, and what was sent of a body until then
//     is the beginning of the right one;
//   - no byte of what is hidden or outside of the root is sent;
//   - each whole log line is printable ASCII, and there is one for each response;
//   - nothing is closed twice; descriptors are as before, and nothing waits
//     (connection_harness.h).

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "fuzz/answer_properties.h"
#include "fuzz/connection_harness.h"
#include "fuzz/connection_model.h"
#include "fuzz/faults.h"
#include "fuzz/property.h"
#include "fuzz/response_parser.h"
#include "parser/request_parser.h"
#include "server/connection.h"
#include "server/socket_address.h"
#include "server/unique_fd.h"

namespace prong {
namespace {

constexpr size_t kMaxScheduleSize = 64;

// What the connection below is served with, and what came of it.
struct {
  absl::string_view schedule;
  Injected injected;
  std::vector<SystemCall> unseen;
} faults;

void ServeWithFaults(UniqueFd socket, const SocketAddress& client, ConnectionContext& context) {
  const FaultSchedule schedule(faults.schedule);
  ServeConnection(std::move(socket), client, context);
  faults.injected = schedule.injected();
  faults.unseen.clear();
  for (int i = 0; i < kSystemCalls; ++i) {
    const auto call = static_cast<SystemCall>(i);
    if (!schedule.HasSeen(call)) faults.unseen.push_back(call);
  }
}

// Made for the first input; its destructor removes the tree. Of a call that the
// linker has not put the fault's into the place of, nothing would be found.
ConnectionHarness& Harness() {
  static ConnectionHarness harness(ServeWithFaults);
  static const bool sees_all_calls = [] {
    faults.schedule = "";
    harness.Serve("GET /flag HTTP/1.1\r\nHost: a\r\n\r\nGET /big.png HTTP/1.1\r\nHost: a\r\n\r\n");
    return faults.unseen.empty();
  }();
  Require(sees_all_calls, "each system call of a connection can be made to fail");
  return harness;
}

// The answer of a server that cannot have what it needs for `expected`.
ExpectedAnswer Failed(ExpectedAnswer expected, int status) {
  expected.status = status;
  expected.content = "";
  expected.location = "";
  expected.sentence = status == 500 ? "The file could not be read."
                                    : "The server is short of resources; try again later.";
  return expected;
}

ExpectedAnswer Late() {
  ExpectedAnswer answer;
  answer.status = 408;
  answer.sentence = "The request did not arrive in time.";
  answer.connection = "close";
  return answer;
}

// What is true of `response`, which is not all there: what there is of its body is
// the start of that of `expected`.
void RequireStart(absl::string_view bytes, const ExpectedAnswer& expected) {
  const absl::StatusOr<ParsedResponse> head = ParseResponseHead(bytes);
  if (!head.ok()) {
    Require(absl::IsOutOfRange(head.status()), "what there is of a head is well-formed");
    return;
  }
  RequireFields(*head);
  if (head->status != 200) return;  // a page: its bytes come from no file
  Require(head->status == expected.status, "a file is sent to who asked for it");
  Require(head->content_length == expected.content.size(), "Content-Length is the file's");
  Require(absl::StartsWith(expected.content, bytes.substr(head->size)),
          "what is sent of a file is its start");
}

// Checks the response at the start of `bytes` and returns its size, or nothing if it
// is cut.
std::optional<size_t> CheckAnswer(absl::string_view bytes, const ExpectedAnswer& expected,
                                  const Injected& injected) {
  const absl::StatusOr<ParsedResponse> response = ParseResponse(bytes, expected.method);
  if (absl::IsOutOfRange(response.status())) {
    RequireStart(bytes, expected);
    return std::nullopt;
  }
  Require(response.ok(), "what is received is well-formed responses");
  const int status = response->status;
  if (injected.refuses && (status == 500 || status == 503)) {
    RequireAnswer(*response, Failed(expected, status));
  } else if (injected.is_late && status == 408) {
    RequireAnswer(*response, Late());
  } else {
    RequireAnswer(*response, expected);
  }
  return response->size;
}

void CheckLog(absl::string_view log, size_t responses, const Injected& injected) {
  if (injected.unlogged) return;
  size_t lines = 0;
  for (; !log.empty(); ++lines) {
    const size_t size = log.find('\n');
    Require(size != log.npos, "a log line has its end");
    RequireLogLine(log.substr(0, size));
    log.remove_prefix(size + 1);
  }
  Require(lines == responses || injected.ends, "each response is logged");
}

void CheckOutput(const Served& served, absl::Span<const ExpectedAnswer> expected,
                 const Injected& injected) {
  Require(!absl::StrContains(served.bytes, kCanary), "nothing hidden is sent");
  absl::string_view bytes = served.bytes;
  size_t responses = 0;
  bool cut = false;
  while (!bytes.empty() && !cut) {
    // One more than expected: the client was given up before it could end.
    const std::optional<size_t> size =
        CheckAnswer(bytes, responses < expected.size() ? expected[responses] : Late(), injected);
    cut = !size;
    bytes.remove_prefix(size.value_or(0));
    ++responses;
  }
  if (cut || served.reset || responses < expected.size()) {
    Require(injected.ends || injected.is_late, "faults that can be hidden are hidden");
  }
  CheckLog(served.log, responses, injected);
}

void CheckConnection(absl::string_view schedule, absl::string_view input) {
  static auto& parser = *new RequestParser;
  ConnectionHarness& harness = Harness();
  const std::vector<ExpectedAnswer> expected =
      ExpectedAnswers(input, harness.tree(), kMaxRequests, parser);
  faults.schedule = schedule;
  const Served served = harness.Serve(input);
  CheckOutput(served, expected, faults.injected);
}

}  // namespace
}  // namespace prong

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0 || size > prong::kMaxInputSize) return -1;  // not for the corpus
  absl::string_view input(reinterpret_cast<const char*>(data), size);
  const size_t schedule_size = data[0] % prong::kMaxScheduleSize;
  input.remove_prefix(1);
  const absl::string_view schedule = input.substr(0, schedule_size);
  input.remove_prefix(schedule.size());
  prong::CheckConnection(schedule, input);
  return 0;
}
