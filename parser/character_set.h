// Sets of bytes, as the grammars of HTTP and URIs define them.
//
//   static_assert(kTokenCharacters.Contains('!'));
//   static_assert(!kTokenCharacters.Contains(':'));
//
// A set is a table built at compile time: a lookup is one load, whatever the
// locale, and bytes of 0x80 and above are bytes like any other.

#ifndef PRONG_PARSER_CHARACTER_SET_H_
#define PRONG_PARSER_CHARACTER_SET_H_

#include <array>
#include <cstddef>

#include "absl/strings/string_view.h"

namespace prong {

class CharacterSet {
 public:
  // The empty set.
  constexpr CharacterSet() = default;

  // This set and the bytes of `members`.
  constexpr CharacterSet With(absl::string_view members) const noexcept {
    CharacterSet set = *this;
    for (char c : members) set.member_[Index(c)] = true;
    return set;
  }

  // This set and the bytes from `first` to `last`, both included.
  constexpr CharacterSet WithRange(unsigned char first, unsigned char last) const noexcept {
    CharacterSet set = *this;
    for (unsigned int c = first; c <= last; ++c) set.member_[c] = true;
    return set;
  }

  constexpr bool Contains(char c) const noexcept { return member_[Index(c)]; }

  // How many bytes `text` has before the first that is no member.
  constexpr size_t PrefixSize(absl::string_view text) const noexcept {
    size_t size = 0;
    while (size < text.size() && Contains(text[size])) ++size;
    return size;
  }

  constexpr bool ContainsAll(absl::string_view text) const noexcept {
    return PrefixSize(text) == text.size();
  }

 private:
  static constexpr unsigned char Index(char c) noexcept { return static_cast<unsigned char>(c); }

  std::array<bool, 256> member_ = {};
};

// DIGIT and ALPHA, RFC 5234 appendix B.1.
inline constexpr CharacterSet kDigits = CharacterSet().WithRange('0', '9');
inline constexpr CharacterSet kAlphanumerics = kDigits.WithRange('A', 'Z').WithRange('a', 'z');

// tchar, RFC 9110 section 5.6.2.
inline constexpr CharacterSet kTokenCharacters = kAlphanumerics.With("!#$%&'*+-.^_`|~");

// What may stand in a request line: VCHAR and SP, RFC 9112 section 3.
inline constexpr CharacterSet kRequestLineCharacters = CharacterSet().WithRange(0x20, 0x7e);

// What may stand in a field line: VCHAR, obs-text, SP and HTAB, RFC 9110
// section 5.5.
inline constexpr CharacterSet kFieldLineCharacters =
    CharacterSet().With("\t").WithRange(0x20, 0x7e).WithRange(0x80, 0xff);

// etagc, RFC 9110 section 8.8.3.
inline constexpr CharacterSet kEntityTagCharacters =
    CharacterSet().With("!").WithRange(0x23, 0x7e).WithRange(0x80, 0xff);

// What follows the first letter of a scheme, RFC 3986 section 3.1.
inline constexpr CharacterSet kSchemeCharacters = kAlphanumerics.With("+-.");

// unreserved, RFC 3986 section 2.3.
inline constexpr CharacterSet kUnreservedCharacters = kAlphanumerics.With("-._~");

// unreserved and sub-delims, RFC 3986 section 2: reg-name without pct-encoded.
inline constexpr CharacterSet kRegNameCharacters = kUnreservedCharacters.With("!$&'()*+,;=");

// pchar without pct-encoded, RFC 3986 section 3.3: what segments of a path are made of.
//
// Tolerance: "[", "]" and "|" too. RFC 3986 wants them encoded; browsers send
// them as they are (WHATWG URL, path percent-encode set).
inline constexpr CharacterSet kSegmentCharacters = kRegNameCharacters.With(":@").With("[]|");

}  // namespace prong

#endif  // PRONG_PARSER_CHARACTER_SET_H_
