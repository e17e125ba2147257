#include "fuzz/request_line_twin.h"

#include <cstddef>

#include "fuzz/characters.h"

namespace prong {
namespace {

// VCHAR without what ends a URI wherever one is quoted.
bool IsTargetCharacter(char c) {
  return c > ' ' && c < 0x7f && c != '"' && c != '#' && c != '<' && c != '>';
}

class LineReader {
 public:
  explicit LineReader(absl::string_view line) : line_(line) {}

  // The longest text of `is` that comes next.
  template <typename Class>
  absl::string_view Word(const Class& is) {
    const size_t begin = position_;
    while (position_ < line_.size() && is(line_[position_])) ++position_;
    return line_.substr(begin, position_ - begin);
  }

  // Whether `text` comes next, which is then passed. A branch for each byte.
  bool Pass(absl::string_view text) {
    for (const char c : text) {
      if (position_ == line_.size() || line_[position_] != c) return false;
      ++position_;
    }
    return true;
  }

  bool done() const { return position_ == line_.size(); }

 private:
  absl::string_view line_;
  size_t position_ = 0;
};

}  // namespace

std::variant<RequestLineParts, Rejection> ReadRequestLine(absl::string_view line) {
  constexpr Rejection kMalformed = Rejection::kRequestLineMalformed;
  LineReader reader(line);
  RequestLineParts parts;
  parts.method = reader.Word(IsTokenCharacter);
  if (parts.method.empty() || !reader.Pass(" ")) return kMalformed;
  parts.target = reader.Word(IsTargetCharacter);
  if (parts.target.empty() || !reader.Pass(" HTTP/")) return kMalformed;
  const absl::string_view major = reader.Word(IsDigit);
  if (major.size() != 1 || !reader.Pass(".")) return kMalformed;
  const absl::string_view minor = reader.Word(IsDigit);
  if (minor.size() != 1 || !reader.done()) return kMalformed;
  if (major != "1") return Rejection::kVersionUnsupported;
  parts.minor_version = minor[0];
  return parts;
}

}  // namespace prong
