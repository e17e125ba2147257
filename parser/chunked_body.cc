#include "parser/chunked_body.h"

#include <algorithm>
#include <limits>

#include "parser/character_set.h"
#include "parser/limits.h"
#include "parser/percent_encoding.h"
#include "parser/white_space.h"

namespace prong {
namespace {

std::optional<Rejection> ExpectLf(char c) {
  if (c != '\n') return Rejection::kBareCr;
  return std::nullopt;
}

}  // namespace

std::variant<size_t, Rejection> ChunkedBody::Discard(absl::string_view bytes) noexcept {
  size_t consumed = 0;
  while (consumed < bytes.size() && !complete()) {
    const std::variant<Piece, Rejection> piece = Decode(bytes.substr(consumed));
    if (const auto* rejection = std::get_if<Rejection>(&piece)) return *rejection;
    consumed += std::get<Piece>(piece).size;
  }
  return consumed;
}

std::variant<ChunkedBody::Piece, Rejection> ChunkedBody::Decode(absl::string_view bytes) noexcept {
  size_t consumed = 0;
  while (consumed < bytes.size() && !complete()) {
    if (state_ == State::kData) {
      const uint64_t step = std::min<uint64_t>(chunk_left_, bytes.size() - consumed);
      chunk_left_ -= step;
      consumed += step;
      if (chunk_left_ == 0) state_ = State::kDataCr;
      return Piece{consumed, bytes.substr(consumed - step, step)};
    }
    if (const std::optional<Rejection> rejection = Consume(bytes[consumed])) return *rejection;
    ++consumed;
  }
  return Piece{consumed, {}};
}

std::optional<Rejection> ChunkedBody::Consume(char c) noexcept {
  switch (state_) {
    case State::kSizeStart:
    case State::kSize:
    case State::kExtension:
      return ConsumeSizeLine(c);
    case State::kSizeLf:
      state_ = chunk_left_ == 0 ? State::kTrailerStart : State::kData;
      return ExpectLf(c);
    case State::kDataCr:
      state_ = State::kDataLf;
      if (c != '\r') return Rejection::kChunkDataNotTerminated;
      return std::nullopt;
    case State::kDataLf:
      state_ = State::kSizeStart;
      if (c != '\n') return Rejection::kChunkDataNotTerminated;
      return std::nullopt;
    case State::kTrailerStart:
    case State::kTrailerName:
    case State::kTrailerValue:
    case State::kTrailerLf:
    case State::kLastLf:
      return ConsumeTrailer(c);
    case State::kData:
    case State::kComplete:
      break;  // Decode consumes these itself
  }
  return std::nullopt;
}

std::optional<Rejection> ChunkedBody::ConsumeSizeLine(char c) noexcept {
  if (state_ == State::kSizeStart) {
    chunk_left_ = 0;
    line_size_ = 0;
  }
  if (c == '\n') return Rejection::kBareLf;
  if (c == '\r') {
    if (state_ == State::kSizeStart) return Rejection::kChunkSizeInvalid;
    state_ = State::kSizeLf;
    return std::nullopt;
  }
  if (++line_size_ > kMaxChunkLineSize) return Rejection::kChunkLineTooLong;
  if (state_ == State::kExtension) {
    if (!kFieldLineCharacters.Contains(c)) return Rejection::kChunkExtensionInvalid;
    return std::nullopt;
  }
  if (c == ';' && state_ == State::kSize) {
    state_ = State::kExtension;
    return std::nullopt;
  }
  const std::optional<int> digit = HexDigitValue(c);
  constexpr uint64_t kMaxBeforeDigit = std::numeric_limits<int64_t>::max() >> 4;
  if (!digit || chunk_left_ > kMaxBeforeDigit) return Rejection::kChunkSizeInvalid;
  chunk_left_ = chunk_left_ * 16 + static_cast<uint64_t>(*digit);
  state_ = State::kSize;
  return std::nullopt;
}

std::optional<Rejection> ChunkedBody::ConsumeTrailer(char c) noexcept {
  if (++trailer_size_ > kMaxFieldSectionSize) return Rejection::kFieldSectionTooLarge;
  if (state_ == State::kTrailerLf || state_ == State::kLastLf) {
    state_ = state_ == State::kLastLf ? State::kComplete : State::kTrailerStart;
    return ExpectLf(c);
  }
  if (c == '\n') return Rejection::kBareLf;
  if (c == '\r') {
    if (state_ == State::kTrailerName) return Rejection::kFieldLineWithoutColon;
    state_ = state_ == State::kTrailerStart ? State::kLastLf : State::kTrailerLf;
    return std::nullopt;
  }
  if (!kFieldLineCharacters.Contains(c)) return Rejection::kFieldLineInvalidByte;
  if (state_ == State::kTrailerValue) return std::nullopt;
  if (kTokenCharacters.Contains(c)) {
    state_ = State::kTrailerName;
    return std::nullopt;
  }
  const bool at_start = state_ == State::kTrailerStart;
  if (IsWhiteSpace(c)) return at_start ? Rejection::kFieldLineFolded : Rejection::kSpaceBeforeColon;
  if (c != ':') return Rejection::kFieldNameInvalid;
  if (at_start) return Rejection::kFieldNameEmpty;
  state_ = State::kTrailerValue;
  return std::nullopt;
}

}  // namespace prong
