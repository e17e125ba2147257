// The body of a listing, made piece by piece while it is sent.
//
//   ListingBody body(root, directory, listing);
//   while (...) absl::StatusOr<std::string> piece = body.Next();

#ifndef PRONG_SERVER_LISTING_BODY_H_
#define PRONG_SERVER_LISTING_BODY_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "server/directory_entry.h"
#include "server/directory_reader.h"
#include "server/document_root.h"
#include "server/listing.h"
#include "server/listing_page.h"

namespace prong {

// The most that is kept of a directory in order to sort it: 2 MiB. One that has more
// entries, or longer names, is listed in the order of the file system, as it is read: so
// that each of a thousand children has its bound, whatever the size of the directory. A
// page of more than twenty thousand rows nobody reads; who wants the JSON can sort it.
inline constexpr size_t kMaxSortedEntries = 25'000;
inline constexpr size_t kMaxSortedNames = 1'000'000;  // bytes

class ListingBody {
 public:
  // Borrows all three; `directory` is open for reading and has not been read.
  ListingBody(const DocumentRoot& root, int directory, const Listing& listing)
      : listing_(listing), reader_(root, directory, listing.path) {}

  // The next piece, of some 16 KiB, or an empty one behind the last. An error if the
  // directory cannot be read to its end: then no end may be sent.
  absl::StatusOr<std::string> Next();

 private:
  enum class State { kStart, kEntries, kEnd };

  // Reads entries until there is no more of them, and sorts them, or of the room for them.
  absl::Status Collect();

  // From what was collected, and then, if there is more, from the directory.
  absl::StatusOr<std::optional<DirectoryEntry>> NextEntry();

  std::string Start() const;
  void Append(const DirectoryEntry& entry, std::string& out);
  std::string End() const;

  const Listing& listing_;
  DirectoryReader reader_;
  State state_ = State::kStart;

  std::string names_;  // of entries_, which view it: it never moves
  std::vector<DirectoryEntry> entries_;
  size_t used_ = 0;      // of entries_
  bool sorted_ = false;  // and these are all
  ListingCount count_;
};

}  // namespace prong

#endif  // PRONG_SERVER_LISTING_BODY_H_
