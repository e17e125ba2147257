// An entry of a directory, as a listing shows it.

#ifndef PRONG_SERVER_DIRECTORY_ENTRY_H_
#define PRONG_SERVER_DIRECTORY_ENTRY_H_

#include <cstdint>

#include "absl/strings/string_view.h"

namespace prong {

struct DirectoryEntry {
  absl::string_view name;  // not empty; any byte but NUL and the slash
  bool is_directory = false;
  uint64_t size = 0;     // bytes; of a directory it says nothing
  int64_t modified = 0;  // seconds since 1970
};

}  // namespace prong

#endif  // PRONG_SERVER_DIRECTORY_ENTRY_H_
