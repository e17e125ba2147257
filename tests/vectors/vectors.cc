#include "tests/vectors/vectors.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <system_error>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "re2/re2.h"
#include "tests/vectors/record.h"
#include "tests/vectors/record_reader.h"

namespace prong {
namespace {

// Sun, 06 Nov 1994 08:49:37 GMT, the date of the examples in RFC 9110.
constexpr int64_t kExampleDate = 784111777;

const Words<Method>& Methods() {
  static const auto* const kMethods = new Words<Method>{
      {"GET", Method::kGet},         {"HEAD", Method::kHead},     {"OPTIONS", Method::kOptions},
      {"CONNECT", Method::kConnect}, {"DELETE", Method::kDelete}, {"PATCH", Method::kPatch},
      {"POST", Method::kPost},       {"PUT", Method::kPut},       {"TRACE", Method::kTrace},
      {"unknown", Method::kUnknown},
  };
  return *kMethods;
}

std::string ReadClause(RecordReader& reader) {
  static const auto* const kClauses = new RE2(
      R"(RFC \d+ section [A-Z\d]+(\.\d+)*(, (RFC \d+ section [A-Z\d]+(\.\d+)*|CVE-\d+-\d+))*)");
  std::string clause = reader.Text("clause");
  if (!RE2::FullMatch(clause, *kClauses)) reader.Fail("clause", "is not a list of RFC sections");
  return clause;
}

VectorLabel ReadLabel(RecordReader& reader, const Record& record) {
  static const auto* const kName = new RE2("[a-z0-9_]+");
  VectorLabel label;
  label.name = reader.Text("name");
  if (!RE2::FullMatch(label.name, *kName)) reader.Fail("name", "is not of a-z, 0-9 and _");
  label.place = absl::StrCat(record.file, ":", record.entries[0].line);
  label.clause = ReadClause(reader);
  Words<absl::string_view> attacks;
  for (absl::string_view attack : kAttackClasses) attacks.emplace_back(attack, attack);
  label.attack = std::string(reader.Choice<absl::string_view>("attack", attacks, ""));
  return label;
}

std::vector<FieldText> ReadFields(RecordReader& reader) {
  std::vector<FieldText> fields;
  for (const std::string& text : reader.AllBytes("field")) {
    const std::pair<std::string, std::string> parts =
        absl::StrSplit(text, absl::MaxSplits(": ", 1));
    if (!absl::StrContains(text, ": ")) reader.Fail("field", "is not \"NAME: VALUE\"");
    fields.push_back({parts.first, parts.second});
  }
  return fields;
}

// What both kinds that can be rejected have in common: a rejection, or the want of
// more bytes; or nothing, if something else is expected.
template <typename Variant>
bool ReadFailure(RecordReader& reader, Variant& expected) {
  if (reader.Has("reject")) {
    const int number = reader.Number<int>("reject");
    const auto all = AllRejections();
    const auto row = std::find_if(all.begin(), all.end(), [number](const RejectionInfo& info) {
      return info.number() == number;
    });
    if (row == all.end()) {
      reader.Fail("reject", "is not the number of a rejection");
    } else {
      expected = row->rejection;
    }
    return true;
  }
  if (!reader.Has("needs")) return false;
  expected = reader.Choice<NeedMore>("needs", {{"more", NeedMore()}});
  return true;
}

Framing ReadFraming(RecordReader& reader) {
  Framing framing;
  const std::string body = reader.Text("body", "none");
  if (body == "chunked") {
    framing.chunked = true;
  } else if (body != "none") {
    framing.content_length = reader.Number<uint64_t>("body");
  }
  return framing;
}

void ReadExpectedFields(RecordReader& reader, ExpectedRequest& expected) {
  if (reader.Has("fields")) {
    expected.field_count = reader.Number<size_t>("fields");
    return;
  }
  expected.fields = ReadFields(reader);
  if (expected.fields->empty()) expected.fields->push_back({"Host", "h"});
  expected.field_count = expected.fields->size();
}

ExpectedRequest ReadExpectedRequest(RecordReader& reader) {
  ExpectedRequest expected;
  expected.method = reader.Choice("accept", Methods());
  expected.form = reader.Choice<TargetForm>("target",
                                            {{"origin", TargetForm::kOrigin},
                                             {"absolute", TargetForm::kAbsolute},
                                             {"authority", TargetForm::kAuthority},
                                             {"asterisk", TargetForm::kAsterisk}},
                                            TargetForm::kOrigin);
  const bool has_path =
      expected.form == TargetForm::kOrigin || expected.form == TargetForm::kAbsolute;
  expected.authority = reader.Bytes("authority", "");
  expected.path = reader.Bytes("path", "");
  expected.names_directory = reader.Choice<bool>("names", {{"directory", true}, {"file", false}},
                                                 has_path && expected.path.empty());
  expected.query = reader.Bytes("query", "");
  expected.minor_version = reader.Choice<int>("version", {{"1.0", 0}, {"1.1", 1}}, 1);
  ReadExpectedFields(reader, expected);
  expected.host = reader.Bytes("host", "h");
  expected.framing = ReadFraming(reader);
  expected.expects_continue = reader.Choice<bool>("expect", {{"continue", true}}, false);
  expected.persistent = reader.Choice<bool>("persistent", {{"yes", true}, {"no", false}}, true);
  expected.rest = reader.Bytes("rest", "");
  return expected;
}

// Gathers vectors, of which no two have the same name or the same input.
class VectorCollector {
 public:
  absl::Status Add(const Record& record) {
    if (record.entries[0].key != "name") {
      return ErrorAt(record.file, record.entries[0].line, "the record does not begin with name");
    }
    RecordReader reader(record);
    const VectorLabel label = ReadLabel(reader, record);
    AddByKind(reader, label);
    CheckFirstUse(reader, "name", "name " + label.name, label.place);
    return reader.Finish();
  }

  Vectors Take() { return std::move(vectors_); }

 private:
  void AddByKind(RecordReader& reader, const VectorLabel& label) {
    if (reader.Has("request")) return AddRequest(reader, label);
    if (reader.Has("chunked-body")) return AddChunkedBody(reader, label);
    if (reader.Has("range")) return AddRange(reader, label);
    if (reader.Has("date")) return AddDate(reader, label);
    if (reader.Has("entity-tags")) return AddEntityTags(reader, label);
    if (reader.Has("preconditions")) return AddPreconditions(reader, label);
    if (reader.Has("accept-encoding")) return AddAcceptEncoding(reader, label);
    reader.Fail("name", "is of a record that says nothing to parse");
  }

  void CheckFirstUse(RecordReader& reader, absl::string_view key, const std::string& what,
                     const std::string& place) {
    const auto [first, is_first] = first_uses_.emplace(what, place);
    if (!is_first) reader.Fail(key, absl::StrCat("is the same at ", first->second));
  }

  void AddRequest(RecordReader& reader, const VectorLabel& label) {
    RequestVector vector{label, reader.Bytes("request"), NeedMore()};
    if (!ReadFailure(reader, vector.expected)) vector.expected = ReadExpectedRequest(reader);
    CheckFirstUse(reader, "request", "request " + vector.bytes, label.place);
    vectors_.requests.push_back(std::move(vector));
  }

  void AddChunkedBody(RecordReader& reader, const VectorLabel& label) {
    ChunkedBodyVector vector{label, reader.Bytes("chunked-body"), NeedMore()};
    if (!ReadFailure(reader, vector.expected)) vector.expected = reader.Bytes("rest");
    CheckFirstUse(reader, "chunked-body", "chunked-body " + vector.bytes, label.place);
    vectors_.chunked_bodies.push_back(std::move(vector));
  }

  void AddRange(RecordReader& reader, const VectorLabel& label) {
    RangeVector vector{label, reader.Bytes("range"), reader.Number<uint64_t>("size"), {}};
    const std::string ranges = reader.Text("ranges");
    if (ranges == "ignored") {
      vector.expected = NoRanges::kIgnore;
    } else if (ranges == "unsatisfiable") {
      vector.expected = NoRanges::kUnsatisfiable;
    } else {
      vector.expected = ReadRanges(reader, ranges);
    }
    CheckFirstUse(reader, "range", absl::StrCat("range ", vector.size, " ", vector.value),
                  label.place);
    vectors_.ranges.push_back(std::move(vector));
  }

  static std::vector<ByteRange> ReadRanges(RecordReader& reader, absl::string_view text) {
    std::vector<ByteRange> ranges;
    for (absl::string_view word : absl::StrSplit(text, ' ')) {
      const std::pair<absl::string_view, absl::string_view> ends =
          absl::StrSplit(word, absl::MaxSplits('-', 1));
      ByteRange range;
      if (!absl::SimpleAtoi(ends.first, &range.begin) || !absl::SimpleAtoi(ends.second, &range.end))
        reader.Fail("ranges", "is none of FIRST-LAST, ignored, unsatisfiable");
      ++range.end;
      ranges.push_back(range);
    }
    return ranges;
  }

  void AddDate(RecordReader& reader, const VectorLabel& label) {
    DateVector vector{label, reader.Bytes("date"), reader.Number<int64_t>("now", kExampleDate), {}};
    if (reader.Text("seconds") != "none") vector.seconds = reader.Number<int64_t>("seconds");
    CheckFirstUse(reader, "date", absl::StrCat("date ", vector.now, " ", vector.text), label.place);
    vectors_.dates.push_back(std::move(vector));
  }

  void AddEntityTags(RecordReader& reader, const VectorLabel& label) {
    EntityTagsVector vector{label, reader.Bytes("entity-tags"), reader.Bytes("tag")};
    enum Match { kNever, kWeakly, kStrongly };
    const Match match = reader.Choice<Match>(
        "matches", {{"never", kNever}, {"weakly", kWeakly}, {"strongly", kStrongly}});
    vector.matches_weakly = match != kNever;
    vector.matches_strongly = match == kStrongly;
    CheckFirstUse(reader, "entity-tags", absl::StrCat("tags ", vector.tag, " ", vector.list),
                  label.place);
    vectors_.entity_tags.push_back(std::move(vector));
  }

  void AddPreconditions(RecordReader& reader, const VectorLabel& label) {
    PreconditionsVector vector;
    vector.label = label;
    vector.method = reader.Choice("preconditions", Methods());
    vector.fields = ReadFields(reader);
    vector.tag = reader.Bytes("tag", "\"tag\"");
    vector.modified = reader.Number<int64_t>("modified", kExampleDate);
    vector.now = reader.Number<int64_t>("now", kExampleDate + 1000);
    vector.result =
        reader.Choice<Precondition>("result", {{"holds", Precondition::kHolds},
                                               {"not-modified", Precondition::kNotModified},
                                               {"failed", Precondition::kFailed}});
    vector.range_applies =
        reader.Choice<bool>("range-applies", {{"yes", true}, {"no", false}}, true);
    CheckFirstUse(reader, "preconditions",
                  absl::StrCat("preconditions ", static_cast<int>(vector.method), " ", vector.tag,
                               " ", vector.modified, " ", vector.now, " ",
                               absl::StrJoin(reader.AllBytes("field"), "\n")),
                  label.place);
    vectors_.preconditions.push_back(std::move(vector));
  }

  void AddAcceptEncoding(RecordReader& reader, const VectorLabel& label) {
    AcceptEncodingVector vector{label, reader.AllBytes("accept-encoding"), {}};
    for (const std::string& text : reader.AllTexts("weight")) {
      const std::pair<std::string, std::string> parts = absl::StrSplit(text, ' ');
      vector.weights.emplace_back(parts.first, 0);
      if (!absl::SimpleAtoi(parts.second, &vector.weights.back().second))
        reader.Fail("weight", "is not CODING THOUSANDTHS");
    }
    if (vector.weights.empty()) reader.Fail("weight", "is missing");
    CheckFirstUse(reader, "accept-encoding",
                  "accept-encoding " + absl::StrJoin(vector.values, "\n"), label.place);
    vectors_.accept_encodings.push_back(std::move(vector));
  }

  Vectors vectors_;
  std::map<std::string, std::string> first_uses_;  // of names and inputs: their places
};

absl::Status AddFile(absl::string_view file, absl::string_view text, VectorCollector& collector) {
  const absl::StatusOr<std::vector<Record>> records = ParseRecords(file, text);
  if (!records.ok()) return records.status();
  for (const Record& record : *records) {
    const absl::Status status = collector.Add(record);
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Vectors> ParseVectors(absl::string_view file, absl::string_view text) {
  VectorCollector collector;
  const absl::Status status = AddFile(file, text, collector);
  if (!status.ok()) return status;
  return collector.Take();
}

absl::StatusOr<Vectors> ReadVectors(const std::string& directory) {
  std::error_code error;
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(directory, error)) {
    if (entry.path().extension() == ".txt") paths.push_back(entry.path());
  }
  if (paths.empty()) return absl::NotFoundError(directory + ": no vectors there");
  std::sort(paths.begin(), paths.end());

  VectorCollector collector;
  for (const std::filesystem::path& path : paths) {
    std::ifstream stream(path, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(stream), {}};
    const absl::Status status = AddFile(path.filename().string(), text, collector);
    if (!status.ok()) return status;
  }
  return collector.Take();
}

std::vector<VectorLabel> Labels(const Vectors& vectors) {
  std::vector<VectorLabel> labels;
  const auto add = [&labels](const auto& kind) {
    for (const auto& vector : kind) labels.push_back(vector.label);
  };
  add(vectors.requests);
  add(vectors.chunked_bodies);
  add(vectors.ranges);
  add(vectors.dates);
  add(vectors.entity_tags);
  add(vectors.preconditions);
  add(vectors.accept_encodings);
  return labels;
}

}  // namespace prong
