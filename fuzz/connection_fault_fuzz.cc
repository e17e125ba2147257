// A connection whose system calls fail. The first byte of the input says how many
// of the bytes behind it are the schedule of faults (faults.h), and how many thirds
// of the rest, which is all that a client sends, it sends when it is waited for.
//
// Properties:
//   - faults that a correct program hides change nothing: every byte is what it is
//     without them;
//   - with others, each response is what it is without them, or says 500 where what
//     was asked for could not be had and 503 where there was too little to have it
//     with; or the connection ends, and what was sent of a body until then is the
//     beginning of the right one;
//   - who was waited for in vain is sent nothing more but 408, and who is late with a
//     first request is sent that;
//   - who does not know that the connection ends is heard until then;
//   - no byte of what is hidden or outside of the root is sent;
//   - the log has a line for each response, of printable ASCII, that says how much of
//     it was sent;
//   - nothing is closed twice; nothing is tried for ever; descriptors are as before,
//     and nothing waits (connection_harness.h).

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

// A quarter of what a byte can hold: what is left says how much is sent late.
constexpr size_t kMaxScheduleSize = 64;

// What the connection below is served with, and what came of it.
struct {
  ConnectionHarness* harness = nullptr;
  absl::string_view schedule;
  Injected injected;
  std::vector<SystemCall> unseen;
} faults;

void ServeWithFaults(UniqueFd socket, const SocketAddress& client, ConnectionContext& context) {
  const FaultSchedule schedule(faults.schedule, [] { faults.harness->SendLate(); });
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
    faults.harness = &harness;
    // The rest of a request that has begun is waited for by ppoll.
    harness.Serve(
        "GET /flag HTTP/1.1\r\nHost: a\r\n\r\nGET /big.png HTTP/1.1\r\nHost: a\r\n\r\nGET",
        " /flag HTTP/1.1\r\nHost: a\r\n\r\n");
    return faults.unseen.empty();
  }();
  Require(sees_all_calls, "each system call of a connection can be made to fail");
  return harness;
}

// The answer to `expected` of a server that cannot have what it needs.
ExpectedAnswer Failed(ExpectedAnswer expected, int status) {
  expected.status = status;
  expected.file = {};
  expected.location = "";
  expected.sentence = status == 500 ? "The file could not be read."
                                    : "The server is short of resources; try again later.";
  return expected;
}

// The answer to a client that was late, which is all of `bytes`. If it was with the
// body of a request for HEAD, it has no body.
ExpectedAnswer Late(absl::string_view bytes) {
  ExpectedAnswer answer;
  answer.status = 408;
  answer.sentence = "The request did not arrive in time.";
  answer.connection = "close";
  const absl::StatusOr<ParsedResponse> head = ParseResponseHead(bytes);
  if (head.ok() && head->size == bytes.size()) answer.method = RequestMethod::kHead;
  return answer;
}

// What a response with `status` has to be, where `expected` is what it were without
// faults.
ExpectedAnswer Excused(int status, const ExpectedAnswer& expected, const Injected& injected) {
  const bool fails = injected.fails && status == 500;
  const bool lacks = injected.lacks && status == 503;
  return fails || lacks ? Failed(expected, status) : expected;
}

// The response at the start of `bytes`, which is removed. Of one that is cut, what
// there is of its body; without a status if there is not even all of its head.
ParsedResponse TakeResponse(absl::string_view& bytes, RequestMethod method) {
  absl::StatusOr<ParsedResponse> response = ParseResponse(bytes, method);
  if (absl::IsOutOfRange(response.status())) {
    response = ParseResponseHead(bytes);
    if (absl::IsOutOfRange(response.status())) response = ParsedResponse();
    if (response.ok()) {
      response->body = std::string(bytes.substr(response->size));
      response->size = bytes.size();
    }
  }
  Require(response.ok(), "what is received is well-formed responses");
  bytes.remove_prefix(response->size);
  return *response;
}

bool IsCut(const ParsedResponse& response, RequestMethod method) {
  if (response.status == 0) return true;
  return method != RequestMethod::kHead && response.body.size() < response.content_length;
}

// The line at the start of `log`, which is removed with its end.
absl::string_view TakeLine(absl::string_view& log) {
  const size_t size = log.find('\n');
  Require(size != log.npos, "each response is logged, by a line that has its end");
  const absl::string_view line = log.substr(0, size);
  log.remove_prefix(size + 1);
  return line;
}

void CheckLogLine(absl::string_view line, const ParsedResponse& response,
                  const ExpectedAnswer& answer) {
  if (response.status == 0) return RequireLogLine(line);
  const absl::string_view logged = RequireLogLine(line, response);
  if (response.status == 408) return;  // as much is logged as has arrived
  const std::string expected = ExpectedLoggedLine(answer);
  Require(logged == expected || (answer.refused && absl::StartsWith(expected, logged)),
          "a log line says what was asked");
}

// Checks the response at the start of `bytes`, which is removed, and its line in
// `log`. Returns whether it is whole.
bool CheckAnswer(absl::string_view& bytes, absl::string_view& log, const ExpectedAnswer& expected,
                 const Injected& injected) {
  const ParsedResponse response = TakeResponse(bytes, expected.method);
  const ExpectedAnswer answer = Excused(response.status, expected, injected);
  const bool cut = IsCut(response, expected.method);
  if (!cut) RequireAnswer(response, answer);
  if (cut && response.status != 0) RequireStart(response, answer);
  if (!injected.unlogged) CheckLogLine(TakeLine(log), response, answer);
  return !cut;
}

void CheckOutput(const Served& served, absl::Span<const ExpectedAnswer> expected,
                 const Injected& injected) {
  Require(!absl::StrContains(served.bytes, kCanary), "nothing hidden is sent");
  absl::string_view bytes = served.bytes;
  absl::string_view log = served.log;
  size_t responses = 0;
  bool whole = true;
  for (; !bytes.empty() && whole; ++responses) {
    if (injected.over_at == served.bytes.size() - bytes.size()) {
      Require(injected.is_late, "a server that drains answers nothing more");
      whole = CheckAnswer(bytes, log, Late(bytes), injected);
      Require(bytes.empty(), "who is late is not served on");
    } else {
      Require(responses < expected.size(), "nothing is sent but answers to requests");
      whole = CheckAnswer(bytes, log, expected[responses], injected);
    }
  }
  // Of a response that could not be sent there is nothing but the line.
  if (injected.unlogged) log = "";
  if (!log.empty() && injected.ends) RequireLogLine(TakeLine(log));
  Require(log.empty(), "nothing is logged but responses");

  const bool over = injected.over_at.has_value();
  if (!whole || served.reset || responses < expected.size()) {
    Require(injected.ends || over, "faults that can be hidden are hidden");
  }
  if (injected.is_late && injected.over_at == 0) {
    Require(injected.ends || responses == 1, "who is late with a first request is told so");
  }
  if (served.unheard && !injected.ends && !over) {
    Require(!expected.empty() && expected.back().asked_to_close,
            "who does not know that the connection ends is heard until then");
  }
}

void CheckConnection(absl::string_view schedule, absl::string_view input, size_t late) {
  static auto& parser = *new RequestParser;
  ConnectionHarness& harness = Harness();
  const std::vector<ExpectedAnswer> expected =
      ExpectedAnswers(input, harness.tree(), kMaxRequests, parser);
  faults.schedule = schedule;
  const size_t early = input.size() - late;
  const Served served = harness.Serve(input.substr(0, early), input.substr(early));
  CheckOutput(served, expected, faults.injected);
}

}  // namespace
}  // namespace prong

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0 || size > prong::kMaxInputSize) return -1;  // not for the corpus
  absl::string_view input(reinterpret_cast<const char*>(data), size);
  const size_t schedule_size = data[0] % prong::kMaxScheduleSize;
  const size_t thirds_late = data[0] / prong::kMaxScheduleSize;
  input.remove_prefix(1);
  const absl::string_view schedule = input.substr(0, schedule_size);
  input.remove_prefix(schedule.size());
  prong::CheckConnection(schedule, input, input.size() * thirds_late / 3);
  return 0;
}
