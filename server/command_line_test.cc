#include "server/command_line.h"

#include <optional>
#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

ABSL_FLAG(int, number, 1, "A flag with a value.");
ABSL_FLAG(std::optional<int>, rest, std::nullopt, "A flag that may be without a value.");
ABSL_FLAG(std::string, text, "", "A flag whose value may be empty.");
ABSL_FLAG(bool, choice, false, "A flag that is true or false.");

namespace prong {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

absl::StatusOr<std::vector<absl::string_view>> Check(const std::vector<const char*>& arguments) {
  std::vector<const char*> argv = {"prong"};
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  return CheckCommandLine(static_cast<int>(argv.size()), argv.data());
}

// The arguments that are no flags, or what is wrong.
std::vector<absl::string_view> Others(const std::vector<const char*>& arguments) {
  const auto others = Check(arguments);
  EXPECT_TRUE(others.ok()) << others.status();
  return others.value_or(std::vector<absl::string_view>{"an error"});
}

TEST(CheckCommandLine, TakesEveryWayToWriteAFlag) {
  const std::vector<const char*> lines[] = {
      {},
      {"--number=2"},
      {"-number=2"},
      {"--number", "2"},
      {"-number", "-2"},
      {"--choice"},
      {"--nochoice"},
      {"--choice=true"},
      {"--choice=0"},
      {"--text="},
      {"--text", ""},
      {"--number=2", "--choice", "--number=3"},
  };
  for (const auto& line : lines) EXPECT_THAT(Others(line), IsEmpty());
}

TEST(CheckCommandLine, LeavesTheFlagsOfAbseilToAbseil) {
  for (const char* flag : {"--help", "--helpfull", "--helpon=main", "--version"}) {
    EXPECT_THAT(Others({flag}), IsEmpty());
  }
}

TEST(CheckCommandLine, LeavesFlagsAtTheirDefaults) {
  EXPECT_THAT(Others({"--number=2", "--choice=true", "--rest=3", "--text=a"}), IsEmpty());
  EXPECT_EQ(absl::GetFlag(FLAGS_number), 1);
  EXPECT_FALSE(absl::GetFlag(FLAGS_choice));
  EXPECT_EQ(absl::GetFlag(FLAGS_rest), std::nullopt);
  EXPECT_EQ(absl::GetFlag(FLAGS_text), "");
}

TEST(CheckCommandLine, ReturnsWhatIsNoFlag) {
  EXPECT_THAT(Others({"--choice", "true"}), ElementsAre("true"));
  EXPECT_THAT(Others({"one", "--number", "2", "two"}), ElementsAre("one", "two"));
  EXPECT_THAT(Others({"", "-", "--"}), ElementsAre("", "-", "--"));
}

struct Row {
  std::vector<const char*> arguments;
  const char* names;   // what the message names
  const char* advice;  // what it says to do
};

TEST(CheckCommandLine, SaysWhatIsWrongAndWhatToDo) {
  const Row rows[] = {
      {{"--nubmer=2"}, "--nubmer=2", "see --help"},
      {{"--nubmer"}, "--nubmer", "see --help"},
      {{"--nonumber"}, "--nonumber", "see --help"},
      {{"--nochoice=true"}, "--nochoice=true", "see --help"},
      {{"--=2"}, "--=2", "see --help"},
      {{"--number"}, "--number", "--number=VALUE"},
      {{"--number=2", "-number"}, "--number", "--number=VALUE"},
      {{"--number="}, "'number'", ""},
      {{"--rest="}, "--rest", "--rest=VALUE"},
      {{"--rest", ""}, "--rest", "--rest=VALUE"},
      {{"--choice=maybe"}, "maybe", "give true or false"},
  };
  for (const Row& row : rows) {
    const absl::Status status = Check(row.arguments).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_THAT(std::string(status.message()),
                AllOf(HasSubstr(row.names), HasSubstr(row.advice), Not(HasSubstr("\n"))));
  }
}

TEST(CheckCommandLine, NamesTheFlagOfABadValue) {
  for (const std::vector<const char*>& line :
       {std::vector<const char*>{"--number=x"}, std::vector<const char*>{"--number", "x"}}) {
    EXPECT_THAT(std::string(Check(line).status().message()),
                AllOf(HasSubstr("'x'"), HasSubstr("'number'")));
  }
}

}  // namespace
}  // namespace prong
