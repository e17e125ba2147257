#include "server/repeated_flag.h"

#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/command_line.h"

namespace prong {

struct WordsFlag {
  std::vector<std::string> values;
};

bool AbslParseFlag(absl::string_view text, WordsFlag* flag, std::string* /*error*/) {
  flag->values = absl::StrSplit(text, ',', absl::SkipEmpty());
  return true;
}

std::string AbslUnparseFlag(const WordsFlag& flag) { return absl::StrJoin(flag.values, ","); }

}  // namespace prong

ABSL_FLAG(prong::WordsFlag, word, {}, "Words.").OnUpdate(prong::AddUp<FLAGS_word>);
ABSL_FLAG(prong::WordsFlag, other, {}, "Others.").OnUpdate(prong::AddUp<FLAGS_other>);

namespace prong {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// Of each test that changes them the flags are what they were.
class RepeatedFlagTest : public testing::Test {
 protected:
  // Takes the command line as main does.
  static void Take(std::vector<const char*> arguments) {
    arguments.insert(arguments.begin(), "prong");
    ASSERT_TRUE(CheckCommandLine(static_cast<int>(arguments.size()), arguments.data()).ok());
    std::vector<char*> argv;
    for (const char* argument : arguments) argv.push_back(const_cast<char*>(argument));
    absl::ParseCommandLine(static_cast<int>(argv.size()), argv.data());
  }

  void TearDown() override {
    absl::SetFlag(&FLAGS_word, {});
    absl::SetFlag(&FLAGS_other, {});
  }
};

TEST_F(RepeatedFlagTest, IsEmptyByDefault) {
  Take({});
  EXPECT_THAT(AllOf<FLAGS_word>(), IsEmpty());
}

TEST_F(RepeatedFlagTest, HasTheValuesOfEachOccurrenceOnceAndInOrder) {
  Take({"--word=b,c", "--other=x", "--word", "a", "-word=c"});
  EXPECT_THAT(AllOf<FLAGS_word>(), ElementsAre("b", "c", "a", "c"));
  EXPECT_THAT(AllOf<FLAGS_other>(), ElementsAre("x"));
}

TEST_F(RepeatedFlagTest, IsForgottenWithTheDefault) {
  Take({"--word=a"});
  absl::SetFlag(&FLAGS_word, {});
  EXPECT_THAT(AllOf<FLAGS_word>(), IsEmpty());
  Take({"--word=b"});
  EXPECT_THAT(AllOf<FLAGS_word>(), ElementsAre("b"));
}

TEST_F(RepeatedFlagTest, ACheckAloneAddsNothing) {
  const char* const argv[] = {"prong", "--word=a", "--word=b"};
  ASSERT_TRUE(CheckCommandLine(3, argv).ok());
  EXPECT_THAT(AllOf<FLAGS_word>(), IsEmpty());
  const char* const wrong[] = {"prong", "--word=a", "--word="};
  EXPECT_FALSE(CheckCommandLine(3, wrong).ok());
  EXPECT_THAT(AllOf<FLAGS_word>(), IsEmpty());
}

}  // namespace
}  // namespace prong
