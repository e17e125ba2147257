#include "server/connection.h"

#include <sys/socket.h>

#include <csignal>
#include <cstddef>
#include <cstdint>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "parser/limits.h"
#include "parser/request_parser.h"
#include "server/access_log.h"
#include "server/access_log_line.h"
#include "server/document_root.h"
#include "server/options.h"
#include "server/request_reader.h"
#include "server/signals.h"
#include "server/socket_address.h"
#include "server/testing.h"
#include "server/unique_fd.h"

namespace prong {
namespace {

constexpr absl::Duration kShort = absl::Milliseconds(50);
constexpr absl::Duration kLong = absl::Seconds(20);  // fails, before the test is given up

// `text` with what is between `begin` and `end` left out wherever they occur.
std::string Without(std::string text, absl::string_view begin, absl::string_view end) {
  size_t at = 0;
  while ((at = text.find(begin.data(), at, begin.size())) != text.npos) {
    at += begin.size();
    text.erase(at, text.find(end.data(), at, end.size()) - at);
  }
  return text;
}

// Responses without what is the clock's and the file system's: dates and tags.
std::string Undated(std::string responses) {
  for (const absl::string_view field : {"Date: ", "Last-Modified: ", "ETag: "}) {
    responses = Without(std::move(responses), field, "\r\n");
  }
  return responses;
}

std::string Get(absl::string_view target, absl::string_view fields = "") {
  return absl::StrCat("GET ", target, " HTTP/1.1\r\nHost: example.org\r\n", fields, "\r\n");
}

std::string CountedFields(uint64_t size) { return absl::StrCat("Content-Length: ", size, "\r\n"); }

// A response, as a client tells one from the next on a connection.
struct Answer {
  int status = 0;
  bool closes = false;
  std::string body;
};

// The answers in `bytes`, to requests none of which is HEAD.
std::vector<Answer> AnswersIn(absl::string_view bytes) {
  std::vector<Answer> answers;
  while (!bytes.empty()) {
    const size_t head_end = bytes.find("\r\n\r\n");
    if (!absl::StartsWith(bytes, "HTTP/1.1 ") || head_end == bytes.npos) {
      ADD_FAILURE() << "no response: " << bytes.substr(0, 100);
      return answers;
    }
    Answer answer;
    size_t length = 0;
    EXPECT_TRUE(absl::SimpleAtoi(bytes.substr(9, 3), &answer.status));
    for (absl::string_view line : absl::StrSplit(bytes.substr(0, head_end), "\r\n")) {
      const std::pair<absl::string_view, absl::string_view> field =
          absl::StrSplit(line, absl::MaxSplits(": ", 1));
      if (field.first == "Content-Length" && !absl::SimpleAtoi(field.second, &length))
        ADD_FAILURE() << line;
      if (field.first == "Connection") answer.closes = field.second == "close";
    }
    bytes.remove_prefix(head_end + 4);
    answer.body = std::string(bytes.substr(0, length));
    EXPECT_EQ(answer.body.size(), length) << "truncated";
    bytes.remove_prefix(answer.body.size());
    answers.push_back(std::move(answer));
  }
  return answers;
}

std::vector<int> StatusesIn(absl::string_view bytes) {
  std::vector<int> statuses;
  for (const Answer& answer : AnswersIn(bytes)) statuses.push_back(answer.status);
  return statuses;
}

class ConnectionTest : public testing::Test {
 protected:
  ConnectionTest()
      : context_{{kLong, kLong, 1024, 1000, kLong},
                 {"boundary", "", "", "", {}},
                 OpenRoot(tree_),
                 OpenLog(tree_)},
        client_address_(SocketAddress::FromLiteral("192.0.2.1")->WithPort(49152)) {
    std::signal(SIGPIPE, SIG_IGN);  // as the server does
    tree_.AddFile("root/flag", "flag");
    tree_.AddFile("root/index.html", "<p>home");
    tree_.AddDirectory("root/d");
    tree_.AddFile("root/big", PatternedBytes(kBigSize));
  }

  static constexpr size_t kBigSize = 3 * 1024 * 1024;

  static DocumentRoot OpenRoot(const TempTree& tree) {
    tree.AddDirectory("root");
    return *DocumentRoot::Open({tree.PathOf("root"), false, false, false});
  }

  static AccessLog OpenLog(const TempTree& tree) {
    return *AccessLog::Open(tree.PathOf("log"), LogFormat::kCommon);
  }

  // Serves a client that sends `bytes`, closes its sending side and receives all.
  Received Serve(absl::string_view bytes) { return Serve(ConnectedPair(), bytes); }

  Received Serve(SocketPair pair, absl::string_view bytes) {
    ClientThread client(std::move(pair.client), std::string(bytes));
    ServeConnection(std::move(pair.server), client_address_, context_);
    context_.parser.Reset();  // each child has one that has parsed nothing
    return client.Join();
  }

  // What was logged, with the times left out.
  std::string Log() const { return Without(ReadFile(tree_.PathOf("log")), "[", "]"); }

  static std::string LogLine(absl::string_view request_line, int status, size_t body_bytes) {
    return absl::StrCat("192.0.2.1 - - [] \"", request_line, "\" ", status, " ", body_bytes, "\n");
  }

  TempTree tree_;
  ConnectionContext context_;
  SocketAddress client_address_;
};

// Serves in a thread, for a client that acts while it is served.
class ServingThread {
 public:
  ServingThread(UniqueFd socket, const SocketAddress& client, ConnectionContext& context)
      : thread_([server = std::move(socket), &client, &context]() mutable {
          ServeConnection(std::move(server), client, context);
          context.parser.Reset();
        }) {}
  ServingThread(const ServingThread&) = delete;
  ServingThread& operator=(const ServingThread&) = delete;
  ~ServingThread() { thread_.join(); }

 private:
  std::thread thread_;
};

TEST_F(ConnectionTest, ServesTheSeedsRequest) {
  const Received received = Serve("GET /flag HTTP/1.0\r\n\r\n");
  EXPECT_EQ(Undated(received.bytes),
            "HTTP/1.1 200 OK\r\n"
            "Server: prong\r\n"
            "Date: \r\n"
            "Content-Type: application/octet-stream\r\n"
            "X-Content-Type-Options: nosniff\r\n"
            "Vary: Accept-Encoding\r\n"
            "Content-Length: 4\r\n"
            "Accept-Ranges: bytes\r\n"
            "Last-Modified: \r\n"
            "ETag: \r\n"
            "Connection: close\r\n"
            "\r\n"
            "flag");
  EXPECT_FALSE(received.reset);
  EXPECT_EQ(Log(), LogLine("GET /flag HTTP/1.0", 200, 4));
}

TEST_F(ConnectionTest, AnswersRequestsInOrderOnOneConnection) {
  const Received received =
      Serve(absl::StrCat(Get("/flag"), "HEAD /flag HTTP/1.1\r\nHost: x\r\n\r\n",
                         "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n",
                         Get("/flag", "Connection: close\r\n"), Get("/index.html")));
  const std::string head_of_flag =
      "HTTP/1.1 200 OK\r\nServer: prong\r\nDate: \r\nContent-Type: application/octet-stream\r\n"
      "X-Content-Type-Options: nosniff\r\nVary: Accept-Encoding\r\nContent-Length: "
      "4\r\nAccept-Ranges: bytes\r\n"
      "Last-Modified: \r\nETag: \r\n";
  EXPECT_EQ(Undated(received.bytes),
            absl::StrCat(head_of_flag, "\r\nflag", head_of_flag, "\r\n",
                         "HTTP/1.1 204 No Content\r\nServer: prong\r\nDate: \r\n"
                         "Allow: GET, HEAD, OPTIONS\r\n\r\n",
                         head_of_flag, "Connection: close\r\n\r\nflag"));
  EXPECT_FALSE(received.reset);
  EXPECT_EQ(
      Log(),
      absl::StrCat(LogLine("GET /flag HTTP/1.1", 200, 4), LogLine("HEAD /flag HTTP/1.1", 200, 0),
                   LogLine("OPTIONS * HTTP/1.1", 204, 0), LogLine("GET /flag HTTP/1.1", 200, 4)));
}

TEST_F(ConnectionTest, AnswersEachRequestByWhatItNames) {
  const struct {
    absl::string_view line;
    int status;
  } kCases[] = {
      {"GET /flag HTTP/1.1", 200},
      {"GET / HTTP/1.1", 200},
      {"GET http://example.org/flag HTTP/1.1", 200},
      {"GET /flag?query HTTP/1.1", 200},
      {"GET /d HTTP/1.1", 308},
      {"GET /d/ HTTP/1.1", 403},
      {"GET /missing HTTP/1.1", 404},
      {"GET /flag/ HTTP/1.1", 404},
      {"GET /.hidden HTTP/1.1", 404},
      {"POST /flag HTTP/1.1", 405},
      {"DELETE /missing HTTP/1.1", 405},
      {"CONNECT example.org:443 HTTP/1.1", 405},
      {"BREW /flag HTTP/1.1", 501},
      {"get /flag HTTP/1.1", 501},
  };
  std::string bytes;
  std::string log;
  std::vector<int> statuses;
  for (const auto& c : kCases) {
    absl::StrAppend(&bytes, c.line, "\r\nHost: example.org\r\n\r\n");
    statuses.push_back(c.status);
  }
  const std::vector<Answer> answers = AnswersIn(Serve(bytes).bytes);
  ASSERT_EQ(answers.size(), statuses.size());
  for (size_t i = 0; i < answers.size(); ++i) {
    EXPECT_EQ(answers[i].status, statuses[i]) << kCases[i].line;
    EXPECT_FALSE(answers[i].closes) << kCases[i].line;
    absl::StrAppend(&log, LogLine(kCases[i].line, statuses[i], answers[i].body.size()));
  }
  EXPECT_EQ(Log(), log);
}

TEST_F(ConnectionTest, RefusesWhatIsNoRequestAndCloses) {
  const struct {
    std::string bytes;
    int status;
    std::string logged;
  } kCases[] = {
      {"GET /flag\r\n\r\n", 400, "GET /flag"},
      {"GET /flag HTTP/1.1\r\n\r\n", 400, "GET /flag HTTP/1.1"},
      {"GET /flag HTTP/1.1\nHost: x\n\n", 400, "GET /flag HTTP/1.1"},
      {"GET /../flag HTTP/1.1\r\nHost: x\r\n\r\n", 400, "GET /../flag HTTP/1.1"},
      {"GET /flag HTTP/2.0\r\nHost: x\r\n\r\n", 505, "GET /flag HTTP/2.0"},
      {Get("/flag", "Transfer-Encoding: gzip\r\n"), 501, "GET /flag HTTP/1.1"},
      {Get("/flag", "Expect: cake\r\n"), 417, "GET /flag HTTP/1.1"},
      {"\x16\x03\x01\x02\r\n", 400, "\\x16\\x03\\x01\\x02"},
      {"GET /\"\\ HTTP/1.1\r\nHost: x\r\n\r\n", 400, "GET /\\x22\\x5C HTTP/1.1"},
      {"GET /" + std::string(kMaxRequestLineSize, 'x'), 414,
       "GET /" + std::string(kMaxRequestLineSize - 5, 'x')},
      {Get("/flag", "A: " + std::string(kMaxFieldSectionSize, 'x') + "\r\n"), 431,
       "GET /flag HTTP/1.1"},
  };
  std::string log;
  for (const auto& c : kCases) {
    // What follows what was refused is not looked at, and does not cost the client
    // the answer.
    const Received received = Serve(c.bytes + Get("/flag") + std::string(100'000, 'x'));
    EXPECT_FALSE(received.reset) << c.logged;
    const std::vector<Answer> answers = AnswersIn(received.bytes);
    ASSERT_EQ(answers.size(), 1u) << c.logged;
    EXPECT_EQ(answers[0].status, c.status) << c.logged;
    EXPECT_TRUE(answers[0].closes);
    absl::StrAppend(&log, LogLine(c.logged, c.status, answers[0].body.size()));
  }
  EXPECT_EQ(Log(), log);
}

TEST_F(ConnectionTest, ABadRequestIsRefusedAfterTheGoodOnesBeforeIt) {
  EXPECT_EQ(StatusesIn(Serve(Get("/flag") + Get("/missing") + "nonsense\r\n\r\n" + Get("/")).bytes),
            (std::vector<int>{200, 404, 400}));
}

TEST_F(ConnectionTest, AnswersMorePipelinedRequestsThanItReadsAtOnce) {
  constexpr int kCount = 500;
  std::string bytes;
  for (int i = 0; i < kCount; ++i) {
    absl::StrAppend(&bytes, Get("/flag", "Padding: " + std::string(1000, 'p') + "\r\n"));
  }
  const std::vector<Answer> answers = AnswersIn(Serve(bytes).bytes);
  ASSERT_EQ(answers.size(), static_cast<size_t>(kCount));
  for (const Answer& answer : answers) EXPECT_EQ(answer.body, "flag");
}

TEST_F(ConnectionTest, SendsALargeFileAndGoesOn) {
  const std::vector<Answer> answers = AnswersIn(Serve(Get("/big") + Get("/flag")).bytes);
  ASSERT_EQ(answers.size(), 2u);
  EXPECT_TRUE(answers[0].body == PatternedBytes(kBigSize));
  EXPECT_EQ(answers[1].body, "flag");
}

// Request smuggling: a body is never the next request, whatever the method.
TEST_F(ConnectionTest, ABodyIsSkipped) {
  const std::string smuggled = Get("/smuggled");
  const std::string counted = CountedFields(smuggled.size()) + "\r\n" + smuggled;
  const std::string chunked =
      absl::StrCat("Transfer-Encoding: chunked\r\n\r\n", absl::Hex(smuggled.size()), "\r\n",
                   smuggled, "\r\n0\r\n\r\n");
  std::string bytes;
  std::vector<int> statuses;
  for (const std::string& framed : {counted, chunked}) {
    for (absl::string_view method : {"GET", "POST", "OPTIONS", "BREW"}) {
      absl::StrAppend(&bytes, method, " /flag HTTP/1.1\r\nHost: x\r\n", framed);
    }
    for (int status : {200, 405, 204, 501}) statuses.push_back(status);
  }
  absl::StrAppend(&bytes, Get("/flag"));
  statuses.push_back(200);
  EXPECT_EQ(StatusesIn(Serve(bytes).bytes), statuses);
  EXPECT_FALSE(absl::StrContains(Log(), "smuggled"));
}

TEST_F(ConnectionTest, ABodyThatIsTooLongIsAnsweredAndTheConnectionClosed) {
  const size_t size = kMaxDiscardedBodySize + 1;
  const std::string body = std::string(size - Get("/smuggled").size(), 'b') + Get("/smuggled");
  for (const std::string& bytes : {Get("/flag", CountedFields(size)) + body,
                                   absl::StrCat(Get("/flag", "Transfer-Encoding: chunked\r\n"),
                                                absl::Hex(size), "\r\n", body, "\r\n0\r\n\r\n")}) {
    const Received received = Serve(bytes + Get("/smuggled"));
    EXPECT_FALSE(received.reset);
    const std::vector<Answer> answers = AnswersIn(received.bytes);
    ASSERT_EQ(answers.size(), 1u);
    EXPECT_EQ(answers[0].status, 200);
    EXPECT_TRUE(answers[0].closes);
  }
  EXPECT_FALSE(absl::StrContains(Log(), "smuggled"));
}

TEST_F(ConnectionTest, AMalformedBodyIsRefused) {
  const Received received =
      Serve(Get("/flag", "Transfer-Encoding: chunked\r\n") + "nonsense\r\n\r\n" + Get("/flag"));
  EXPECT_EQ(StatusesIn(received.bytes), std::vector<int>{400});
  EXPECT_TRUE(absl::StartsWith(Log(), "192.0.2.1 - - [] \"GET /flag HTTP/1.1\" 400 "));
}

// RFC 9110 section 9.3.2: no content in any response to HEAD, for a client would
// take it for the next response.
TEST_F(ConnectionTest, AMalformedBodyOfHeadIsRefusedWithoutABody) {
  const Received received =
      Serve("HEAD /flag HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nnonsense\r\n");
  EXPECT_TRUE(absl::StartsWith(received.bytes, "HTTP/1.1 400 ")) << received.bytes;
  EXPECT_TRUE(absl::EndsWith(received.bytes, "\r\n\r\n")) << received.bytes;
  EXPECT_EQ(Log(), LogLine("HEAD /flag HTTP/1.1", 400, 0));
}

// RFC 9110 section 10.1.1: the final status may come instead of 100. A body may
// follow or not, so that nothing behind the head can be taken for a request.
TEST_F(ConnectionTest, WhoWaitsFor100GetsTheFinalStatusAtOnceAndTheConnectionCloses) {
  SocketPair pair = ConnectedPair();
  ASSERT_TRUE(
      SendAll(pair.client.get(), Get("/flag", CountedFields(4) + "Expect: 100-continue\r\n")));
  const ServingThread serving(std::move(pair.server), client_address_, context_);
  const std::vector<Answer> answers = AnswersIn(ReceiveAll(pair.client.get()).bytes);
  ASSERT_EQ(answers.size(), 1u);
  EXPECT_EQ(answers[0].status, 200);
  EXPECT_TRUE(answers[0].closes);
  pair.client.Close();
}

TEST_F(ConnectionTest, AnExpectationWithoutABodyChangesNothing) {
  EXPECT_EQ(StatusesIn(Serve(Get("/flag", "Expect: 100-continue\r\n") + Get("/flag")).bytes),
            (std::vector<int>{200, 200}));
}

TEST_F(ConnectionTest, TheLastRequestOfAConnectionIsToldSo) {
  context_.options.max_requests_per_connection = 3;
  std::string bytes;
  for (int i = 0; i < 5; ++i) bytes += Get("/flag");
  const Received received = Serve(bytes);
  EXPECT_FALSE(received.reset);
  const std::vector<Answer> answers = AnswersIn(received.bytes);
  ASSERT_EQ(answers.size(), 3u);
  EXPECT_FALSE(answers[0].closes);
  EXPECT_FALSE(answers[1].closes);
  EXPECT_TRUE(answers[2].closes);
}

TEST_F(ConnectionTest, ARequestAfterTheConnectionTimeoutIsToldThatItIsTheLast) {
  context_.options.connection_timeout = absl::Nanoseconds(1);
  SocketPair pair = RecordPair();
  for (int i = 0; i < 2; ++i) ASSERT_TRUE(SendAll(pair.client.get(), Get("/flag")));
  const std::vector<Answer> answers = AnswersIn(Serve(std::move(pair), "").bytes);
  ASSERT_EQ(answers.size(), 1u);
  EXPECT_EQ(answers[0].status, 200);
  EXPECT_TRUE(answers[0].closes);
}

TEST_F(ConnectionTest, TheConnectionTimeoutEndsAConnectionThatIsIdle) {
  context_.options.connection_timeout = kShort;
  SocketPair pair = ConnectedPair();
  ASSERT_TRUE(SendAll(pair.client.get(), Get("/flag")));
  ServeConnection(std::move(pair.server), client_address_, context_);
  EXPECT_EQ(StatusesIn(ReceiveAll(pair.client.get()).bytes), std::vector<int>{200});
}

// RFC 9112 section 9.6: a client that pipelines is still sending when the server
// has had enough, and must not lose the last answer to a reset. Here the server
// reads the requests one by one, and the last of them is unread when it closes.
TEST_F(ConnectionTest, WhatArrivesAfterTheLastRequestDoesNotResetTheConnection) {
  context_.options.max_requests_per_connection = 1;
  SocketPair pair = RecordPair();
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(SendAll(pair.client.get(), Get("/flag")));
  const Received received = Serve(std::move(pair), "");
  EXPECT_FALSE(received.reset);
  EXPECT_EQ(StatusesIn(received.bytes), std::vector<int>{200});
}

// A client that asked to close and sends on, if only the CRLF that old ones send
// behind a body (RFC 9112 section 2.2), gets its answer, too.
TEST_F(ConnectionTest, WhatArrivesAfterARequestToCloseDoesNotResetTheConnection) {
  for (absl::string_view more : {"\r\n", "GET / HTTP/1.1\r\n"}) {
    SocketPair pair = RecordPair();
    ASSERT_TRUE(SendAll(pair.client.get(), Get("/flag", "Connection: close\r\n")));
    ASSERT_TRUE(SendAll(pair.client.get(), more));
    const Received received = Serve(std::move(pair), "");
    EXPECT_FALSE(received.reset) << more;
    EXPECT_EQ(StatusesIn(received.bytes), std::vector<int>{200}) << more;
  }
}

TEST_F(ConnectionTest, WhoSendsNothingOrTooLittleInTimeIsTold408) {
  context_.options.header_timeout = kShort;
  const struct {
    absl::string_view bytes;
    absl::string_view logged;
  } kCases[] = {
      {"", "-"},
      {"GET /fl", "GET /fl"},
      {"GET /flag HTTP/1.1\r\nHost", "GET /flag HTTP/1.1"},
      {"GET /flag HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nbody", "GET /flag HTTP/1.1"},
  };
  std::string log;
  for (const auto& c : kCases) {
    SocketPair pair = ConnectedPair();
    ASSERT_TRUE(SendAll(pair.client.get(), c.bytes));
    const ServingThread serving(std::move(pair.server), client_address_, context_);
    const Received received = ReceiveAll(pair.client.get());
    EXPECT_FALSE(received.reset);
    const std::vector<Answer> answers = AnswersIn(received.bytes);
    ASSERT_EQ(answers.size(), 1u);
    EXPECT_EQ(answers[0].status, 408);
    EXPECT_TRUE(answers[0].closes);
    absl::StrAppend(&log, LogLine(c.logged, 408, answers[0].body.size()));
    pair.client.Close();
  }
  EXPECT_EQ(Log(), log);
}

TEST_F(ConnectionTest, AnIdleConnectionIsClosedWithoutAWord) {
  context_.options.idle_timeout = kShort;
  SocketPair pair = ConnectedPair();
  ASSERT_TRUE(SendAll(pair.client.get(), Get("/flag")));
  const ServingThread serving(std::move(pair.server), client_address_, context_);
  const Received received = ReceiveAll(pair.client.get());
  EXPECT_FALSE(received.reset);
  EXPECT_EQ(StatusesIn(received.bytes), std::vector<int>{200});
  EXPECT_EQ(Log(), LogLine("GET /flag HTTP/1.1", 200, 4));
}

TEST_F(ConnectionTest, ALaterRequestThatDoesNotEndIsTold408) {
  context_.options.header_timeout = kShort;
  SocketPair pair = ConnectedPair();
  ASSERT_TRUE(SendAll(pair.client.get(), Get("/flag") + "GET /f"));
  const ServingThread serving(std::move(pair.server), client_address_, context_);
  EXPECT_EQ(StatusesIn(ReceiveAll(pair.client.get()).bytes), (std::vector<int>{200, 408}));
  pair.client.Close();
}

TEST_F(ConnectionTest, AClientThatClosesAnywhereGetsNoAnswerAndNoLine) {
  const std::string bytes = "POST /flag HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbody";
  for (size_t size = 0; size < bytes.size(); ++size) {
    const Received received = Serve(bytes.substr(0, size));
    EXPECT_EQ(received.bytes, "") << size;
    EXPECT_FALSE(received.reset) << size;
  }
  EXPECT_EQ(Log(), "");
}

TEST_F(ConnectionTest, AClientThatGoesInTheMiddleOfAnAnswerIsLoggedWithWhatItTook) {
  SocketPair pair = TcpPair();
  ASSERT_TRUE(SendAll(pair.client.get(), Get("/big") + Get("/flag")));
  std::thread client([&] {
    EXPECT_EQ(ReceiveExactly(pair.client.get(), 100'000).size(), 100'000u);
    pair.client.Close();
  });
  ServeConnection(std::move(pair.server), client_address_, context_);
  client.join();
  const std::vector<std::string> words = absl::StrSplit(Log(), ' ');
  ASSERT_EQ(words.size(), 9u) << Log() << "one line, and none for the second request";
  EXPECT_EQ(words[7], "200");
  size_t body_bytes = 0;
  ASSERT_TRUE(absl::SimpleAtoi(words[8], &body_bytes));
  EXPECT_GT(body_bytes, 90'000u);
  EXPECT_LT(body_bytes, kBigSize);
}

TEST_F(ConnectionTest, AClientThatIsGoneBeforeItIsServedDoesNoHarm) {
  SocketPair pair = ConnectedPair();
  ASSERT_TRUE(SendAll(pair.client.get(), Get("/flag") + Get("/big")));
  pair.client.Close();
  ServeConnection(std::move(pair.server), client_address_, context_);
  EXPECT_EQ(Log(), LogLine("GET /flag HTTP/1.1", 200, 0));
}

// A refused client that never closes is not waited for longer than it needs to
// notice.
TEST_F(ConnectionTest, AClientThatNeverClosesIsLeft) {
  SocketPair pair = ConnectedPair();
  ASSERT_TRUE(SendAll(pair.client.get(), "nonsense\r\n\r\n"));
  ServeConnection(std::move(pair.server), client_address_, context_);
  EXPECT_EQ(StatusesIn(ReceiveAll(pair.client.get()).bytes), std::vector<int>{400});
}

// What the kernel has queued for it is not kept either.
TEST_F(ConnectionTest, AClientThatIsTooSlowIsReset) {
  SocketPair pair = TcpPair();
  ASSERT_TRUE(SendAll(pair.client.get(), Get("/big")));
  ServeConnection(std::move(pair.server), client_address_, context_);
  const Received received = ReceiveAll(pair.client.get());
  EXPECT_TRUE(received.reset);
  EXPECT_LT(received.bytes.size(), kBigSize);
}

TEST_F(ConnectionTest, NoConversationLeavesADescriptorOpen) {
  const auto before = OpenDescriptors();
  for (const std::string& bytes :
       {std::string(), Get("/flag"), Get("/flag") + Get("/big"), Get("/d"), Get("/d/"),
        Get("/missing"), std::string("nonsense\r\n\r\n"), Get("/flag", CountedFields(100'000)),
        Get("/flag", CountedFields(5)) + "bo", std::string("GET / HT")}) {
    Serve(bytes);
    EXPECT_EQ(OpenDescriptors(), before) << bytes;
  }
}

// With the signals as every process of the server has them: the parent drains.
TEST_F(ConnectionTest, ATerminationLetsTheNextRequestBeAnsweredAsTheLast) {
  const ScopedSignals restore;
  const absl::StatusOr<SignalReceiver> receiver = SignalReceiver::Install();
  ASSERT_TRUE(receiver.ok()) << receiver.status();
  SocketPair pair = ConnectedPair();
  ASSERT_TRUE(SendAll(pair.client.get(), Get("/flag") + Get("/missing")));
  shutdown(pair.client.get(), SHUT_WR);
  raise(SIGTERM);
  ServeConnection(std::move(pair.server), client_address_, context_);
  const Received received = ReceiveAll(pair.client.get());
  EXPECT_FALSE(received.reset);
  const std::vector<Answer> answers = AnswersIn(received.bytes);
  ASSERT_EQ(answers.size(), 1u);
  EXPECT_EQ(answers[0].status, 200);
  EXPECT_TRUE(answers[0].closes);
}

TEST_F(ConnectionTest, ATerminationClosesAConnectionThatIsIdle) {
  const ScopedSignals restore;
  const absl::StatusOr<SignalReceiver> receiver = SignalReceiver::Install();
  ASSERT_TRUE(receiver.ok()) << receiver.status();
  SocketPair pair = ConnectedPair();
  raise(SIGTERM);
  ServeConnection(std::move(pair.server), client_address_, context_);
  const Received received = ReceiveAll(pair.client.get());
  EXPECT_FALSE(received.reset);
  EXPECT_EQ(received.bytes, "");
}

}  // namespace
}  // namespace prong
