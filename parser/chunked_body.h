// The chunked transfer coding, RFC 9112 section 7.1. A server reads a body to find its
// end, and throws it away:
//
//   ChunkedBody body;
//   while (!body.complete()) {
//     auto result = body.Discard(<bytes that follow the head>);
//     if (auto* rejection = std::get_if<Rejection>(&result)) ...  // answer, close
//     // std::get<size_t>(result) bytes belonged to the body
//   }
//
// A client wants the data, and calls Decode in place of Discard.
//
// Byte by byte, so that it keeps no bytes and every split into reads has the same
// outcome. How much of a body to read before giving up is for the caller.

#ifndef PRONG_PARSER_CHUNKED_BODY_H_
#define PRONG_PARSER_CHUNKED_BODY_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <variant>

#include "absl/strings/string_view.h"
#include "parser/rejection.h"

namespace prong {

class ChunkedBody {
 public:
  // Consumes `bytes` up to the end of the body and returns how many that were:
  // fewer than all only when the body is complete. Trailer fields are held to the
  // grammar of field-line and discarded. Rejections: those of the chunked coding,
  // kBareLf, kBareCr, and those of field lines. Not to be called after one.
  std::variant<size_t, Rejection> Discard(absl::string_view bytes) noexcept;

  // Some bytes of a body.
  struct Piece {
    size_t size;             // how many
    absl::string_view data;  // the last of them, which were data
  };

  // The same, but consumes no more than up to the end of the first data in `bytes`.
  // The data views `bytes`, and is empty only if there was none.
  std::variant<Piece, Rejection> Decode(absl::string_view bytes) noexcept;

  // Whether the last CRLF of the body has been consumed.
  bool complete() const noexcept { return state_ == State::kComplete; }

 private:
  enum class State : uint8_t {
    kSizeStart,     // before the first digit of chunk-size
    kSize,          // behind a digit
    kExtension,     // behind the semicolon of chunk-ext
    kSizeLf,        // behind the CR of the size line
    kData,          // chunk_left_ bytes of data to go
    kDataCr,        // behind the data
    kDataLf,        // behind the CR after the data
    kTrailerStart,  // at the start of a trailer line
    kTrailerName,   // behind a character of a name
    kTrailerValue,  // behind the colon
    kTrailerLf,     // behind the CR of a trailer line
    kLastLf,        // behind the CR of the last line
    kComplete,
  };

  std::optional<Rejection> Consume(char c) noexcept;
  std::optional<Rejection> ConsumeSizeLine(char c) noexcept;
  std::optional<Rejection> ConsumeTrailer(char c) noexcept;

  State state_ = State::kSizeStart;
  uint64_t chunk_left_ = 0;  // the size of the chunk, then its bytes still to come
  size_t line_size_ = 0;     // of the size line, without CRLF
  size_t trailer_size_ = 0;  // of the trailer section
};

}  // namespace prong

#endif  // PRONG_PARSER_CHUNKED_BODY_H_
