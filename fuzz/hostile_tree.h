// A document root of the kind that servers get wrong, and what there is to say of
// each of its names without asking the code that serves it.
//
//   HostileTree tree;
//   tree.Look({path: "out"})  // kSymlink: a link to the canary, outside of the root
//
// Made once for a process, as making it takes longer than a thousand connections,
// and removed when the process ends, unless it crashes.

#ifndef PRONG_FUZZ_HOSTILE_TREE_H_
#define PRONG_FUZZ_HOSTILE_TREE_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "parser/request.h"
#include "server/testing.h"

namespace prong {

// What is in files that must not be sent: outside of the root, or hidden. It has a
// line feed, so that no request can hold it and no answer quote it.
inline constexpr absl::string_view kCanary = "\nnobody may be sent this\n";

class HostileTree {
 public:
  HostileTree();

  // The document root; what it is beside has the canary.
  std::string root() const { return tree_.PathOf("root"); }

  // What a target names.
  enum class Kind {
    kFile,       // `content`, and the rest of what is said of it
    kDirectory,  // without an index, or by a name that does not end in a slash
    kSymlink,    // a symbolic link is in the way
    kNothing,    // not there, or not to be told from that: hidden, no file
  };
  struct Named {
    Kind kind = Kind::kNothing;
    absl::string_view content = {};
    absl::string_view media_type = {};
    int64_t modified = 0;  // seconds since 1970
    std::string tag = {};
    absl::string_view coding = {};  // that `content` is in, as Content-Encoding has it
    std::string path = {};          // of a file, below the root
  };
  Named Look(const RequestTarget& target) const;

  // `file`, or what there is of it in the content coding `coding` by the name that ends in
  // `suffix`; nothing if there is no such file.
  std::optional<Named> InCoding(const Named& file, absl::string_view coding,
                                absl::string_view suffix) const;

  // What a listing of the directory `path` has to show: names in their order, those of
  // directories first and with a slash at their end.
  std::vector<std::string> List(absl::string_view path) const;

  // Whether `content` is all of a file that may be sent.
  bool Publishes(absl::string_view content) const;

 private:
  void AddFile(absl::string_view name, std::string content,
               absl::string_view media_type = "application/octet-stream");
  void SetModified(absl::string_view name, int64_t modified);
  void AddDirectory(absl::string_view name);
  void AddSymlink(absl::string_view name, absl::string_view target);
  void AddFifo(absl::string_view name);
  void AddSocket(absl::string_view name);

  void AddFiles();
  void AddTypesAndDates();
  void AddOddNames();
  void AddListed();
  void AddCoded();
  void AddSpecialFiles();
  void AddSymlinks();

  // What the kernel comes to if it walks along `path`.
  Named Walk(absl::string_view path) const;

  TempTree tree_;
  std::map<std::string, Named, std::less<>> names_;  // what was added to the root
  std::map<std::string, std::string> contents_;      // of its files
};

}  // namespace prong

#endif  // PRONG_FUZZ_HOSTILE_TREE_H_
