#include "server/report.h"

#include <unistd.h>

#include <string>

#include "absl/strings/str_cat.h"

namespace prong {

void Report(absl::string_view message) {
  const std::string line = absl::StrCat("prong: ", message, "\n");
  [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, line.data(), line.size());
}

}  // namespace prong
