#include "fuzz/connection_model.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <variant>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "parser/chunked_body.h"
#include "parser/limits.h"
#include "parser/rejection.h"
#include "parser/request.h"

namespace prong {
namespace {

// What of a body is read in order to keep the connection, design 4.4.
constexpr uint64_t kMaxBodySize = 64 * 1024;

std::string HexOf(char byte) {
  return absl::AsciiStrToUpper(absl::BytesToHexString(absl::string_view(&byte, 1)));
}

// The path of a directory, with what is not unreserved (RFC 3986 section 2.3)
// encoded, and the query as it was.
std::string LocationOf(const RequestTarget& target) {
  std::string location = "/";
  for (const char c : target.path) {
    const bool plain =
        absl::ascii_isalnum(static_cast<unsigned char>(c)) || absl::StrContains("-._~/", c);
    absl::StrAppend(&location, plain ? std::string(1, c) : "%" + HexOf(c));
  }
  return absl::StrCat(location, "/", target.query);
}

ExpectedAnswer Page(int status, absl::string_view sentence) {
  ExpectedAnswer answer;
  answer.status = status;
  answer.sentence = sentence;
  return answer;
}

ExpectedAnswer AnswerToRetrieval(const RequestTarget& target, const HostileTree& tree) {
  const HostileTree::Named named = tree.Look(target);
  ExpectedAnswer answer;
  switch (named.kind) {
    case HostileTree::Kind::kFile:
      answer.status = 200;
      answer.file = named;
      break;
    case HostileTree::Kind::kDirectory:
      if (target.names_directory) return Page(403, "This is not served.");
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
      return AnswerToRetrieval(request.target, tree);
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
