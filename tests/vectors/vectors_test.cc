// Runs all vectors, and holds them to what README.md promises of them.

#include "tests/vectors/vectors.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "parser/chunked_body.h"
#include "parser/request_parser.h"
#include "tests/vectors/first_difference.h"
#include "tests/vectors/holds.h"

namespace prong {
namespace {

const Vectors& All() {
  static const auto* const kVectors = [] {
    absl::StatusOr<Vectors> vectors = ReadVectors("tests/vectors");
    EXPECT_TRUE(vectors.ok()) << vectors.status();
    return new Vectors(vectors.ok() ? *std::move(vectors) : Vectors());
  }();
  return *kVectors;
}

std::string Name(const VectorLabel& label) { return absl::StrCat(label.place, ": ", label.name); }

RequestParser& Parser() {
  static auto* const kParser = new RequestParser;
  return *kParser;
}

std::string Difference(const RequestVector& vector, absl::string_view buffer,
                       const ParseOutcome& outcome) {
  return std::string(FirstDifference(vector, buffer, outcome));
}

// The outcome of reads that end after `first` bytes and then every `step` bytes.
ParseOutcome ParseInPieces(absl::string_view bytes, size_t first, size_t step) {
  Parser().Reset();
  size_t size = std::min(first, bytes.size());
  while (true) {
    ParseOutcome outcome = Parser().Parse(bytes.substr(0, size));
    if (!std::holds_alternative<NeedMore>(outcome) || size == bytes.size()) return outcome;
    size = std::min(size + step, bytes.size());
  }
}

TEST(RequestVectors, HoldForTheWholeInput) {
  for (const RequestVector& vector : All().requests) {
    Parser().Reset();
    EXPECT_EQ(Difference(vector, vector.bytes, Parser().Parse(vector.bytes)), "")
        << Name(vector.label);
  }
}

TEST(RequestVectors, HoldByteByByte) {
  for (const RequestVector& vector : All().requests) {
    EXPECT_EQ(Difference(vector, vector.bytes, ParseInPieces(vector.bytes, 0, 1)), "")
        << Name(vector.label);
  }
}

// Everywhere, but at some places only where the input is long.
TEST(RequestVectors, HoldInTwoPieces) {
  for (const RequestVector& vector : All().requests) {
    const size_t size = vector.bytes.size();
    const size_t stride = size < 400 ? 1 : size / 50;
    for (size_t cut = 0; cut < size; cut += stride) {
      ASSERT_EQ(Difference(vector, vector.bytes, ParseInPieces(vector.bytes, cut, size)), "")
          << Name(vector.label) << ", cut at " << cut;
    }
  }
}

// A rejected head has been rejected before, so far as it is shorter: no byte that
// follows turns a rejection into anything else.
TEST(RequestVectors, RejectWhateverFollows) {
  for (const RequestVector& vector : All().requests) {
    if (!std::holds_alternative<Rejection>(vector.expected)) continue;
    const std::string longer = vector.bytes + "GET / HTTP/1.1\r\nHost: h\r\n\r\n";
    Parser().Reset();
    EXPECT_EQ(Difference(vector, longer, Parser().Parse(longer)), "") << Name(vector.label);
  }
}

TEST(RequestVectors, LeaveNothingToTheNextRequest) {
  const std::string next = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";
  for (const RequestVector& vector : All().requests) {
    Parser().Reset();
    if (std::holds_alternative<NeedMore>(Parser().Parse(vector.bytes))) continue;
    const ParseOutcome outcome = Parser().Parse(next);
    const auto* request = std::get_if<Request>(&outcome);
    ASSERT_NE(request, nullptr) << "after " << Name(vector.label);
    EXPECT_EQ(request->size, next.size()) << "after " << Name(vector.label);
    EXPECT_EQ(request->fields.size(), 1u) << "after " << Name(vector.label);
  }
}

// What is left of `bytes` behind the body, when they come in a piece of `first` bytes
// and then pieces of `step`.
std::variant<NeedMore, Rejection, std::string> RestBehindBody(absl::string_view bytes, size_t first,
                                                              size_t step) {
  ChunkedBody body;
  size_t piece = first;
  while (!body.complete() && !bytes.empty()) {
    const auto result = body.Discard(bytes.substr(0, std::exchange(piece, step)));
    if (const auto* rejection = std::get_if<Rejection>(&result)) return *rejection;
    bytes.remove_prefix(std::get<size_t>(result));
  }
  if (!body.complete()) return NeedMore();
  return std::string(bytes);
}

bool Same(const std::variant<NeedMore, Rejection, std::string>& a,
          const std::variant<NeedMore, Rejection, std::string>& b) {
  if (a.index() != b.index() || std::holds_alternative<NeedMore>(a)) return a.index() == b.index();
  if (const auto* rejection = std::get_if<Rejection>(&a)) return *rejection == std::get<1>(b);
  return std::get<std::string>(a) == std::get<std::string>(b);
}

TEST(ChunkedBodyVectors, HoldHoweverSplit) {
  for (const ChunkedBodyVector& vector : All().chunked_bodies) {
    const size_t size = vector.bytes.size() + 1;
    for (size_t step : {size, size_t{1}, size_t{2}, size_t{7}}) {
      EXPECT_TRUE(Same(RestBehindBody(vector.bytes, step, step), vector.expected))
          << Name(vector.label) << ", in pieces of " << step;
    }
    const size_t stride = size < 400 ? 1 : size / 50;
    for (size_t cut = 1; cut < size; cut += stride) {
      EXPECT_TRUE(Same(RestBehindBody(vector.bytes, cut, size), vector.expected))
          << Name(vector.label) << ", cut at " << cut;
    }
  }
}

template <typename Kind>
void ExpectAllHold(const std::vector<Kind>& vectors) {
  for (const Kind& vector : vectors) EXPECT_TRUE(Holds(vector)) << Name(vector.label);
}

TEST(ValueVectors, Hold) {
  ExpectAllHold(All().ranges);
  ExpectAllHold(All().dates);
  ExpectAllHold(All().entity_tags);
  ExpectAllHold(All().preconditions);
  ExpectAllHold(All().accept_encodings);
}

TEST(AllVectors, HoldTogether) { EXPECT_EQ(FirstThatFails(All(), Parser()), nullptr); }

// One of each kind with an outcome that is wrong.
TEST(AllVectors, AreNoticedWhenTheyDoNotHold) {
  for (const char* wrong :
       {"request: \"G\"\nreject: 21", "chunked-body: \"0\\r\\n\\r\\n\"\nrest: \"x\"",
        "chunked-body: \"\\n\"\nreject: 11", "range: \"bytes=0-\"\nsize: 5\nranges: 0-3",
        "range: \"x\"\nsize: 5\nranges: unsatisfiable", "date: \"x\"\nseconds: 0",
        "entity-tags: \"*\"\ntag: \"\\\"a\\\"\"\nmatches: weakly",
        "preconditions: GET\nresult: failed",
        "preconditions: GET\nresult: holds\nrange-applies: no",
        "accept-encoding: \"gzip\"\nweight: gzip 999"}) {
    const absl::StatusOr<Vectors> vectors =
        ParseVectors("x.txt", absl::StrCat("name: x\nclause: RFC 9112 section 3\n", wrong, "\n"));
    ASSERT_TRUE(vectors.ok()) << vectors.status();
    EXPECT_NE(FirstThatFails(*vectors, Parser()), nullptr) << wrong;
  }
}

TEST(AllVectors, AreSixHundredAtLeast) { EXPECT_GE(Labels(All()).size(), 600u); }

TEST(AllVectors, HaveEachClassOfAttack) {
  std::set<std::string> attacks;
  for (const VectorLabel& label : Labels(All())) attacks.insert(label.attack);
  for (absl::string_view attack : kAttackClasses) EXPECT_EQ(attacks.count(std::string(attack)), 1u);
}

TEST(AllVectors, HaveOneForEachRejection) {
  std::set<Rejection> rejections;
  const auto add = [&rejections](const auto& vectors) {
    for (const auto& vector : vectors) {
      const auto* rejection = std::get_if<Rejection>(&vector.expected);
      if (rejection != nullptr) rejections.insert(*rejection);
    }
  };
  add(All().requests);
  add(All().chunked_bodies);
  for (const RejectionInfo& info : AllRejections()) {
    EXPECT_EQ(rejections.count(info.rejection), 1u) << info.number() << ": " << info.sentence;
  }
}

TEST(FirstDifference, SeesEachPartOfARequest) {
  const absl::string_view bytes = "GET http://i/a?q HTTP/1.1\r\nHost: h\r\n\r\nrest";
  const std::string record =
      "name: x\nclause: RFC 9112 section 3\nrequest: \"GET http://i/a?q HTTP/1.1\\r\\n"
      "Host: h\\r\\n\\r\\nrest\"\naccept: GET\n";
  const std::map<std::string, std::string> right = {
      {"target", "absolute"}, {"authority", "\"i\""}, {"path", "\"a\""},   {"names", "file"},
      {"query", "\"?q\""},    {"host", "\"i\""},      {"rest", "\"rest\""}};
  const std::map<std::string, std::string> wrong = {
      {"target", "origin"}, {"authority", "\"j\""}, {"path", "\"b\""},      {"names", "directory"},
      {"query", "\"?\""},   {"version", "1.0"},     {"field", "\"A: b\""},  {"fields", "2"},
      {"host", "\"h\""},    {"body", "5"},          {"expect", "continue"}, {"persistent", "no"},
      {"rest", "\"tser\""}};
  for (const auto& [key, value] : wrong) {
    std::map<std::string, std::string> parts = right;
    parts[key] = value;
    std::string text = record;
    for (const auto& [part, part_value] : parts)
      absl::StrAppend(&text, part, ": ", part_value, "\n");
    const absl::StatusOr<Vectors> vectors = ParseVectors("x.txt", text);
    ASSERT_TRUE(vectors.ok()) << vectors.status();
    EXPECT_EQ(Difference(vectors->requests[0], bytes, RequestParser().Parse(bytes)),
              key == "fields" ? "field" : key);
  }
}

TEST(FirstDifference, SeesAnotherOutcome) {
  const absl::StatusOr<Vectors> vectors = ParseVectors(
      "x.txt", "name: x\nclause: RFC 9112 section 3\nrequest: \"GET\\r\\n\"\nreject: 21\n");
  ASSERT_TRUE(vectors.ok()) << vectors.status();
  const RequestVector& vector = vectors->requests[0];
  EXPECT_EQ(Difference(vector, "", Rejection::kRequestLineMalformed), "");
  EXPECT_EQ(Difference(vector, "", Rejection::kBareLf), "reject");
  EXPECT_EQ(Difference(vector, "", NeedMore()), "outcome");
  EXPECT_EQ(Difference(vector, "", Request()), "outcome");
}

// The first line of each file in malformed/ is "# " and the error that reading it
// must end in, without the name of the file.
TEST(ReadVectors, SaysWhatIsWrongAndWhere) {
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator("tests/vectors/malformed")) {
    std::ifstream stream(entry.path(), std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(stream), {}};
    const std::string first_line = text.substr(0, text.find('\n'));
    const std::string file = entry.path().filename().string();
    EXPECT_EQ(ParseVectors(file, text).status().message(),
              absl::StrCat(file, ":", absl::StripPrefix(first_line, "# ")));
    ++files;
  }
  EXPECT_GE(files, 20);
}

TEST(ReadVectors, SaysThatThereAreNone) {
  EXPECT_EQ(ReadVectors("tests/missing").status().message(), "tests/missing: no vectors there");
}

}  // namespace
}  // namespace prong
