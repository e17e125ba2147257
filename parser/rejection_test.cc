#include "parser/rejection.h"

#include <cstddef>
#include <set>
#include <string>
#include <variant>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "parser/limits.h"
#include "re2/re2.h"

namespace prong {
namespace {

using ::testing::AnyOf;
using ::testing::UnorderedElementsAreArray;

// Whether a number is that of an enumerator: a switch, so that the compiler
// demands a case here for a new one, and the tests then its row in the table.
bool IsEnumerator(int number) {
  switch (static_cast<Rejection>(number)) {
    case Rejection::kBareLf:
    case Rejection::kBareCr:
    case Rejection::kRequestLineTooLong:
    case Rejection::kRequestLineMalformed:
    case Rejection::kVersionUnsupported:
    case Rejection::kTargetFormNotForMethod:
    case Rejection::kTargetSchemeUnsupported:
    case Rejection::kTargetAuthorityInvalid:
    case Rejection::kTargetCharacterInvalid:
    case Rejection::kTargetPercentEncodingInvalid:
    case Rejection::kTargetNul:
    case Rejection::kTargetEncodedSlash:
    case Rejection::kTargetClimbs:
    case Rejection::kFieldSectionTooLarge:
    case Rejection::kTooManyFields:
    case Rejection::kFieldLineInvalidByte:
    case Rejection::kFieldLineFolded:
    case Rejection::kFieldLineWithoutColon:
    case Rejection::kFieldNameEmpty:
    case Rejection::kFieldNameInvalid:
    case Rejection::kSpaceBeforeColon:
    case Rejection::kHostMissing:
    case Rejection::kHostRepeated:
    case Rejection::kHostInvalid:
    case Rejection::kExpectationUnknown:
    case Rejection::kContentLengthInvalid:
    case Rejection::kContentLengthRepeated:
    case Rejection::kContentLengthWithTransferEncoding:
    case Rejection::kTransferEncodingInHttp10:
    case Rejection::kTransferEncodingInvalid:
    case Rejection::kTransferCodingUnknown:
    case Rejection::kChunkSizeInvalid:
    case Rejection::kChunkExtensionInvalid:
    case Rejection::kChunkLineTooLong:
    case Rejection::kChunkDataNotTerminated:
      return true;
  }
  return false;
}

TEST(RejectionTable, HasARowForEachEnumerator) {
  std::set<int> enumerators;
  for (int number = 0; number < 256; ++number) {
    if (IsEnumerator(number)) enumerators.insert(number);
  }
  std::set<int> rows;
  for (const RejectionInfo& info : AllRejections()) rows.insert(info.number());
  EXPECT_THAT(rows, UnorderedElementsAreArray(enumerators));
}

TEST(RejectionTable, IsSortedByNumberWithoutRepetition) {
  int last = 0;
  for (const RejectionInfo& info : AllRejections()) {
    EXPECT_GT(info.number(), last);
    last = info.number();
  }
}

TEST(RejectionTable, HasNumbersThatNobodyTakesForAStatus) {
  for (const RejectionInfo& info : AllRejections()) {
    EXPECT_GE(info.number(), 10);
    EXPECT_LT(info.number(), 100);
  }
}

// Numbers are logged and quoted: changing one breaks what others rely on.
TEST(RejectionTable, KeepsItsNumbers) {
  EXPECT_EQ(static_cast<int>(Rejection::kBareLf), 10);
  EXPECT_EQ(static_cast<int>(Rejection::kRequestLineTooLong), 20);
  EXPECT_EQ(static_cast<int>(Rejection::kRequestLineMalformed), 21);
  EXPECT_EQ(static_cast<int>(Rejection::kTargetFormNotForMethod), 30);
  EXPECT_EQ(static_cast<int>(Rejection::kTargetClimbs), 37);
  EXPECT_EQ(static_cast<int>(Rejection::kFieldSectionTooLarge), 40);
  EXPECT_EQ(static_cast<int>(Rejection::kSpaceBeforeColon), 47);
  EXPECT_EQ(static_cast<int>(Rejection::kHostMissing), 50);
  EXPECT_EQ(static_cast<int>(Rejection::kExpectationUnknown), 55);
  EXPECT_EQ(static_cast<int>(Rejection::kContentLengthInvalid), 60);
  EXPECT_EQ(static_cast<int>(Rejection::kTransferCodingUnknown), 65);
  EXPECT_EQ(static_cast<int>(Rejection::kChunkSizeInvalid), 70);
  EXPECT_EQ(static_cast<int>(Rejection::kChunkDataNotTerminated), 73);
}

TEST(RejectionTable, HasStatusesOfErrors) {  // RFC 9110 section 15
  for (const RejectionInfo& info : AllRejections()) {
    EXPECT_THAT(info.status, AnyOf(400, 414, 417, 421, 431, 501, 505)) << info.number();
  }
}

TEST(RejectionTable, HasTheStatusThatItsRfcAsksFor) {
  EXPECT_EQ(Describe(Rejection::kRequestLineTooLong).status, 414);    // RFC 9112 section 3
  EXPECT_EQ(Describe(Rejection::kVersionUnsupported).status, 505);    // RFC 9110 section 15.6.6
  EXPECT_EQ(Describe(Rejection::kFieldSectionTooLarge).status, 431);  // RFC 6585 section 5
  EXPECT_EQ(Describe(Rejection::kTooManyFields).status, 431);
  EXPECT_EQ(Describe(Rejection::kFieldLineFolded).status, 400);   // RFC 9112 section 5.2
  EXPECT_EQ(Describe(Rejection::kSpaceBeforeColon).status, 400);  // RFC 9112 section 5.1
  EXPECT_EQ(Describe(Rejection::kHostMissing).status, 400);       // RFC 9112 section 3.2
  EXPECT_EQ(Describe(Rejection::kHostRepeated).status, 400);
  EXPECT_EQ(Describe(Rejection::kHostInvalid).status, 400);
  EXPECT_EQ(Describe(Rejection::kExpectationUnknown).status, 417);     // RFC 9110 section 10.1.1
  EXPECT_EQ(Describe(Rejection::kContentLengthInvalid).status, 400);   // RFC 9112 section 6.3
  EXPECT_EQ(Describe(Rejection::kTransferCodingUnknown).status, 501);  // RFC 9112 section 6.1
}

TEST(RejectionTable, NamesASectionOfAnRfcInEachRow) {
  for (const RejectionInfo& info : AllRejections()) {
    EXPECT_TRUE(RE2::FullMatch(std::string(info.reference),
                               R"(RFC (3986|6585|9110|9112) section [1-9][0-9]*(\.[1-9][0-9]*)*)"))
        << info.reference;
  }
}

TEST(RejectionTable, SaysOneSentenceInEachRow) {
  std::set<std::string> sentences;
  for (const RejectionInfo& info : AllRejections()) {
    const std::string sentence(info.sentence);
    // Safe to print anywhere, and without markup.
    EXPECT_TRUE(RE2::FullMatch(sentence, R"([A-Z][-A-Za-z0-9 ,^./]*[a-zA-Z0-9]\.)")) << sentence;
    EXPECT_EQ(sentence.find(". "), std::string::npos) << sentence;
    EXPECT_TRUE(sentences.insert(sentence).second) << "said twice: " << sentence;
  }
}

TEST(RejectionTable, NamesTheLimitsThatTheParserHas) {
  const auto names = [](Rejection rejection, size_t limit) {
    return absl::StrContains(Describe(rejection).sentence, absl::StrCat(" ", limit, " "));
  };
  EXPECT_TRUE(names(Rejection::kRequestLineTooLong, kMaxRequestLineSize));
  EXPECT_TRUE(names(Rejection::kFieldSectionTooLarge, kMaxFieldSectionSize));
  EXPECT_TRUE(names(Rejection::kTooManyFields, kMaxFields));
  EXPECT_TRUE(names(Rejection::kChunkLineTooLong, kMaxChunkLineSize));
}

TEST(Describe, FindsTheRowOfEachRejection) {
  for (const RejectionInfo& info : AllRejections()) {
    EXPECT_EQ(&Describe(info.rejection), &info) << info.number();
  }
}

TEST(DescribeDeathTest, AbortsForANumberWithoutARow) {
  EXPECT_DEATH(Describe(static_cast<Rejection>(0)), "");
  EXPECT_DEATH(Describe(static_cast<Rejection>(99)), "");
}

}  // namespace
}  // namespace prong
