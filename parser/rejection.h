// Every reason for which the parser refuses a request: one enum, one table.
//
//   const RejectionInfo& info = Describe(Rejection::kBareLf);
//   info.status;    // 400
//   info.sentence;  // "A line ends in LF without CR."
//
// The number of a reason is its enumerator's value. Numbers are stable: they are
// logged, and documents and tests refer to them; a number is never used again.
// They stay below 100, so that none is mistaken for an HTTP status.

#ifndef PRONG_PARSER_REJECTION_H_
#define PRONG_PARSER_REJECTION_H_

#include <cstdint>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace prong {

enum class Rejection : uint8_t {
  // Line ends and lines as such.
  kBareLf = 10,
  kBareCr = 11,

  // The request line.
  kRequestLineTooLong = 20,
  kRequestLineMalformed = 21,
  kVersionUnsupported = 22,

  // The request target.
  kTargetFormNotForMethod = 30,
  kTargetSchemeUnsupported = 31,
  kTargetAuthorityInvalid = 32,
  kTargetCharacterInvalid = 33,
  kTargetPercentEncodingInvalid = 34,
  kTargetNul = 35,
  kTargetEncodedSlash = 36,
  kTargetClimbs = 37,

  // The header section.
  kFieldSectionTooLarge = 40,
  kTooManyFields = 41,
  kFieldLineInvalidByte = 42,
  kFieldLineFolded = 43,
  kFieldLineWithoutColon = 44,
  kFieldNameEmpty = 45,
  kFieldNameInvalid = 46,
  kSpaceBeforeColon = 47,

  // Host and Expect.
  kHostMissing = 50,
  kHostRepeated = 51,
  kHostInvalid = 52,
  kExpectationUnknown = 55,

  // Message body framing.
  kContentLengthInvalid = 60,
  kContentLengthRepeated = 61,
  kContentLengthWithTransferEncoding = 62,
  kTransferEncodingInHttp10 = 63,
  kTransferEncodingInvalid = 64,
  kTransferCodingUnknown = 65,

  // The chunked transfer coding.
  kChunkSizeInvalid = 70,
  kChunkExtensionInvalid = 71,
  kChunkLineTooLong = 72,
  kChunkDataNotTerminated = 73,
};

struct RejectionInfo {
  Rejection rejection;
  int status;                   // HTTP status code of the answer
  absl::string_view reference;  // the RFC section that asks for or allows the refusal
  absl::string_view sentence;   // one sentence about the request, without its bytes

  int number() const noexcept { return static_cast<int>(rejection); }
};

// All reasons, ordered by number.
absl::Span<const RejectionInfo> AllRejections() noexcept;

// The row of `rejection`, which must be an enumerator.
const RejectionInfo& Describe(Rejection rejection) noexcept;

}  // namespace prong

#endif  // PRONG_PARSER_REJECTION_H_
