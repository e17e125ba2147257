#include "server/content_coding.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "parser/request.h"

namespace prong {
namespace {

// The suffixes of the codings that `fields` want, in their order.
std::string SuffixesFor(const std::vector<Field>& fields) {
  std::string suffixes;
  for (const ContentCoding& coding : WantedCodings(fields))
    absl::StrAppend(&suffixes, coding.suffix);
  return suffixes;
}

TEST(WantedCodingsTest, AreThoseThatAreAcceptedInTheOrderOfTheirWeights) {
  const struct {
    const char* value;
    const char* suffixes;
  } kCases[] = {
      {"gzip, deflate, br, zstd", ".br.zst.gz"},  // a browser
      {"gzip", ".gz"},
      {"x-gzip", ".gz"},
      {"GZIP, Zstd", ".zst.gz"},
      {"deflate", ""},
      {"", ""},
      {"identity", ""},
      {"*", ".br.zst.gz"},
      {"*;q=0", ""},
      {"gzip;q=1, br;q=0.9, zstd;q=0.95", ".gz.zst.br"},
      {"gzip;q=0.5", ".gz"},  // no coding is less wanted than what is named
      {"gzip;q=0.001", ".gz"},
      {"gzip;q=0", ""},
      {"br;q=0, *;q=0.1", ".zst.gz"},
      {"gzip;q=0.5, identity", ""},
      {"gzip;q=0.5, identity;q=0.5", ".gz"},
      {"gzip;q=0.3, br, identity;q=0.5", ".br"},
      {"gzip, *;q=0.5", ".gz.br.zst"},
      {"gzip;q=0.4, *;q=0.5", ".br.zst"},
      {"identity;q=1, *;q=0", ""},  // a browser that plays a video
      {"gzip;q=2", ""},
      {"gz", ""},
      {"zst", ""},
      {"brotli", ""},
  };
  for (const auto& c : kCases) {
    EXPECT_EQ(SuffixesFor({{"Host", "h"}, {"accept-encoding", c.value}}), c.suffixes) << c.value;
  }
}

TEST(WantedCodingsTest, AllFieldsCount) {
  EXPECT_EQ(SuffixesFor({{"Accept-Encoding", "gzip;q=0.5"}, {"Accept-Encoding", "br;q=0.1"}}),
            ".gz.br");
}

TEST(WantedCodingsTest, AreNoneWithoutTheField) {
  EXPECT_EQ(SuffixesFor({}), "");
  EXPECT_EQ(SuffixesFor({{"Accept", "gzip"}, {"TE", "gzip"}}), "");
}

}  // namespace
}  // namespace prong
