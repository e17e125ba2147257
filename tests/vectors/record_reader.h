// Takes a record apart by its keys. Once something is not as expected, nothing is:
// values are then defaults, and Finish says what was wrong first.
//
//   RecordReader reader(record);
//   vector.value = reader.Bytes("range");
//   vector.size = reader.Number<uint64_t>("size");
//   return reader.Finish();

#ifndef PRONG_TESTS_VECTORS_RECORD_READER_H_
#define PRONG_TESTS_VECTORS_RECORD_READER_H_

#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "tests/vectors/record.h"

namespace prong {

template <typename T>
using Words = std::vector<std::pair<absl::string_view, T>>;

class RecordReader {
 public:
  // Borrows `record`.
  explicit RecordReader(const Record& record) : record_(record) {}

  bool Has(absl::string_view key) const { return Find(key) != nullptr; }

  // The bytes, or words, of the only `key`. Without `otherwise` it must be there.
  std::string Bytes(absl::string_view key, std::optional<std::string> otherwise = std::nullopt);
  std::string Text(absl::string_view key, std::optional<std::string> otherwise = std::nullopt);

  // Those of all that are called `key`, in their order.
  std::vector<std::string> AllBytes(absl::string_view key);
  std::vector<std::string> AllTexts(absl::string_view key);

  // A decimal number that T can hold.
  template <typename T>
  T Number(absl::string_view key, std::optional<T> otherwise = std::nullopt) {
    if (otherwise && !Has(key)) return *otherwise;
    T number = 0;
    if (!absl::SimpleAtoi(Text(key), &number)) Fail(key, "is not a number");
    return number;
  }

  // What the word means that `key` has.
  template <typename T>
  T Choice(absl::string_view key, const Words<T>& words,
           std::optional<T> otherwise = std::nullopt) {
    if (otherwise && !Has(key)) return *otherwise;
    const std::string text = Text(key);
    std::string known;
    for (const auto& [word, meaning] : words) {
      if (word == text) return meaning;
      absl::StrAppend(&known, known.empty() ? "" : ", ", word);
    }
    Fail(key, absl::StrCat("is none of ", known));
    return words[0].second;
  }

  // Notes that `key` is not as it should be, on its line, or that of the record if
  // it has none.
  void Fail(absl::string_view key, absl::string_view what);

  // The first failure. A key that nobody asked for is one.
  absl::Status Finish();

 private:
  const Entry* Find(absl::string_view key) const;
  const Entry* Only(absl::string_view key);
  std::string BytesOf(const Entry& entry);
  std::string TextOf(const Entry& entry);

  const Record& record_;
  std::set<std::string, std::less<>> asked_for_;
  absl::Status status_;
};

}  // namespace prong

#endif  // PRONG_TESTS_VECTORS_RECORD_READER_H_
