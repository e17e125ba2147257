#include "server/error_pages.h"

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "server/response.h"
#include "server/testing.h"

namespace prong {
namespace {

constexpr absl::string_view kRemedy =
    "; name a directory that has pages such as 404.html, of at most 64 KiB, that you may read";

TEST(ReadErrorPagesTest, ReadsThePageOfEachStatusThatIsAnError) {
  const TempTree tree;
  for (const int status : ErrorStatuses()) {
    tree.AddFile(absl::StrCat(status, ".html"), absl::StrCat("page ", status));
  }
  const absl::StatusOr<ErrorPages> pages = ReadErrorPages(tree.path());
  ASSERT_TRUE(pages.ok()) << pages.status();
  EXPECT_EQ(pages->size(), ErrorStatuses().size());
  for (const int status : ErrorStatuses()) {
    EXPECT_EQ(pages->at(status), absl::StrCat("page ", status));
  }
}

TEST(ReadErrorPagesTest, WhatElseIsThereIsLeftAlone) {
  const TempTree tree;
  tree.AddFile("404.html", "lost");
  tree.AddFile("200.html", "found");
  tree.AddFile("402.html", "pay");
  tree.AddFile("50x.html", "late");
  tree.AddFile("404.htm", "old");
  tree.AddDirectory("images");
  const absl::StatusOr<ErrorPages> pages = ReadErrorPages(tree.path());
  ASSERT_TRUE(pages.ok()) << pages.status();
  EXPECT_EQ(*pages, (ErrorPages{{404, "lost"}}));
}

TEST(ReadErrorPagesTest, APageMayBeAsLargeAsItSays) {
  const TempTree tree;
  tree.AddFile("404.html", std::string(kMaxErrorPageSize, 'x'));
  const absl::StatusOr<ErrorPages> pages = ReadErrorPages(tree.path());
  ASSERT_TRUE(pages.ok()) << pages.status();
  EXPECT_EQ(pages->at(404).size(), kMaxErrorPageSize);
}

TEST(ReadErrorPagesTest, LeavesNoDescriptorOpen) {
  const TempTree tree;
  tree.AddFile("404.html", "lost");
  const auto before = OpenDescriptors();
  EXPECT_TRUE(ReadErrorPages(tree.path()).ok());
  EXPECT_EQ(OpenDescriptors(), before);
}

// One line that says which page, why, and what to do.
TEST(ReadErrorPagesTest, APageThatCannotBeUsedIsNamed) {
  const TempTree tree;
  tree.AddDirectory("none");
  tree.AddDirectory("is_directory");
  tree.AddDirectory("is_directory/404.html");
  tree.AddDirectory("empty");
  tree.AddFile("empty/500.html", "");
  tree.AddDirectory("large");
  tree.AddFile("large/404.html", std::string(kMaxErrorPageSize + 1, 'x'));
  tree.AddDirectory("fifo");
  tree.AddFifo("fifo/404.html");
  tree.AddDirectory("loop");
  tree.AddSymlink("loop/404.html", "404.html");
  tree.AddFile("file", "");
  const struct {
    absl::string_view directory;
    absl::string_view page;
    absl::string_view reason;
  } kCases[] = {
      {"none", "", "it has no page"},
      {"missing", "", "it has no page"},
      {"is_directory", "/404.html", "Is a directory"},
      {"empty", "/500.html", "it is empty"},
      {"large", "/404.html", "it is too large"},
      {"fifo", "/404.html", "it is empty"},
      {"loop", "/404.html", "Too many levels of symbolic links"},
      {"file", "/400.html", "Not a directory"},
  };
  for (const auto& c : kCases) {
    const std::string directory = tree.PathOf(c.directory);
    EXPECT_EQ(
        ReadErrorPages(directory).status().message(),
        absl::StrCat("cannot use --error_pages=", directory, c.page, ": ", c.reason, kRemedy));
  }
}

TEST(ReadErrorPagesTest, APageThatMayNotBeReadIsNamed) {
  const TempTree tree;
  tree.AddFile("404.html", "lost");
  tree.SetMode("404.html", 0);
  const ScopedUnprivileged unprivileged;
  EXPECT_EQ(ReadErrorPages(tree.path()).status().message(),
            absl::StrCat("cannot use --error_pages=", tree.PathOf("404.html"),
                         ": Permission denied", kRemedy));
}

}  // namespace
}  // namespace prong
