#include "parser/framing.h"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "parser/character_set.h"
#include "parser/white_space.h"

namespace prong {
namespace {

// 1*DIGIT, RFC 9110 section 8.6.
std::optional<uint64_t> ParseContentLength(absl::string_view value) {
  int64_t length;
  if (!kDigits.ContainsAll(value) || !absl::SimpleAtoi(value, &length)) return std::nullopt;
  return static_cast<uint64_t>(length);
}

// The verdict on the elements of all Transfer-Encoding fields, in order.
std::optional<Rejection> CheckTransferCodings(absl::Span<const Field> fields) {
  bool chunked = false;
  for (const Field& field : fields) {
    if (!field.IsCalled("Transfer-Encoding")) continue;
    for (absl::string_view element : absl::StrSplit(field.value, ',')) {
      const size_t semicolon = element.find(';');
      const absl::string_view coding = TrimWhiteSpace(element.substr(0, semicolon));
      if (chunked || coding.empty() || !kTokenCharacters.ContainsAll(coding)) {
        return Rejection::kTransferEncodingInvalid;
      }
      if (!absl::EqualsIgnoreCase(coding, "chunked")) return Rejection::kTransferCodingUnknown;
      // chunked has no parameters, RFC 9112 section 7.1.
      if (semicolon != element.npos) return Rejection::kTransferEncodingInvalid;
      chunked = true;
    }
  }
  return std::nullopt;
}

}  // namespace

std::variant<Framing, Rejection> ParseFraming(absl::Span<const Field> fields,
                                              int minor_version) noexcept {
  Framing framing;
  bool has_content_length = false;
  for (const Field& field : fields) {
    if (field.IsCalled("Content-Length")) {
      if (has_content_length) return Rejection::kContentLengthRepeated;
      has_content_length = true;
      const std::optional<uint64_t> length = ParseContentLength(field.value);
      if (!length) return Rejection::kContentLengthInvalid;
      framing.content_length = *length;
    } else if (field.IsCalled("Transfer-Encoding")) {
      framing.chunked = true;
    }
  }
  if (!framing.chunked) return framing;
  if (minor_version == 0) return Rejection::kTransferEncodingInHttp10;
  if (has_content_length) return Rejection::kContentLengthWithTransferEncoding;
  if (const std::optional<Rejection> rejection = CheckTransferCodings(fields)) return *rejection;
  return framing;
}

bool WantsPersistence(absl::Span<const Field> fields, int minor_version) noexcept {
  bool persistent = minor_version >= 1;
  for (const Field& field : fields) {
    if (!field.IsCalled("Connection")) continue;
    for (absl::string_view element : absl::StrSplit(field.value, ',')) {
      const absl::string_view option = TrimWhiteSpace(element);
      if (absl::EqualsIgnoreCase(option, "close")) return false;
      if (absl::EqualsIgnoreCase(option, "keep-alive")) persistent = true;
    }
  }
  return persistent;
}

std::variant<bool, Rejection> ParseExpectation(absl::Span<const Field> fields,
                                               int minor_version) noexcept {
  bool expects_continue = false;
  if (minor_version == 0) return expects_continue;
  for (const Field& field : fields) {
    if (!field.IsCalled("Expect")) continue;
    if (!absl::EqualsIgnoreCase(field.value, "100-continue")) return Rejection::kExpectationUnknown;
    expects_continue = true;
  }
  return expects_continue;
}

}  // namespace prong
