#include "tools/differences_document.h"

#include <fstream>
#include <iterator>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "fuzz/known_differences.h"
#include "gtest/gtest.h"

namespace prong {
namespace {

TEST(DifferencesDocument, IsTheFileInDocs) {
  std::ifstream stream("docs/differences.md", std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(stream), {}};
  EXPECT_TRUE(text == DifferencesDocument())
      << "docs/differences.md is not what fuzz/known_differences.cc says: "
         "bazel run //tools:differences";
}

TEST(DifferencesDocument, HasARowForEachDifference) {
  const std::string text = DifferencesDocument();
  for (const KnownDifference& known : KnownDifferences()) {
    EXPECT_TRUE(
        absl::StrContains(text, absl::StrCat(" | ", known.sentence, " | [", known.reference, "]")))
        << known.seed;
    EXPECT_TRUE(absl::StrContains(text, absl::StrCat(" | `", known.seed, "` |\n")));
  }
}

TEST(DifferencesDocument, SaysWhatIsRefusedByWhichNumber) {
  EXPECT_TRUE(absl::StrContains(DifferencesDocument(), "\n| 10 | both | LF alone ends a line. |"));
}

TEST(DifferencesDocument, SaysWhatIsAcceptedInWhichAspect) {
  EXPECT_TRUE(absl::StrContains(DifferencesDocument(), "\n| persistence | http-parser | "));
}

}  // namespace
}  // namespace prong
