#include "server/respond.h"

#include <cstdint>
#include <limits>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "parser/character_set.h"
#include "parser/http_date.h"
#include "parser/request.h"
#include "parser/request_parser.h"
#include "server/document_root.h"
#include "server/response.h"
#include "server/response_options.h"
#include "server/response_properties.h"

namespace prong {
namespace {

using Body = Response::Body;

constexpr int64_t kNow = 784111777;  // Sun, 06 Nov 1994 08:49:37 GMT
constexpr int64_t kModified = kNow - 86400;

constexpr Method kMethods[] = {Method::kConnect, Method::kDelete, Method::kGet,  Method::kHead,
                               Method::kOptions, Method::kPatch,  Method::kPost, Method::kPut,
                               Method::kTrace,   Method::kUnknown};

Request RequestOf(Method method, TargetForm form = TargetForm::kOrigin) {
  Request request;
  request.method = method;
  request.target.form = form;
  request.target.path = "a/b";
  request.persistent = true;
  return request;
}

absl::StatusOr<Resource> FileOf(uint64_t size) {
  Resource file;
  file.size = size;
  file.modified = kModified;
  file.tag.Append("1-2-3");
  file.media_type = "text/plain; charset=utf-8";
  return file;
}

absl::StatusOr<Resource> DirectoryWithoutSlash() {
  Resource directory;
  directory.kind = Resource::Kind::kDirectoryWithoutSlash;
  return directory;
}

absl::StatusOr<Resource> ListedDirectory() {
  Resource directory;
  directory.kind = Resource::Kind::kDirectory;
  return directory;
}

Response Respond(const Request& request, const absl::StatusOr<Resource>& resource, int64_t now,
                 bool may_persist) {
  static const auto& options = *new ResponseOptions{"boundary"};
  return prong::Respond(request, resource, now, may_persist, options);
}

// A failed search, with a message that must not get out.
absl::StatusOr<Resource> Failure(absl::StatusCode code) {
  return absl::Status(code, "internal detail");
}

std::vector<absl::StatusCode> AllErrorCodes() {
  std::vector<absl::StatusCode> codes;
  for (int code = 1; code <= static_cast<int>(absl::StatusCode::kUnauthenticated); ++code) {
    codes.push_back(static_cast<absl::StatusCode>(code));
  }
  return codes;
}

// All that DocumentRoot::Find could return, and more.
std::vector<absl::StatusOr<Resource>> AllResources() {
  std::vector<absl::StatusOr<Resource>> resources;
  for (uint64_t size : {uint64_t{0}, uint64_t{1}, std::numeric_limits<uint64_t>::max()}) {
    resources.push_back(FileOf(size));
  }
  resources.push_back(DirectoryWithoutSlash());
  resources.push_back(ListedDirectory());
  for (absl::StatusCode code : AllErrorCodes()) resources.push_back(Failure(code));
  return resources;
}

struct StatusCase {
  absl::StatusCode code;
  int status;
};

constexpr StatusCase kErrors[] = {
    {absl::StatusCode::kNotFound, 404},
    {absl::StatusCode::kPermissionDenied, 403},
    {absl::StatusCode::kUnavailable, 503},
    {absl::StatusCode::kInternal, 500},
};

TEST(RespondTest, AFileIsSentWithItsSizeTypeAndAge) {
  for (uint64_t size : {uint64_t{0}, uint64_t{4}, uint64_t{5} << 30}) {
    const absl::StatusOr<Resource> file = FileOf(size);
    const Response response = Respond(RequestOf(Method::kGet), file, kNow, true);
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.body, Body::kFile);
    EXPECT_EQ(response.content_length, size);
    EXPECT_EQ(response.content_type, "text/plain; charset=utf-8");
    EXPECT_EQ(response.last_modified, kModified);
    EXPECT_TRUE(response.page.empty());
    EXPECT_TRUE(response.location.empty());
    EXPECT_FALSE(response.allow);
    ExpectSound(response);
  }
}

TEST(RespondTest, AClientThatIsNotServedGets403WhateverWasAskedFor) {
  for (Method method : kMethods) {
    for (const bool may_persist : {false, true}) {
      const Response response =
          Respond(RequestOf(method), absl::PermissionDeniedError(""), kNow, may_persist);
      EXPECT_EQ(response.status, 403);
      EXPECT_EQ(response.body, method == Method::kHead ? Body::kNone : Body::kPage);
      EXPECT_EQ(response.closes_connection(), !may_persist);
      ExpectSound(response);
    }
  }
}

TEST(RespondTest, ADirectoryWithoutSlashIsRedirectedToItsName) {
  const Response response = Respond(RequestOf(Method::kGet), DirectoryWithoutSlash(), kNow, true);
  EXPECT_EQ(response.status, 308);
  EXPECT_EQ(response.body, Body::kPage);
  EXPECT_EQ(response.location, "/a/b/");
  EXPECT_FALSE(response.last_modified);
  ExpectSound(response);
}

TEST(RespondTest, AListingOfWhichNothingElseTellsTheEndClosesTheConnection) {
  for (const Method method : {Method::kGet, Method::kHead}) {
    Request request = RequestOf(method);
    const Response chunked = Respond(request, ListedDirectory(), kNow, true);
    EXPECT_EQ(chunked.body, method == Method::kGet ? Body::kListing : Body::kNone);
    EXPECT_EQ(chunked.framing, Response::Framing::kChunked);
    EXPECT_EQ(chunked.connection, "");
    ExpectSound(chunked);

    request.minor_version = 0;
    const Response to_end = Respond(request, ListedDirectory(), kNow, true);
    EXPECT_EQ(to_end.framing, Response::Framing::kToEnd);
    EXPECT_EQ(to_end.connection, "close");
    ExpectSound(to_end);
  }
}

TEST(RespondTest, AnErrorIsAPageThatTellsNothingOfTheServer) {
  for (const StatusCase& c : kErrors) {
    const Response response = Respond(RequestOf(Method::kGet), Failure(c.code), kNow, true);
    EXPECT_EQ(response.status, c.status);
    EXPECT_EQ(response.body, Body::kPage);
    EXPECT_FALSE(response.last_modified);
    EXPECT_TRUE(response.location.empty());
    EXPECT_FALSE(response.allow);
    EXPECT_FALSE(absl::StrContains(response.page, "internal detail"));
    ExpectSound(response);
  }
}

TEST(RespondTest, AnErrorThatNobodyExpectsIs500) {
  for (absl::StatusCode code : AllErrorCodes()) {
    const Response response = Respond(RequestOf(Method::kGet), Failure(code), kNow, true);
    int status = 500;
    for (const StatusCase& c : kErrors) status = c.code == code ? c.status : status;
    EXPECT_EQ(response.status, status) << code;
    ExpectSound(response);
  }
}

// RFC 9110 section 9.3.7, whatever the target is: "*" is the server itself.
TEST(RespondTest, OptionsNamesTheMethodsAndHasNoBody) {
  for (TargetForm form : {TargetForm::kOrigin, TargetForm::kAbsolute, TargetForm::kAsterisk}) {
    const Response response = Respond(RequestOf(Method::kOptions, form),
                                      Failure(absl::StatusCode::kUnimplemented), kNow, true);
    EXPECT_EQ(response.status, 204);
    EXPECT_EQ(response.body, Body::kNone);
    EXPECT_TRUE(response.allow);
    EXPECT_TRUE(response.content_type.empty());
    ExpectSound(response);
  }
}

TEST(RespondTest, AMethodThatIsKnownAndNotAllowedIs405AndAnUnknownOne501) {
  const struct {
    Method method;
    TargetForm form;
    int status;
  } kCases[] = {
      {Method::kPost, TargetForm::kOrigin, 405},
      {Method::kPut, TargetForm::kOrigin, 405},
      {Method::kPatch, TargetForm::kOrigin, 405},
      {Method::kDelete, TargetForm::kOrigin, 405},
      {Method::kTrace, TargetForm::kOrigin, 405},
      {Method::kConnect, TargetForm::kAuthority, 405},
      {Method::kPost, TargetForm::kAbsolute, 405},
      {Method::kUnknown, TargetForm::kOrigin, 501},
      {Method::kUnknown, TargetForm::kAbsolute, 501},
  };
  for (const auto& c : kCases) {
    const Response response =
        Respond(RequestOf(c.method, c.form), Failure(absl::StatusCode::kUnimplemented), kNow, true);
    EXPECT_EQ(response.status, c.status);
    EXPECT_EQ(response.body, Body::kPage);
    EXPECT_EQ(response.allow, c.status == 405);
    ExpectSound(response);
  }
}

TEST(RespondTest, OnlyGetAndHeadHaveAResource) {
  for (Method method : kMethods) {
    EXPECT_EQ(IsRetrieval(method), method == Method::kGet || method == Method::kHead);
  }
}

// RFC 9110 section 9.3.2: the same fields, and no content.
TEST(RespondTest, HeadIsGetLessTheBody) {
  for (const absl::StatusOr<Resource>& resource : AllResources()) {
    for (int minor_version : {0, 1}) {
      for (bool persistent : {false, true}) {
        for (bool may_persist : {false, true}) {
          Request get = RequestOf(Method::kGet);
          get.minor_version = minor_version;
          get.persistent = persistent;
          Request head = get;
          head.method = Method::kHead;
          const Response to_get = Respond(get, resource, kNow, may_persist);
          const Response to_head = Respond(head, resource, kNow, may_persist);
          EXPECT_EQ(SerializeHead(to_head, kNow), SerializeHead(to_get, kNow));
          EXPECT_EQ(to_head.body, Body::kNone);
          EXPECT_NE(to_get.body, Body::kNone);
        }
      }
    }
  }
}

TEST(RespondTest, IsTotal) {
  for (Method method : kMethods) {
    for (TargetForm form : {TargetForm::kOrigin, TargetForm::kAbsolute, TargetForm::kAuthority,
                            TargetForm::kAsterisk}) {
      for (const absl::StatusOr<Resource>& resource : AllResources()) {
        ExpectSound(Respond(RequestOf(method, form), resource, kNow, true));
      }
    }
  }
}

// RFC 9112 section 9.3. A version of the client's above 1.1 counts as 1.1.
TEST(RespondTest, TheConnectionPersistsIfClientAndServerWantThat) {
  const struct {
    int minor_version;
    bool persistent, may_persist;
    absl::string_view connection;
  } kCases[] = {
      {1, true, true, ""},
      {1, true, false, "close"},
      {1, false, true, "close"},
      {1, false, false, "close"},
      {0, true, true, "keep-alive"},  // appendix C.2.2: it has to be
                                      // told
      {0, true, false, "close"},
      {0, false, true, "close"},
      {0, false, false, "close"},
  };
  for (Method method : kMethods) {
    for (const absl::StatusOr<Resource>& resource : AllResources()) {
      for (const auto& c : kCases) {
        Request request = RequestOf(method);
        request.minor_version = c.minor_version;
        request.persistent = c.persistent;
        const Response response = Respond(request, resource, kNow, c.may_persist);
        // Unless nothing else ends the body.
        const bool ends_body = response.framing == Response::Framing::kToEnd;
        EXPECT_EQ(response.connection, ends_body ? "close" : c.connection);
        EXPECT_EQ(response.closes_connection(), ends_body || c.connection == "close");
        EXPECT_TRUE(c.minor_version == 0 || !ends_body);
      }
    }
  }
}

// RFC 9110 section 8.8.2.1: not later than the message; and a year that an
// IMF-fixdate can write.
TEST(RespondTest, LastModifiedIsNeitherBefore1970NorAfterNow) {
  const struct {
    int64_t modified;
    int64_t shown;
  } kCases[] = {
      {kNow, kNow},
      {kNow - 1, kNow - 1},
      {kNow + 1, kNow},
      {0, 0},
      {1, 1},
      {-1, 0},
      {kMaxHttpDate + 1, kNow},
      {std::numeric_limits<int64_t>::max(), kNow},  // CVE-2020-25691
      {std::numeric_limits<int64_t>::min(), 0},
  };
  for (const auto& c : kCases) {
    absl::StatusOr<Resource> file = FileOf(4);
    file->modified = c.modified;
    const Response response = Respond(RequestOf(Method::kGet), file, kNow, true);
    EXPECT_EQ(response.last_modified, c.shown) << c.modified;
    ExpectSound(response);
  }
}

TEST(RespondTest, LastModifiedIsShownAtTheEndsOfTime) {
  absl::StatusOr<Resource> file = FileOf(4);
  file->modified = std::numeric_limits<int64_t>::max();
  for (int64_t now : {int64_t{0}, kMaxHttpDate}) {
    const Response response = Respond(RequestOf(Method::kGet), file, now, true);
    EXPECT_EQ(response.last_modified, now);
    EXPECT_TRUE(absl::StrContains(SerializeHead(response, now), "\r\nLast-Modified: "));
  }
}

std::string LocationOf(absl::string_view path, absl::string_view query = "") {
  Request request = RequestOf(Method::kGet);
  request.target.path = path;
  request.target.query = query;
  return Respond(request, DirectoryWithoutSlash(), kNow, true).location;
}

// Expects `location` to be a path of this server that names the directory `path`:
// what a client makes of it, RFC 3986 section 5, and sends back.
void ExpectNamesDirectory(absl::string_view location, absl::string_view path) {
  EXPECT_TRUE(absl::StartsWith(location, "/")) << location;
  EXPECT_FALSE(absl::StartsWith(location, "//")) << location << " names a host";
  EXPECT_TRUE(kRequestLineCharacters.ContainsAll(location)) << location;
  EXPECT_FALSE(absl::StrContains(location, "\\")) << location << ": browsers take it for a slash";

  RequestParser parser;
  const std::string request = absl::StrCat("GET ", location, " HTTP/1.1\r\nHost: x\r\n\r\n");
  const ParseOutcome outcome = parser.Parse(request);
  const auto* parsed = std::get_if<Request>(&outcome);
  ASSERT_NE(parsed, nullptr) << location;
  EXPECT_EQ(parsed->target.form, TargetForm::kOrigin);
  EXPECT_EQ(parsed->target.path, path);
  EXPECT_TRUE(parsed->target.names_directory);
}

TEST(LocationTest, LeadsBackToTheDirectoryForEveryByteOfAName) {
  for (int byte = 1; byte < 256; ++byte) {
    if (byte == '/') continue;
    const std::string c(1, static_cast<char>(byte));
    std::vector<std::string> paths = {absl::StrCat(c, "x"), absl::StrCat("x", c),
                                      absl::StrCat("x/", c, "x/", c, c, "x")};
    if (c != ".") paths.push_back(c);
    for (const std::string& path : paths) {
      SCOPED_TRACE(byte);
      ExpectNamesDirectory(LocationOf(path), path);
    }
  }
}

TEST(LocationTest, EncodesAllButUnreservedCharactersAndSlashes) {
  EXPECT_EQ(LocationOf("a/b-c._~/D9"), "/a/b-c._~/D9/");
  EXPECT_EQ(LocationOf("a b"), "/a%20b/");
  EXPECT_EQ(LocationOf("100%"), "/100%25/");
  EXPECT_EQ(LocationOf("%2e%2e"), "/%252e%252e/");
  EXPECT_EQ(LocationOf("a?b#c"), "/a%3Fb%23c/");
  EXPECT_EQ(LocationOf("\xc3\xa9t\xc3\xa9"), "/%C3%A9t%C3%A9/");
}

// CVE-2021-28861 and response splitting: what was sent to make the redirect leave
// this server, or end its field, is a name like any other.
TEST(LocationTest, NeverLeavesThisServer) {
  for (absl::string_view path :
       {"evil.example", "\\evil.example", "\\\\evil.example", "http:", "http:/evil.example",
        "javascript:alert(1)", "a\r\nSet-Cookie: x=y", "a\r\n\r\n<script>", "@evil.example",
        "\t/evil.example", " /x"}) {
    ExpectNamesDirectory(LocationOf(path), path);
  }
}

TEST(LocationTest, KeepsTheQueryAsItWasReceived) {
  EXPECT_EQ(LocationOf("a", "?x=1&y=%2F"), "/a/?x=1&y=%2F");
  EXPECT_EQ(LocationOf("a", "?"), "/a/?");
  ExpectNamesDirectory(LocationOf("a b", "?//evil.example/%0d%0a"), "a b");
}

// From the wire to the Location, by way of the parser.
TEST(LocationTest, ATargetWithTwoSlashesIsAPathAndNotAHost) {
  for (absl::string_view target : {"//evil.example/x", "/./evil.example/x", "///evil.example//x",
                                   "/%2e/evil.example/x", "/a/..//evil.example/x"}) {
    RequestParser parser;
    const std::string bytes = absl::StrCat("GET ", target, " HTTP/1.1\r\nHost: x\r\n\r\n");
    const ParseOutcome outcome = parser.Parse(bytes);
    const auto* request = std::get_if<Request>(&outcome);
    ASSERT_NE(request, nullptr) << target;
    EXPECT_EQ(Respond(*request, DirectoryWithoutSlash(), kNow, true).location, "/evil.example/x/")
        << target;
  }
}

// No byte of the client's gets into a page: there is nothing to escape.
TEST(PageTest, IsTheSameWhateverWasAskedFor) {
  for (const absl::StatusOr<Resource>& resource : AllResources()) {
    for (Method method : kMethods) {
      const Request plain = RequestOf(method);
      Request hostile = RequestOf(method);
      hostile.line = hostile.host = hostile.target.authority = hostile.target.path =
          hostile.target.query = "<script>alert(1)</script>";
      EXPECT_EQ(Respond(hostile, resource, kNow, true).page,
                Respond(plain, resource, kNow, true).page);
    }
  }
}

TEST(SerializeHeadTest, WritesTheFieldsThatThereAre) {
  EXPECT_EQ(SerializeHead(Respond(RequestOf(Method::kGet), FileOf(4), kNow, true), kNow),
            "HTTP/1.1 200 OK\r\n"
            "Server: prong\r\n"
            "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
            "Content-Type: text/plain; charset=utf-8\r\n"
            "X-Content-Type-Options: nosniff\r\n"
            "Vary: Accept-Encoding\r\n"
            "Content-Length: 4\r\n"
            "Accept-Ranges: bytes\r\n"
            "Last-Modified: Sat, 05 Nov 1994 08:49:37 GMT\r\n"
            "ETag: \"1-2-3\"\r\n"
            "\r\n");
  EXPECT_EQ(SerializeHead(Respond(RequestOf(Method::kOptions), FileOf(4), kNow, false), kNow),
            "HTTP/1.1 204 No Content\r\n"
            "Server: prong\r\n"
            "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
            "Allow: GET, HEAD, OPTIONS\r\n"
            "Connection: close\r\n"
            "\r\n");
  EXPECT_EQ(
      SerializeHead(Respond(RequestOf(Method::kGet), DirectoryWithoutSlash(), kNow, true), kNow),
      "HTTP/1.1 308 Permanent Redirect\r\n"
      "Server: prong\r\n"
      "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
      "Content-Type: text/html; charset=utf-8\r\n"
      "X-Content-Type-Options: nosniff\r\n"
      "Content-Length: 165\r\n"
      "Location: /a/b/\r\n"
      "\r\n");
}

TEST(SerializeHeadTest, WritesALengthOfZero) {
  EXPECT_TRUE(absl::StrContains(
      SerializeHead(Respond(RequestOf(Method::kGet), FileOf(0), kNow, true), kNow),
      "\r\nContent-Length: 0\r\n"));
}

}  // namespace
}  // namespace prong
