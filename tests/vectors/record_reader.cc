#include "tests/vectors/record_reader.h"

#include <algorithm>

namespace prong {

std::string RecordReader::Bytes(absl::string_view key, std::optional<std::string> otherwise) {
  if (otherwise && !Has(key)) return *std::move(otherwise);
  const Entry* entry = Only(key);
  return entry == nullptr ? "" : BytesOf(*entry);
}

std::string RecordReader::Text(absl::string_view key, std::optional<std::string> otherwise) {
  if (otherwise && !Has(key)) return *std::move(otherwise);
  const Entry* entry = Only(key);
  return entry == nullptr ? "" : TextOf(*entry);
}

std::vector<std::string> RecordReader::AllBytes(absl::string_view key) {
  asked_for_.insert(std::string(key));
  std::vector<std::string> values;
  for (const Entry& entry : record_.entries) {
    if (entry.key == key) values.push_back(BytesOf(entry));
  }
  return values;
}

std::vector<std::string> RecordReader::AllTexts(absl::string_view key) {
  asked_for_.insert(std::string(key));
  std::vector<std::string> values;
  for (const Entry& entry : record_.entries) {
    if (entry.key == key) values.push_back(TextOf(entry));
  }
  return values;
}

void RecordReader::Fail(absl::string_view key, absl::string_view what) {
  if (!status_.ok()) return;
  const Entry* entry = Find(key);
  const int line = (entry == nullptr ? record_.entries[0] : *entry).line;
  status_ = ErrorAt(record_.file, line, absl::StrCat(key, " ", what));
}

absl::Status RecordReader::Finish() {
  for (const Entry& entry : record_.entries) {
    if (asked_for_.count(entry.key) == 0) Fail(entry.key, "has no place here");
  }
  return status_;
}

const Entry* RecordReader::Find(absl::string_view key) const {
  const auto entry = std::find_if(record_.entries.begin(), record_.entries.end(),
                                  [key](const Entry& candidate) { return candidate.key == key; });
  return entry == record_.entries.end() ? nullptr : &*entry;
}

const Entry* RecordReader::Only(absl::string_view key) {
  asked_for_.insert(std::string(key));
  const auto count = std::count_if(record_.entries.begin(), record_.entries.end(),
                                   [key](const Entry& entry) { return entry.key == key; });
  if (count == 0) Fail(key, "is missing");
  if (count > 1) Fail(key, "is repeated");
  return Find(key);
}

std::string RecordReader::BytesOf(const Entry& entry) {
  if (!entry.bytes) Fail(entry.key, "is not a string");
  return entry.bytes.value_or("");
}

std::string RecordReader::TextOf(const Entry& entry) {
  if (entry.words.empty()) Fail(entry.key, "is not a word");
  return entry.words;
}

}  // namespace prong
