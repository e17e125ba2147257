#include "fuzz/response_parser.h"

#include <string>

#include "absl/algorithm/container.h"
#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace prong {
namespace {

constexpr absl::string_view kVersion = "HTTP/1.1 ";

absl::Status Malformed(absl::string_view sentence) { return absl::InvalidArgumentError(sentence); }

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

bool IsTokenCharacter(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
         absl::StrContains("!#$%&'*+-.^_`|~", c);
}

// VCHAR and SP. The grammar has HTAB and obs-text too, which no server needs.
bool IsPrintable(char c) { return c >= 0x20 && c <= 0x7e; }

// status-line = HTTP-version SP status-code SP reason-phrase, RFC 9112 section 4.
absl::Status ParseStatusLine(absl::string_view line, ParsedResponse& response) {
  if (!absl::ConsumePrefix(&line, kVersion)) return Malformed("the version is not HTTP/1.1");
  const absl::string_view code = line.substr(0, 3);
  if (code.size() != 3 || !absl::c_all_of(code, IsDigit) || code[0] < '1' || code[0] > '5') {
    return Malformed("the status code is not three digits of a known class");
  }
  response.status = (code[0] - '0') * 100 + (code[1] - '0') * 10 + (code[2] - '0');
  line.remove_prefix(3);
  if (!absl::ConsumePrefix(&line, " ")) return Malformed("no space follows the status code");
  if (line.empty() || !absl::c_all_of(line, IsPrintable)) {
    return Malformed("the reason phrase is not printable text");
  }
  response.reason = line;
  return absl::OkStatus();
}

// field-line = field-name ":" OWS field-value OWS, RFC 9112 section 5, where OWS is
// the single space that section 5.6.3 of RFC 9110 wants, and nothing at the end.
absl::StatusOr<ResponseField> ParseField(absl::string_view line) {
  const size_t colon = line.find(':');
  if (colon == line.npos) return Malformed("a field line has no colon");
  ResponseField field{line.substr(0, colon), line.substr(colon + 1)};
  if (field.name.empty() || !absl::c_all_of(field.name, IsTokenCharacter)) {
    return Malformed("a field name is not a token");
  }
  if (!absl::ConsumePrefix(&field.value, " ")) return Malformed("no space follows a colon");
  if (field.value.empty() || field.value.front() == ' ' || field.value.back() == ' ' ||
      !absl::c_all_of(field.value, IsPrintable)) {
    return Malformed("a field value is not printable text");
  }
  return field;
}

absl::Status AddField(absl::string_view line, ParsedResponse& response) {
  const absl::StatusOr<ResponseField> field = ParseField(line);
  if (!field.ok()) return field.status();
  if (!response.Value(field->name).empty()) return Malformed("a field is repeated");
  response.fields.push_back(*field);
  return absl::OkStatus();
}

// RFC 9112 section 6.3.
bool NeverHasBody(int status) { return status < 200 || status == 204 || status == 304; }

// Content-Length = 1*DIGIT, RFC 9110 section 8.6; or chunked, RFC 9112 section 6.1.
absl::Status ParseFraming(ParsedResponse& response) {
  const absl::string_view coding = response.Value("Transfer-Encoding");
  if (!coding.empty() && coding != "chunked") return Malformed("a transfer coding is not chunked");
  response.chunked = !coding.empty();
  const absl::string_view value = response.Value("Content-Length");
  if (!value.empty() && response.chunked) return Malformed("a body is delimited twice");
  if (response.chunked && NeverHasBody(response.status)) return Malformed("nothing is chunked");
  if (value.empty()) return absl::OkStatus();
  uint64_t length;
  if (!absl::c_all_of(value, IsDigit) || !absl::SimpleAtoi(value, &length)) {
    return Malformed("Content-Length is not a number");
  }
  response.content_length = length;
  return absl::OkStatus();
}

// The bytes before the next CRLF, which are removed with it; nothing if there is
// none.
std::optional<absl::string_view> TakeLine(absl::string_view& bytes) {
  const size_t end = bytes.find("\r\n");
  if (end == bytes.npos) return std::nullopt;
  const absl::string_view line = bytes.substr(0, end);
  bytes.remove_prefix(end + 2);
  return line;
}

// Whether `line`, which does not end, may be the start of one.
bool MayBeginLine(absl::string_view line, bool first) {
  if (first && line.substr(0, kVersion.size()) != kVersion.substr(0, line.size())) return false;
  absl::ConsumeSuffix(&line, "\r");
  return absl::c_all_of(line, IsPrintable);
}

// chunked-body, RFC 9112 section 7.1, from the start of `rest`, which is moved behind it.
absl::Status ParseChunks(absl::string_view& rest, ParsedResponse& response) {
  while (true) {
    const std::optional<absl::string_view> line = TakeLine(rest);
    if (!line) {
      constexpr absl::string_view kDigits = "0123456789abcdef\r";
      const bool may_begin =
          absl::c_all_of(rest, [=](char c) { return absl::StrContains(kDigits, c); });
      return may_begin ? absl::OutOfRangeError("a chunk does not begin")
                       : Malformed("the size of a chunk is no number");
    }
    constexpr absl::string_view kDigits = "0123456789abcdef";
    const bool is_number =
        !line->empty() && line->size() <= 8 &&
        absl::c_all_of(*line, [=](char c) { return absl::StrContains(kDigits, c); });
    if (!is_number || (line->size() > 1 && line->front() == '0')) {
      return Malformed("the size of a chunk is no number");
    }
    size_t size = 0;
    for (const char c : *line) size = size * 16 + kDigits.find(c);
    absl::StrAppend(&response.body, rest.substr(0, size));
    if (rest.size() < size + 2) return absl::OutOfRangeError("a chunk is cut");
    if (rest.substr(size, 2) != "\r\n") return Malformed("a chunk does not end where it should");
    rest.remove_prefix(size + 2);
    if (size == 0) return absl::OkStatus();
  }
}

}  // namespace

absl::string_view ParsedResponse::Value(absl::string_view name) const {
  for (const ResponseField& field : fields) {
    if (absl::EqualsIgnoreCase(field.name, name)) return field.value;
  }
  return "";
}

absl::StatusOr<ParsedResponse> ParseResponseHead(absl::string_view bytes) {
  ParsedResponse response;
  response.fields.reserve(8);
  absl::string_view rest = bytes;
  for (bool first = true;; first = false) {
    const std::optional<absl::string_view> line = TakeLine(rest);
    if (!line && !MayBeginLine(rest, first)) return Malformed("the head is not printable text");
    if (!line) return absl::OutOfRangeError("the head does not end");
    if (!first && line->empty()) break;
    const absl::Status status =
        first ? ParseStatusLine(*line, response) : AddField(*line, response);
    if (!status.ok()) return status;
  }
  if (const absl::Status status = ParseFraming(response); !status.ok()) return status;
  response.size = bytes.size() - rest.size();
  return response;
}

absl::StatusOr<ParsedResponse> ParseResponse(absl::string_view bytes, RequestMethod method) {
  absl::StatusOr<ParsedResponse> response = ParseResponseHead(bytes);
  if (!response.ok() || method == RequestMethod::kHead || NeverHasBody(response->status)) {
    return response;
  }
  absl::string_view rest = bytes.substr(response->size);
  if (response->chunked) {
    const absl::Status status = ParseChunks(rest, *response);
    if (!status.ok()) return status;
    response->size = bytes.size() - rest.size();
    return response;
  }
  if (!response->content_length) return Malformed("nothing delimits the body");
  if (rest.size() < *response->content_length) return absl::OutOfRangeError("the body is cut");
  response->body = std::string(rest.substr(0, *response->content_length));
  response->size += response->body.size();
  return response;
}

}  // namespace prong
