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

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "parser/request.h"
#include "server/content_coding.h"
#include "server/options.h"
#include "server/unique_fd.h"

namespace prong {

// What tells the contents of files apart: inode, size, and time in nanoseconds, in hexadecimal
// digits. Not a std::string, which would be the one allocation of a child that sends a file.
class FileTag {
 public:
  static constexpr size_t kMaxSize = 64;  // three numbers of 64 bits, one below 1e9, and 3 others

  // REQUIRES: it is no longer than kMaxSize then.
  void Append(absl::string_view text) {
    std::copy(text.begin(), text.end(), text_.begin() + size_);
    size_ += text.size();
  }

  absl::string_view text() const { return {text_.data(), size_}; }

 private:
  std::array<char, kMaxSize> text_ = {};
  size_t size_ = 0;
};

// What a target names.
struct Resource {
  enum class Kind {
    kFile,
    kDirectory,              // one without an index, by a path that ends in a slash: for a listing
    kDirectoryWithoutSlash,  // a directory, by a path that does not end in a slash
  };

  Kind kind = Kind::kFile;

  UniqueFd fd;  // a regular file, or the directory of kDirectory, open for reading

  // The rest is for kFile only.
  uint64_t size = 0;     // bytes, when it was opened
  int64_t modified = 0;  // seconds since 1970, when it was opened
  FileTag tag;
  absl::string_view media_type;  // of static storage, and without the content coding

  // The content coding that the file is kept in, of static storage; empty for none.
  absl::string_view content_coding;
};

class DocumentRoot {
 public:
  // Opens the directory `options.path`. The error says what to do about it.
  static absl::StatusOr<DocumentRoot> Open(const DocumentRootOptions& options);

  int fd() const { return fd_.get(); }

  // Opens the regular file that `target` names, or the index.html of the directory
  // that it names, or that directory if it has none and directories are listed. Where a
  // file is beside it that has the suffix of one of `codings`, that is opened instead: of
  // the first of them. With spa_fallback, what is not found is the root's index.html, but
  // for names with a dot, of files and hidden ones. Never blocks on what it opens.
  //
  // Errors: NotFound, also for what is neither file nor directory and for hidden
  // names; PermissionDenied, also for symbolic links and for a directory without
  // index.html that is not listed; Unavailable for a shortage of descriptors or memory; Internal
  // for any other failure of the file system.
  //
  // REQUIRES: the form of `target` is origin-form or absolute-form.
  absl::StatusOr<Resource> Find(const RequestTarget& target, const ContentCodings& codings) const;

  // What Find would come to by the entry `name` of `directory`, which is open and whose
  // path is `path`, before it looks at kind and permissions: by stat(2), of a symbolic
  // link the file that it leads to. Errors: as Find's.
  absl::StatusOr<struct stat> StatusOf(int directory, absl::string_view path,
                                       const char* name) const;

 private:
  DocumentRoot(UniqueFd fd, const DocumentRootOptions& options)
      : fd_(std::move(fd)),
        dotfiles_(options.dotfiles),
        follow_symlinks_(options.follow_symlinks),
        directory_listing_(options.directory_listing),
        spa_fallback_(options.spa_fallback) {}

  // `path` is relative to the root; empty is the root itself.
  UniqueFd OpenBeneath(const std::string& path, uint64_t flags) const;  // errno if it fails
  absl::Status CheckDirectory(const std::string& path) const;           // NotFound if it is none

  absl::StatusOr<Resource> FindPath(const RequestTarget& target,
                                    const ContentCodings& codings) const;

  // A regular file, or kDirectoryWithoutSlash.
  absl::StatusOr<Resource> OpenFile(const std::string& path, const ContentCodings& codings) const;
  absl::StatusOr<Resource> OpenExactly(const std::string& path) const;

  absl::StatusOr<Resource> OpenDirectory(const std::string& path) const;

  UniqueFd fd_;
  bool dotfiles_;
  bool follow_symlinks_;
  bool directory_listing_;
  bool spa_fallback_;
};

}  // namespace prong

#endif  // PRONG_SERVER_DOCUMENT_ROOT_H_
