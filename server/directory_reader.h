// The entries of a directory that a client may ask for, in the order in which the file
// system has them; see getdents(2).
//
//   DirectoryReader reader(root, directory, path);
//   absl::StatusOr<std::optional<DirectoryEntry>> entry = reader.Next();

#ifndef PRONG_SERVER_DIRECTORY_READER_H_
#define PRONG_SERVER_DIRECTORY_READER_H_

#include <dirent.h>

#include <array>
#include <cstddef>
#include <optional>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "server/directory_entry.h"
#include "server/document_root.h"

namespace prong {

class DirectoryReader {
 public:
  // Borrows all three: `directory` is open for reading and has not been read, and `path`
  // is its path from `root`, without a slash at its end.
  DirectoryReader(const DocumentRoot& root, int directory, absl::string_view path)
      : root_(root), directory_(directory), path_(path) {}
  DirectoryReader(const DirectoryReader&) = delete;
  DirectoryReader& operator=(const DirectoryReader&) = delete;

  // The next entry, whose name is valid until the next call, or nothing behind the last.
  //
  // Passed over is what a GET would refuse for its name or its kind: names that begin with
  // a dot, unless they are served; what is neither file nor directory; symbolic links that
  // are not followed, or lead out of the root or nowhere; and what has gone since the
  // directory was read. Whether a file may be read is not looked at.
  //
  // An error, if the directory or one of its entries cannot be looked at: what follows is
  // not known.
  absl::StatusOr<std::optional<DirectoryEntry>> Next();

 private:
  // Reads more names. False at the end of the directory.
  absl::StatusOr<bool> Fill();

  absl::StatusOr<std::optional<DirectoryEntry>> Describe(const char* name) const;

  const DocumentRoot& root_;
  int directory_;
  absl::string_view path_;

  // buffer_[begin_, end_) has been read and not been used.
  size_t begin_ = 0;
  size_t end_ = 0;
  alignas(dirent64) std::array<char, 32 * 1024> buffer_;
};

}  // namespace prong

#endif  // PRONG_SERVER_DIRECTORY_READER_H_
