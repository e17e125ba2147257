#include "tests/vectors/holds.h"

#include <algorithm>
#include <array>
#include <optional>

#include "absl/types/span.h"
#include "parser/accept_encoding.h"
#include "parser/chunked_body.h"
#include "parser/entity_tag.h"
#include "parser/http_date.h"
#include "parser/limits.h"
#include "tests/vectors/first_difference.h"

namespace prong {
namespace {

// Fields without a heap.
class FieldList {
 public:
  void Append(absl::string_view name, absl::string_view value) {
    fields_[count_++] = {name, value};
  }
  absl::Span<const Field> get() const { return absl::MakeConstSpan(fields_).first(count_); }

 private:
  std::array<Field, kMaxFields> fields_;
  size_t count_ = 0;
};

template <typename Kind>
const VectorLabel* FirstOf(const std::vector<Kind>& vectors) noexcept {
  const auto failure = std::find_if_not(vectors.begin(), vectors.end(),
                                        [](const Kind& vector) { return Holds(vector); });
  return failure == vectors.end() ? nullptr : &failure->label;
}

}  // namespace

bool Holds(const RequestVector& vector, RequestParser& parser) noexcept {
  parser.Reset();
  return FirstDifference(vector, vector.bytes, parser.Parse(vector.bytes)).empty();
}

bool Holds(const ChunkedBodyVector& vector) noexcept {
  ChunkedBody body;
  const std::variant<size_t, Rejection> result = body.Discard(vector.bytes);
  if (const auto* rejection = std::get_if<Rejection>(&result)) {
    const auto* expected = std::get_if<Rejection>(&vector.expected);
    return expected != nullptr && *rejection == *expected;
  }
  if (!body.complete()) return std::holds_alternative<NeedMore>(vector.expected);
  const auto* rest = std::get_if<std::string>(&vector.expected);
  return rest != nullptr &&
         absl::string_view(vector.bytes).substr(std::get<size_t>(result)) == *rest;
}

bool Holds(const RangeVector& vector) noexcept {
  const std::variant<Ranges, NoRanges> result = ParseRange(vector.value, vector.size);
  if (result.index() != vector.expected.index()) return false;
  if (const auto* none = std::get_if<NoRanges>(&result))
    return *none == std::get<1>(vector.expected);
  const absl::Span<const ByteRange> ranges = std::get<Ranges>(result).get();
  const std::vector<ByteRange>& expected = std::get<0>(vector.expected);
  return std::equal(
      ranges.begin(), ranges.end(), expected.begin(), expected.end(),
      [](const ByteRange& a, const ByteRange& b) { return a.begin == b.begin && a.end == b.end; });
}

bool Holds(const DateVector& vector) noexcept {
  return ParseHttpDate(vector.text, vector.now) == vector.seconds;
}

bool Holds(const EntityTagsVector& vector) noexcept {
  FieldList fields;
  fields.Append("If-Match", vector.list);
  const std::optional<EntityTag> tag = ParseEntityTag(vector.tag);
  const auto matches = [&fields, &tag](TagComparison comparison) {
    return AnyTagMatches(fields.get(), "If-Match", *tag, comparison);
  };
  return tag && matches(TagComparison::kStrong) == vector.matches_strongly &&
         matches(TagComparison::kWeak) == vector.matches_weakly;
}

bool Holds(const PreconditionsVector& vector) noexcept {
  FieldList fields;
  for (const FieldText& field : vector.fields) fields.Append(field.name, field.value);
  const std::optional<EntityTag> tag = ParseEntityTag(vector.tag);
  if (!tag) return false;
  const Validators validators = {*tag, vector.modified};
  return EvaluatePreconditions(vector.method, fields.get(), validators, vector.now) ==
             vector.result &&
         RangeMayApply(fields.get(), validators, vector.now) == vector.range_applies;
}

bool Holds(const AcceptEncodingVector& vector) noexcept {
  FieldList fields;
  for (const std::string& value : vector.values) fields.Append("Accept-Encoding", value);
  return std::all_of(vector.weights.begin(), vector.weights.end(), [&fields](const auto& weight) {
    return WeightOfCoding(fields.get(), weight.first) == weight.second;
  });
}

const VectorLabel* FirstThatFails(const Vectors& vectors, RequestParser& parser) noexcept {
  for (const RequestVector& vector : vectors.requests) {
    if (!Holds(vector, parser)) return &vector.label;
  }
  for (const VectorLabel* failure :
       {FirstOf(vectors.chunked_bodies), FirstOf(vectors.ranges), FirstOf(vectors.dates),
        FirstOf(vectors.entity_tags), FirstOf(vectors.preconditions),
        FirstOf(vectors.accept_encodings)}) {
    if (failure != nullptr) return failure;
  }
  return nullptr;
}

}  // namespace prong
