#include "server/listing_body.h"

#include "absl/algorithm/container.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "server/listing_json.h"

namespace prong {
namespace {

constexpr size_t kPieceSize = 16 * 1024;

// getdents(2) tells the size of an entry in 16 bits.
constexpr size_t kMaxNameSize = 64 * 1024;

}  // namespace

absl::StatusOr<std::string> ListingBody::Next() {
  std::string piece;
  if (state_ == State::kStart) {
    if (const absl::Status status = Collect(); !status.ok()) return status;
    piece = Start();
    state_ = State::kEntries;
  }
  while (state_ == State::kEntries && piece.size() < kPieceSize) {
    const absl::StatusOr<std::optional<DirectoryEntry>> next = NextEntry();
    if (!next.ok()) return next.status();
    if (const std::optional<DirectoryEntry>& entry = *next; entry) {
      Append(*entry, piece);
    } else {
      absl::StrAppend(&piece, End());
      state_ = State::kEnd;
    }
  }
  return piece;
}

absl::Status ListingBody::Collect() {
  // Of the room only what is used takes memory.
  names_.reserve(kMaxSortedNames + kMaxNameSize);
  entries_.reserve(kMaxSortedEntries);
  while (entries_.size() < kMaxSortedEntries && names_.size() < kMaxSortedNames) {
    const absl::StatusOr<std::optional<DirectoryEntry>> next = reader_.Next();
    if (!next.ok()) return next.status();
    const std::optional<DirectoryEntry>& entry = *next;
    if (!entry) {
      absl::c_sort(entries_, [this](const DirectoryEntry& a, const DirectoryEntry& b) {
        return ComesBefore(a, b, listing_.order);
      });
      sorted_ = true;
      break;
    }
    const size_t start = names_.size();
    absl::StrAppend(&names_, entry->name);
    entries_.push_back(*entry);
    entries_.back().name = absl::string_view(names_).substr(start);
  }
  return absl::OkStatus();
}

absl::StatusOr<std::optional<DirectoryEntry>> ListingBody::NextEntry() {
  if (used_ < entries_.size()) return entries_[used_++];
  if (sorted_) return std::nullopt;
  return reader_.Next();
}

std::string ListingBody::Start() const {
  if (listing_.format == Listing::Format::kPage) return ListingPageStart(listing_, sorted_);
  return kListingJsonStart;
}

void ListingBody::Append(const DirectoryEntry& entry, std::string& out) {
  if (listing_.format == Listing::Format::kJson) {
    AppendListingJson(entry, count_.directories + count_.files == 0, out);
  } else {
    AppendListingRow(entry, out);
  }
  ++(entry.is_directory ? count_.directories : count_.files);
}

std::string ListingBody::End() const {
  if (listing_.format == Listing::Format::kPage) return ListingPageEnd(count_);
  return kListingJsonEnd;
}

}  // namespace prong
