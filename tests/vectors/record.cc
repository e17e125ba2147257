#include "tests/vectors/record.h"

#include <cstddef>
#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace prong {
namespace {

// A longer value is a mistake rather than a vector.
constexpr uint64_t kMaxRepeats = 1 << 20;

// Reads the value on one line from left to right. Every member that returns a
// status says only what is wrong; the line is added by the caller.
class ValueReader {
 public:
  ValueReader(absl::string_view text, Entry& entry) : rest_(text), entry_(entry) {}

  absl::Status Read() {
    absl::Status status;
    while (status.ok() && SkipSpaces()) status = ReadItem();
    return status;
  }

 private:
  bool SkipSpaces() {
    while (absl::ConsumePrefix(&rest_, " ")) continue;
    return !rest_.empty();
  }

  absl::Status ReadItem() {
    const bool is_bytes = rest_[0] == '"' || rest_[0] == '{';
    if (is_bytes ? !entry_.words.empty() : entry_.bytes.has_value()) {
      return absl::InvalidArgumentError("both words and strings");
    }
    if (!is_bytes) return ReadWord();
    if (!entry_.bytes) entry_.bytes.emplace();
    return rest_[0] == '"' ? ReadString(*entry_.bytes) : ReadRepeat(*entry_.bytes);
  }

  absl::Status ReadWord() {
    const absl::string_view word = rest_.substr(0, rest_.find(' '));
    rest_.remove_prefix(word.size());
    absl::StrAppend(&entry_.words, entry_.words.empty() ? "" : " ", word);
    return absl::OkStatus();
  }

  absl::Status ReadString(std::string& bytes) {
    rest_.remove_prefix(1);
    while (!rest_.empty() && rest_[0] != '"') {
      const absl::Status status = ReadByte(bytes);
      if (!status.ok()) return status;
    }
    if (!absl::ConsumePrefix(&rest_, "\"")) return absl::InvalidArgumentError("unfinished string");
    return absl::OkStatus();
  }

  absl::Status ReadByte(std::string& bytes) {
    const size_t size = rest_[0] != '\\' ? 1 : absl::StartsWith(rest_, "\\x") ? 4 : 2;
    const absl::string_view text = rest_.substr(0, size);
    rest_.remove_prefix(text.size());
    const std::optional<char> byte = size == 1 ? text[0] : Unescape(text.substr(1));
    if (!byte) return absl::InvalidArgumentError(absl::StrCat("unknown escape ", text));
    bytes.push_back(*byte);
    return absl::OkStatus();
  }

  static std::optional<char> Unescape(absl::string_view code) {
    if (code == "r") return '\r';
    if (code == "n") return '\n';
    if (code == "t") return '\t';
    if (code == "\"" || code == "\\") return code[0];
    uint32_t byte;
    const bool is_hex = code.size() == 3 && absl::ascii_isxdigit(static_cast<uint8_t>(code[1])) &&
                        absl::ascii_isxdigit(static_cast<uint8_t>(code[2]));
    if (!is_hex || !absl::SimpleHexAtoi(code.substr(1), &byte)) return std::nullopt;
    return static_cast<char>(byte);
  }

  absl::Status ReadRepeat(std::string& bytes) {
    const absl::Status error = absl::InvalidArgumentError("a repeat is not {\"BYTES\"*COUNT}");
    rest_.remove_prefix(1);
    std::string unit;
    if (!absl::StartsWith(rest_, "\"")) return error;
    const absl::Status status = ReadString(unit);
    if (!status.ok()) return status;
    const absl::string_view count_text = rest_.substr(0, rest_.find('}'));
    uint64_t count;
    if (count_text.size() == rest_.size() || !absl::StartsWith(count_text, "*") ||
        !absl::SimpleAtoi(count_text.substr(1), &count) || count > kMaxRepeats) {
      return error;
    }
    rest_.remove_prefix(count_text.size() + 1);
    for (uint64_t i = 0; i < count; ++i) bytes += unit;
    return absl::OkStatus();
  }

  absl::string_view rest_;
  Entry& entry_;
};

// Collects the records of a file from its lines.
class RecordParser {
 public:
  absl::Status ParseLine(absl::string_view line, int number) {
    for (char c : line) {
      if (!absl::ascii_isprint(static_cast<unsigned char>(c))) {
        return absl::InvalidArgumentError("a byte is not printable ASCII: write it as \\xHH");
      }
    }
    if (absl::StartsWith(line, "#")) return absl::OkStatus();
    if (line.empty()) {
      in_record_ = false;
      return absl::OkStatus();
    }
    const bool continues = line[0] == ' ';
    const absl::Status status = continues ? absl::OkStatus() : BeginEntry(line, number);
    if (!status.ok()) return status;
    if (!in_record_) return absl::InvalidArgumentError("nothing to continue");
    return ValueReader(line, records_.back().entries.back()).Read();
  }

  std::vector<Record> Take() { return std::move(records_); }

 private:
  // Cuts the key off `line`.
  absl::Status BeginEntry(absl::string_view& line, int number) {
    const size_t colon = line.find(": ");
    if (colon == line.npos) return absl::InvalidArgumentError("not KEY: VALUE");
    if (!in_record_) records_.emplace_back();
    in_record_ = true;
    Entry entry;
    entry.key = std::string(line.substr(0, colon));
    entry.line = number;
    records_.back().entries.push_back(entry);
    line.remove_prefix(colon + 1);
    return absl::OkStatus();
  }

  std::vector<Record> records_;
  bool in_record_ = false;
};

}  // namespace

absl::Status ErrorAt(absl::string_view file, int line, absl::string_view message) {
  return absl::InvalidArgumentError(absl::StrCat(file, ":", line, ": ", message));
}

absl::StatusOr<std::vector<Record>> ParseRecords(absl::string_view file, absl::string_view text) {
  RecordParser parser;
  int number = 0;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    const absl::Status status = parser.ParseLine(line, ++number);
    if (!status.ok()) return ErrorAt(file, number, status.message());
  }
  std::vector<Record> records = parser.Take();
  for (Record& record : records) record.file = std::string(file);
  return records;
}

}  // namespace prong
