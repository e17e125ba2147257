// Where a text leaves a set of bytes, found many bytes at a time.
//
//   constexpr PrefixScan kScan(kDigits, {{'0', '9'}});
//   kScan.Size("1994 ") == kDigits.PrefixSize("1994 ")
//
// SSE2, which every x86-64 has, compares 16 bytes at once to a few ranges that hold most
// of what is met; other bytes, and all where there is no SSE2, are looked up in the set.

#ifndef PRONG_PARSER_PREFIX_SCAN_H_
#define PRONG_PARSER_PREFIX_SCAN_H_

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include <array>
#include <cstddef>
#include <utility>

#include "absl/strings/string_view.h"
#include "parser/character_set.h"

namespace prong {

// Bytes, the last of them included.
struct CharacterRange {
  unsigned char first;
  unsigned char last;
};

template <size_t kRanges>
class PrefixScan {
 public:
  // REQUIRES: `set` holds `ranges`, and outlives this.
  constexpr PrefixScan(const CharacterSet& set, const CharacterRange (&ranges)[kRanges]) noexcept
      : set_(set) {
    for (size_t i = 0; i < kRanges; ++i) {
      ranges_[i] = {Repeated(ranges[i].first), Repeated(ranges[i].last)};
    }
  }

  // How many bytes `text` has before the first that is not in the set.
  size_t Size(absl::string_view text) const noexcept {
    size_t size = 0;
#ifdef __SSE2__
    while (text.size() - size >= sizeof(Block)) {
      const unsigned int others = Others(text.data() + size);
      if (others == 0) {
        size += sizeof(Block);
        continue;
      }
      size += static_cast<size_t>(__builtin_ctz(others));
      if (!set_.Contains(text[size])) return size;
      ++size;
    }
#endif
    return size + set_.PrefixSize(text.substr(size));
  }

 private:
  using Block = std::array<unsigned char, 16>;

  // The ends of a range, 16 times each.
  struct Ends {
    Block first;
    Block last;
  };

  static constexpr Block Repeated(unsigned char byte) noexcept {
    Block block = {};
    for (unsigned char& b : block) b = byte;
    return block;
  }

#ifdef __SSE2__
  static __m128i Load(const void* block) noexcept {
    return _mm_loadu_si128(static_cast<const __m128i*>(block));
  }

  // What stays the same when it is moved between the ends is in the range.
  static __m128i In(const Ends& range, __m128i block) noexcept {
    const __m128i moved =
        _mm_min_epu8(_mm_max_epu8(block, Load(range.first.data())), Load(range.last.data()));
    return _mm_cmpeq_epi8(block, moved);
  }

  template <size_t... i>
  __m128i InAny(__m128i block, std::index_sequence<i...>) const noexcept {
    return (In(ranges_[i], block) | ...);
  }

  // A bit for each of the 16 bytes at `bytes` that is in no range, from the lowest on.
  unsigned int Others(const char* bytes) const noexcept {
    const __m128i in = InAny(Load(bytes), std::make_index_sequence<kRanges>());
    return static_cast<unsigned int>(_mm_movemask_epi8(in)) ^ 0xffff;
  }
#endif

  const CharacterSet& set_;
  std::array<Ends, kRanges> ranges_ = {};
};

}  // namespace prong

#endif  // PRONG_PARSER_PREFIX_SCAN_H_
