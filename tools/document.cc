#include "tools/document.h"

#include <cstdlib>
#include <fstream>
#include <iostream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

namespace prong {

std::string LinkToClause(absl::string_view reference) {
  const std::string place =
      absl::StrReplaceAll(reference, {{"RFC ", "rfc"}, {" section ", ".html#section-"}});
  return absl::StrCat("[", reference, "](https://www.rfc-editor.org/rfc/", place, ")");
}

int WriteDocument(absl::string_view name, absl::string_view text) {
  const char* const workspace = std::getenv("BUILD_WORKSPACE_DIRECTORY");
  if (workspace == nullptr) {
    std::cerr << "run it by `bazel run`, which says where to write docs/" << name << "\n";
    return 1;
  }
  const std::string path = absl::StrCat(workspace, "/docs/", name);
  std::ofstream file(path, std::ios::binary);
  file << text;
  if (!file.flush()) {
    std::cerr << "cannot write " << path << "\n";
    return 1;
  }
  return 0;
}

}  // namespace prong
