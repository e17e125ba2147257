// The limits on a request's size, in bytes unless said otherwise.

#ifndef PRONG_PARSER_LIMITS_H_
#define PRONG_PARSER_LIMITS_H_

#include <cstddef>

namespace prong {

// The request line without its CRLF; RFC 9112 section 3 asks for 8000 at least.
inline constexpr size_t kMaxRequestLineSize = 8192;

// All field lines with their CRLFs, and the empty line that ends them. The same
// holds for the trailer section of a chunked body.
inline constexpr size_t kMaxFieldSectionSize = 32768;

// Fields in the header section.
inline constexpr size_t kMaxFields = 100;

// A request up to the end of its header section, with the one empty line before
// the request line that is tolerated.
inline constexpr size_t kMaxHeadSize = 2 + kMaxRequestLineSize + 2 + kMaxFieldSectionSize;

// The line of a chunk size with its extensions, without its CRLF.
inline constexpr size_t kMaxChunkLineSize = 256;

}  // namespace prong

#endif  // PRONG_PARSER_LIMITS_H_
