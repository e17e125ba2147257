#include "fuzz/request_mutator.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <random>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace prong {
namespace {

// What servers in a row have disagreed about, without a line end.
constexpr absl::string_view kHostileLines[] = {
    "Host: a",
    "Host: b",
    "Host:",
    "Host: a:65536",
    "Host: [::1]:80",
    "Content-Length: 0",
    "Content-Length: 5",
    "Content-Length: +5",
    "Content-Length: 5, 5",
    "Content-Length: 0x5",
    "Content-Length: 9223372036854775808",
    "Content-Length : 5",
    "Transfer-Encoding: chunked",
    "Transfer-Encoding: chunked, chunked",
    "Transfer-Encoding: chunked, identity",
    "Transfer-Encoding: xchunked",
    "Transfer-Encoding:\vchunked",
    "Transfer-Encoding : chunked",
    "Connection: close",
    "Connection: keep-alive",
    "Connection: Keep-Alive, Close",
    "Expect: 100-continue",
    "Expect: 200-ok",
    "A: b",
    " folded",
    "\tfolded",
    ": nameless",
    "no colon",
    "A(b): c",
    "A: \x7f",
    "GET / HTTP/1.0",
    "GET http://h/ HTTP/1.1",
    "",
    "0",
    "5",
    "hello",
};

constexpr absl::string_view kHostileSegments[] = {
    "/",   "//",    "/.", "/..", "/../", "/%2e%2e", "%2f", "%5c", "%00",
    "%25", "%252e", "%",  "%4",  "\\",   "?",       "/a",  "*",   "http://h:80",
};

constexpr absl::string_view kHostileValues[] = {
    "", "5", "+5", "-1", " 5 ", "chunked", "close", "100-continue", "a, b", "a,,b", "\"a\"", "h:1",
};

constexpr absl::string_view kLineEnds[] = {
    "\r\n", "\n", "\r", "\r\r\n", "\n\r", "\r\n\r\n", "\r\n ", "",
};

using Lines = std::vector<std::string>;  // each with its line end, if it has one

class Random {
 public:
  explicit Random(uint32_t seed) : engine_(seed) {}

  // REQUIRES: 0 < `count`.
  size_t Below(size_t count) { return engine_() % count; }

  template <size_t kSize>
  absl::string_view OneOf(const absl::string_view (&choices)[kSize]) {
    return choices[Below(kSize)];
  }

 private:
  std::minstd_rand engine_;
};

Lines Split(absl::string_view input) {
  Lines lines;
  while (!input.empty()) {
    const size_t lf = std::min(input.find('\n'), input.size() - 1);
    lines.emplace_back(input.substr(0, lf + 1));
    input.remove_prefix(lf + 1);
  }
  if (lines.empty()) lines.emplace_back();
  return lines;
}

size_t ContentSize(const std::string& line) {
  return std::min(line.find_first_of("\r\n"), line.size());
}

// The mutations. REQUIRES: there is a line.

void InsertHostileLine(Lines& lines, Random& random) {
  // Behind the request line, more often than not.
  const size_t at = random.Below(4) == 0 ? random.Below(lines.size() + 1) : 1;
  lines.insert(lines.begin() + static_cast<ptrdiff_t>(at),
               absl::StrCat(random.OneOf(kHostileLines), "\r\n"));
}

void DuplicateLine(Lines& lines, Random& random) {
  const std::string line = lines[random.Below(lines.size())];
  lines.insert(lines.begin() + static_cast<ptrdiff_t>(random.Below(lines.size() + 1)), line);
}

void SwapLines(Lines& lines, Random& random) {
  const size_t a = random.Below(lines.size());
  std::swap(lines[a], lines[random.Below(lines.size())]);
}

void DropLine(Lines& lines, Random& random) {
  if (lines.size() == 1) return;
  lines.erase(lines.begin() + static_cast<ptrdiff_t>(random.Below(lines.size())));
}

void BreakLineEnd(Lines& lines, Random& random) {
  std::string& line = lines[random.Below(lines.size())];
  line.resize(ContentSize(line));
  absl::StrAppend(&line, random.OneOf(kLineEnds));
}

// Joins the start of a line and the end of another.
void SpliceLines(Lines& lines, Random& random) {
  std::string& line = lines[random.Below(lines.size())];
  const std::string other = lines[random.Below(lines.size())];
  line.resize(random.Below(line.size() + 1));
  line.append(other, random.Below(other.size() + 1));
}

void ReplaceValue(Lines& lines, Random& random) {
  std::string& line = lines[random.Below(lines.size())];
  const size_t colon = line.find(':');
  if (colon == std::string::npos) return;
  const std::string line_end = line.substr(std::max(colon + 1, ContentSize(line)));
  line = absl::StrCat(line.substr(0, colon + 1), random.OneOf(kHostileValues), line_end);
}

// Puts a segment at the start, the end or a slash of the target, the second word of
// the first line.
void InsertSegment(Lines& lines, Random& random) {
  std::string& line = lines[0];
  const size_t begin = std::min(line.find(' '), line.size() - 1) + 1;
  std::vector<size_t> places = {begin, std::min(line.find(' ', begin), ContentSize(line))};
  for (size_t i = begin; i < places[1]; ++i) {
    if (line[i] == '/' || line[i] == '%') places.push_back(i);
  }
  const size_t place = std::min(places[random.Below(places.size())], line.size());
  line.insert(place, std::string(random.OneOf(kHostileSegments)));
}

// Ends the head, so that what was made is read as a whole.
void EndHead(Lines& lines, Random& /*random*/) { lines.emplace_back("\r\n"); }

using Mutation = void (*)(Lines&, Random&);

// A mutation that stands here more than once is made more often.
constexpr Mutation kMutations[] = {
    InsertHostileLine, InsertHostileLine, DuplicateLine, SwapLines,     DropLine,
    BreakLineEnd,      SpliceLines,       ReplaceValue,  InsertSegment, EndHead,
};

}  // namespace

std::string MutateRequest(absl::string_view input, uint32_t seed) {
  Random random(seed);
  Lines lines = Split(input);
  constexpr size_t kMostChanges = 4;
  for (size_t changes = 1 + random.Below(kMostChanges); changes > 0; --changes) {
    kMutations[random.Below(std::size(kMutations))](lines, random);
  }
  return absl::StrJoin(lines, "");
}

}  // namespace prong
