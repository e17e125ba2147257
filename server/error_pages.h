// Pages of the operator's for responses that are errors: 404.html and so on in a directory.

#ifndef PRONG_SERVER_ERROR_PAGES_H_
#define PRONG_SERVER_ERROR_PAGES_H_

#include <cstddef>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"

namespace prong {

// The most of a page, in bytes: each is in the memory of every process.
inline constexpr size_t kMaxErrorPageSize = 64 * 1024;

using ErrorPages = absl::flat_hash_map<int, std::string>;  // by status

// Reads from `directory` what is there for the statuses of ErrorStatuses(). They are read
// once: a child opens no file for them. The error says what to do about it.
absl::StatusOr<ErrorPages> ReadErrorPages(const std::string& directory);

}  // namespace prong

#endif  // PRONG_SERVER_ERROR_PAGES_H_
