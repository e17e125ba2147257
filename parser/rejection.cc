#include "parser/rejection.h"

#include <algorithm>
#include <cstdlib>

#include "absl/types/span.h"

namespace prong {
namespace {

constexpr RejectionInfo kRejections[] = {
    {Rejection::kBareLf, 400, "RFC 9112 section 2.2", "A line ends in LF without CR."},
    {Rejection::kBareCr, 400, "RFC 9112 section 2.2", "A CR is not followed by LF."},

    {Rejection::kRequestLineTooLong, 414, "RFC 9112 section 3",
     "The request line is longer than 8192 bytes."},
    {Rejection::kRequestLineMalformed, 400, "RFC 9112 section 3",
     "The request line is not a method, a target and an HTTP version separated by single spaces."},
    {Rejection::kVersionUnsupported, 505, "RFC 9110 section 15.6.6",
     "The major version of HTTP is not 1."},

    {Rejection::kTargetFormNotForMethod, 400, "RFC 9112 section 3.2",
     "The form of the request target is not one that the method may have."},
    {Rejection::kTargetSchemeUnsupported, 421, "RFC 9110 section 7.4",
     "The request target is a URI of a scheme other than http."},
    {Rejection::kTargetAuthorityInvalid, 400, "RFC 9110 section 4.2.1",
     "The authority in the request target is not a host with an optional port."},
    {Rejection::kTargetCharacterInvalid, 400, "RFC 3986 section 3.3",
     "The path of the request target has a character that must be percent-encoded."},
    {Rejection::kTargetPercentEncodingInvalid, 400, "RFC 3986 section 2.1",
     "A percent sign in the request target is not followed by two hexadecimal digits."},
    {Rejection::kTargetNul, 400, "RFC 3986 section 7.3",
     "The path of the request target has an encoded NUL."},
    {Rejection::kTargetEncodedSlash, 400, "RFC 3986 section 7.3",
     "The path of the request target has an encoded slash."},
    {Rejection::kTargetClimbs, 400, "RFC 9110 section 17.3",
     "The path of the request target climbs above the document root."},

    {Rejection::kFieldSectionTooLarge, 431, "RFC 6585 section 5",
     "The header section is larger than 32768 bytes."},
    {Rejection::kTooManyFields, 431, "RFC 6585 section 5",
     "The header section has more than 100 fields."},
    {Rejection::kFieldLineInvalidByte, 400, "RFC 9110 section 5.5",
     "A field line has a control character."},
    {Rejection::kFieldLineFolded, 400, "RFC 9112 section 5.2",
     "A field line begins with a space or a tab."},
    {Rejection::kFieldLineWithoutColon, 400, "RFC 9112 section 5", "A field line has no colon."},
    {Rejection::kFieldNameEmpty, 400, "RFC 9110 section 5.1", "A field name is empty."},
    {Rejection::kFieldNameInvalid, 400, "RFC 9110 section 5.1", "A field name is not a token."},
    {Rejection::kSpaceBeforeColon, 400, "RFC 9112 section 5.1",
     "There is a space between a field name and its colon."},

    {Rejection::kHostMissing, 400, "RFC 9112 section 3.2",
     "An HTTP/1.1 request has no Host field."},
    {Rejection::kHostRepeated, 400, "RFC 9112 section 3.2", "There is more than one Host field."},
    {Rejection::kHostInvalid, 400, "RFC 9110 section 7.2",
     "The Host field is not a host with an optional port."},
    {Rejection::kExpectationUnknown, 417, "RFC 9110 section 10.1.1",
     "The expectation is not 100-continue."},

    {Rejection::kContentLengthInvalid, 400, "RFC 9110 section 8.6",
     "Content-Length is not a number below 2^63."},
    {Rejection::kContentLengthRepeated, 400, "RFC 9110 section 8.6",
     "There is more than one Content-Length."},
    {Rejection::kContentLengthWithTransferEncoding, 400, "RFC 9112 section 6.1",
     "There are both a Content-Length and a Transfer-Encoding."},
    {Rejection::kTransferEncodingInHttp10, 400, "RFC 9112 section 6.1",
     "An HTTP/1.0 request has a Transfer-Encoding."},
    {Rejection::kTransferEncodingInvalid, 400, "RFC 9112 section 6.1",
     "Transfer-Encoding is not a list of codings that ends in its only chunked."},
    {Rejection::kTransferCodingUnknown, 501, "RFC 9112 section 6.1",
     "A transfer coding other than chunked is used."},

    {Rejection::kChunkSizeInvalid, 400, "RFC 9112 section 7.1",
     "A chunk size is not a hexadecimal number below 2^63."},
    {Rejection::kChunkExtensionInvalid, 400, "RFC 9112 section 7.1.1",
     "A chunk extension has an invalid byte."},
    {Rejection::kChunkLineTooLong, 400, "RFC 9112 section 7.1.1",
     "The line of a chunk size is longer than 256 bytes."},
    {Rejection::kChunkDataNotTerminated, 400, "RFC 9112 section 7.1",
     "Chunk data is not followed by CRLF."},
};

}  // namespace

absl::Span<const RejectionInfo> AllRejections() noexcept { return kRejections; }

const RejectionInfo& Describe(Rejection rejection) noexcept {
  const auto* row =
      std::find_if(std::begin(kRejections), std::end(kRejections),
                   [rejection](const RejectionInfo& info) { return info.rejection == rejection; });
  if (row == std::end(kRejections)) std::abort();
  return *row;
}

}  // namespace prong
