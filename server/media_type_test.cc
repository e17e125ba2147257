#include "server/media_type.h"

#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"

namespace prong {
namespace {

constexpr absl::string_view kUnknown = "application/octet-stream";

TEST(MediaTypeTest, IsThatOfTheExtension) {
  const struct {
    absl::string_view path;
    absl::string_view media_type;
  } kCases[] = {
      // What a browser refuses to use under another type.
      {"index.html", "text/html; charset=utf-8"},
      {"index.htm", "text/html; charset=utf-8"},
      {"style.css", "text/css; charset=utf-8"},
      {"app.js", "text/javascript; charset=utf-8"},  // RFC 9239
      {"app.mjs", "text/javascript; charset=utf-8"},
      {"app.wasm", "application/wasm"},
      {"logo.svg", "image/svg+xml"},
      {"site.webmanifest", "application/manifest+json"},

      {"notes.txt", "text/plain; charset=utf-8"},
      {"README.md", "text/markdown; charset=utf-8"},
      {"data.json", "application/json"},
      {"feed.xml", "application/xml"},
      {"photo.jpg", "image/jpeg"},
      {"photo.jpeg", "image/jpeg"},
      {"logo.png", "image/png"},
      {"favicon.ico", "image/vnd.microsoft.icon"},
      {"film.mp4", "video/mp4"},
      {"font.woff2", "font/woff2"},
      {"picture.avif", "image/avif"},
      {"stream.ts", "video/mp2t"},  // Debian's is a translation of Qt
      {"paper.pdf", "application/pdf"},

      // Debian's alone.
      {"letter.odt", "application/vnd.oasis.opendocument.text"},
      {"letter.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
      {"calendar.ics", "text/calendar; charset=utf-8"},
      {"old.xht", "application/xhtml+xml"},

      // The last dot counts.
      {"release.tar", "application/x-tar"},
      {"release.tar.gz", "application/gzip"},
      {"page.html.txt", "text/plain; charset=utf-8"},
      {".html", "text/html; charset=utf-8"},
      {"..css", "text/css; charset=utf-8"},

      // So does the last segment.
      {"a/b/c.css", "text/css; charset=utf-8"},
      {"site.html/data", kUnknown},
      {"site.html/data.json", "application/json"},

      // Letters of either case.
      {"INDEX.HTML", "text/html; charset=utf-8"},
      {"photo.JpG", "image/jpeg"},
  };
  for (const auto& c : kCases) EXPECT_EQ(MediaTypeOf(c.path), c.media_type) << c.path;
}

// Bytes of an unknown kind are for saving, not for showing: RFC 9110 section 8.3
// lets the recipient assume application/octet-stream, and nosniff forbids to guess.
TEST(MediaTypeTest, IsOctetStreamWhereTheExtensionTellsNothing) {
  for (absl::string_view path :
       {"", "/", "html", "Makefile", "name.", "name..", "a.html/", "x.unheard-of", "x.htmlx",
        "x.html ", "x. html", "x.html\n", "x.ht\xc5\xa4", ".", "a.b/c"}) {
    EXPECT_EQ(MediaTypeOf(path), kUnknown) << path;
  }
}

TEST(MediaTypeTest, EveryTwoLettersGiveATypeThatAFieldMayHold) {
  for (int first = 0; first < 256; ++first) {
    for (int second = 0; second < 256; ++second) {
      const std::string path = {'x', '.', static_cast<char>(first), static_cast<char>(second)};
      const absl::string_view type = MediaTypeOf(path);
      ASSERT_TRUE(absl::StrContains(type, '/')) << path;
      for (char c : type) ASSERT_TRUE(absl::ascii_isprint(static_cast<unsigned char>(c))) << path;
    }
  }
}

TEST(MediaTypeTest, TextSaysItsCharsetAndNothingElseDoes) {
  for (absl::string_view path :
       {"a.css", "a.csv", "a.htm", "a.html", "a.js", "a.md", "a.mjs", "a.txt"}) {
    EXPECT_TRUE(absl::StartsWith(MediaTypeOf(path), "text/")) << path;
    EXPECT_TRUE(absl::EndsWith(MediaTypeOf(path), "; charset=utf-8")) << path;
  }
  for (absl::string_view path : {"a.json", "a.png", "a.svg", "a.wasm", "a.xml", "a.zip", "a"}) {
    EXPECT_FALSE(absl::StartsWith(MediaTypeOf(path), "text/")) << path;
    EXPECT_FALSE(absl::StrContains(MediaTypeOf(path), "charset")) << path;
  }
}

TEST(MediaTypeTest, IsOfStaticStorage) {
  absl::string_view type;
  {
    const std::string path = "a/long/enough/path/to/be/allocated.css";
    type = MediaTypeOf(path);
  }
  EXPECT_EQ(type, "text/css; charset=utf-8");
}

}  // namespace
}  // namespace prong
