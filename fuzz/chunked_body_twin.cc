#include "fuzz/chunked_body_twin.h"

#include <algorithm>
#include <cstdint>
#include <string>

#include "fuzz/characters.h"
#include "parser/limits.h"

namespace prong {
namespace {

using Verdict = BodyReading::Verdict;

// Each method reads what it is named for from position() on. kComplete means that it
// was there; otherwise position() is where it ended or went wrong.
class Reader {
 public:
  explicit Reader(absl::string_view bytes) : bytes_(bytes) {}

  size_t position() const { return position_; }
  const std::string& data() const { return data_; }

  Verdict Body() {
    uint64_t size = 0;
    do {
      const Verdict verdict = Chunk(size);
      if (verdict != Verdict::kComplete) return verdict;
    } while (size > 0);
    return Trailers();
  }

 private:
  bool done() const { return position_ == bytes_.size(); }
  Verdict Stop() const { return done() ? Verdict::kIncomplete : Verdict::kRefused; }

  template <typename Class>
  absl::string_view Span(const Class& is) {
    const size_t begin = position_;
    while (!done() && is(bytes_[position_])) ++position_;
    return bytes_.substr(begin, position_ - begin);
  }

  Verdict Literal(absl::string_view text) {
    for (const char c : text) {
      if (done() || bytes_[position_] != c) return Stop();
      ++position_;
    }
    return Verdict::kComplete;
  }

  // `verdict`, unless more than `limit` bytes from `begin` on led to it.
  Verdict Within(size_t begin, size_t limit, Verdict verdict) {
    if (position_ - begin <= limit) return verdict;
    position_ = begin + limit;
    return Verdict::kRefused;
  }

  // A chunk, or the size line of the last one.
  Verdict Chunk(uint64_t& size) {
    const size_t begin = position_;
    Verdict verdict = Within(begin, kMaxChunkLineSize, SizeAndExtension(size));
    if (verdict == Verdict::kComplete) verdict = Literal("\r\n");
    if (verdict != Verdict::kComplete || size == 0) return verdict;
    const absl::string_view data = bytes_.substr(position_, size);
    position_ += data.size();
    data_.append(data.data(), data.size());
    return Literal("\r\n");
  }

  Verdict SizeAndExtension(uint64_t& size) {
    const size_t begin = position_;
    const absl::string_view digits = Span(IsHexDigit);
    if (digits.empty()) return Stop();
    const size_t zeros = std::min(digits.find_first_not_of('0'), digits.size());
    // The digits of a number below 2^63.
    const size_t most = zeros < digits.size() && digits[zeros] > '7' ? 15 : 16;
    if (digits.size() - zeros > most) {
      position_ = begin + zeros + most;
      return Verdict::kRefused;
    }
    size = 0;
    for (const char c : digits) size = size * 16 + HexValue(c);
    if (!done() && bytes_[position_] == ';') (void)Span(IsFieldCharacter);
    return Verdict::kComplete;
  }

  // The trailer section with the empty line that ends the body.
  Verdict Trailers() {
    const size_t begin = position_;
    Verdict verdict = Verdict::kComplete;
    while (verdict == Verdict::kComplete && !done() && bytes_[position_] != '\r')
      verdict = Trailer();
    if (verdict == Verdict::kComplete) verdict = Literal("\r\n");
    return Within(begin, kMaxFieldSectionSize, verdict);
  }

  Verdict Trailer() {
    if (Span(IsTokenCharacter).empty()) return Stop();
    const Verdict verdict = Literal(":");
    if (verdict != Verdict::kComplete) return verdict;
    (void)Span(IsFieldCharacter);
    return Literal("\r\n");
  }

  absl::string_view bytes_;
  size_t position_ = 0;
  std::string data_;
};

}  // namespace

BodyReading ReadChunkedBody(absl::string_view bytes) {
  Reader reader(bytes);
  const Verdict verdict = reader.Body();
  return {verdict, reader.position(), reader.data()};
}

}  // namespace prong
