#include "tools/http_get/response_reader.h"

#include <algorithm>
#include <cstdlib>
#include <variant>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "parser/character_set.h"
#include "parser/field_line.h"
#include "parser/framing.h"
#include "parser/rejection.h"
#include "re2/re2.h"

namespace prong {
namespace {

// status-line = HTTP-version SP status-code SP [ reason-phrase ], RFC 9112 section 4, of
// a major version that this client speaks and of a class of status that there is, RFC
// 9110 section 15. Groups: minor version, status code, reason phrase. What bytes the
// last has was checked before.
constexpr char kStatusLine[] = R"re(HTTP/1\.([0-9]) ([1-5][0-9][0-9]) (.*))re";

constexpr size_t kMaxStatusLineWithEnd = kMaxStatusLineSize + 2;

const RE2& StatusLinePattern() {
  static const RE2& pattern = *[] {
    RE2::Options options;
    options.set_encoding(RE2::Options::EncodingLatin1);
    return new RE2(kStatusLine, options);
  }();
  return pattern;
}

absl::Status Malformed(absl::string_view sentence) { return absl::InvalidArgumentError(sentence); }

// Of the sentences that name a request no response is given.
absl::Status Malformed(Rejection rejection) {
  if (rejection == Rejection::kTransferEncodingInHttp10)
    return Malformed("An HTTP/1.0 response has a Transfer-Encoding.");
  return Malformed(Describe(rejection).sentence);
}

// RFC 9112 section 6.3.
bool NeverHasBody(int status) { return status == 204 || status == 304; }

}  // namespace

absl::string_view ResponseHead::Value(absl::string_view name) const {
  for (const Field& field : fields) {
    if (absl::EqualsIgnoreCase(field.name, name)) return field.value;
  }
  return "";
}

ResponseReader::ResponseReader(Method method) : method_(method) {
  if (!StatusLinePattern().ok()) std::abort();
  buffer_.reserve(kMaxStatusLineWithEnd + kMaxFieldSectionSize);
}

void ResponseReader::BeginHead() {
  state_ = State::kStatusLine;
  head_ = ResponseHead();
  buffer_.clear();
  line_start_ = section_start_ = 0;
}

absl::StatusOr<ResponseReader::Piece> ResponseReader::Read(absl::string_view bytes) {
  size_t size = 0;
  while (size < bytes.size() && !has_head()) {
    if (absl::Status status = ReadHeadByte(bytes[size]); !status.ok()) return status;
    ++size;
  }
  absl::StatusOr<Piece> piece = ReadBody(bytes.substr(size));
  if (piece.ok()) piece->size += size;
  return piece;
}

absl::Status ResponseReader::End() {
  if (state_ == State::kUnboundBody) state_ = State::kComplete;
  switch (state_) {
    case State::kStatusLine:
    case State::kFieldLines:
      if (buffer_.empty()) return absl::OutOfRangeError("The connection ended without a response.");
      return absl::OutOfRangeError("The connection ended within the head of the response.");
    case State::kCountedBody:
      return absl::OutOfRangeError(
          absl::StrCat("The connection ended ", left_, " bytes before the end of the body."));
    case State::kChunkedBody:
      return absl::OutOfRangeError("The connection ended before the last chunk of the response.");
    case State::kUnboundBody:
    case State::kComplete:
      break;
  }
  return absl::OkStatus();
}

absl::Status ResponseReader::ReadHeadByte(char c) {
  const bool behind_cr = buffer_.size() > line_start_ && buffer_.back() == '\r';
  if (behind_cr && c != '\n') return Malformed(Rejection::kBareCr);
  if (!behind_cr && c == '\n') return Malformed(Rejection::kBareLf);
  if (c != '\r' && c != '\n' && !kFieldLineCharacters.Contains(c)) {
    if (state_ == State::kStatusLine) return Malformed("The status line has a control character.");
    return Malformed(Rejection::kFieldLineInvalidByte);
  }
  if (absl::Status status = CheckSize(c); !status.ok()) return status;
  buffer_.push_back(c);
  if (c != '\n') return absl::OkStatus();
  const size_t start = line_start_;
  line_start_ = buffer_.size();
  return ReadLine(absl::string_view(buffer_).substr(start, line_start_ - start - 2));
}

// Whether there is room for `c` and for as much of a line's end as must follow it: the
// CRLF of its line, the LF of a CR, the empty line after a field.
absl::Status ResponseReader::CheckSize(char c) const {
  const bool in_status_line = state_ == State::kStatusLine;
  const bool line_is_empty = buffer_.size() == line_start_ + 1;  // but for its CR
  const bool ends_section = c == '\n' && (in_status_line || line_is_empty);
  const size_t size = buffer_.size() - section_start_ + 1;
  const size_t to_follow = c == '\r' ? 1 : ends_section ? 0 : 2;
  if (size + to_follow <= (in_status_line ? kMaxStatusLineWithEnd : kMaxFieldSectionSize))
    return absl::OkStatus();
  if (in_status_line)
    return Malformed(
        absl::StrCat("The status line is longer than ", kMaxStatusLineSize, " bytes."));
  return Malformed(Rejection::kFieldSectionTooLarge);
}

absl::Status ResponseReader::ReadLine(absl::string_view line) {
  if (state_ == State::kStatusLine) return ReadStatusLine(line);
  if (!line.empty()) return ReadField(line);
  return FinishHead();
}

absl::Status ResponseReader::ReadStatusLine(absl::string_view line) {
  re2::StringPiece reason;
  if (!RE2::FullMatch(re2::StringPiece(line.data(), line.size()), StatusLinePattern(),
                      &head_.minor_version, &head_.status, &reason)) {
    return Malformed(
        "The status line is not an HTTP/1 version, a status code from 100 to 599 and a reason "
        "separated by single spaces.");
  }
  head_.minor_version = std::min(head_.minor_version, 1);
  head_.reason = absl::string_view(reason.data(), reason.size());
  section_start_ = line_start_;
  state_ = State::kFieldLines;
  return absl::OkStatus();
}

absl::Status ResponseReader::ReadField(absl::string_view line) {
  if (head_.fields.size() == kMaxFields) return Malformed(Rejection::kTooManyFields);
  const std::variant<Field, Rejection> field = ParseFieldLine(line);
  if (const auto* rejection = std::get_if<Rejection>(&field)) return Malformed(*rejection);
  head_.fields.push_back(std::get<Field>(field));
  return absl::OkStatus();
}

// RFC 9112 section 6.3.
absl::Status ResponseReader::FinishHead() {
  head_.bytes = buffer_;
  // Nobody has asked for another protocol, RFC 9110 section 15.2.2.
  if (head_.status == 101) return Malformed("The server switches to another protocol.");
  if (head_.status < 200) {
    if (++interim_responses_ > kMaxInterimResponses) {
      return Malformed(
          absl::StrCat("There are more than ", kMaxInterimResponses, " interim responses."));
    }
    BeginHead();
    return absl::OkStatus();
  }

  const std::variant<Framing, Rejection> parsed = ParseFraming(head_.fields, head_.minor_version);
  if (const auto* rejection = std::get_if<Rejection>(&parsed)) return Malformed(*rejection);
  const auto& framing = std::get<Framing>(parsed);
  left_ = framing.content_length;
  if (method_ == Method::kHead || NeverHasBody(head_.status)) {
    state_ = State::kComplete;
  } else if (framing.chunked) {
    state_ = State::kChunkedBody;
  } else if (head_.Value("Content-Length").empty()) {  // it would have been refused if it were
    state_ = State::kUnboundBody;
  } else {
    state_ = left_ > 0 ? State::kCountedBody : State::kComplete;
  }
  return absl::OkStatus();
}

absl::StatusOr<ResponseReader::Piece> ResponseReader::ReadBody(absl::string_view bytes) {
  if (state_ == State::kChunkedBody) {
    const std::variant<ChunkedBody::Piece, Rejection> decoded = chunks_.Decode(bytes);
    if (const auto* rejection = std::get_if<Rejection>(&decoded)) return Malformed(*rejection);
    const auto& piece = std::get<ChunkedBody::Piece>(decoded);
    if (chunks_.complete()) state_ = State::kComplete;
    return Piece{piece.size, piece.data};
  }
  if (state_ == State::kCountedBody) {
    const absl::string_view body = bytes.substr(0, left_);
    left_ -= body.size();
    if (left_ == 0) state_ = State::kComplete;
    return Piece{body.size(), body};
  }
  if (state_ == State::kUnboundBody) return Piece{bytes.size(), bytes};
  return Piece{0, {}};
}

}  // namespace prong
