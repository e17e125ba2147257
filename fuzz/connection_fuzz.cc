// A whole connection: the input is all that a client sends, and the server serves
// it in this process from a tree made to be stumbled over (hostile_tree.h).
//
// Properties:
//   - what is received is a sequence of strictly formed responses, one for each
//     request that the parser finds in the input, and no more: status, fields, body
//     and whether the connection persists are what an independent reading of the
//     input says (connection_model.h). A body is the file that was named, whole; a
//     page is one of a fixed set, without a byte of the request's;
//   - no byte of what is hidden or outside of the root is sent, whether symbolic
//     links are followed or not;
//   - HEAD is answered as GET is, without the body;
//   - where directories are listed, a listing has a link for each entry that is served and
//     for no other, whatever its name, and all other answers are the same;
//   - the log has a line for each response, of printable ASCII, that says the same;
//   - the connection ends orderly: the client loses nothing of what it was sent;
//   - descriptors are as before, and nothing waits (connection_harness.h).

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "absl/types/span.h"
#include "fuzz/answer_properties.h"
#include "fuzz/connection_harness.h"
#include "fuzz/connection_model.h"
#include "fuzz/property.h"
#include "fuzz/response_parser.h"
#include "parser/limits.h"
#include "parser/request.h"
#include "parser/request_parser.h"

namespace prong {
namespace {

// Made for the first input; its destructor removes the tree.
ConnectionHarness& Harness() {
  static ConnectionHarness harness;
  return harness;
}

// FNV-1a. Choices that depend on it depend on every byte of the input, which need
// hold nothing but requests.
uint32_t Hash(absl::string_view input) {
  uint32_t hash = 2166136261;
  for (const char c : input) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619;
  return hash;
}

std::vector<ExpectedAnswer> Expected(absl::string_view input) {
  static auto& parser = *new RequestParser;
  return ExpectedAnswers(input, Harness().tree(), kMaxRequests, parser);
}

// The response at the start of `bytes`, which is removed.
ParsedResponse TakeResponse(absl::string_view& bytes, RequestMethod method) {
  const absl::StatusOr<ParsedResponse> response = ParseResponse(bytes, method);
  Require(response.ok(), "what is received is well-formed responses");
  bytes.remove_prefix(response->size);
  return *response;
}

void CheckOutput(const Served& served, absl::Span<const ExpectedAnswer> expected,
                 size_t input_size) {
  Require(!served.reset, "the connection ends orderly");
  Require(!absl::StrContains(served.bytes, kCanary), "nothing hidden is sent");
  absl::string_view bytes = served.bytes;
  absl::string_view log = served.log;
  for (const ExpectedAnswer& answer : expected) {
    const ParsedResponse response = TakeResponse(bytes, answer.method);
    RequireAnswer(response, answer);
    const absl::string_view line = log.substr(0, log.find('\n'));
    const absl::string_view logged = RequireLogLine(line, response);
    // Of a refused line no more is logged than has arrived: with a larger input,
    // that may end where the server's buffer does.
    Require(input_size > kMaxHeadSize || logged == ExpectedLoggedLine(answer),
            "a log line says what was asked");
    Require(absl::ConsumePrefix(&log, line) && absl::ConsumePrefix(&log, "\n"),
            "a log line has its end");
  }
  Require(bytes.empty(), "nothing is sent but answers to requests");
  Require(log.empty(), "nothing is logged but requests");
}

// `input` with GET for HEAD, or HEAD for GET, in its first request, or empty if it
// cannot be.
std::string WithOtherMethod(absl::string_view input, const ExpectedAnswer& first) {
  absl::string_view rest = first.line;
  const bool is_head = absl::ConsumePrefix(&rest, "HEAD ");
  if (!is_head && !absl::ConsumePrefix(&rest, "GET ")) return "";
  if (first.refused || first.line.size() == kMaxRequestLineSize || input.size() == kMaxInputSize) {
    return "";
  }
  const auto before = static_cast<size_t>(first.line.data() - input.data());
  return absl::StrCat(input.substr(0, before), is_head ? "GET " : "HEAD ",
                      input.substr(before + first.line.size() - rest.size()));
}

// The fields of the response at the start of `bytes`, but for the dates: that of a file
// with a date to come is the clock's too.
std::string UndatedFields(absl::string_view bytes) {
  const absl::StatusOr<ParsedResponse> head = ParseResponseHead(bytes);
  Require(head.ok(), "what is received is well-formed responses");
  std::string fields = absl::StrCat(head->status);
  for (const ResponseField& field : head->fields) {
    const bool is_date = field.name == "Date" || field.name == "Last-Modified";
    if (!is_date) absl::StrAppend(&fields, "\n", field.name, ": ", field.value);
  }
  return fields;
}

bool HasField(absl::Span<const Field> fields, absl::string_view name) {
  return absl::c_any_of(
      fields, [name](const Field& field) { return absl::EqualsIgnoreCase(field.name, name); });
}

void CheckHeadIsGet(absl::string_view input, const ExpectedAnswer& first,
                    const std::string& fields) {
  const std::string other = WithOtherMethod(input, first);
  // For HEAD there are no ranges, RFC 9110 section 14.2.
  if (other.empty() || HasField(first.fields, "Range")) return;
  const Served served = Harness().Serve(other);
  Require(UndatedFields(served.bytes) == fields, "HEAD has the fields of GET");
  CheckOutput(served, Expected(other), other.size());
}

// Where links are followed, there is no model of what they lead to: what is sent
// must be a file of the tree.
void CheckFollowed(absl::string_view input, absl::Span<const ExpectedAnswer> expected) {
  const Served served = Harness().Serve(input, ConnectionHarness::Root::kSymlinksFollowed);
  Require(!absl::StrContains(served.bytes, kCanary), "no link leads out of the root");
  absl::string_view bytes = served.bytes;
  for (const ExpectedAnswer& answer : expected) {
    const ParsedResponse response = TakeResponse(bytes, answer.method);
    RequireFields(response);
    const int status = AtDate(answer, DateOf(response), kBoundary).status;
    Require(answer.through_symlink || response.status == status,
            "following links changes nothing where there is none");
    Require(response.status != 200 || answer.method == RequestMethod::kHead ||
                Harness().tree().Publishes(response.body),
            "what is sent is a file of the tree");
  }
  Require(bytes.empty(), "nothing is sent but answers to requests");
}

// What is between each `start` and the next quotation mark.
std::vector<std::string> Quoted(absl::string_view text, absl::string_view start) {
  std::vector<std::string> quoted;
  for (size_t at = text.find(start); at != text.npos; at = text.find(start, at)) {
    at += start.size();
    quoted.emplace_back(text.substr(at, text.find('"', at) - at));
  }
  return quoted;
}

// A listing has a link for each entry that is served, no matter how it is sorted, and no
// other link but to directories and orders.
void CheckListing(const ParsedResponse& response, const ExpectedAnswer& answer) {
  Require(response.status == 200, "a directory without an index is listed");
  Require(response.Value("Vary") == "Accept", "a listing says what its form depends on");
  const bool is_json = response.Value("Content-Type") == "application/json";
  Require(!is_json || HasField(answer.fields, "Accept"), "JSON is for who asks for it");
  Require(response.Value("Content-Security-Policy").empty() == is_json, "a page has a policy");
  if (answer.method == RequestMethod::kHead) return Require(response.body.empty(), "HEAD");

  std::vector<std::string> hrefs = Quoted(response.body, is_json ? "\"href\":\"" : " href=\"");
  if (!is_json) {
    const auto is_other = [](absl::string_view href) {
      return absl::StartsWith(href, "?sort=") || href == "./" || absl::StartsWith(href, "../");
    };
    hrefs.erase(std::remove_if(hrefs.begin(), hrefs.end(), is_other), hrefs.end());
  }
  std::vector<std::string> expected = ListedHrefs(Harness().tree(), answer.path);
  if (!absl::StrContains(answer.line, "?")) {
    Require(hrefs == expected, "a listing has what is served, in the order of names");
  }
  absl::c_sort(hrefs);
  absl::c_sort(expected);
  Require(hrefs == expected, "a listing has what is served, and nothing else");
}

// The response at the start of `bytes`, whose body is all of them.
ParsedResponse TakeToEnd(absl::string_view& bytes, RequestMethod method) {
  absl::StatusOr<ParsedResponse> response = ParseResponseHead(bytes);
  Require(response.ok(), "what is received is well-formed responses");
  Require(!response->chunked && !response->content_length, "the body ends with the connection");
  bytes.remove_prefix(response->size);
  response->body = std::string(bytes);
  bytes = "";
  Require(method == RequestMethod::kOther || response->body.empty(), "HEAD has no body");
  return *response;
}

// Where directories are listed, all other answers are the same.
void CheckListed(absl::string_view input, absl::Span<const ExpectedAnswer> expected) {
  const Served served = Harness().Serve(input, ConnectionHarness::Root::kListed);
  Require(!served.reset, "the connection ends orderly");
  Require(!absl::StrContains(served.bytes, kCanary), "nothing hidden is sent");
  absl::string_view bytes = served.bytes;
  absl::string_view log = served.log;
  for (const ExpectedAnswer& answer : expected) {
    const bool to_end = answer.is_directory && answer.ends_connection;
    const ParsedResponse response =
        to_end ? TakeToEnd(bytes, answer.method) : TakeResponse(bytes, answer.method);
    if (answer.is_directory) {
      CheckListing(response, answer);
      Require(response.Value("Connection") == (to_end ? "close" : answer.connection),
              "the last response of a connection says so, and no other");
    } else {
      RequireAnswer(response, answer);
    }
    const absl::string_view line = log.substr(0, log.find('\n'));
    RequireLogLine(line, response);
    Require(absl::ConsumePrefix(&log, line) && absl::ConsumePrefix(&log, "\n"),
            "a log line has its end");
    if (to_end) break;
  }
  Require(bytes.empty(), "nothing is sent but answers to requests");
  Require(log.empty(), "nothing is logged but requests");
}

void CheckConnection(absl::string_view input) {
  const std::vector<ExpectedAnswer> expected = Expected(input);
  const Served served = Harness().Serve(input);
  CheckOutput(served, expected, input.size());
  if (expected.empty()) return;

  // One in sixteen, as it takes as long as all else.
  if (Hash(input) % 16 == 0) CheckHeadIsGet(input, expected.front(), UndatedFields(served.bytes));
  if (absl::c_any_of(expected, [](const auto& answer) { return answer.through_symlink; })) {
    CheckFollowed(input, expected);
  }
  if (absl::c_any_of(expected, [](const auto& answer) { return answer.is_directory; })) {
    CheckListed(input, expected);
  }
}

}  // namespace
}  // namespace prong

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size > prong::kMaxInputSize) return -1;  // not for the corpus
  prong::CheckConnection(absl::string_view(reinterpret_cast<const char*>(data), size));
  return 0;
}
