#include "tools/differences_document.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "fuzz/difference.h"
#include "fuzz/known_differences.h"
#include "fuzz/peer_reading.h"
#include "parser/rejection.h"
#include "tools/document.h"

namespace prong {
namespace {

constexpr absl::string_view kIntroduction =
    R"(<!-- Made by `bazel run //tools:differences` from fuzz/known_differences.cc: change that. -->

# Differences from other parsers

`//fuzz:differential_fuzz` compares prong's parser with two others on the same bytes:
[http-parser](https://github.com/nodejs/http-parser) 2.9.4, built as Debian builds it, which
is to be lax; and [picohttpparser](https://github.com/h2o/picohttpparser) of H2O 2.2.5, which
leaves what fields mean to its caller. Wherever they differ from prong, it is by a row of these
tables, each with the clause by which prong is right; any other difference fails. The seeds
are in [fuzz/corpus](../fuzz/corpus), in `differential` and `request_parser`.

## What prong refuses

and the other parser accepts. The numbers are those of [refusals.md](refusals.md).

| number | other parser | what it does | clause | seed |
|---:|---|---|---|---|
)";

constexpr absl::string_view kAccepted = R"(
## What prong accepts

and the other parser refuses, where they differ in acceptance, or takes in another way.

| in | other parser | what it does | clause | seed |
|---|---|---|---|---|
)";

std::string NamesOf(Peers peers) {
  if (peers == Peers::kBoth) return "both";
  return std::string(
      NameOf(peers == Peers::kHttpParser ? Peer::kHttpParser : Peer::kPicohttpparser));
}

std::string Row(const KnownDifference& known) {
  const std::string first = known.rejection ? absl::StrCat(Describe(*known.rejection).number())
                                            : std::string(NameOf(known.aspect));
  return absl::StrCat("| ", first, " | ", NamesOf(known.peers), " | ", known.sentence, " | ",
                      LinkToClause(known.reference), " | `", known.seed, "` |\n");
}

}  // namespace

std::string DifferencesDocument() {
  std::string refused(kIntroduction);
  std::string accepted(kAccepted);
  for (const KnownDifference& known : KnownDifferences()) {
    absl::StrAppend(known.rejection ? &refused : &accepted, Row(known));
  }
  return refused + accepted;
}

}  // namespace prong
