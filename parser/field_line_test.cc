#include "parser/field_line.h"

#include <cstddef>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "parser/test_matchers.h"
#include "parser/test_strings.h"

namespace prong {
namespace {

using ::testing::VariantWith;

auto Accepted(absl::string_view name, absl::string_view value) {
  return VariantWith<Field>(IsField(name, value));
}

// The grammar once more, by searching instead of scanning: RFC 9112 section 5.
bool IsTokenCharacter(char c) {  // RFC 9110 section 5.6.2
  return c > ' ' && c < '\x7f' && !absl::StrContains("\"(),/:;<=>?@[\\]{}", c);
}

std::variant<Field, Rejection> Expected(absl::string_view line) {
  if (line[0] == ' ' || line[0] == '\t') return Rejection::kFieldLineFolded;
  const size_t colon = line.find(':');
  if (colon == line.npos) return Rejection::kFieldLineWithoutColon;
  if (colon == 0) return Rejection::kFieldNameEmpty;

  const absl::string_view name = line.substr(0, colon);
  size_t token_size = 0;
  while (token_size < name.size() && IsTokenCharacter(name[token_size])) ++token_size;
  if (token_size < name.size()) {
    const bool white_space_ends_it = name.find_first_not_of(" \t", token_size) == name.npos;
    return white_space_ends_it ? Rejection::kSpaceBeforeColon : Rejection::kFieldNameInvalid;
  }
  const absl::string_view value = line.substr(colon + 1);
  const size_t first = value.find_first_not_of(" \t");
  if (first == value.npos) return Field{name, ""};
  return Field{name, value.substr(first, value.find_last_not_of(" \t") - first + 1)};
}

void ExpectVerdictOfGrammar(absl::string_view line) {
  const std::variant<Field, Rejection> expected = Expected(line);
  const std::variant<Field, Rejection> actual = ParseFieldLine(line);
  if (const auto* rejection = std::get_if<Rejection>(&expected)) {
    ASSERT_THAT(actual, RejectedFor(*rejection)) << Quoted(line);
  } else {
    const auto& field = std::get<Field>(expected);
    ASSERT_THAT(actual, Accepted(field.name, field.value)) << Quoted(line);
  }
}

// What the caller lets through: kFieldLineCharacters.
bool MayStandInFieldLine(int c) { return c == '\t' || (c >= ' ' && c != 0x7f); }

constexpr absl::string_view kValidLine = "Ab-c: d e";

TEST(FieldLine, IsANameAColonAndAValue) {
  EXPECT_THAT(ParseFieldLine("Host: example.org"), Accepted("Host", "example.org"));
  EXPECT_THAT(ParseFieldLine("A:b"), Accepted("A", "b"));
}

TEST(FieldLine, KeepsTheCaseOfItsName) {
  EXPECT_THAT(ParseFieldLine("hOST: EXAMPLE.org"), Accepted("hOST", "EXAMPLE.org"));
}

TEST(FieldLine, ViewsTheLineItWasGiven) {
  const std::string line(kValidLine);
  const std::variant<Field, Rejection> result = ParseFieldLine(line);
  EXPECT_EQ(std::get<Field>(result).name.data(), line.data());
  EXPECT_EQ(std::get<Field>(result).value.data(), line.data() + line.find('d'));
}

TEST(FieldLine, LosesTheWhiteSpaceAroundItsValue) {  // RFC 9112 section 5.1
  for (const char* line : {"A:b c", "A: b c", "A:\tb c", "A:b c ", "A:b c\t", "A: \t b c\t \t"}) {
    EXPECT_THAT(ParseFieldLine(line), Accepted("A", "b c")) << Quoted(line);
  }
}

TEST(FieldLine, KeepsTheWhiteSpaceWithinItsValue) {
  EXPECT_THAT(ParseFieldLine("A: b \t c"), Accepted("A", "b \t c"));
}

TEST(FieldLine, MayHaveAnEmptyValue) {  // RFC 9110 section 5.5
  for (const char* line : {"A:", "A: ", "A:\t", "A: \t \t"}) {
    EXPECT_THAT(ParseFieldLine(line), Accepted("A", "")) << Quoted(line);
  }
}

TEST(FieldLine, EndsItsNameAtTheFirstColon) {
  EXPECT_THAT(ParseFieldLine("A:b:c"), Accepted("A", "b:c"));
  EXPECT_THAT(ParseFieldLine("A::"), Accepted("A", ":"));
  EXPECT_THAT(ParseFieldLine("A: :b"), Accepted("A", ":b"));
}

TEST(FieldLine, MayHaveBytesInItsValueThatAreNotAscii) {  // obs-text, RFC 9110 section 5.5
  EXPECT_THAT(ParseFieldLine("A: \x80\xc3\xa9\xff"), Accepted("A", "\x80\xc3\xa9\xff"));
  // NO-BREAK SPACE and NEXT LINE are not white space here.
  EXPECT_THAT(ParseFieldLine("A: \xa0\x85"), Accepted("A", "\xa0\x85"));
}

TEST(FieldLine, MayBeNamedByEveryTokenCharacter) {
  const std::string name = "!#$%&'*+-.^_`|~09AZaz";
  EXPECT_THAT(ParseFieldLine(name + ": v"), Accepted(name, "v"));
}

TEST(FieldLine, RefusesFolding) {  // obs-fold, RFC 9112 section 5.2
  for (const char* line : {" ", "\t", " folded", "\tfolded", " A: b", "\tA: b", " : b"}) {
    EXPECT_THAT(ParseFieldLine(line), RejectedFor(Rejection::kFieldLineFolded)) << Quoted(line);
  }
}

TEST(FieldLine, RefusesALineWithoutColon) {
  for (const char* line : {"A", "Host example.org", "Content-Length 10", "A ", "@", "\xff"}) {
    EXPECT_THAT(ParseFieldLine(line), RejectedFor(Rejection::kFieldLineWithoutColon))
        << Quoted(line);
  }
}

TEST(FieldLine, RefusesAnEmptyName) {
  for (const char* line : {":", ": b", "::", ":A: b", ":method: GET"}) {
    EXPECT_THAT(ParseFieldLine(line), RejectedFor(Rejection::kFieldNameEmpty)) << Quoted(line);
  }
}

// RFC 9112 section 5.1: "A server MUST reject".
TEST(FieldLine, RefusesWhiteSpaceBeforeTheColon) {
  for (const char* line : {"A : b", "A\t: b", "A \t : b", "A :", "Transfer-Encoding : chunked"}) {
    EXPECT_THAT(ParseFieldLine(line), RejectedFor(Rejection::kSpaceBeforeColon)) << Quoted(line);
  }
}

TEST(FieldLine, RefusesANameThatIsNoToken) {  // RFC 9110 section 5.1
  for (const char* line : {"A b: c", "A@: b", "\"A\": b", "(A): b", "A/B: c", "A\xc3\xa9: b",
                           "\xff: b", "A[0]: b", "A;b: c", "A =: b", "GET / HTTP/1.1: b"}) {
    EXPECT_THAT(ParseFieldLine(line), RejectedFor(Rejection::kFieldNameInvalid)) << Quoted(line);
  }
}

TEST(FieldLine, TakesExactlyTheGrammarWhenAByteIsReplaced) {
  for (size_t position = 0; position < kValidLine.size(); ++position) {
    for (int c = 0; c < 256; ++c) {
      if (!MayStandInFieldLine(c)) continue;
      std::string line(kValidLine);
      line[position] = static_cast<char>(c);
      ExpectVerdictOfGrammar(line);
      if (HasFatalFailure()) return;
    }
  }
}

TEST(FieldLine, TakesExactlyTheGrammarWhenAByteIsInserted) {
  for (size_t position = 0; position <= kValidLine.size(); ++position) {
    for (int c = 0; c < 256; ++c) {
      if (!MayStandInFieldLine(c)) continue;
      ExpectVerdictOfGrammar(absl::StrCat(kValidLine.substr(0, position),
                                          std::string(1, static_cast<char>(c)),
                                          kValidLine.substr(position)));
      if (HasFatalFailure()) return;
    }
  }
}

TEST(FieldLine, TakesExactlyTheGrammarOverAllShortLines) {
  ForEachString("Ab: \t@\xff", 6, [](const std::string& line) {
    if (!line.empty()) ExpectVerdictOfGrammar(line);
  });
}

}  // namespace
}  // namespace prong
