#include "fuzz/difference.h"

#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "fuzz/peer_reading.h"
#include "gtest/gtest.h"
#include "parser/rejection.h"
#include "parser/request.h"
#include "parser/request_parser.h"

namespace prong {
namespace {

constexpr absl::string_view kInput = "GET /a HTTP/1.1\r\nHost: b\r\nX: c\r\n\r\n";

// What the parser makes of kInput.
ParseOutcome Ours() {
  static RequestParser& parser = *new RequestParser;
  return parser.Parse(kInput);
}

// What a peer makes of kInput that agrees in all aspects.
PeerReading Theirs() {
  PeerReading reading;
  reading.peer = Peer::kHttpParser;
  reading.verdict = Verdict::kAccepted;
  reading.method = "GET";
  reading.target = "/a";
  reading.fields = {{"Host", "b"}, {"X", "c"}};
  reading.size = kInput.size();
  reading.meaning = PeerMeaning{Framing(), true};
  return reading;
}

TEST(DifferingAspects, AreNoneOfReadingsThatAgree) {
  EXPECT_TRUE(DifferingAspects({kInput, Ours(), Theirs()}).empty());
}

TEST(DifferingAspects, AreNoneOfWhatAPeerLeavesToItsUser) {
  PeerReading theirs = Theirs();
  theirs.meaning.reset();
  EXPECT_TRUE(DifferingAspects({kInput, Ours(), theirs}).empty());
}

struct Change {
  Aspect aspect;
  void (*make)(PeerReading& theirs);
};

constexpr Change kChanges[] = {
    {Aspect::kAcceptance, [](PeerReading& theirs) { theirs.verdict = Verdict::kRefused; }},
    {Aspect::kAcceptance, [](PeerReading& theirs) { theirs.verdict = Verdict::kUndecided; }},
    {Aspect::kMethod, [](PeerReading& theirs) { theirs.method = "HEAD"; }},
    {Aspect::kTarget, [](PeerReading& theirs) { theirs.target = "/"; }},
    {Aspect::kVersion, [](PeerReading& theirs) { theirs.minor_version = 0; }},
    {Aspect::kVersion, [](PeerReading& theirs) { theirs.major_version = 2; }},
    {Aspect::kFields, [](PeerReading& theirs) { theirs.fields[1].name = "x"; }},
    {Aspect::kFields, [](PeerReading& theirs) { theirs.fields[1].value = "d"; }},
    {Aspect::kFields, [](PeerReading& theirs) { theirs.fields.pop_back(); }},
    {Aspect::kFields,
     [](PeerReading& theirs) {
       theirs.fields.push_back({"Y", ""});
     }},
    {Aspect::kFields, [](PeerReading& theirs) { std::swap(theirs.fields[0], theirs.fields[1]); }},
    {Aspect::kSize, [](PeerReading& theirs) { theirs.size -= 2; }},
    {Aspect::kFraming, [](PeerReading& theirs) { theirs.meaning->framing.chunked = true; }},
    {Aspect::kFraming, [](PeerReading& theirs) { theirs.meaning->framing.content_length = 1; }},
    {Aspect::kPersistence, [](PeerReading& theirs) { theirs.meaning->persistent = false; }},
};

TEST(DifferingAspects, AreThoseInWhichReadingsDiffer) {
  for (const Change& change : kChanges) {
    PeerReading theirs = Theirs();
    change.make(theirs);
    EXPECT_EQ(DifferingAspects({kInput, Ours(), theirs}), std::vector<Aspect>{change.aspect})
        << NameOf(change.aspect);
  }
}

TEST(DifferingAspects, AreAllOfThem) {
  PeerReading theirs = Theirs();
  theirs.method = "HEAD";
  theirs.size = 1;
  EXPECT_EQ(DifferingAspects({kInput, Ours(), theirs}),
            (std::vector<Aspect>{Aspect::kMethod, Aspect::kSize}));
}

TEST(DifferingAspects, AreAcceptanceIfThePeerAloneAccepts) {
  const std::vector<Aspect> acceptance = {Aspect::kAcceptance};
  EXPECT_EQ(DifferingAspects({kInput, Rejection::kHostMissing, Theirs()}), acceptance);
  EXPECT_EQ(DifferingAspects({kInput, NeedMore(), Theirs()}), acceptance);
}

TEST(DifferingAspects, AreNoneIfNeitherAccepts) {
  for (const Verdict verdict : {Verdict::kRefused, Verdict::kUndecided}) {
    PeerReading theirs;
    theirs.verdict = verdict;
    EXPECT_TRUE(DifferingAspects({kInput, Rejection::kHostMissing, theirs}).empty());
    EXPECT_TRUE(DifferingAspects({kInput, NeedMore(), theirs}).empty());
  }
}

}  // namespace
}  // namespace prong
