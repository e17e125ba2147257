#include "parser/request_parser.h"

#include <algorithm>

#include "absl/types/span.h"
#include "parser/field_line.h"
#include "parser/framing.h"
#include "parser/host.h"
#include "parser/request_target.h"

namespace prong {

ParseOutcome RequestParser::Parse(absl::string_view buffer) noexcept {
  ParseOutcome outcome = ParseHead(buffer);
  if (!std::holds_alternative<NeedMore>(outcome)) Reset();
  return outcome;
}

void RequestParser::Reset() noexcept {
  skipped_empty_line_ = has_request_line_ = false;
  line_start_ = scanned_ = section_start_ = field_count_ = 0;
  request_ = Request();
}

ParseOutcome RequestParser::ParseHead(absl::string_view buffer) {
  while (true) {
    const Line line =
        has_request_line_
            ? NextLine(buffer, kFieldLineCharacters, section_start_ + kMaxFieldSectionSize,
                       Rejection::kFieldLineInvalidByte, Rejection::kFieldSectionTooLarge)
            : NextLine(buffer, kRequestLineCharacters, line_start_ + kMaxRequestLineSize + 2,
                       Rejection::kRequestLineMalformed, Rejection::kRequestLineTooLong);
    if (std::holds_alternative<NeedMore>(line)) return NeedMore();
    if (const auto* rejection = std::get_if<Rejection>(&line)) return *rejection;

    const auto text = std::get<absl::string_view>(line);
    if (has_request_line_ && text.empty()) return FinishRequest();
    const std::optional<Rejection> rejection =
        has_request_line_ ? AddField(text) : ParseRequestLine(text);
    if (rejection) return *rejection;
  }
}

RequestParser::Line RequestParser::NextLine(absl::string_view buffer, const CharacterSet& allowed,
                                            size_t limit, Rejection not_allowed,
                                            Rejection too_long) {
  const size_t last_lf = limit - 1;
  const size_t end = std::min(buffer.size(), last_lf);
  if (scanned_ < end) scanned_ += allowed.PrefixSize(buffer.substr(scanned_, end - scanned_));

  if (scanned_ >= last_lf) return too_long;  // past it where the last line filled the section
  if (scanned_ == buffer.size()) return NeedMore();
  if (buffer[scanned_] == '\n') return Rejection::kBareLf;
  if (buffer[scanned_] != '\r') return not_allowed;
  if (scanned_ + 1 == buffer.size()) return NeedMore();
  if (buffer[scanned_ + 1] != '\n') return Rejection::kBareCr;

  const absl::string_view line = buffer.substr(line_start_, scanned_ - line_start_);
  scanned_ += 2;
  line_start_ = scanned_;
  return line;
}

std::optional<Rejection> RequestParser::ParseRequestLine(absl::string_view line) {
  // One empty line before the request line is ignored, RFC 9112 section 2.2.
  if (line.empty() && !skipped_empty_line_) {
    skipped_empty_line_ = true;
    return std::nullopt;
  }
  const std::variant<RequestLine, Rejection> parsed_line = pattern_.Parse(line);
  if (const auto* rejection = std::get_if<Rejection>(&parsed_line)) return *rejection;
  const auto& request_line = std::get<RequestLine>(parsed_line);

  const std::variant<RequestTarget, Rejection> target =
      ParseRequestTarget(request_line.method, request_line.target, absl::MakeSpan(path_));
  if (const auto* rejection = std::get_if<Rejection>(&target)) return *rejection;

  request_.line = line;
  request_.method = request_line.method;
  request_.target = std::get<RequestTarget>(target);
  request_.minor_version = std::min(request_line.minor_version, 1);
  has_request_line_ = true;
  section_start_ = line_start_;
  return std::nullopt;
}

std::optional<Rejection> RequestParser::AddField(absl::string_view line) {
  if (field_count_ == fields_.size()) return Rejection::kTooManyFields;
  const std::variant<Field, Rejection> field = ParseFieldLine(line);
  if (const auto* rejection = std::get_if<Rejection>(&field)) return *rejection;
  fields_[field_count_++] = std::get<Field>(field);
  return std::nullopt;
}

ParseOutcome RequestParser::FinishRequest() {
  const auto fields = absl::MakeConstSpan(fields_).first(field_count_);

  const std::variant<absl::string_view, Rejection> host = ParseHost(fields, request_.minor_version);
  if (const auto* rejection = std::get_if<Rejection>(&host)) return *rejection;
  const std::variant<Framing, Rejection> framing = ParseFraming(fields, request_.minor_version);
  if (const auto* rejection = std::get_if<Rejection>(&framing)) return *rejection;
  const std::variant<bool, Rejection> expectation =
      ParseExpectation(fields, request_.minor_version);
  if (const auto* rejection = std::get_if<Rejection>(&expectation)) return *rejection;

  // The authority of an absolute-form target replaces Host, RFC 9112 section 3.2.2.
  request_.host = request_.target.authority.empty() ? std::get<absl::string_view>(host)
                                                    : request_.target.authority;
  request_.fields = fields;
  request_.framing = std::get<Framing>(framing);
  request_.expects_continue = std::get<bool>(expectation);
  request_.persistent = WantsPersistence(fields, request_.minor_version);
  request_.size = scanned_;
  return request_;
}

}  // namespace prong
