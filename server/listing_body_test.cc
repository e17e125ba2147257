#include "server/listing_body.h"

#include <fcntl.h>

#include <string>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "server/testing.h"
#include "server/unique_fd.h"

namespace prong {
namespace {

constexpr size_t kPieceSize = 16 * 1024;
constexpr size_t kLongestRow = 1024;

class ListingBodyTest : public testing::Test {
 protected:
  ListingBodyTest() : root_(*DocumentRoot::Open({tree_.path(), false, false, true})) {}

  // All pieces.
  std::string Body(Listing::Format format, ListingOrder order = {}) const {
    const Listing listing = {format, order, ""};
    const UniqueFd directory(open(tree_.path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    ListingBody body(root_, directory.get(), listing);
    std::string all;
    while (true) {
      const absl::StatusOr<std::string> piece = body.Next();
      EXPECT_TRUE(piece.ok()) << piece.status();
      if (!piece.ok() || piece->empty()) break;
      EXPECT_LT(piece->size(), kPieceSize + kLongestRow + 4096);
      absl::StrAppend(&all, *piece);
    }
    EXPECT_TRUE(body.Next().ok() && body.Next()->empty()) << "there is nothing behind the end";
    return all;
  }

  // The values of `attribute`="..." in their order.
  static std::vector<std::string> Values(absl::string_view text, absl::string_view start,
                                         absl::string_view end) {
    std::vector<std::string> values;
    for (size_t at = text.find(start); at != text.npos; at = text.find(start, at)) {
      at += start.size();
      values.emplace_back(text.substr(at, text.find(end, at) - at));
    }
    return values;
  }

  TempTree tree_;
  DocumentRoot root_;
};

TEST_F(ListingBodyTest, EntriesAreInTheOrderThatIsAskedFor) {
  tree_.AddFile("b", "1");
  tree_.AddFile("a", "22");
  tree_.AddDirectory("z");
  const std::string page = Body(Listing::Format::kPage);
  EXPECT_EQ(Values(page, "<bdi>", "</bdi>"), (std::vector<std::string>{"z", "a", "b"}));
  EXPECT_TRUE(absl::StrContains(page, "1 folder, 2 files"));
  EXPECT_TRUE(absl::StartsWith(page, "<!DOCTYPE html>\n"));
  EXPECT_TRUE(absl::EndsWith(page, "</html>\n"));
  const std::string json = Body(Listing::Format::kJson, {ListingOrder::Key::kSize, false});
  EXPECT_EQ(Values(json, "\"name\":\"", "\""), (std::vector<std::string>{"z", "b", "a"}));
}

TEST_F(ListingBodyTest, AnEmptyDirectoryIsAnEmptyList) {
  EXPECT_EQ(Body(Listing::Format::kJson), "[\n]\n");
  EXPECT_TRUE(absl::StrContains(Body(Listing::Format::kPage), "0 folders, 0 files"));
}

class ManyTest : public ListingBodyTest {
 protected:
  // Makes so many files with names of so many bytes, and expects a listing of all.
  void ExpectListed(int count, int size, bool sorted) {
    std::vector<std::string> names;
    for (int i = 0; i < count; ++i) {
      names.push_back(absl::StrFormat("%0*d", size, i));
      tree_.AddFile(names.back(), "");
    }
    const std::string page = Body(Listing::Format::kPage);
    EXPECT_EQ(!absl::StrContains(page, "too many entries"), sorted);
    for (const std::string& body : {page, Body(Listing::Format::kJson)}) {
      const bool is_page = body[0] == '<';
      std::vector<std::string> listed =
          Values(body, is_page ? "<bdi>" : "\"name\":\"", is_page ? "</bdi>" : "\"");
      EXPECT_EQ(absl::c_is_sorted(listed), sorted);
      absl::c_sort(listed);
      EXPECT_TRUE(listed == names);
    }
  }
};

TEST_F(ManyTest, AreSortedWhereThereIsRoomForThem) { ExpectListed(2'000, 10, true); }

TEST_F(ManyTest, AreAllListedWhereThereAreTooMany) {
  ExpectListed(int{kMaxSortedEntries} + 1000, 10, false);
}

TEST_F(ManyTest, AreAllListedWhereTheirNamesAreTooLong) {
  ExpectListed(int{kMaxSortedNames} / 250 + 100, 250, false);
}

TEST_F(ListingBodyTest, WhatCannotBeReadIsAnErrorAndNotAnEnd) {
  tree_.AddFile("file", "");
  const Listing listing = {Listing::Format::kJson, {}, ""};
  const UniqueFd file(open(tree_.PathOf("file").c_str(), O_RDONLY | O_CLOEXEC));
  ListingBody body(root_, file.get(), listing);
  EXPECT_FALSE(body.Next().ok());
}

}  // namespace
}  // namespace prong
