#include "parser/request_line.h"

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "parser/test_matchers.h"

namespace prong {
namespace {

using ::testing::AllOf;
using ::testing::Field;
using ::testing::VariantWith;

using Result = std::variant<RequestLine, Rejection>;

Result Parse(absl::string_view line) {
  static const auto* const kPattern = new RequestLinePattern;
  return kPattern->Parse(line);
}

auto Accepted(Method method, absl::string_view target, int minor_version) {
  return VariantWith<RequestLine>(AllOf(Field(&RequestLine::method, method),
                                        Field(&RequestLine::target, target),
                                        Field(&RequestLine::minor_version, minor_version)));
}

// The grammar once more, without RE2: RFC 9112 section 3 with request-target as
// VCHAR without the characters that request_line.h leaves out.
bool IsRequestLine(absl::string_view line) {
  const auto all = [](absl::string_view text, bool (*is)(char)) {
    for (char c : text) {
      if (!is(c)) return false;
    }
    return !text.empty();
  };
  const auto token = [](char c) {
    return c > ' ' && c < '\x7f' && !absl::StrContains("\"(),/:;<=>?@[\\]{}", c);
  };
  const auto target = [](char c) {
    return c > ' ' && c < '\x7f' && !absl::StrContains("\"#<>", c);
  };
  const auto digit = [](char c) { return absl::StrContains("0123456789", c); };

  const std::vector<absl::string_view> parts = absl::StrSplit(line, ' ');
  return parts.size() == 3 && all(parts[0], token) && all(parts[1], target) &&
         parts[2].size() == 8 && absl::StartsWith(parts[2], "HTTP/") && digit(parts[2][5]) &&
         parts[2][6] == '.' && digit(parts[2][7]);
}

// Holds the verdict on `line` against that of the grammar above.
void ExpectVerdictOfGrammar(absl::string_view line) {
  const Result result = Parse(line);
  if (!IsRequestLine(line)) {
    ASSERT_THAT(result, RejectedFor(Rejection::kRequestLineMalformed)) << Quoted(line);
  } else if (line[line.size() - 3] != '1') {
    ASSERT_THAT(result, RejectedFor(Rejection::kVersionUnsupported)) << Quoted(line);
  } else {
    ASSERT_TRUE(std::holds_alternative<RequestLine>(result)) << Quoted(line);
  }
}

constexpr absl::string_view kValidLine = "GET /a?b HTTP/1.1";

TEST(RequestLine, IsAMethodATargetAndAVersion) {
  EXPECT_THAT(Parse("GET /flag HTTP/1.0"), Accepted(Method::kGet, "/flag", 0));
  EXPECT_THAT(Parse("HEAD /a%20b?c=d HTTP/1.1"), Accepted(Method::kHead, "/a%20b?c=d", 1));
  EXPECT_THAT(Parse("OPTIONS * HTTP/1.1"), Accepted(Method::kOptions, "*", 1));
  EXPECT_THAT(Parse("CONNECT h:443 HTTP/1.1"), Accepted(Method::kConnect, "h:443", 1));
}

TEST(RequestLine, ViewsTheLineItWasGiven) {
  const std::string line(kValidLine);
  const Result result = Parse(line);
  EXPECT_EQ(std::get<RequestLine>(result).target.data(), line.data() + 4);
}

TEST(RequestLine, DoesNotReadBehindTheView) {
  EXPECT_THAT(Parse(absl::string_view("GET / HTTP/1.10").substr(0, 14)),
              Accepted(Method::kGet, "/", 1));
  EXPECT_THAT(Parse(absl::string_view("GET / HTTP/1.1").substr(0, 13)),
              RejectedFor(Rejection::kRequestLineMalformed));
}

TEST(RequestLine, KnowsTheMethodsOfTheRfcs) {  // RFC 9110 section 9.3, RFC 5789
  struct Row {
    const char* name;
    Method method;
  };
  const Row rows[] = {
      {"GET", Method::kGet},         {"HEAD", Method::kHead},    {"OPTIONS", Method::kOptions},
      {"POST", Method::kPost},       {"PUT", Method::kPut},      {"DELETE", Method::kDelete},
      {"CONNECT", Method::kConnect}, {"TRACE", Method::kTrace},  {"PATCH", Method::kPatch},
      {"BREW", Method::kUnknown},    {"PRI", Method::kUnknown},  {"X", Method::kUnknown},
      {"GETS", Method::kUnknown},    {"GE", Method::kUnknown},   {"M-SEARCH", Method::kUnknown},
      {"OPTION", Method::kUnknown},  {"!#$%", Method::kUnknown},
  };
  for (const Row& row : rows) {
    EXPECT_THAT(Parse(absl::StrCat(row.name, " / HTTP/1.1")), Accepted(row.method, "/", 1))
        << row.name;
  }
}

TEST(RequestLine, TellsTheCaseOfAMethod) {  // RFC 9110 section 9.1
  for (const char* name : {"get", "Get", "GEt", "gET", "head", "Options"}) {
    EXPECT_THAT(Parse(absl::StrCat(name, " / HTTP/1.1")), Accepted(Method::kUnknown, "/", 1))
        << name;
  }
}

TEST(RequestLine, TakesEveryMinorVersionOfHttp1) {  // RFC 9110 section 2.5
  for (int minor = 0; minor <= 9; ++minor) {
    EXPECT_THAT(Parse(absl::StrCat("GET / HTTP/1.", minor)), Accepted(Method::kGet, "/", minor));
  }
}

TEST(RequestLine, RefusesEveryOtherMajorVersion) {  // RFC 9110 section 15.6.6
  for (int major : {0, 2, 3, 4, 5, 6, 7, 8, 9}) {
    for (int minor = 0; minor <= 9; ++minor) {
      EXPECT_THAT(Parse(absl::StrCat("GET / HTTP/", major, ".", minor)),
                  RejectedFor(Rejection::kVersionUnsupported));
    }
  }
}

TEST(RequestLine, RefusesThePrefaceOfHttp2AsAVersion) {  // RFC 9113 section 3.4
  EXPECT_THAT(Parse("PRI * HTTP/2.0"), RejectedFor(Rejection::kVersionUnsupported));
}

TEST(RequestLine, RefusesWhatIsNoVersion) {  // RFC 9112 section 2.3
  const char* const versions[] = {
      "",          "HTTP",      "HTTP/",      "HTTP/1",     "HTTP/1.",   "HTTP/.1",
      "HTTP/1.10", "HTTP/01.1", "HTTP/1.01",  "HTTP/11",    "HTTP/1,1",  "HTTP/1.1.1",
      "http/1.1",  "Http/1.1",  "HTTP/+1.1",  "HTTP/1.-1",  "HTTP/1.x",  "HTTP/x.1",
      "HTTPS/1.1", "XHTTP/1.1", "HTTP//1.1",  "HTTP/ 1.1",  "HTTP /1.1", "HTTP/1 .1",
      "HTTP/1.1 ", " HTTP/1.1", "HTTP/1.1\t", "HTTP/1.1\r", "ICY",       "HTTP/4294967295.255",
  };
  for (const char* version : versions) {
    EXPECT_THAT(Parse(absl::StrCat("GET / ", version)),
                RejectedFor(Rejection::kRequestLineMalformed))
        << version;
  }
}

TEST(RequestLine, RefusesTheSimpleRequestOfHttp09) {
  EXPECT_THAT(Parse("GET /"), RejectedFor(Rejection::kRequestLineMalformed));
  EXPECT_THAT(Parse("GET / "), RejectedFor(Rejection::kRequestLineMalformed));
}

// RFC 9112 section 3: lenient parsing of white space here "can result in security
// vulnerabilities".
TEST(RequestLine, RefusesEveryOtherUseOfWhiteSpace) {
  const char* const lines[] = {
      "",
      " ",
      "  ",
      "   ",
      " GET / HTTP/1.1",
      "GET  / HTTP/1.1",
      "GET /  HTTP/1.1",
      "GET / HTTP/1.1 ",
      "GET /a b HTTP/1.1",
      "GET\t/ HTTP/1.1",
      "GET /\tHTTP/1.1",
      "GET /\vHTTP/1.1",
      "GET /\fHTTP/1.1",
      "GET\r/ HTTP/1.1",
      "GET / HTTP/\r\r1.1",
      "GET / HTTP/1.1\r\n",
      "GET / HTTP/1.1\n",
      "GET  HTTP/1.1",
      " / HTTP/1.1",
      "GET/ HTTP/1.1",
      "GET /HTTP/1.1",
      "GET /\xc2\xa0HTTP/1.1",
      "GET / HTTP/1.1 GET / HTTP/1.1",
  };
  for (const char* line : lines) {
    EXPECT_THAT(Parse(line), RejectedFor(Rejection::kRequestLineMalformed)) << Quoted(line);
  }
}

TEST(RequestLine, RefusesTheRecordsOfTls) {
  EXPECT_THAT(Parse(absl::string_view("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11)),
              RejectedFor(Rejection::kRequestLineMalformed));
}

TEST(RequestLine, TakesExactlyTheGrammarWhenAByteIsReplaced) {
  for (size_t position = 0; position < kValidLine.size(); ++position) {
    for (int c = 0; c < 256; ++c) {
      std::string line(kValidLine);
      line[position] = static_cast<char>(c);
      ExpectVerdictOfGrammar(line);
      if (HasFatalFailure()) return;
    }
  }
}

TEST(RequestLine, TakesExactlyTheGrammarWhenAByteIsInserted) {
  for (size_t position = 0; position <= kValidLine.size(); ++position) {
    for (int c = 0; c < 256; ++c) {
      ExpectVerdictOfGrammar(absl::StrCat(kValidLine.substr(0, position),
                                          std::string(1, static_cast<char>(c)),
                                          kValidLine.substr(position)));
      if (HasFatalFailure()) return;
    }
  }
}

TEST(RequestLine, TakesExactlyTheGrammarWhenBytesAreRemoved) {
  for (size_t begin = 0; begin < kValidLine.size(); ++begin) {
    for (size_t end = begin + 1; end <= kValidLine.size(); ++end) {
      ExpectVerdictOfGrammar(absl::StrCat(kValidLine.substr(0, begin), kValidLine.substr(end)));
      if (HasFatalFailure()) return;
    }
  }
}

// RE2 repeats at most 1000 times: the pattern must not depend on such a count.
TEST(RequestLine, BoundsNoLength) {
  const std::string target = "/" + std::string(100000, 'a');
  EXPECT_THAT(Parse(absl::StrCat("GET ", target, " HTTP/1.1")), Accepted(Method::kGet, target, 1));
  EXPECT_THAT(Parse(absl::StrCat(std::string(5000, 'M'), " / HTTP/1.1")),
              Accepted(Method::kUnknown, "/", 1));
}

TEST(RequestLine, IsParsedByTwoPatternsAlike) {
  const RequestLinePattern first;
  const RequestLinePattern second;
  EXPECT_THAT(first.Parse(kValidLine), Accepted(Method::kGet, "/a?b", 1));
  EXPECT_THAT(second.Parse(kValidLine), Accepted(Method::kGet, "/a?b", 1));
}

}  // namespace
}  // namespace prong
