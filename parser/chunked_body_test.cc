#include "parser/chunked_body.h"

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <optional>
#include <ostream>
#include <string>
#include <variant>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "parser/field_line.h"
#include "parser/limits.h"
#include "parser/request.h"
#include "parser/test_matchers.h"
#include "parser/test_strings.h"

namespace prong {
namespace {

using ::testing::_;
using ::testing::VariantWith;

// What became of a body that was fed in pieces.
struct Outcome {
  bool complete = false;
  size_t size = 0;  // bytes that belonged to the body; up to a rejection 0
  std::optional<Rejection> rejection;
};

bool operator==(const Outcome& a, const Outcome& b) {
  return a.complete == b.complete && a.size == b.size && a.rejection == b.rejection;
}

Outcome Complete(size_t size) { return {true, size, std::nullopt}; }
Outcome Incomplete(size_t size) { return {false, size, std::nullopt}; }
Outcome Rejected(Rejection rejection) { return {false, 0, rejection}; }

void PrintTo(const Outcome& outcome, std::ostream* out) {
  if (outcome.rejection) {
    PrintTo(*outcome.rejection, out);
  } else {
    *out << (outcome.complete ? "complete, " : "incomplete, ") << outcome.size << " bytes";
  }
}

// Feeds `bytes` in pieces: `first` bytes, then `step` bytes at a time.
Outcome DiscardInPieces(absl::string_view bytes, size_t first, size_t step) {
  ChunkedBody body;
  size_t size = 0;
  while (true) {
    const size_t piece = std::min(size == 0 ? first : step, bytes.size() - size);
    const std::variant<size_t, Rejection> result = body.Discard(bytes.substr(size, piece));
    if (const auto* rejection = std::get_if<Rejection>(&result)) return Rejected(*rejection);
    const size_t consumed = std::get<size_t>(result);
    size += consumed;
    if (body.complete()) return Complete(size);
    EXPECT_EQ(consumed, piece) << "fewer than all only when the body is complete";
    if (size == bytes.size()) return Incomplete(size);
  }
}

Outcome Discard(absl::string_view bytes) {
  return DiscardInPieces(bytes, bytes.size(), bytes.size());
}

// The size of the body at the start of `bytes`, or nothing if it is incomplete or
// invalid: the grammar once more, by lines instead of bytes, without the limits.
std::optional<size_t> SizeOfBody(absl::string_view bytes) {
  size_t position = 0;
  // The line at `position` without its CRLF; moves behind it.
  const auto next_line = [&]() -> std::optional<absl::string_view> {
    const size_t end = bytes.find("\r\n", position);
    if (end == bytes.npos) return std::nullopt;
    const absl::string_view line = bytes.substr(position, end - position);
    position = end + 2;
    // HTAB, SP, VCHAR and obs-text.
    const bool valid = std::all_of(line.begin(), line.end(), [](char c) {
      return c == '\t' || (static_cast<unsigned char>(c) >= ' ' && c != '\x7f');
    });
    if (!valid) return std::nullopt;
    return line;
  };
  while (true) {
    const std::optional<absl::string_view> line = next_line();
    if (!line) return std::nullopt;
    const std::string digits(line->substr(0, line->find(';')));
    if (digits.empty() || digits.size() > 15) return std::nullopt;
    for (char c : digits) {
      if (!absl::StrContains("0123456789abcdefABCDEF", c)) return std::nullopt;
    }
    const size_t size = static_cast<size_t>(std::strtoll(digits.c_str(), nullptr, 16));
    if (size == 0) break;
    if (size > bytes.size() - position) return std::nullopt;
    position += size;
    if (!absl::StartsWith(bytes.substr(position), "\r\n")) return std::nullopt;
    position += 2;
  }
  while (true) {
    const std::optional<absl::string_view> line = next_line();
    if (!line) return std::nullopt;
    if (line->empty()) return position;
    const size_t colon = line->find(':');
    if (colon == line->npos || colon == 0) return std::nullopt;
    for (char c : line->substr(0, colon)) {
      if (c <= ' ' || c == '\x7f' || absl::StrContains("\"(),/:;<=>?@[\\]{}", c)) {
        return std::nullopt;
      }
    }
  }
}

constexpr absl::string_view kValidBody = "5;a=b\r\nhello\r\n00\r\nA: b c\r\n\r\n";

TEST(ChunkedBody, EndsBehindItsLastChunk) {  // RFC 9112 section 7.1
  EXPECT_EQ(Discard("0\r\n\r\n"), Complete(5));
  EXPECT_EQ(Discard("5\r\nhello\r\n0\r\n\r\n"), Complete(15));
  EXPECT_EQ(Discard("5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n"), Complete(26));
}

TEST(ChunkedBody, LeavesWhatFollowsIt) {
  EXPECT_EQ(Discard("0\r\n\r\nGET / HTTP/1.1\r\n"), Complete(5));
  EXPECT_EQ(Discard("1\r\n0\r\n0\r\n\r\n0\r\n\r\n"), Complete(11));
}

TEST(ChunkedBody, ConsumesNothingMoreOnceItIsComplete) {
  ChunkedBody body;
  EXPECT_THAT(body.Discard("0\r\n\r\n"), VariantWith<size_t>(5u));
  ASSERT_TRUE(body.complete());
  EXPECT_THAT(body.Discard("5\r\nhello\r\n"), VariantWith<size_t>(0u));
  EXPECT_THAT(body.Discard("\n"), VariantWith<size_t>(0u));
  EXPECT_TRUE(body.complete());
}

TEST(ChunkedBody, IsIncompleteUntilItsLastByte) {
  for (size_t size = 0; size < kValidBody.size(); ++size) {
    EXPECT_EQ(Discard(kValidBody.substr(0, size)), Incomplete(size)) << size;
  }
  EXPECT_EQ(Discard(kValidBody), Complete(kValidBody.size()));
}

TEST(ChunkedBody, ConsumesNothingOfNothing) {
  ChunkedBody body;
  EXPECT_THAT(body.Discard(""), VariantWith<size_t>(0u));
  EXPECT_THAT(body.Discard(absl::string_view()), VariantWith<size_t>(0u));
  EXPECT_FALSE(body.complete());
  EXPECT_THAT(body.Discard("0\r\n\r\n"), VariantWith<size_t>(5u));
}

TEST(ChunkedBody, MayHoldAnyBytesAsData) {
  std::string data;
  for (int c = 0; c < 256; ++c) data.push_back(static_cast<char>(c));
  const std::string body = absl::StrCat("100\r\n", data, "\r\n0\r\n\r\n");
  EXPECT_EQ(Discard(body), Complete(body.size()));
  EXPECT_EQ(Discard("c\r\n\r\n0\r\n\r\n\r\n0\r\n\r\n0\r\n\r\n"), Complete(22));
}

TEST(ChunkedBody, CountsItsChunksInHexadecimal) {
  struct Row {
    const char* digits;
    size_t size;
  };
  const Row rows[] = {{"1", 1},      {"9", 9},      {"a", 10},     {"A", 10},   {"f", 15},
                      {"F", 15},     {"10", 16},    {"1f", 31},    {"fF", 255}, {"0000001", 1},
                      {"3e8", 1000}, {"fff", 4095}, {"1000", 4096}};
  for (const Row& row : rows) {
    const std::string body =
        absl::StrCat(row.digits, "\r\n", std::string(row.size, 'x'), "\r\n0\r\n\r\n");
    EXPECT_EQ(Discard(body), Complete(body.size())) << row.digits;
  }
}

TEST(ChunkedBody, MayWriteTheSizeZeroWithManyDigits) {
  EXPECT_EQ(Discard("0000\r\n\r\n"), Complete(8));
}

TEST(ChunkedBody, HasChunksOfLessThan2To63Bytes) {
  // Accepted, and then waiting for the data.
  for (const char* digits : {"7fffffffffffffff", "7FFFFFFFFFFFFFFF", "00007fffffffffffffff"}) {
    const std::string line = absl::StrCat(digits, "\r\n");
    EXPECT_EQ(Discard(line + "x"), Incomplete(line.size() + 1)) << digits;
  }
  for (const char* digits : {"8000000000000000", "ffffffffffffffff", "10000000000000000",
                             "10000000000000005", "fffffffffffffffff", "80000000000000000000"}) {
    EXPECT_EQ(Discard(absl::StrCat(digits, "\r\n")), Rejected(Rejection::kChunkSizeInvalid))
        << digits;
  }
}

TEST(ChunkedBody, DecodesUpToTheEndOfTheFirstData) {
  ChunkedBody body;
  absl::string_view bytes = "5;a=b\r\nhello\r\n6\r\n world\r\n0\r\nx: y\r\n\r\nGET ";
  const struct {
    size_t size;
    absl::string_view data;
  } pieces[] = {{12, "hello"}, {11, " world"}, {13, ""}};
  for (const auto& expected : pieces) {
    const auto result = body.Decode(bytes);
    ASSERT_THAT(result, VariantWith<ChunkedBody::Piece>(_));
    const auto& piece = std::get<ChunkedBody::Piece>(result);
    EXPECT_EQ(piece.size, expected.size);
    EXPECT_EQ(piece.data, expected.data);
    bytes.remove_prefix(piece.size);
  }
  EXPECT_TRUE(body.complete());
  EXPECT_EQ(bytes, "GET ");
}

TEST(ChunkedBody, DecodesWhatHasArrivedOfAChunk) {
  for (size_t step = 1; step <= kValidBody.size(); ++step) {
    ChunkedBody body;
    std::string data;
    absl::string_view bytes = kValidBody;
    while (!body.complete()) {
      const auto result = body.Decode(bytes.substr(0, step));
      ASSERT_THAT(result, VariantWith<ChunkedBody::Piece>(_));
      const auto& piece = std::get<ChunkedBody::Piece>(result);
      ASSERT_GT(piece.size, 0u);
      data.append(piece.data.data(), piece.data.size());
      bytes.remove_prefix(piece.size);
    }
    EXPECT_EQ(data, "hello") << step;
  }
}

TEST(ChunkedBody, DiscardsAHugeChunkWithoutLosingCount) {
  ChunkedBody body;
  const std::string megabyte(1 << 20, 'x');
  EXPECT_THAT(body.Discard("100000000\r\n"), VariantWith<size_t>(11u));  // 4 GiB
  for (int i = 0; i < 4096; ++i) {
    ASSERT_THAT(body.Discard(megabyte), VariantWith<size_t>(megabyte.size()));
  }
  EXPECT_THAT(body.Discard("\r\n0\r\n\r\n"), VariantWith<size_t>(7u));
  EXPECT_TRUE(body.complete());
}

TEST(ChunkedBody, RefusesASizeThatIsNoNumber) {
  for (const char* body :
       {"\r\n", "g\r\n", "-1\r\n", "+1\r\n", " 1\r\n", "1 \r\n", "0x1\r\n", "1 ;a\r\n", ";a\r\n",
        "1.0\r\n", "5,5\r\n", "\t", "\x80", "GET", "0 \r\n"}) {
    EXPECT_EQ(Discard(body), Rejected(Rejection::kChunkSizeInvalid)) << Quoted(body);
  }
}

TEST(ChunkedBody, IgnoresItsExtensions) {  // RFC 9112 section 7.1.1
  for (const char* extensions :
       {";", ";a", ";a=b", ";a=\"b;c\"", ";a;b=c;d", "; a = b\t", ";\xff", ";0;5", ";;;"}) {
    const std::string body = absl::StrCat("1", extensions, "\r\nx\r\n0", extensions, "\r\n\r\n");
    EXPECT_EQ(Discard(body), Complete(body.size())) << Quoted(extensions);
  }
}

TEST(ChunkedBody, RefusesAControlCharacterInAnExtension) {
  for (int c = 0; c < 256; ++c) {
    const char byte = static_cast<char>(c);
    if (byte == '\r' || byte == '\n') continue;
    const bool control = (c < 0x20 && byte != '\t') || c == 0x7f;
    const std::string body = absl::StrCat("1;a", std::string(1, byte), "b\r\n");
    EXPECT_EQ(Discard(body),
              control ? Rejected(Rejection::kChunkExtensionInvalid) : Incomplete(body.size()))
        << "byte " << c;
  }
}

TEST(ChunkedBody, RefusesALfWithoutCr) {
  for (const char* body : {"\n", "0\n\r\n", "5\nhello", "5;a\nhello", "0\r\n\n", "0\r\nA\n",
                           "0\r\nA: b\n\r\n", "0\r\nA:\n"}) {
    EXPECT_EQ(Discard(body), Rejected(Rejection::kBareLf)) << Quoted(body);
  }
}

TEST(ChunkedBody, RefusesACrWithoutLf) {
  for (const char* body : {"0\r\r\n", "5\rhello", "5;a\r;b", "0\r\n\rx", "0\r\n\r\r\n",
                           "0\r\nA: b\rc\r\n", "0\r\nA: b\r\r\n"}) {
    EXPECT_EQ(Discard(body), Rejected(Rejection::kBareCr)) << Quoted(body);
  }
}

TEST(ChunkedBody, RefusesDataThatIsNotFollowedByCrlf) {
  for (const char* body : {"5\r\nhello0\r\n\r\n", "5\r\nhello\n0\r\n\r\n", "5\r\nhello\rx",
                           "5\r\nhello\r\r\n", "4\r\nhello\r\n0\r\n\r\n", "5\r\nhello!\r\n",
                           "5\r\nhello!\n0\r\n\r\n", "1\r\nx0\r\n\r\n"}) {
    EXPECT_EQ(Discard(body), Rejected(Rejection::kChunkDataNotTerminated)) << Quoted(body);
  }
}

TEST(ChunkedBody, MayHaveTrailers) {  // RFC 9112 section 7.1.2
  for (const char* trailers :
       {"A: b\r\n", "A:\r\n", "A:b\r\nC: d\r\n", "A: b: c \t\r\n", "Content-Length: 5\r\n",
        "A: \xff\r\n", "!#$%&'*+-.^_`|~0Zz: \r\n"}) {
    const std::string body = absl::StrCat("0\r\n", trailers, "\r\n");
    EXPECT_EQ(Discard(body), Complete(body.size())) << Quoted(trailers);
  }
}

TEST(ChunkedBody, RefusesATrailerThatIsNoFieldLine) {
  struct Row {
    const char* line;
    Rejection rejection;
  };
  const Row rows[] = {
      {" folded", Rejection::kFieldLineFolded},
      {"\tfolded", Rejection::kFieldLineFolded},
      {"A: b\r\n c", Rejection::kFieldLineFolded},
      {"A\r\n", Rejection::kFieldLineWithoutColon},
      {"A: b\r\nC\r\n", Rejection::kFieldLineWithoutColon},
      {": b", Rejection::kFieldNameEmpty},
      {"A: b\r\n:", Rejection::kFieldNameEmpty},
      {"A@: b", Rejection::kFieldNameInvalid},
      {"A\xc3\xa9: b", Rejection::kFieldNameInvalid},
      {"(A): b", Rejection::kFieldNameInvalid},
      {"@", Rejection::kFieldNameInvalid},
      {"A : b", Rejection::kSpaceBeforeColon},
      {"A\t: b", Rejection::kSpaceBeforeColon},
      {"A: b\x01", Rejection::kFieldLineInvalidByte},
      {"A\x7f: b", Rejection::kFieldLineInvalidByte},
      {"\x1b[31m: b", Rejection::kFieldLineInvalidByte},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(Discard(absl::StrCat("0\r\n", row.line, "\r\n\r\n")), Rejected(row.rejection))
        << Quoted(row.line);
  }
  EXPECT_EQ(Discard(absl::string_view("0\r\nA: b\0", 8)),
            Rejected(Rejection::kFieldLineInvalidByte));
}

TEST(ChunkedBody, TakesTheTrailersThatAreFieldLines) {
  ForEachString("Ab: \t@\xff", 5, [](const std::string& line) {
    if (line.empty()) return;
    const bool is_field_line = std::holds_alternative<Field>(ParseFieldLine(line));
    ASSERT_EQ(Discard("0\r\n" + line + "\r\n\r\n").complete, is_field_line) << Quoted(line);
  });
}

TEST(ChunkedBody, LimitsTheLineOfASize) {
  const auto body_with_line_of = [](size_t size) {
    return absl::StrCat("0;", std::string(size - 2, 'a'), "\r\n\r\n");
  };
  EXPECT_EQ(kMaxChunkLineSize, 256u);
  EXPECT_EQ(Discard(body_with_line_of(255)), Complete(259));
  EXPECT_EQ(Discard(body_with_line_of(256)), Complete(260));
  EXPECT_EQ(Discard(body_with_line_of(257)), Rejected(Rejection::kChunkLineTooLong));

  const auto body_of_zeros = [](size_t size) { return std::string(size, '0') + "\r\n\r\n"; };
  EXPECT_EQ(Discard(body_of_zeros(255)), Complete(259));
  EXPECT_EQ(Discard(body_of_zeros(256)), Complete(260));
  EXPECT_EQ(Discard(body_of_zeros(257)), Rejected(Rejection::kChunkLineTooLong));
}

TEST(ChunkedBody, LimitsEachLineOfASizeAnew) {
  const std::string chunk = absl::StrCat("1;", std::string(254, 'a'), "\r\nx\r\n");
  const std::string body = absl::StrCat(chunk, chunk, chunk, "0\r\n\r\n");
  EXPECT_EQ(Discard(body), Complete(body.size()));
}

TEST(ChunkedBody, RefusesALineOfASizeAsSoonAsItIsTooLong) {
  const std::string line = "0;" + std::string(1000, 'a');
  EXPECT_EQ(Discard(line.substr(0, 256)), Incomplete(256));
  EXPECT_EQ(Discard(line.substr(0, 257)), Rejected(Rejection::kChunkLineTooLong));
}

TEST(ChunkedBody, LimitsItsTrailerSection) {
  // A section of one field and the empty line.
  const auto body_with_section_of = [](size_t size) {
    return absl::StrCat("0\r\nA:", std::string(size - 6, 'b'), "\r\n\r\n");
  };
  EXPECT_EQ(kMaxFieldSectionSize, 32768u);
  EXPECT_EQ(Discard(body_with_section_of(32767)), Complete(3 + 32767));
  EXPECT_EQ(Discard(body_with_section_of(32768)), Complete(3 + 32768));
  EXPECT_EQ(Discard(body_with_section_of(32769)), Rejected(Rejection::kFieldSectionTooLarge));
}

// Line ends count, as in a header section. Once only their CRs did, so that many
// short lines made a section a quarter larger.
TEST(ChunkedBody, LimitsItsTrailerSectionWithItsLineEnds) {
  const auto body_with_lines = [](size_t count, absl::string_view last) {
    std::string body = "0\r\n";
    for (size_t i = 0; i < count; ++i) body += "A:\r\n";
    return absl::StrCat(body, last, "\r\n");
  };
  EXPECT_EQ(Discard(body_with_lines(8191, "")), Complete(3 + 32766));
  EXPECT_EQ(Discard(body_with_lines(8190, "A:bc\r\n")), Complete(3 + 32768));
  EXPECT_EQ(Discard(body_with_lines(8190, "A:bcd\r\n")),
            Rejected(Rejection::kFieldSectionTooLarge));
  EXPECT_EQ(Discard(body_with_lines(8192, "")), Rejected(Rejection::kFieldSectionTooLarge));
}

TEST(ChunkedBody, TakesExactlyTheGrammarWhenAByteIsReplaced) {
  for (size_t position = 0; position < kValidBody.size(); ++position) {
    for (int c = 0; c < 256; ++c) {
      std::string body(kValidBody);
      body[position] = static_cast<char>(c);
      const Outcome outcome = Discard(body);
      const std::optional<size_t> size = SizeOfBody(body);
      ASSERT_EQ(outcome.complete, size.has_value()) << Quoted(body);
      ASSERT_EQ(outcome.size, size.value_or(outcome.size)) << Quoted(body);
      ASSERT_EQ(DiscardInPieces(body, 1, 1), outcome) << Quoted(body);
    }
  }
}

TEST(ChunkedBody, TakesExactlyTheGrammarWhenAByteIsInsertedOrRemoved) {
  for (size_t position = 0; position < kValidBody.size(); ++position) {
    const absl::string_view before = kValidBody.substr(0, position);
    for (int c = 0; c < 256; ++c) {
      const std::string body =
          absl::StrCat(before, std::string(1, static_cast<char>(c)), kValidBody.substr(position));
      const std::optional<size_t> size = SizeOfBody(body);
      ASSERT_EQ(Discard(body).complete, size.has_value()) << Quoted(body);
    }
    const std::string body = absl::StrCat(before, kValidBody.substr(position + 1));
    ASSERT_EQ(Discard(body).complete, SizeOfBody(body).has_value()) << Quoted(body);
  }
}

}  // namespace
}  // namespace prong
