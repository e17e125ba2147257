#include "fuzz/connection_model.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>
#include <variant>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/strip.h"
#include "absl/types/span.h"
#include "fuzz/conditional_twin.h"
#include "fuzz/range_twin.h"
#include "parser/chunked_body.h"
#include "parser/limits.h"
#include "parser/preconditions.h"
#include "parser/range.h"
#include "parser/rejection.h"

namespace prong {
namespace {

// What of a body is read in order to keep the connection, design 4.4.
constexpr uint64_t kMaxBodySize = 64 * 1024;

std::string HexOf(char byte) {
  return absl::AsciiStrToUpper(absl::BytesToHexString(absl::string_view(&byte, 1)));
}

// `path` with what is not unreserved (RFC 3986 section 2.3) encoded.
std::string Encoded(absl::string_view path) {
  std::string encoded;
  for (const char c : path) {
    const bool plain =
        absl::ascii_isalnum(static_cast<unsigned char>(c)) || absl::StrContains("-._~/", c);
    absl::StrAppend(&encoded, plain ? std::string(1, c) : "%" + HexOf(c));
  }
  return encoded;
}

// The path of a directory, and the query as it was.
std::string LocationOf(const RequestTarget& target) {
  return absl::StrCat("/", Encoded(target.path), "/", target.query);
}

ExpectedAnswer Page(int status, absl::string_view sentence) {
  ExpectedAnswer answer;
  answer.status = status;
  answer.sentence = sentence;
  return answer;
}

// Of what there is of `file`, what `fields` give the greatest weight; the smallest codings
// come first, and no coding last.
HostileTree::Named InWantedCoding(const HostileTree::Named& file, absl::Span<const Field> fields,
                                  const HostileTree& tree) {
  constexpr std::pair<absl::string_view, absl::string_view> kCodings[] = {
      {"br", ".br"}, {"zstd", ".zst"}, {"gzip", ".gz"}};
  HostileTree::Named wanted = file;
  int greatest = 0;
  for (const auto& [coding, suffix] : kCodings) {
    const int weight = WeightByHand(fields, coding);
    if (weight <= greatest || weight < WeightByHand(fields, "identity")) continue;
    if (const auto coded = tree.InCoding(file, coding, suffix)) {
      wanted = *coded;
      greatest = weight;
    }
  }
  return wanted;
}

ExpectedAnswer AnswerToRetrieval(const Request& request, const HostileTree& tree) {
  const RequestTarget& target = request.target;
  const HostileTree::Named named = tree.Look(target);
  ExpectedAnswer answer;
  switch (named.kind) {
    case HostileTree::Kind::kFile:
      answer.status = 200;
      answer.file = InWantedCoding(named, request.fields, tree);
      answer.fields.assign(request.fields.begin(), request.fields.end());
      break;
    case HostileTree::Kind::kDirectory:
      if (target.names_directory) {
        answer = Page(403, "This is not served.");
        answer.is_directory = true;
        answer.path = std::string(target.path);
        answer.fields.assign(request.fields.begin(), request.fields.end());
        answer.ends_connection = request.minor_version == 0;
        return answer;
      }
      answer = Page(308, "This is a directory: its name ends in a slash.");
      answer.location = LocationOf(target);
      break;
    case HostileTree::Kind::kSymlink:
      answer = Page(403, "This is not served.");
      answer.through_symlink = true;
      break;
    case HostileTree::Kind::kNothing:
      return Page(404, "There is nothing here by that name.");
  }
  return answer;
}

ExpectedAnswer AnswerToMethod(const Request& request, const HostileTree& tree) {
  switch (request.method) {
    case Method::kGet:
    case Method::kHead:
      return AnswerToRetrieval(request, tree);
    case Method::kOptions:
      return Page(204, "");
    case Method::kUnknown:
      return Page(501, "The method is not known here.");
    default:
      return Page(405, "Only GET, HEAD and OPTIONS are allowed.");
  }
}

RequestMethod MethodOf(const Request& request) {
  return request.method == Method::kHead ? RequestMethod::kHead : RequestMethod::kOther;
}

ExpectedAnswer Refusal(Rejection rejection, absl::string_view line, RequestMethod method) {
  const RejectionInfo& info = Describe(rejection);
  ExpectedAnswer answer = Page(info.status, info.sentence);
  answer.method = method;
  answer.connection = "close";
  answer.line = line;
  answer.refused = true;
  return answer;
}

// The request line of what is no request, as far as there is one.
absl::string_view LineOf(absl::string_view input) {
  input = absl::StripPrefix(input, "\r\n");
  return input.substr(0, std::min(input.find_first_of("\r\n"), kMaxRequestLineSize));
}

// What becomes of a body: how many bytes of `rest` it is, or that there is no
// reading on.
enum class Unread { kTooLong, kCut };
using Body = std::variant<size_t, Unread, Rejection>;

Body TakeChunks(absl::string_view rest) {
  ChunkedBody chunks;
  const auto used = chunks.Discard(rest.substr(0, kMaxBodySize));
  if (const auto* rejection = std::get_if<Rejection>(&used)) return *rejection;
  if (chunks.complete()) return std::get<size_t>(used);
  return rest.size() < kMaxBodySize ? Unread::kCut : Unread::kTooLong;
}

Body TakeBody(const Request& request, absl::string_view rest) {
  if (request.framing.has_body() && request.expects_continue) return Unread::kTooLong;
  if (request.framing.chunked) return TakeChunks(rest);
  if (request.framing.content_length > kMaxBodySize) return Unread::kTooLong;
  if (request.framing.content_length > rest.size()) return Unread::kCut;
  return static_cast<size_t>(request.framing.content_length);
}

// The answer to `request`, or nothing if its body never ends; `rest` is moved to
// behind the body.
std::optional<ExpectedAnswer> AnswerTo(const Request& request, const HostileTree& tree,
                                       bool is_last, absl::string_view& rest) {
  const Body body = TakeBody(request, rest);
  if (const auto* rejection = std::get_if<Rejection>(&body)) {
    return Refusal(*rejection, request.line, MethodOf(request));
  }
  const auto* unread = std::get_if<Unread>(&body);
  if (unread != nullptr && *unread == Unread::kCut) return std::nullopt;

  ExpectedAnswer answer = AnswerToMethod(request, tree);
  answer.method = MethodOf(request);
  answer.line = request.line;
  if (unread != nullptr || is_last || !request.persistent) {
    answer.connection = "close";
    answer.asked_to_close = unread == nullptr && !request.persistent;
  } else {
    rest.remove_prefix(std::get<size_t>(body));
    answer.connection = request.minor_version == 0 ? "keep-alive" : "";
  }
  return answer;
}

// The value of the one field called Range, or nothing.
std::optional<absl::string_view> RangeOf(absl::Span<const Field> fields) {
  std::optional<absl::string_view> value;
  for (const Field& field : fields) {
    if (absl::AsciiStrToLower(field.name) != "range") continue;
    if (value) return std::nullopt;
    value = field.value;
  }
  return value;
}

std::string ContentRangeOf(const ByteRange& range, uint64_t size) {
  return absl::StrFormat("bytes %d-%d/%d", range.begin, range.end - 1, size);
}

// `answer` with `runs` of its file, of which there is at least one.
ExpectedAnswer PartsAnswer(ExpectedAnswer answer, absl::Span<const ByteRange> runs,
                           absl::string_view boundary) {
  const absl::string_view content = answer.file.content;
  answer.status = 206;
  if (runs.size() == 1) {
    answer.parts = std::string(content.substr(runs[0].begin, runs[0].size()));
    answer.content_type = std::string(answer.file.media_type);
    answer.content_range = ContentRangeOf(runs[0], content.size());
    return answer;
  }
  answer.content_type = absl::StrCat("multipart/byteranges; boundary=", boundary);
  for (const ByteRange& run : runs) {
    absl::StrAppend(&answer.parts, answer.parts.empty() ? "" : "\r\n", "--", boundary,
                    "\r\nContent-Type: ", answer.file.media_type,
                    "\r\nContent-Range: ", ContentRangeOf(run, content.size()), "\r\n\r\n",
                    content.substr(run.begin, run.size()));
  }
  absl::StrAppend(&answer.parts, "\r\n--", boundary, "--\r\n");
  return answer;
}

ExpectedAnswer RangesAnswer(ExpectedAnswer answer, absl::string_view range,
                            absl::string_view boundary) {
  const uint64_t size = answer.file.content.size();
  const std::optional<RangeSpecs> specs = ReadRangeSpecs(range, size);
  if (!specs) return answer;
  const std::vector<ByteRange> runs = Runs(*specs);
  if (runs.size() > kMaxRanges) return answer;
  if (!runs.empty()) return PartsAnswer(std::move(answer), runs, boundary);
  answer.status = 416;
  answer.sentence = "The file has none of the bytes that were asked for.";
  answer.content_range = absl::StrCat("bytes */", size);
  return answer;
}

// What the log writes for bytes of the client's, design 4.2.
std::string Escaped(absl::string_view text) {
  std::string escaped;
  for (const char c : text) {
    const bool plain = c >= 0x20 && c <= 0x7e && c != '"' && c != '\\';
    escaped += plain ? std::string(1, c) : "\\x" + HexOf(c);
  }
  return escaped;
}

}  // namespace

std::vector<ExpectedAnswer> ExpectedAnswers(absl::string_view input, const HostileTree& tree,
                                            int64_t max_requests, RequestParser& parser) {
  std::vector<ExpectedAnswer> answers;
  for (int64_t requests = 1;; ++requests) {
    const ParseOutcome outcome = parser.Parse(input);
    if (const auto* rejection = std::get_if<Rejection>(&outcome)) {
      answers.push_back(Refusal(*rejection, LineOf(input), RequestMethod::kOther));
      return answers;
    }
    const auto* request = std::get_if<Request>(&outcome);
    if (request == nullptr) break;
    input.remove_prefix(request->size);
    std::optional<ExpectedAnswer> answer =
        AnswerTo(*request, tree, requests == max_requests, input);
    if (!answer) break;
    answers.push_back(*std::move(answer));
    if (answers.back().connection == "close") return answers;
  }
  parser.Reset();
  return answers;
}

ExpectedAnswer AtDate(ExpectedAnswer answer, int64_t now, absl::string_view boundary) {
  if (answer.status != 200) return answer;
  const bool is_head = answer.method == RequestMethod::kHead;
  const Conditional conditional = {
      is_head ? Method::kHead : Method::kGet,
      answer.fields,
      {{false, answer.file.tag}, std::clamp<int64_t>(answer.file.modified, 0, now)},
      now};
  switch (Evaluate(conditional)) {
    case Precondition::kHolds:
      break;
    case Precondition::kNotModified:
      answer.status = 304;
      return answer;
    case Precondition::kFailed:
      answer.status = 412;
      answer.sentence = "The file is not as the request asks for it.";
      return answer;
  }
  const std::optional<absl::string_view> range = RangeOf(answer.fields);
  if (is_head || !range || !IfRangeHolds(conditional)) return answer;
  return RangesAnswer(std::move(answer), *range, boundary);
}

std::vector<std::string> ListedHrefs(const HostileTree& tree, absl::string_view path) {
  std::vector<std::string> hrefs = tree.List(path);
  for (std::string& href : hrefs) href = Encoded(href);
  return hrefs;
}

std::string ExpectedPage(int status, absl::string_view reason, absl::string_view sentence) {
  if (sentence.empty()) return "";
  const std::string title = absl::StrCat(status, " ", reason);
  return absl::StrCat("<!DOCTYPE html>\n<html lang=\"en\">\n<title>", title, "</title>\n<h1>",
                      title, "</h1>\n<p>", sentence, "</p>\n</html>\n");
}

std::string ExpectedLoggedLine(const ExpectedAnswer& answer) {
  return answer.line.empty() ? "-" : Escaped(answer.line);
}

}  // namespace prong
