#include "server/directory_reader.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <map>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "server/testing.h"
#include "server/unique_fd.h"

namespace prong {
namespace {

class DirectoryReaderTest : public testing::Test {
 protected:
  DirectoryReaderTest() { tree_.AddDirectory("root"); }

  // All entries of the directory `path`: by name, "/" or the size.
  std::map<std::string, std::string> Read(absl::string_view path, bool dotfiles = false,
                                          bool follow_symlinks = false) const {
    const absl::StatusOr<DocumentRoot> root =
        DocumentRoot::Open({tree_.PathOf("root"), dotfiles, follow_symlinks, true});
    const std::string full = tree_.PathOf(absl::StrCat("root/", path));
    const UniqueFd directory(open(full.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    DirectoryReader reader(*root, directory.get(), path);
    const auto before = OpenDescriptors();
    std::map<std::string, std::string> entries;
    while (true) {
      const absl::StatusOr<std::optional<DirectoryEntry>> entry = reader.Next();
      EXPECT_TRUE(entry.ok()) << entry.status();
      if (!entry.ok() || !entry->has_value()) break;
      const bool is_new =
          entries
              .emplace((*entry)->name, (*entry)->is_directory ? "/" : absl::StrCat((*entry)->size))
              .second;
      EXPECT_TRUE(is_new) << (*entry)->name;
    }
    EXPECT_EQ(OpenDescriptors(), before);
    return entries;
  }

  using Entries = std::map<std::string, std::string>;

  TempTree tree_;
};

TEST_F(DirectoryReaderTest, FilesAndDirectoriesAreEntries) {
  tree_.AddFile("root/file", "1234");
  tree_.AddFile("root/empty", "");
  tree_.AddFile("root/\xff\r\n\"<b>", "12");
  tree_.AddDirectory("root/d");
  tree_.AddFile("root/d/below", "1");
  EXPECT_EQ(Read(""), (Entries{{"file", "4"}, {"empty", "0"}, {"\xff\r\n\"<b>", "2"}, {"d", "/"}}));
  EXPECT_EQ(Read("d"), (Entries{{"below", "1"}}));
}

TEST_F(DirectoryReaderTest, AnEmptyDirectoryHasNone) { EXPECT_EQ(Read(""), Entries()); }

TEST_F(DirectoryReaderTest, WhatAGetWouldRefuseForItsKindIsNone) {
  tree_.AddFifo("root/fifo");
  tree_.AddSocket("root/socket");
  tree_.AddFile("root/file", "1");
  EXPECT_EQ(Read(""), (Entries{{"file", "1"}}));
}

TEST_F(DirectoryReaderTest, NamesThatBeginWithADotAreEntriesOnlyIfTheyAreServed) {
  tree_.AddFile("root/.hidden", "12");
  tree_.AddDirectory("root/.git");
  tree_.AddFile("root/a.b.", "1");
  EXPECT_EQ(Read(""), (Entries{{"a.b.", "1"}}));
  EXPECT_EQ(Read("", true), (Entries{{"a.b.", "1"}, {".hidden", "2"}, {".git", "/"}}));
}

TEST_F(DirectoryReaderTest, SymbolicLinksAreEntriesOnlyIfTheyAreFollowed) {
  tree_.AddFile("outside", "secret");
  tree_.AddDirectory("root/d");
  tree_.AddFile("root/d/file", "12");
  tree_.AddFifo("root/d/fifo");
  tree_.AddSymlink("root/d/near", "file");
  tree_.AddSymlink("root/d/up", "..");
  tree_.AddSymlink("root/d/over", "../d/file");
  tree_.AddSymlink("root/d/out", "../../outside");
  tree_.AddSymlink("root/d/absolute", tree_.PathOf("root/d/file"));
  tree_.AddSymlink("root/d/nowhere", "nowhere else");
  tree_.AddSymlink("root/d/loop", "loop");
  tree_.AddSymlink("root/d/to_fifo", "fifo");
  tree_.AddSymlink("root/d/magic", "/proc/self/exe");
  EXPECT_EQ(Read("d"), (Entries{{"file", "2"}}));
  EXPECT_EQ(Read("d", false, true),
            (Entries{{"file", "2"}, {"near", "2"}, {"up", "/"}, {"over", "2"}}));
  tree_.AddSymlink("root/top", "d/file");
  EXPECT_EQ(Read("", false, true), (Entries{{"d", "/"}, {"top", "2"}}));
}

TEST_F(DirectoryReaderTest, ManyEntriesAreReadInSeveralPieces) {
  Entries expected;
  for (int i = 0; i < 3000; ++i) {
    const std::string name = absl::StrCat("a name of some length ", i);
    tree_.AddFile(absl::StrCat("root/", name), "");
    expected[name] = "0";
  }
  EXPECT_EQ(Read(""), expected);
}

TEST_F(DirectoryReaderTest, TheTimeIsThatOfModification) {
  tree_.AddFile("root/old", "");
  const timespec times[] = {{1, 0}, {-86400, 0}};
  ASSERT_EQ(utimensat(AT_FDCWD, tree_.PathOf("root/old").c_str(), times, 0), 0);
  const absl::StatusOr<DocumentRoot> root =
      DocumentRoot::Open({tree_.PathOf("root"), false, false, true});
  const UniqueFd directory(open(tree_.PathOf("root").c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  DirectoryReader reader(*root, directory.get(), "");
  const absl::StatusOr<std::optional<DirectoryEntry>> entry = reader.Next();
  ASSERT_TRUE(entry.ok() && entry->has_value());
  EXPECT_EQ((*entry)->modified, -86400);
}

TEST_F(DirectoryReaderTest, WhatIsNoDirectoryIsAnErrorAndNotAnEmptyOne) {
  tree_.AddFile("root/file", "");
  const absl::StatusOr<DocumentRoot> root =
      DocumentRoot::Open({tree_.PathOf("root"), false, false, true});
  const UniqueFd file(open(tree_.PathOf("root/file").c_str(), O_RDONLY | O_CLOEXEC));
  DirectoryReader reader(*root, file.get(), "");
  EXPECT_FALSE(reader.Next().ok());
}

// Entries of a directory that may be read but not searched would all be refused.
TEST_F(DirectoryReaderTest, WhatMayNotBeSearchedHasNone) {
  tree_.AddDirectory("root/d");
  tree_.AddFile("root/d/file", "1");
  tree_.SetMode("root/d", 0400);
  {
    const ScopedUnprivileged unprivileged;
    EXPECT_EQ(Read("d"), Entries());
  }
  tree_.SetMode("root/d", 0700);
}

}  // namespace
}  // namespace prong
