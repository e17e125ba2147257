#include "parser/forwarded.h"

#include <cstddef>

#include "absl/algorithm/container.h"
#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "parser/character_set.h"
#include "parser/ip_address.h"
#include "parser/white_space.h"

namespace prong {
namespace {

constexpr absl::string_view kXForwardedFor = "X-Forwarded-For";
constexpr absl::string_view kForwarded = "Forwarded";

// What follows the underscore of an obfuscated port, RFC 7239 section 6.3.
constexpr CharacterSet kObfuscatedCharacters = kAlphanumerics.With("._-");

// Whether the character at `i` follows an odd number of backslashes: where it is part of a
// quoted-string, it then does not end it, RFC 9110 section 5.6.4.
bool IsEscaped(absl::string_view text, size_t i) {
  size_t begin = i;
  while (begin > 0 && text[begin - 1] == '\\') --begin;
  return (i - begin) % 2 == 1;
}

// Where the last element of `list` begins. Read from the right, a comma is in a
// quoted-string if an odd number of quotation marks follow it.
size_t LastElement(absl::string_view list, bool has_quotes) {
  bool quoted = false;
  size_t begin = list.size();
  while (begin > 0) {
    const char c = list[begin - 1];
    if (c == ',' && !quoted) return begin;
    if (c == '"' && has_quotes && !IsEscaped(list, begin - 1)) quoted = !quoted;
    --begin;
  }
  return begin;
}

// Takes a token or a quoted-string, RFC 9110 section 5.6, off the start of `text`: its
// content, without the marks and as it is spelled. Nothing if there is none.
std::optional<absl::string_view> ConsumeValue(absl::string_view& text) {
  const bool quoted = absl::ConsumePrefix(&text, "\"");
  size_t size = quoted ? 0 : kTokenCharacters.PrefixSize(text);
  while (quoted && size < text.size() && text[size] != '"') size += text[size] == '\\' ? 2 : 1;
  if (quoted ? size >= text.size() : size == 0) return std::nullopt;
  const absl::string_view value = text.substr(0, size);
  text.remove_prefix(quoted ? size + 1 : size);
  return value;
}

// The value of the one "for" of an element of Forwarded, section 4.
std::optional<absl::string_view> ForOf(absl::string_view element) {
  std::optional<absl::string_view> node;
  while (true) {
    element = TrimWhiteSpace(element);
    if (element.empty()) return node;
    if (absl::ConsumePrefix(&element, ";")) continue;

    const absl::string_view name = element.substr(0, kTokenCharacters.PrefixSize(element));
    element.remove_prefix(name.size());
    if (name.empty() || !absl::ConsumePrefix(&element, "=")) return std::nullopt;
    const std::optional<absl::string_view> value = ConsumeValue(element);
    if (!value) return std::nullopt;
    element = TrimWhiteSpace(element);
    if (!element.empty() && element[0] != ';') return std::nullopt;

    if (!absl::EqualsIgnoreCase(name, "for")) continue;
    if (node) return std::nullopt;
    node = value;
  }
}

// node-port, section 6.
bool IsPort(absl::string_view text) {
  if (absl::ConsumePrefix(&text, "_")) {
    return !text.empty() && kObfuscatedCharacters.ContainsAll(text);
  }
  return !text.empty() && text.size() <= 5 && kDigits.ContainsAll(text);
}

// The address of a node, section 6.
std::optional<absl::string_view> AddressOf(absl::string_view node) {
  const bool bracketed = absl::ConsumePrefix(&node, "[");
  const size_t end = node.find(bracketed ? ']' : ':');
  const absl::string_view address = node.substr(0, end);
  if (bracketed ? end == node.npos || !IsIpv6Address(address) : !IsIpv4Address(address))
    return std::nullopt;
  node.remove_prefix(address.size());
  if (bracketed) node.remove_prefix(1);
  if (!node.empty() && (!absl::ConsumePrefix(&node, ":") || !IsPort(node))) return std::nullopt;
  return address;
}

}  // namespace

ForwardedFor::ForwardedFor(absl::Span<const Field> fields) noexcept
    : standard_(absl::c_none_of(fields,
                                [](const Field& field) { return field.IsCalled(kXForwardedFor); })),
      fields_(fields) {}

absl::string_view ForwardedFor::TakeElement() {
  while (true) {
    if (!value_.empty()) {
      const size_t begin = LastElement(value_, standard_);
      const absl::string_view element = TrimWhiteSpace(value_.substr(begin));
      value_ = value_.substr(0, begin == 0 ? 0 : begin - 1);
      if (!element.empty()) return element;
    } else if (!fields_.empty()) {
      const Field& field = fields_.back();
      fields_.remove_suffix(1);
      if (field.IsCalled(standard_ ? kForwarded : kXForwardedFor)) value_ = field.value;
    } else {
      return "";
    }
  }
}

std::optional<absl::string_view> ForwardedFor::Next() noexcept {
  const absl::string_view element = TakeElement();
  std::optional<absl::string_view> address;
  if (!standard_) {
    address = IsIpv6Address(element) ? element : AddressOf(element);
  } else if (const std::optional<absl::string_view> node = ForOf(element)) {
    address = AddressOf(*node);
  }
  if (!address) {
    fields_ = {};
    value_ = {};
  }
  return address;
}

}  // namespace prong
