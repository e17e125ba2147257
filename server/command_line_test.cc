#include "server/command_line.h"

#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

ABSL_FLAG(int, number, 1, "A flag with a value.");
ABSL_FLAG(bool, choice, false, "A flag that is true or false.");

namespace prong {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

absl::Status Check(const std::vector<const char*>& arguments) {
  std::vector<const char*> argv = {"prong"};
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  return CheckCommandLine(static_cast<int>(argv.size()), argv.data());
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
      {"--number=2", "--choice", "--number=3"},
  };
  for (const auto& line : lines) EXPECT_TRUE(Check(line).ok()) << Check(line);
}

TEST(CheckCommandLine, LeavesTheFlagsOfAbseilToAbseil) {
  for (const char* flag : {"--help", "--helpfull", "--helpon=main", "--version"}) {
    EXPECT_TRUE(Check({flag}).ok()) << Check({flag});
  }
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
      {{"--number=2", "-number"}, "-number", "-number=VALUE"},
      {{"--choice=maybe"}, "maybe", "give true or false"},
      {{"--choice", "true"}, "true", "--root=DIRECTORY"},
      {{"directory"}, "directory", "--root=DIRECTORY"},
      {{"--number=2", "directory"}, "directory", "--root=DIRECTORY"},
      {{""}, "''", "--root=DIRECTORY"},
      {{"-"}, "'-'", "--root=DIRECTORY"},
      {{"--"}, "'--'", "--root=DIRECTORY"},
  };
  for (const Row& row : rows) {
    const absl::Status status = Check(row.arguments);
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_THAT(std::string(status.message()),
                AllOf(HasSubstr(row.names), HasSubstr(row.advice), Not(HasSubstr("\n"))));
  }
}

TEST(CheckCommandLine, NamesTheFlagOfABadValue) {
  for (const std::vector<const char*>& line :
       {std::vector<const char*>{"--number=x"}, std::vector<const char*>{"--number", "x"}}) {
    EXPECT_THAT(std::string(Check(line).message()), AllOf(HasSubstr("'x'"), HasSubstr("'number'")));
  }
}

}  // namespace
}  // namespace prong
