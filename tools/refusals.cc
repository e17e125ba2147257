// Writes docs/refusals.md anew:
//
//   bazel run //tools:refusals

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <string>

#include "tools/refusals_document.h"

int main() {
  const char* const workspace = std::getenv("BUILD_WORKSPACE_DIRECTORY");
  if (workspace == nullptr) {
    std::cerr << "refusals: run it by `bazel run //tools:refusals`, which says where to write\n";
    return 1;
  }
  const std::string path = std::string(workspace) + "/docs/refusals.md";
  std::ofstream file(path, std::ios::binary);
  file << prong::RefusalsDocument();
  if (!file.flush()) {
    std::cerr << "refusals: cannot write " << path << "\n";
    return 1;
  }
  return 0;
}
