#include "server/directory_reader.h"

#include <sys/stat.h>

#include <cerrno>
#include <cstdint>
#include <string>

#include "absl/status/status.h"

namespace prong {

absl::StatusOr<std::optional<DirectoryEntry>> DirectoryReader::Next() {
  while (true) {
    if (begin_ == end_) {
      const absl::StatusOr<bool> filled = Fill();
      if (!filled.ok()) return filled.status();
      if (!*filled) return std::nullopt;
    }
    const auto* const read = reinterpret_cast<const dirent64*>(&buffer_[begin_]);
    begin_ += read->d_reclen;
    const absl::string_view name = read->d_name;
    if (name == "." || name == "..") continue;
    absl::StatusOr<std::optional<DirectoryEntry>> entry = Describe(read->d_name);
    if (!entry.ok() || entry->has_value()) return entry;
  }
}

absl::StatusOr<bool> DirectoryReader::Fill() {
  const ssize_t size = getdents64(directory_, buffer_.data(), buffer_.size());
  if (size < 0) return absl::ErrnoToStatus(errno, "getdents64");
  begin_ = 0;
  end_ = static_cast<size_t>(size);
  return size > 0;
}

absl::StatusOr<std::optional<DirectoryEntry>> DirectoryReader::Describe(const char* name) const {
  const absl::StatusOr<struct stat> status = root_.StatusOf(directory_, path_, name);
  if (absl::IsNotFound(status.status()) || absl::IsPermissionDenied(status.status())) {
    return std::nullopt;
  }
  if (!status.ok()) return status.status();
  if (S_ISDIR(status->st_mode)) {
    return DirectoryEntry{name, true, 0, status->st_mtim.tv_sec};
  }
  if (!S_ISREG(status->st_mode)) return std::nullopt;
  return DirectoryEntry{name, false, static_cast<uint64_t>(status->st_size),
                        status->st_mtim.tv_sec};
}

}  // namespace prong
