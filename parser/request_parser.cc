#include "parser/request_parser.h"

#include <algorithm>

#include "absl/types/span.h"
#include "parser/character_set.h"
#include "parser/field_line.h"
#include "parser/framing.h"
#include "parser/host.h"
#include "parser/request_target.h"

namespace prong {
namespace {

// Twice the same range, as lines of both kinds are scanned for two.
constexpr HeadLines::Kind kRequestLines = {
    PrefixScan(kRequestLineCharacters, {{0x20, 0x7e}, {0x20, 0x7e}}),
    Rejection::kRequestLineMalformed, Rejection::kRequestLineTooLong};
constexpr HeadLines::Kind kFieldLines = {
    PrefixScan(kFieldLineCharacters, {{0x20, 0x7e}, {0x80, 0xff}}),
    Rejection::kFieldLineInvalidByte, Rejection::kFieldSectionTooLarge};

}  // namespace

ParseOutcome RequestParser::Parse(absl::string_view buffer) noexcept {
  ParseOutcome outcome = ParseHead(buffer);
  if (!std::holds_alternative<NeedMore>(outcome)) Reset();
  return outcome;
}

void RequestParser::Reset() noexcept {
  skipped_empty_line_ = has_request_line_ = false;
  lines_ = HeadLines();
  section_start_ = field_count_ = 0;
}

ParseOutcome RequestParser::ParseHead(absl::string_view buffer) {
  while (!has_request_line_) {
    const HeadLines::Line line =
        lines_.Next(buffer, kRequestLines, lines_.start() + kMaxRequestLineSize + 2);
    if (std::holds_alternative<NeedMore>(line)) return NeedMore();
    if (const auto* rejection = std::get_if<Rejection>(&line)) return *rejection;
    if (const auto rejection = ParseRequestLine(std::get<absl::string_view>(line))) {
      return *rejection;
    }
  }
  HeadLines lines = lines_;  // in registers
  while (true) {
    const HeadLines::Line line =
        lines.Next(buffer, kFieldLines, section_start_ + kMaxFieldSectionSize);
    if (std::holds_alternative<NeedMore>(line)) break;
    if (const auto* rejection = std::get_if<Rejection>(&line)) return *rejection;

    const auto text = std::get<absl::string_view>(line);
    if (text.empty()) return FinishRequest(lines.start());
    if (const auto rejection = AddField(text)) return *rejection;
  }
  lines_ = lines;
  return NeedMore();
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
  section_start_ = lines_.start();
  return std::nullopt;
}

std::optional<Rejection> RequestParser::AddField(absl::string_view line) {
  if (field_count_ == fields_.size()) return Rejection::kTooManyFields;
  return ParseFieldLineTo(fields_[field_count_++], line);
}

ParseOutcome RequestParser::FinishRequest(size_t size) {
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
  request_.size = size;
  return request_;
}

}  // namespace prong
