#include "server/error_pages.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "server/response.h"
#include "server/unique_fd.h"

namespace prong {
namespace {

constexpr absl::string_view kRemedy =
    "; name a directory that has pages such as 404.html, of at most 64 KiB, that you may read";

absl::Status Unusable(const std::string& path, absl::string_view reason) {
  return absl::FailedPreconditionError(
      absl::StrCat("cannot use --error_pages=", path, ": ", reason, kRemedy));
}

absl::StatusOr<std::string> ReadPage(const std::string& path, int fd) {
  std::string page(kMaxErrorPageSize + 1, '\0');
  size_t filled = 0;
  ssize_t got = 1;
  while (got != 0 && filled < page.size()) {
    got = read(fd, &page[filled], page.size() - filled);
    if (got < 0 && errno != EINTR) return Unusable(path, strerror(errno));
    filled += static_cast<size_t>(std::max<ssize_t>(got, 0));
  }
  if (filled == 0) return Unusable(path, "it is empty");
  if (filled > kMaxErrorPageSize) return Unusable(path, "it is too large");
  page.resize(filled);
  return page;
}

}  // namespace

absl::StatusOr<ErrorPages> ReadErrorPages(const std::string& directory) {
  ErrorPages pages;
  for (const int status : ErrorStatuses()) {
    const std::string path = absl::StrCat(directory, "/", status, ".html");
    // O_NONBLOCK: opening a FIFO does not wait for its other end.
    const UniqueFd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
    if (!fd.valid() && errno == ENOENT) continue;
    if (!fd.valid()) return Unusable(path, strerror(errno));
    absl::StatusOr<std::string> page = ReadPage(path, fd.get());
    if (!page.ok()) return page.status();
    pages[status] = *std::move(page);
  }
  if (pages.empty()) return Unusable(directory, "it has no page");
  return pages;
}

}  // namespace prong
