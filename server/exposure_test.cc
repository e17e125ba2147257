#include "server/exposure.h"

#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "server/options.h"
#include "server/testing.h"

namespace prong {
namespace {

DocumentRootOptions OptionsFor(absl::string_view path) {
  DocumentRootOptions options;
  options.path = std::string(path);
  return options;
}

TEST(CheckRootDirectoryTest, RefusesTheRootOfTheFileSystemByEveryName) {
  const TempTree tree;
  tree.AddSymlink("link", "/");
  for (const std::string& path :
       {std::string("/"), std::string("//"), std::string("/."), std::string("/.."),
        std::string("/proc/.."), tree.PathOf("link")}) {
    const absl::Status status = CheckRootDirectory(OptionsFor(path));
    EXPECT_TRUE(absl::IsInvalidArgument(status)) << path;
    EXPECT_EQ(status.message(),
              absl::StrCat("--root=", path,
                           " is the root of the file system; name a directory below it, or say "
                           "--allow_root_directory to serve every file that this user may read"));
  }
}

TEST(CheckRootDirectoryTest, TakesWhatIsBelowAndLeavesTheRestToOthers) {
  const TempTree tree;
  tree.AddFile("file", "");
  for (const std::string& path :
       {tree.path(), std::string("/proc"), tree.PathOf("file"), tree.PathOf("missing")}) {
    EXPECT_TRUE(CheckRootDirectory(OptionsFor(path)).ok()) << path;
  }
}

TEST(CheckRootDirectoryTest, TakesWhatIsMeant) {
  DocumentRootOptions options = OptionsFor("/");
  options.allow_root_directory = true;
  EXPECT_TRUE(CheckRootDirectory(options).ok());
}

TEST(ExposureWarningTest, SaysWhatIsShown) {
  const TempTree tree;
  DocumentRootOptions options = OptionsFor(tree.path());
  const std::string start = absl::StrCat(
      "warning: other machines can reach http://0.0.0.0:80/ and what is in ", tree.path(), ": ");
  const auto warning = [&options] { return ExposureWarning("http://0.0.0.0:80/", options); };
  EXPECT_EQ(warning(), start + "0 entries at the top, directory listing off, dotfiles off");
  tree.AddFile("file", "");
  EXPECT_EQ(warning(), start + "1 entry at the top, directory listing off, dotfiles off");
  tree.AddDirectory("d");
  tree.AddFile("d/below", "");
  tree.AddFile(".hidden", "");
  EXPECT_EQ(warning(), start + "2 entries at the top, directory listing off, dotfiles off");
  options.dotfiles = options.directory_listing = true;
  EXPECT_EQ(warning(), start + "3 entries at the top, directory listing on, dotfiles on");
}

}  // namespace
}  // namespace prong
