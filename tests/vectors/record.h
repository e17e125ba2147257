// The notation of the test vectors, README.md beside this file: records of keys
// and values. What a key means is for vectors.h.

#ifndef PRONG_TESTS_VECTORS_RECORD_H_
#define PRONG_TESTS_VECTORS_RECORD_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace prong {

// A key and its value: bytes if it was written as strings, else words joined by
// single spaces.
struct Entry {
  std::string key;
  int line = 0;
  std::optional<std::string> bytes;
  std::string words;
};

// Never empty.
struct Record {
  std::string file;
  std::vector<Entry> entries;
};

// An error about a line of a vector file: "FILE:LINE: MESSAGE".
absl::Status ErrorAt(absl::string_view file, int line, absl::string_view message);

// The records of `text`, which is all of the file called `file`.
absl::StatusOr<std::vector<Record>> ParseRecords(absl::string_view file, absl::string_view text);

}  // namespace prong

#endif  // PRONG_TESTS_VECTORS_RECORD_H_
