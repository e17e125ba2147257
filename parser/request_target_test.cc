#include "parser/request_target.h"

#include <cctype>
#include <cstddef>
#include <cstdlib>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/types/span.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "parser/test_matchers.h"
#include "parser/test_strings.h"

namespace prong {
namespace {

// A RequestTarget whose texts are its own.
struct Target {
  TargetForm form = TargetForm::kOrigin;
  std::string authority;
  std::string path;
  bool names_directory = false;
  std::string query;
};

bool operator==(const Target& a, const Target& b) {
  return a.form == b.form && a.authority == b.authority && a.path == b.path &&
         a.names_directory == b.names_directory && a.query == b.query;
}

void PrintTo(const Target& target, std::ostream* out) {
  PrintTo(RequestTarget{target.form, target.authority, target.path, target.names_directory,
                        target.query},
          out);
}

using Outcome = std::variant<Target, Rejection>;

// Parses into storage on the heap that is no longer than required, so that
// AddressSanitizer sees a byte written behind it.
Outcome Parse(absl::string_view text, Method method = Method::kGet) {
  const auto storage = std::make_unique<char[]>(text.size());
  const std::variant<RequestTarget, Rejection> result =
      ParseRequestTarget(method, text, absl::MakeSpan(storage.get(), text.size()));
  if (const auto* rejection = std::get_if<Rejection>(&result)) return *rejection;
  const auto& target = std::get<RequestTarget>(result);
  return Target{target.form, std::string(target.authority), std::string(target.path),
                target.names_directory, std::string(target.query)};
}

Outcome File(absl::string_view path, absl::string_view query = "") {
  return Target{TargetForm::kOrigin, "", std::string(path), false, std::string(query)};
}

Outcome Directory(absl::string_view path, absl::string_view query = "") {
  return Target{TargetForm::kOrigin, "", std::string(path), true, std::string(query)};
}

// What origin-form without a query means, once more and in another way: split
// into segments first, then decoded, then collected.
Outcome ExpectedOfPath(absl::string_view text) {
  std::vector<std::string> names;
  bool directory = false;
  for (absl::string_view segment : absl::StrSplit(text.substr(1), '/')) {
    std::string name;
    while (!segment.empty()) {
      std::string digits(segment.substr(1, 2));
      if (segment[0] != '%') {
        name.push_back(segment[0]);
        segment.remove_prefix(1);
        continue;
      }
      if (digits.size() < 2 || !std::isxdigit(digits[0]) || !std::isxdigit(digits[1])) {
        return Rejection::kTargetPercentEncodingInvalid;
      }
      if (digits == "00") return Rejection::kTargetNul;
      if (digits == "2f" || digits == "2F") return Rejection::kTargetEncodedSlash;
      name.push_back(static_cast<char>(std::strtol(digits.c_str(), nullptr, 16)));
      segment.remove_prefix(3);
    }
    directory = name.empty() || name == "." || name == "..";
    if (!directory) names.push_back(name);
    if (name != "..") continue;
    if (names.empty()) return Rejection::kTargetClimbs;
    names.pop_back();
  }
  return Target{TargetForm::kOrigin, "", absl::StrJoin(names, "/"), directory, ""};
}

// A path that means `target`, with every byte encoded but unreserved ones.
std::string Encode(const Target& target) {
  std::string text = "/";
  for (char c : target.path) {
    if (c == '/' || absl::ascii_isalnum(static_cast<unsigned char>(c))) {
      text.push_back(c);
    } else {
      absl::StrAppend(&text, "%", absl::Hex(static_cast<unsigned char>(c), absl::kZeroPad2));
    }
  }
  return target.names_directory && !target.path.empty() ? text + "/" : text;
}

void ExpectCannotClimb(const Target& target, absl::string_view text) {
  ASSERT_LE(target.path.size(), text.size());
  ASSERT_EQ(target.path.find('\0'), std::string::npos);
  if (target.path.empty()) {
    ASSERT_TRUE(target.names_directory);
    return;
  }
  // Neither a leading nor a trailing slash: they would make an empty segment.
  for (absl::string_view segment : absl::StrSplit(target.path, '/')) {
    ASSERT_NE(segment, "");
    ASSERT_NE(segment, ".");
    ASSERT_NE(segment, "..");
  }
}

TEST(RequestTarget, IsAPathWithoutItsSlash) {
  EXPECT_EQ(Parse("/a"), File("a"));
  EXPECT_EQ(Parse("/a/b/c.html"), File("a/b/c.html"));
}

TEST(RequestTarget, IsTheRootItself) {
  EXPECT_EQ(Parse("/"), Directory(""));
  EXPECT_EQ(Parse("/?q"), Directory("", "?q"));
}

TEST(RequestTarget, NamesADirectoryByASlashOrADotSegmentAtItsEnd) {
  EXPECT_EQ(Parse("/a/"), Directory("a"));
  EXPECT_EQ(Parse("/a//"), Directory("a"));
  EXPECT_EQ(Parse("/a/."), Directory("a"));
  EXPECT_EQ(Parse("/a/b/.."), Directory("a"));
  EXPECT_EQ(Parse("/a/%2e"), Directory("a"));
  EXPECT_EQ(Parse("/a/.."), Directory(""));
  EXPECT_EQ(Parse("/a/./b"), File("a/b"));
}

TEST(RequestTarget, LosesItsEmptyAndDotSegments) {  // RFC 3986 section 5.2.4
  EXPECT_EQ(Parse("/a/./b%20c/../d?x=1"), File("a/d", "?x=1"));
  EXPECT_EQ(Parse("/a/b/c/./../../g"), File("a/g"));
  EXPECT_EQ(Parse("//a///b"), File("a/b"));
  EXPECT_EQ(Parse("/./././a"), File("a"));
  EXPECT_EQ(Parse("/a/b/../../c"), File("c"));
  EXPECT_EQ(Parse("/a/../b/../c/../d"), File("d"));
}

TEST(RequestTarget, KeepsNamesThatOnlyBeginLikeDotSegments) {
  for (const char* name : {"...", "....", "..a", ".a", "a.", "a..", ".a.", ". ", "..%", "..\\"}) {
    const Outcome expected = File(name);
    EXPECT_EQ(Parse(Encode(std::get<Target>(expected))), expected) << name;
  }
  EXPECT_EQ(Parse("/.../a"), File(".../a"));
  EXPECT_EQ(Parse("/.well-known/x"), File(".well-known/x"));
}

TEST(RequestTarget, DecodesEveryByteOnce) {  // RFC 3986 section 2.4
  for (int c = 1; c < 256; ++c) {
    const char byte = static_cast<char>(c);
    if (byte == '/' || byte == '.') continue;
    const std::string name(1, byte);
    EXPECT_EQ(Parse(absl::StrCat("/", "%", absl::Hex(c, absl::kZeroPad2))), File(name)) << c;
  }
  EXPECT_EQ(Parse("/%41%42%43"), File("ABC"));
  EXPECT_EQ(Parse("/%c3%A9"), File("\xc3\xa9"));
  EXPECT_EQ(Parse("/%2541"), File("%41"));
  EXPECT_EQ(Parse("/%252e%252e/x"), File("%2e%2e/x"));
  EXPECT_EQ(Parse("/%25252e"), File("%252e"));
  EXPECT_EQ(Parse("/a%3Fb?c"), File("a?b", "?c"));
  EXPECT_EQ(Parse("/a+b"), File("a+b"));
}

// "/" , pchar and what character_set.h tolerates; "?" begins the query.
TEST(RequestTarget, HasInItsPathTheCharactersOfAPath) {
  const absl::string_view pchar =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()*+,;=:@";
  const absl::string_view tolerated = "[]|";
  for (int c = 0; c < 256; ++c) {
    const char byte = static_cast<char>(c);
    if (byte == '%' || byte == '/' || byte == '?') continue;
    const std::string name = {'a', byte, 'b'};
    const Outcome expected = absl::StrContains(pchar, byte) || absl::StrContains(tolerated, byte)
                                 ? File(name)
                                 : Outcome(Rejection::kTargetCharacterInvalid);
    EXPECT_EQ(Parse("/" + name), expected) << "byte " << c;
  }
}

TEST(RequestTarget, KeepsItsQueryAsItWasReceived) {
  for (const char* query :
       {"?", "??", "?a=b&c", "?/../..", "?%", "?%00%2f%zz", "?a?b", "?\\^`{}|[]", "?http://h/"}) {
    EXPECT_EQ(Parse(absl::StrCat("/a/b", query)), File("a/b", query)) << query;
    EXPECT_EQ(Parse(absl::StrCat("/a/", query)), Directory("a", query)) << query;
  }
}

TEST(RequestTarget, EndsItsPathAtTheQuery) {
  EXPECT_EQ(Parse("/a?/../../b"), File("a", "?/../../b"));
  EXPECT_EQ(Parse("/..?/"), Outcome(Rejection::kTargetClimbs));
  EXPECT_EQ(Parse("/%2?e"), Outcome(Rejection::kTargetPercentEncodingInvalid));
  EXPECT_EQ(Parse("/%?2e"), Outcome(Rejection::kTargetPercentEncodingInvalid));
}

TEST(RequestTarget, RefusesToClimb) {  // RFC 9110 section 17.3
  for (const char* text :
       {"/..", "/../", "/../x", "/./../x", "//../x", "/a/../../x", "/a/b/../../../x", "/a//../../x",
        "/../../../../etc/passwd", "/%2e%2e/x", "/%2E%2e/x", "/.%2e/", "/%2e./", "/.%2E", "/%2e%2e",
        "/a/%2e%2e/%2e%2e/x", "/cgi-bin/.%2e/.%2e/.%2e/etc/passwd"}) {
    EXPECT_EQ(Parse(text), Outcome(Rejection::kTargetClimbs)) << text;
  }
}

// What climbs is refused at once: what follows cannot lead back into the root,
// whatever the root is called (CVE-2015-5638: "/../root-sibling").
TEST(RequestTarget, RefusesToClimbAndReturn) {
  for (const char* text : {"/../root/x", "/a/../../root/x", "/../root-sibling/x"}) {
    EXPECT_EQ(Parse(text), Outcome(Rejection::kTargetClimbs)) << text;
  }
}

TEST(RequestTarget, RefusesAnEncodedSlash) {  // RFC 3986 section 7.3
  for (const char* text : {"/..%2fx", "/..%2Fx", "/%2f", "/a%2fb", "/a/..%2f..%2f/b", "/%2e%2e%2fx",
                           "//evil.example/%2f..", "//evil.example/%2f..%2fdir"}) {
    EXPECT_EQ(Parse(text), Outcome(Rejection::kTargetEncodedSlash)) << text;
  }
}

TEST(RequestTarget, RefusesAnEncodedNul) {  // RFC 3986 section 7.3
  for (const char* text : {"/%00", "/a.txt%00.html", "/%00/..", "/a/%00", "/..%00/x", "/a%00"}) {
    EXPECT_EQ(Parse(text), Outcome(Rejection::kTargetNul)) << text;
  }
}

TEST(RequestTarget, RefusesAPercentSignWithoutTwoDigits) {  // RFC 3986 section 2.1
  for (const char* text : {"/%", "/%2", "/%%32%65", "/%zz", "/%2g", "/%g2", "/a%", "/a%/b", "/%2/e",
                           "/%u002e", "/%+2", "/%-1", "/%0x2e", "/%%", "/%%2e"}) {
    EXPECT_EQ(Parse(text), Outcome(Rejection::kTargetPercentEncodingInvalid)) << text;
  }
}

TEST(RequestTarget, RefusesABackslashAndKeepsAnEncodedOne) {
  EXPECT_EQ(Parse("/\\evil"), Outcome(Rejection::kTargetCharacterInvalid));
  EXPECT_EQ(Parse("/..\\x"), Outcome(Rejection::kTargetCharacterInvalid));
  // A name like any other, as nothing after this function splits at it.
  EXPECT_EQ(Parse("/%5C.."), File("\\.."));
  EXPECT_EQ(Parse("/..%5cx"), File("..\\x"));
}

TEST(RequestTarget, KnowsNoOverlongUtf8) {  // %c0%ae would be ".", %c0%af "/"
  EXPECT_EQ(Parse("/%c0%ae%c0%ae/x"), File("\xc0\xae\xc0\xae/x"));
  EXPECT_EQ(Parse("/..%c0%afx"), File("..\xc0\xafx"));
  EXPECT_EQ(Parse("%c0%ae"), Outcome(Rejection::kTargetFormNotForMethod));
}

TEST(RequestTarget, TakesNoSecondSlashForAHost) {  // CVE-2021-28861
  EXPECT_EQ(Parse("//evil.example"), File("evil.example"));
  EXPECT_EQ(Parse("//evil.example/.."), Directory(""));
  EXPECT_EQ(Parse("///evil.example/"), Directory("evil.example"));
}

TEST(RequestTarget, KeepsDecodedControlCharactersForItsNames) {
  // They can name files; whoever writes the path to a header or a log escapes it.
  EXPECT_EQ(Parse("/%0d%0aSet-Cookie:a=b"), File("\r\nSet-Cookie:a=b"));
  EXPECT_EQ(Parse("/%1b%5b31m"), File("\x1b[31m"));
}

TEST(RequestTarget, BeginsWithASlashOrAScheme) {
  for (const char* text :
       {"a/b",     "../secret",  "..",      ".",        "a",      "?q",       "index.html",
        "h:80",    "%2f",        "foo:bar", "http:/h/", "http:h", "://h/",    "1http://h/",
        "-x://h/", "ht~tp://h/", "\\x",     "**",       "*/",     "%2e%2e/x", "a?http://h/"}) {
    EXPECT_EQ(Parse(text), Outcome(Rejection::kTargetFormNotForMethod)) << text;
  }
}

TEST(RequestTarget, IsNotEmpty) {
  EXPECT_EQ(Parse(""), Outcome(Rejection::kTargetFormNotForMethod));
  EXPECT_EQ(Parse("", Method::kConnect), Outcome(Rejection::kTargetFormNotForMethod));
  EXPECT_EQ(Parse("", Method::kOptions), Outcome(Rejection::kTargetFormNotForMethod));
}

constexpr Method kMethods[] = {Method::kConnect, Method::kDelete, Method::kGet,  Method::kHead,
                               Method::kOptions, Method::kPatch,  Method::kPost, Method::kPut,
                               Method::kTrace,   Method::kUnknown};

TEST(RequestTarget, IsAnAsteriskForOptionsOnly) {  // RFC 9112 section 3.2.4
  for (Method method : kMethods) {
    const Outcome expected = method == Method::kOptions
                                 ? Outcome(Target{TargetForm::kAsterisk, "", "", false, ""})
                                 : Outcome(Rejection::kTargetFormNotForMethod);
    EXPECT_EQ(Parse("*", method), expected) << static_cast<int>(method);
  }
}

TEST(RequestTarget, MeansTheSameForEveryMethodButConnect) {
  for (Method method : kMethods) {
    if (method == Method::kConnect) continue;
    for (const char* text : {"/a/./b?c", "/", "/..", "/%2f", "http://h/a", "ftp://h/", "h:80"}) {
      EXPECT_EQ(Parse(text, method), Parse(text)) << static_cast<int>(method) << " " << text;
    }
  }
}

TEST(RequestTarget, NamesAPortForConnect) {  // RFC 9110 section 9.3.6: there is no default
  for (const char* text : {"h", "h:", "example.org", "[::1]", "[::1]:", "*"}) {
    EXPECT_EQ(Parse(text, Method::kConnect), Outcome(Rejection::kTargetFormNotForMethod)) << text;
  }
}

TEST(RequestTarget, IsAnAuthorityForConnect) {  // RFC 9112 section 3.2.3
  for (const char* text : {"example.org:443", "127.0.0.1:80", "[::1]:443"}) {
    EXPECT_EQ(Parse(text, Method::kConnect),
              Outcome(Target{TargetForm::kAuthority, text, "", false, ""}));
  }
  for (const char* text : {"/", "/a", "http://h/", "h:443/", "h:443?q", "user@h:443", ":443",
                           "h:65536", "[::1", "h:x", "../x"}) {
    EXPECT_EQ(Parse(text, Method::kConnect), Outcome(Rejection::kTargetFormNotForMethod)) << text;
  }
}

Outcome Absolute(absl::string_view authority, absl::string_view path, bool names_directory,
                 absl::string_view query = "") {
  return Target{TargetForm::kAbsolute, std::string(authority), std::string(path), names_directory,
                std::string(query)};
}

TEST(RequestTarget, MayBeAUriOfSchemeHttp) {  // RFC 9112 section 3.2.2
  EXPECT_EQ(Parse("http://h/a/./b?c"), Absolute("h", "a/b", false, "?c"));
  EXPECT_EQ(Parse("http://example.org:8080/"), Absolute("example.org:8080", "", true));
  EXPECT_EQ(Parse("http://[::1]:80/a/"), Absolute("[::1]:80", "a", true));
  EXPECT_EQ(Parse("http://h:/a"), Absolute("h:", "a", false));
  EXPECT_EQ(Parse("http://h//a"), Absolute("h", "a", false));
}

TEST(RequestTarget, MayWriteItsSchemeInAnyCase) {  // RFC 3986 section 3.1
  for (const char* scheme : {"http", "HTTP", "Http", "hTtP"}) {
    EXPECT_EQ(Parse(absl::StrCat(scheme, "://h?x")), Absolute("h", "", true, "?x")) << scheme;
  }
}

TEST(RequestTarget, MayBeAUriWithoutAPath) {  // RFC 9110 section 4.2.3
  EXPECT_EQ(Parse("http://h"), Absolute("h", "", true));
  EXPECT_EQ(Parse("http://h?a/../..?b"), Absolute("h", "", true, "?a/../..?b"));
}

TEST(RequestTarget, RefusesAUriWithoutAHost) {  // RFC 9110 section 4.2.1
  for (const char* text :
       {"http://", "http:///", "http:///a", "http://?q", "http://:80/", "HTTP://", "http://%/",
        "http://[]/", "http://h:x/", "http://h:65536/", "http://a b/", "http://\\h/", "http://h\\/",
        "http://[::1/", "http://h^/"}) {
    EXPECT_EQ(Parse(text), Outcome(Rejection::kTargetAuthorityInvalid)) << text;
  }
}

TEST(RequestTarget, RefusesAUriWithUserInformation) {  // RFC 9110 section 4.2.4
  for (const char* text : {"http://user@h/", "http://user:password@h/", "http://@h/"}) {
    EXPECT_EQ(Parse(text), Outcome(Rejection::kTargetAuthorityInvalid)) << text;
  }
}

TEST(RequestTarget, RefusesAUriOfAnotherScheme) {
  for (const char* text : {"https://h/", "ftp://h/", "foo://x/", "file:///etc/passwd", "httpx://h/",
                           "ht://h/", "a+b-c.d://h/", "h2://h/", "ws://h/", "x://"}) {
    EXPECT_EQ(Parse(text), Outcome(Rejection::kTargetSchemeUnsupported)) << text;
  }
}

TEST(RequestTarget, HoldsAUriToTheRulesOfItsPath) {
  EXPECT_EQ(Parse("http://h/.."), Outcome(Rejection::kTargetClimbs));
  EXPECT_EQ(Parse("http://h/a/%2e%2e/../x"), Outcome(Rejection::kTargetClimbs));
  EXPECT_EQ(Parse("http://h/a%2fb"), Outcome(Rejection::kTargetEncodedSlash));
  EXPECT_EQ(Parse("http://h/%00"), Outcome(Rejection::kTargetNul));
  EXPECT_EQ(Parse("http://h/%"), Outcome(Rejection::kTargetPercentEncodingInvalid));
  EXPECT_EQ(Parse("http://h/\\"), Outcome(Rejection::kTargetCharacterInvalid));
}

TEST(RequestTarget, ViewsWhatItWasGiven) {
  const std::string text = "http://h/a%41?q";
  std::string storage(text.size(), '\0');
  const std::variant<RequestTarget, Rejection> result =
      ParseRequestTarget(Method::kGet, text, absl::MakeSpan(storage));
  const auto& target = std::get<RequestTarget>(result);
  EXPECT_EQ(target.authority.data(), text.data() + text.find('h', 1));
  EXPECT_EQ(target.query.data(), text.data() + text.find('?'));
  EXPECT_EQ(target.path.data(), storage.data());
}

TEST(RequestTarget, OfTheRootIsNoLongerThanItsOneByteOfStorage) {
  EXPECT_EQ(Parse("/"), Directory(""));
  EXPECT_EQ(Parse("/a"), File("a"));
}

TEST(RequestTarget, MayHaveVeryManySegments) {
  std::string down;
  std::string up;
  for (int i = 0; i < 2000; ++i) {
    down += "/a";
    up += "/..";
  }
  EXPECT_EQ(Parse(down + up), Directory(""));
  EXPECT_EQ(Parse(down + up + "/b"), File("b"));
  EXPECT_EQ(Parse(down + up + "/.."), Outcome(Rejection::kTargetClimbs));
}

// The properties that containment rests on, over every path that the letters of
// traversal can spell.
constexpr absl::string_view kTraversalLetters = "/.%25efa0";

template <typename Visit>
void ForEachPath(const Visit& visit) {
  const auto visit_path = [&visit](const std::string& rest) { visit("/" + rest); };
  ForEachString(kTraversalLetters, 5, visit_path);
  ForEachString("/.a", 9, visit_path);
}

TEST(RequestTargetProperty, EveryPathMeansWhatItsSegmentsMean) {
  ForEachPath(
      [](const std::string& text) { ASSERT_EQ(Parse(text), ExpectedOfPath(text)) << text; });
}

TEST(RequestTargetProperty, NoPathCanClimb) {
  int accepted = 0;
  ForEachPath([&accepted](const std::string& text) {
    const Outcome outcome = Parse(text);
    if (const auto* target = std::get_if<Target>(&outcome)) {
      ++accepted;
      SCOPED_TRACE(text);
      ExpectCannotClimb(*target, text);
    }
  });
  EXPECT_GT(accepted, 10000);
}

TEST(RequestTargetProperty, EncodingAndParsingAgainIsTheIdentity) {
  ForEachPath([](const std::string& text) {
    const Outcome outcome = Parse(text);
    if (const auto* target = std::get_if<Target>(&outcome)) {
      ASSERT_EQ(Parse(Encode(*target)), outcome) << text;
    }
  });
}

TEST(RequestTargetProperty, AnAbsoluteFormMeansWhatItsPathMeans) {
  ForEachString(kTraversalLetters, 4, [](const std::string& rest) {
    const Outcome origin = Parse("/" + rest);
    const Outcome absolute = Parse("http://h/" + rest);
    if (const auto* target = std::get_if<Target>(&origin)) {
      ASSERT_EQ(absolute, Absolute("h", target->path, target->names_directory)) << rest;
    } else {
      ASSERT_EQ(absolute, origin) << rest;
    }
  });
}

TEST(RequestTargetProperty, NoTargetWithoutASlashHasAPath) {
  ForEachString(kTraversalLetters, 5, [](const std::string& text) {
    if (!absl::StartsWith(text, "/")) {
      ASSERT_EQ(Parse(text), Outcome(Rejection::kTargetFormNotForMethod)) << text;
    }
  });
}

}  // namespace
}  // namespace prong
