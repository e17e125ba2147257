// The test vectors of tests/vectors/*.txt, read: what goes into the parser and what
// must come out, for every part of //parser that meets a client's bytes. README.md
// beside this file is the manual of the notation.
//
//   absl::StatusOr<Vectors> vectors = ReadVectors("tests/vectors");
//   for (const RequestVector& vector : vectors->requests) ...  // first_difference.h

#ifndef PRONG_TESTS_VECTORS_VECTORS_H_
#define PRONG_TESTS_VECTORS_VECTORS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "parser/preconditions.h"
#include "parser/range.h"
#include "parser/rejection.h"
#include "parser/request.h"
#include "parser/request_parser.h"

namespace prong {

// The classes of attack that reach the parser as bytes.
inline constexpr absl::string_view kAttackClasses[] = {
    "traversal",
    "target-without-slash",
    "nul",
    "open-redirect",
    "response-splitting",
    "smuggling",
    "version",
    "range",
    "log-injection",
    "slow",
};

// What vectors of every kind say of themselves.
struct VectorLabel {
  std::string name;
  std::string place;  // "FILE:LINE"
  std::string clause;
  std::string attack;  // its class, or empty
};

struct FieldText {
  std::string name;
  std::string value;
};

// What a request that is accepted must be parsed to.
struct ExpectedRequest {
  Method method = Method::kGet;
  TargetForm form = TargetForm::kOrigin;
  std::string authority;
  std::string path;
  bool names_directory = true;
  std::string query;
  int minor_version = 1;
  std::optional<std::vector<FieldText>> fields;  // nothing: only their number is known
  size_t field_count = 1;
  std::string host;
  Framing framing;
  bool expects_continue = false;
  bool persistent = true;
  std::string rest;  // what follows the head
};

struct RequestVector {
  VectorLabel label;
  std::string bytes;
  std::variant<NeedMore, Rejection, ExpectedRequest> expected;
};

struct ChunkedBodyVector {
  VectorLabel label;
  std::string bytes;
  std::variant<NeedMore, Rejection, std::string> expected;  // the string follows the body
};

struct RangeVector {
  VectorLabel label;
  std::string value;
  uint64_t size = 0;
  std::variant<std::vector<ByteRange>, NoRanges> expected;
};

struct DateVector {
  VectorLabel label;
  std::string text;
  int64_t now = 0;
  std::optional<int64_t> seconds;
};

struct EntityTagsVector {
  VectorLabel label;
  std::string list;
  std::string tag;
  bool matches_strongly = false;
  bool matches_weakly = false;
};

struct PreconditionsVector {
  VectorLabel label;
  Method method = Method::kGet;
  std::vector<FieldText> fields;
  std::string tag;
  int64_t modified = 0;
  int64_t now = 0;
  Precondition result = Precondition::kHolds;
  bool range_applies = true;
};

struct AcceptEncodingVector {
  VectorLabel label;
  std::vector<std::string> values;  // each of a field of its own
  std::vector<std::pair<std::string, int>> weights;
};

struct Vectors {
  std::vector<RequestVector> requests;
  std::vector<ChunkedBodyVector> chunked_bodies;
  std::vector<RangeVector> ranges;
  std::vector<DateVector> dates;
  std::vector<EntityTagsVector> entity_tags;
  std::vector<PreconditionsVector> preconditions;
  std::vector<AcceptEncodingVector> accept_encodings;
};

// The vectors of `text`, which is all of the file called `file`. An error says
// "FILE:LINE: " and what is wrong.
absl::StatusOr<Vectors> ParseVectors(absl::string_view file, absl::string_view text);

// The vectors of all files of `directory` whose names end in .txt.
absl::StatusOr<Vectors> ReadVectors(const std::string& directory);

// What each vector says of itself, over all kinds.
std::vector<VectorLabel> Labels(const Vectors& vectors);

}  // namespace prong

#endif  // PRONG_TESTS_VECTORS_VECTORS_H_
