// The document root: where request targets become open files.
//
//   absl::StatusOr<DocumentRoot> root = DocumentRoot::Open(options);
//   absl::StatusOr<Resource> resource = root->Find(request.target);
//
// The kernel keeps what is opened beneath the root, by openat2(2) with
// RESOLVE_BENEATH: no path is compared here. The root is a descriptor: if its
// directory is renamed or replaced, the one that was opened is still served.

#ifndef PRONG_SERVER_DOCUMENT_ROOT_H_
#define PRONG_SERVER_DOCUMENT_ROOT_H_

#include <cstdint>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "parser/request.h"
#include "server/options.h"
#include "server/unique_fd.h"

namespace prong {

// What a target names.
struct Resource {
  enum class Kind {
    kFile,
    kDirectoryWithoutSlash,  // a directory, by a path that does not end in a slash
  };

  Kind kind = Kind::kFile;

  // The rest is for kFile only.
  UniqueFd fd;                   // a regular file, open for reading
  uint64_t size = 0;             // bytes, when it was opened
  int64_t modified = 0;          // seconds since 1970, when it was opened
  std::string tag;               // another for each content: inode, size, and time in nanoseconds
  absl::string_view media_type;  // of static storage
};

class DocumentRoot {
 public:
  // Opens the directory `options.path`. The error says what to do about it.
  static absl::StatusOr<DocumentRoot> Open(const DocumentRootOptions& options);

  // Opens the regular file that `target` names, or the index.html of the directory
  // that it names. Never blocks on what it opens.
  //
  // Errors: NotFound, also for what is neither file nor directory and for hidden
  // names; PermissionDenied, also for symbolic links and for a directory without
  // index.html; Unavailable for a shortage of descriptors or memory; Internal for
  // any other failure of the file system.
  //
  // REQUIRES: the form of `target` is origin-form or absolute-form.
  absl::StatusOr<Resource> Find(const RequestTarget& target) const;

 private:
  DocumentRoot(UniqueFd fd, const DocumentRootOptions& options)
      : fd_(std::move(fd)),
        dotfiles_(options.dotfiles),
        follow_symlinks_(options.follow_symlinks) {}

  // `path` is relative to the root; empty is the root itself.
  UniqueFd OpenBeneath(const std::string& path, uint64_t flags) const;  // errno if it fails
  absl::Status CheckDirectory(const std::string& path) const;           // NotFound if it is none

  // A regular file, or kDirectoryWithoutSlash.
  absl::StatusOr<Resource> OpenFile(const std::string& path) const;

  UniqueFd fd_;
  bool dotfiles_;
  bool follow_symlinks_;
};

}  // namespace prong

#endif  // PRONG_SERVER_DOCUMENT_ROOT_H_
