#include "tools/system_calls_document.h"

#include <fstream>
#include <iterator>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "server/system_call_rules.h"

namespace prong {
namespace {

TEST(SystemCallsDocument, IsTheFileInDocs) {
  std::ifstream stream("docs/syscalls.md", std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(stream), {}};
  EXPECT_TRUE(text == SystemCallsDocument())
      << "docs/syscalls.md is not what server/system_call_rules.cc says: bazel run "
         "//tools:system_calls";
}

TEST(SystemCallsDocument, HasARowForEachRule) {
  const std::string text = SystemCallsDocument();
  for (const SystemCallRule& rule : SystemCallRules()) {
    EXPECT_TRUE(absl::StrContains(text, absl::StrCat("\n| `", rule.name, "` | "))) << rule.name;
    EXPECT_TRUE(absl::StrContains(text, absl::StrCat(" | ", rule.purpose, " |\n"))) << rule.name;
    EXPECT_FALSE(absl::StrContains(rule.purpose, "|")) << rule.name;
  }
}

TEST(SystemCallsDocument, TellsWhatIsTheParentsAlone) {
  EXPECT_TRUE(absl::StrContains(SystemCallsDocument(), "| `clone` | with the key |  |  | "));
  EXPECT_TRUE(absl::StrContains(SystemCallsDocument(), "| `openat2` |  | yes |  | "));
  EXPECT_TRUE(absl::StrContains(SystemCallsDocument(), "| `ppoll` | yes | yes |  | "));
}

}  // namespace
}  // namespace prong
