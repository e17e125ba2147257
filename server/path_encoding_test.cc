#include "server/path_encoding.h"

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "parser/percent_encoding.h"

namespace prong {
namespace {

TEST(EncodePath, LeavesSlashesAndUnreservedCharactersAsTheyAre) {
  constexpr absl::string_view kPlain =
      "/ABCDEFGHIJKLMNOPQRSTUVWXYZ/abcdefghijklmnopqrstuvwxyz/0123456789/-._~";
  EXPECT_EQ(EncodePath(kPlain), kPlain);
  EXPECT_EQ(EncodePath(""), "");
}

TEST(EncodePath, EncodesEveryOtherByteAsOneTriplet) {
  for (int byte = 0; byte < 256; ++byte) {
    const char c = static_cast<char>(byte);
    const std::string encoded = EncodePath(absl::string_view(&c, 1));
    if (encoded.size() == 1) {
      EXPECT_EQ(encoded[0], c);
      continue;
    }
    EXPECT_EQ(encoded.size(), 3u) << byte;
    EXPECT_EQ(DecodeTriplet(encoded), std::optional<char>(c)) << byte;
  }
}

TEST(EncodePath, NothingMayBeTakenForASchemeAQueryOrAnotherEncoding) {
  EXPECT_EQ(EncodePath("javascript:a?b#c%41\\d"), "javascript%3Aa%3Fb%23c%2541%5Cd");
}

}  // namespace
}  // namespace prong
