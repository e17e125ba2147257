#include "server/exposure.h"

#include <cstdint>
#include <filesystem>
#include <system_error>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace prong {
namespace {

int64_t CountEntries(const DocumentRootOptions& options) {
  int64_t entries = 0;
  std::error_code error;
  std::filesystem::directory_iterator entry(options.path, error);
  for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    const bool is_hidden = absl::StartsWith(entry->path().filename().native(), ".");
    if (options.dotfiles || !is_hidden) ++entries;
  }
  return entries;
}

}  // namespace

absl::Status CheckRootDirectory(const DocumentRootOptions& options) {
  std::error_code ignored;  // what is not there is another's to say
  const bool is_root = std::filesystem::equivalent(options.path, "/", ignored);
  if (!is_root || options.allow_root_directory) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("--root=", options.path,
                   " is the root of the file system; name a directory below it, or say "
                   "--allow_root_directory to serve every file that this user may read"));
}

std::string ExposureWarning(const std::string& url, const DocumentRootOptions& options) {
  const int64_t entries = CountEntries(options);
  return absl::StrCat("warning: other machines can reach ", url, " and what is in ", options.path,
                      ": ", entries, entries == 1 ? " entry" : " entries",
                      " at the top, directory listing ", options.directory_listing ? "on" : "off",
                      ", dotfiles ", options.dotfiles ? "on" : "off");
}

}  // namespace prong
