#include "fuzz/known_differences.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "fuzz/difference.h"
#include "fuzz/http_parser_peer.h"
#include "fuzz/peer_reading.h"
#include "fuzz/picohttpparser_peer.h"
#include "gtest/gtest.h"
#include "parser/rejection.h"
#include "parser/request_parser.h"

namespace prong {
namespace {

std::string ReadSeed(absl::string_view name) {
  for (const char* const directory : {"differential", "request_parser"}) {
    const std::string path = absl::StrCat("fuzz/corpus/", directory, "/", name);
    if (!std::filesystem::exists(path)) continue;
    std::ifstream stream(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
  }
  ADD_FAILURE() << "no seed " << name;
  return "";
}

std::vector<Peer> PeersOf(const KnownDifference& known) {
  std::vector<Peer> peers;
  for (const Peer peer : {Peer::kHttpParser, Peer::kPicohttpparser}) {
    if (Includes(known.peers, peer)) peers.push_back(peer);
  }
  return peers;
}

PeerReading Read(Peer peer, absl::string_view input) {
  return peer == Peer::kHttpParser ? ReadWithHttpParser(input) : ReadWithPicohttpparser(input);
}

// What becomes of `input`, which views the parser until the next call.
Comparison Compare(Peer peer, absl::string_view input) {
  static RequestParser& parser = *new RequestParser;
  parser.Reset();
  return {input, parser.Parse(input), Read(peer, input)};
}

// That row alone.
absl::Span<const KnownDifference> Only(const KnownDifference& known) {
  return absl::MakeConstSpan(&known, 1);
}

TEST(KnownDifferences, AreShownByTheirSeeds) {
  for (const KnownDifference& known : KnownDifferences()) {
    const std::string seed = ReadSeed(known.seed);
    for (const Peer peer : PeersOf(known)) {
      const Comparison comparison = Compare(peer, seed);
      const std::vector<Aspect> aspects = DifferingAspects(comparison);
      EXPECT_EQ(aspects, std::vector<Aspect>{known.aspect}) << known.seed;
      EXPECT_EQ(Explanation(Only(known), comparison, known.aspect), &known)
          << known.seed << ": " << NameOf(peer);
    }
  }
}

// A row whose cause another row explains as well, for the same peers, is not needed.
TEST(KnownDifferences, AreNotExplainedByAnotherRow) {
  for (const KnownDifference& known : KnownDifferences()) {
    const std::string seed = ReadSeed(known.seed);
    for (const Peer peer : PeersOf(known)) {
      const Comparison comparison = Compare(peer, seed);
      for (const KnownDifference& other : KnownDifferences()) {
        if (&other == &known) continue;
        EXPECT_EQ(Explanation(Only(other), comparison, known.aspect), nullptr)
            << other.seed << " explains " << known.seed << ": " << NameOf(peer);
      }
    }
  }
}

TEST(KnownDifferences, NameEachPeerThatTheirSeedsShowThemOf) {
  for (const KnownDifference& known : KnownDifferences()) {
    const std::string seed = ReadSeed(known.seed);
    for (const Peer peer : {Peer::kHttpParser, Peer::kPicohttpparser}) {
      EXPECT_EQ(absl::c_linear_search(DifferingAspects(Compare(peer, seed)), known.aspect),
                Includes(known.peers, peer))
          << known.seed << ": " << NameOf(peer);
    }
  }
}

std::string ViolatedBy(Peer peer, Aspect aspect) {
  return absl::StrCat("property violated: a difference from ", NameOf(peer), " in ", NameOf(aspect),
                      " is a known one");
}

TEST(RequireExplainedDeathTest, AbortsOnADifferenceThatIsNotInTheTable) {
  for (const KnownDifference& known : KnownDifferences()) {
    std::vector<KnownDifference> others(KnownDifferences().begin(), KnownDifferences().end());
    others.erase(others.begin() + (&known - KnownDifferences().begin()));
    const std::string seed = ReadSeed(known.seed);
    for (const Peer peer : PeersOf(known)) {
      const Comparison comparison = Compare(peer, seed);
      EXPECT_DEATH(RequireExplained(others, comparison), ViolatedBy(peer, known.aspect));
    }
  }
}

// Such as that a request without Host is refused of one that has it.
TEST(RequireExplainedDeathTest, AbortsOnARefusalForWhichThereIsNoCause) {
  constexpr absl::string_view kRight = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  for (const Peer peer : {Peer::kHttpParser, Peer::kPicohttpparser}) {
    Comparison comparison = Compare(peer, kRight);
    RequireExplained(KnownDifferences(), comparison);
    for (const RejectionInfo& info : AllRejections()) {
      comparison.ours = info.rejection;
      EXPECT_DEATH(RequireExplained(KnownDifferences(), comparison),
                   ViolatedBy(peer, Aspect::kAcceptance));
    }
    comparison.ours = NeedMore();
    EXPECT_DEATH(RequireExplained(KnownDifferences(), comparison),
                 ViolatedBy(peer, Aspect::kAcceptance));
  }
}

}  // namespace
}  // namespace prong
