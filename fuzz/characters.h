// Classes of bytes for the oracles: conditions, where parser/character_set.h has
// tables, so that a wrong row of a table is a difference, and each condition a
// branch that coverage sees.

#ifndef PRONG_FUZZ_CHARACTERS_H_
#define PRONG_FUZZ_CHARACTERS_H_

#include "absl/strings/string_view.h"

namespace prong {

// RFC 5234 appendix B.1.
constexpr bool IsDigit(char c) { return '0' <= c && c <= '9'; }
constexpr bool IsLetter(char c) { return ('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z'); }
constexpr bool IsHexDigit(char c) {
  return IsDigit(c) || ('a' <= c && c <= 'f') || ('A' <= c && c <= 'F');
}

// REQUIRES: IsHexDigit(c).
constexpr unsigned int HexValue(char c) {
  return static_cast<unsigned int>(IsDigit(c) ? c - '0' : (c | 0x20) - 'a' + 10);
}

constexpr bool IsControl(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }
constexpr bool IsSpaceOrTab(char c) { return c == ' ' || c == '\t'; }

// What may stand in a line of the header section, and follows from RFC 9110
// section 5.5: no control character but the tab.
constexpr bool IsFieldCharacter(char c) { return c == '\t' || !IsControl(c); }

// tchar, RFC 9110 section 5.6.2.
constexpr bool IsTokenCharacter(char c) {
  return IsLetter(c) || IsDigit(c) ||
         absl::string_view("!#$%&'*+-.^_`|~").find(c) != absl::string_view::npos;
}

// unreserved and sub-delims, RFC 3986 section 2.
constexpr bool IsRegNameCharacter(char c) {
  return IsLetter(c) || IsDigit(c) ||
         absl::string_view("-._~!$&'()*+,;=").find(c) != absl::string_view::npos;
}

// Whether `is` holds for each byte of `text`, and there is one.
template <typename Class>
constexpr bool IsMadeOf(absl::string_view text, const Class& is) {
  for (const char c : text) {
    if (!is(c)) return false;
  }
  return !text.empty();
}

// `text` without the spaces and tabs at both its ends.
constexpr absl::string_view WithoutSpaceAround(absl::string_view text) {
  size_t begin = 0;
  size_t end = text.size();
  while (begin < end && IsSpaceOrTab(text[begin])) ++begin;
  while (begin < end && IsSpaceOrTab(text[end - 1])) --end;
  return text.substr(begin, end - begin);
}

}  // namespace prong

#endif  // PRONG_FUZZ_CHARACTERS_H_
