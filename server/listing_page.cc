#include "server/listing_page.h"

#include <cstddef>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"
#include "server/path_encoding.h"
#include "server/utf8.h"

namespace prong {
namespace {

using Key = ListingOrder::Key;

// What changes this changes its hash, below.
constexpr absl::string_view kStyle = R"(
:root{color-scheme:light dark;--paper:#fff;--text:#1d2127;--muted:#5d6672;--line:#dfe3e8;
--row:#f3f6fa;--link:#0b5bd3;--folder:#d29922}
@media(prefers-color-scheme:dark){:root{--paper:#0f1216;--text:#e4e7eb;--muted:#98a2ae;
--line:#2a3038;--row:#181d24;--link:#79b4ff;--folder:#d9a941}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--text);font:16px/1.5 system-ui,sans-serif}
body>*{max-width:64rem;margin:0 auto;padding:0 1.25rem}
h1,body>p{padding:0 2rem}
h1{margin:2.5rem auto 1.25rem;font-size:1.375rem;font-weight:600;overflow-wrap:anywhere}
a{color:var(--link);text-decoration:none;border-radius:3px}
h1 [aria-current]{color:inherit}
a:hover{text-decoration:underline}
a:focus-visible{outline:2px solid var(--link);outline-offset:2px}
table{width:100%;border-collapse:collapse;font-variant-numeric:tabular-nums}
th,td{padding:.4375rem .75rem;border-bottom:1px solid var(--line);font-weight:400;
text-align:left;vertical-align:baseline}
thead th{color:var(--muted);font-size:.875rem;font-weight:600;white-space:nowrap}
thead a{color:inherit}
tbody tr:hover{background:var(--row)}
tbody th{width:100%;padding-left:2.5rem;overflow-wrap:anywhere}
tbody th::before{content:"";float:left;width:.875rem;height:1.0625rem;
margin:.2rem 0 0 -1.6875rem;background:var(--muted);opacity:.55;
clip-path:polygon(0 0,62% 0,100% 31%,100% 100%,0 100%)}
tbody .folder::before{width:1.125rem;height:.875rem;margin:.3125rem 0 0 -1.8125rem;
background:var(--folder);opacity:1;
clip-path:polygon(0 0,40% 0,50% 16%,100% 16%,100% 100%,0 100%)}
tbody .up::before{width:.875rem;height:.875rem;margin:.3125rem 0 0 -1.6875rem;
clip-path:polygon(50% 0,100% 50%,65% 50%,65% 100%,35% 100%,35% 50%,0 50%)}
td{color:var(--muted);font-size:.875rem;white-space:nowrap}
.size{text-align:right}
td.size{font-family:ui-monospace,monospace}
[aria-sort] a::after{content:"\2191";margin-left:.375em}
[aria-sort=descending] a::after{content:"\2193"}
p{color:var(--muted);font-size:.875rem}
body>p{margin:1rem auto 2.5rem}
@media(max-width:38rem){body>*{padding:0 .5rem}h1,body>p{padding:0 1rem}th,td{padding-inline:.5rem}
.date time span{display:none}}
)";

// The spaces that do not break of "B".
constexpr absl::string_view kNarrowUnit = " B\u00A0\u00A0";

// U+2400, the picture of NUL; in the order of what they are of. That of DEL is U+2421.
constexpr absl::string_view kControlPictures = "\xE2\x90\x80";

// Names, escaped, are kept apart from what is around them, whichever way they are written.
std::string Isolated(absl::string_view name) {
  return absl::StrCat("<bdi>", EscapeHtml(name), "</bdi>");
}

// The path with a link for each directory above this one.
std::string Heading(absl::string_view path) {
  if (path.empty()) return "Index of <a href=\"./\" aria-current=\"page\">/</a>";
  const std::vector<absl::string_view> names = absl::StrSplit(path, '/');
  const auto up = [&names](size_t depth) {
    std::string href;
    for (size_t i = depth; i < names.size(); ++i) href += "../";
    return href.empty() ? "./" : href;
  };
  std::string heading = absl::StrCat("Index of <a href=\"", up(0), "\" aria-label=\"root\">/</a>");
  for (size_t i = 0; i < names.size(); ++i) {
    const bool is_last = i + 1 == names.size();
    absl::StrAppend(&heading, "<a href=\"", up(i + 1), is_last ? "\" aria-current=\"page" : "",
                    "\">", Isolated(names[i]), "</a>/");
  }
  return heading;
}

struct Column {
  Key key;
  absl::string_view name;
  absl::string_view parameter;
  bool first_descending;  // whether that is what one looks for first: the largest, the newest
  absl::string_view css_class;
};

constexpr Column kColumns[] = {{Key::kName, "Name", "name", false, ""},
                               {Key::kSize, "Size", "size", true, " class=\"size\""},
                               {Key::kDate, "Modified", "date", true, ""}};

// The head of a column, with a link that sorts by it, or the other way round.
std::string ColumnHead(const Column& column, const ListingOrder& order, bool sorted) {
  const std::string start = absl::StrCat("<th scope=\"col\"", column.css_class);
  if (!sorted) return absl::StrCat(start, ">", column.name, "</th>\n");
  const bool is_key = column.key == order.key;
  const bool descending = is_key ? !order.descending : column.first_descending;
  return absl::StrCat(start, is_key ? " aria-sort=\"" : "",
                      !is_key            ? ""
                      : order.descending ? "descending\""
                                         : "ascending\"",
                      "><a href=\"?sort=", column.parameter, descending ? "&amp;order=desc" : "",
                      "\">", column.name, "</a></th>\n");
}

std::string Counted(int64_t count, absl::string_view thing) {
  return absl::StrCat(count, " ", thing, count == 1 ? "" : "s");
}

}  // namespace

const absl::string_view kListingPagePolicy =
    "default-src 'none'; style-src 'sha256-MKOLuE3sWCw72K8ar1OiNZ2tCZwUHN/pBY9hMTcMjGQ='; base-uri "
    "'none'; form-action 'none'";

std::string ListingPageStart(const Listing& listing, bool sorted) {
  std::string page = absl::StrCat(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>Index of /",
      EscapeHtml(listing.path), listing.path.empty() ? "" : "/", "</title>\n<style>", kStyle,
      "</style>\n</head>\n<body>\n<h1>", Heading(listing.path), "</h1>\n<main>\n");
  if (!sorted) {
    absl::StrAppend(&page, "<p>There are too many entries to sort: they are in no order.</p>\n");
  }
  absl::StrAppend(&page, "<table>\n<thead>\n<tr>\n");
  for (const Column& column : kColumns) {
    absl::StrAppend(&page, ColumnHead(column, listing.order, sorted));
  }
  absl::StrAppend(&page, "</tr>\n</thead>\n<tbody>\n");
  if (!listing.path.empty()) {
    absl::StrAppend(&page,
                    "<tr><th scope=\"row\" class=\"up\"><a href=\"../\">Parent folder</a></th>",
                    "<td></td><td></td></tr>\n");
  }
  return page;
}

void AppendListingRow(const DirectoryEntry& entry, std::string& out) {
  const absl::Time time = absl::FromUnixSeconds(entry.modified);
  const absl::string_view slash = entry.is_directory ? "/" : "";
  absl::StrAppend(&out, "<tr><th scope=\"row\"", entry.is_directory ? " class=\"folder\"" : "",
                  "><a href=\"", EncodePath(entry.name), slash, "\">", Isolated(entry.name), slash,
                  "</a></th><td class=\"size\">");
  if (!entry.is_directory) {
    absl::StrAppend(&out, "<data value=\"", entry.size, "\">", FormatSize(entry.size), "</data>");
  }
  absl::StrAppend(&out, "</td><td class=\"date\"><time datetime=\"",
                  absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", time, absl::UTCTimeZone()), "\">",
                  absl::FormatTime("%Y-%m-%d<span> %H:%M</span>", time, absl::UTCTimeZone()),
                  "</time></td></tr>\n");
}

std::string ListingPageEnd(const ListingCount& count) {
  return absl::StrCat("</tbody>\n</table>\n</main>\n<p>", Counted(count.directories, "folder"),
                      ", ", Counted(count.files, "file"),
                      ". Times are UTC.</p>\n</body>\n</html>\n");
}

std::string FormatSize(uint64_t size) {
  if (size < 1024) return absl::StrCat(size, kNarrowUnit);
  constexpr const char* kUnits[] = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  double count = static_cast<double>(size) / 1024;
  const char* const* unit = kUnits;
  // What would be rounded to 1024.0 is 1.0 of the next unit.
  for (; count >= 1023.95; ++unit) count /= 1024;
  return absl::StrFormat("%.1f %s", count, *unit);
}

std::string EscapeHtml(absl::string_view text) {
  std::string escaped;
  for (const char c : ValidUtf8(text)) {
    if (absl::ascii_iscntrl(static_cast<unsigned char>(c))) {
      absl::StrAppend(&escaped, kControlPictures.substr(0, 2));
      escaped.push_back(static_cast<char>(c == 0x7F ? 0xA1 : 0x80 | c));
    } else {
      escaped.push_back(c);
    }
  }
  return absl::StrReplaceAll(
      escaped, {{"&", "&amp;"}, {"<", "&lt;"}, {">", "&gt;"}, {"\"", "&quot;"}, {"'", "&#39;"}});
}

}  // namespace prong
