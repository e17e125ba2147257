#include "server/content_coding.h"

#include <utility>

#include "absl/algorithm/container.h"
#include "parser/accept_encoding.h"
#include "parser/weight.h"

namespace prong {
namespace {

constexpr ContentCoding kCodings[] = {
    {"br", ".br"},     // RFC 7932
    {"zstd", ".zst"},  // RFC 8878
    {"gzip", ".gz"},   // RFC 1952
};

}  // namespace

ContentCodings WantedCodings(absl::Span<const Field> fields) {
  const Weight identity = WeightOfCoding(fields, "identity");
  absl::InlinedVector<std::pair<Weight, ContentCoding>, 3> wanted;
  for (const ContentCoding& coding : kCodings) {
    const Weight weight = WeightOfCoding(fields, coding.name);
    if (weight > 0 && weight >= identity) wanted.push_back({weight, coding});
  }
  absl::c_stable_sort(wanted, [](const auto& a, const auto& b) { return a.first > b.first; });
  ContentCodings codings;
  for (const auto& [weight, coding] : wanted) codings.push_back(coding);
  return codings;
}

}  // namespace prong
