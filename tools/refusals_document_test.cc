#include "tools/refusals_document.h"

#include <fstream>
#include <iterator>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "parser/rejection.h"

namespace prong {
namespace {

TEST(RefusalsDocument, IsTheFileInDocs) {
  std::ifstream stream("docs/refusals.md", std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(stream), {}};
  EXPECT_TRUE(text == RefusalsDocument())
      << "docs/refusals.md is not what parser/rejection.cc says: bazel run //tools:refusals";
}

TEST(RefusalsDocument, HasARowForEachRejection) {
  const std::string text = RefusalsDocument();
  for (const RejectionInfo& info : AllRejections()) {
    EXPECT_TRUE(absl::StrContains(
        text, absl::StrCat("\n| ", info.number(), " | ", info.status, " | ", info.sentence, " |")));
  }
}

TEST(RefusalsDocument, LinksToTheClause) {
  EXPECT_TRUE(absl::StrContains(
      RefusalsDocument(),
      "| [RFC 9112 section 2.2](https://www.rfc-editor.org/rfc/rfc9112.html#section-2.2) |\n"));
}

// A bar would end its cell.
TEST(RefusalsDocument, HasNoBarWithinACell) {
  for (const RejectionInfo& info : AllRejections()) {
    EXPECT_FALSE(absl::StrContains(info.sentence, "|")) << info.number();
  }
}

}  // namespace
}  // namespace prong
