#include "server/request_reader.h"

#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "parser/limits.h"
#include "parser/rejection.h"
#include "parser/request.h"
#include "parser/request_parser.h"
#include "server/signals.h"
#include "server/testing.h"
#include "server/unique_fd.h"
#include "server/wait.h"

namespace prong {
namespace {

constexpr absl::Duration kShort = absl::Milliseconds(20);
constexpr absl::Duration kLong = absl::Seconds(20);  // fails, before the test is given up

// What a read came to, in words that a failed test can show.
std::string Outcome(const HeadResult& head) {
  if (const auto* request = std::get_if<Request>(&head)) return std::string(request->line);
  if (const auto* rejection = std::get_if<Rejection>(&head))
    return absl::StrCat("rejected: ", Describe(*rejection).sentence);
  switch (std::get<NoRequest>(head)) {
    case NoRequest::kClosed:
      return "closed";
    case NoRequest::kIdle:
      return "idle";
    case NoRequest::kTimedOut:
      return "timed out";
  }
  return "";
}

std::string Outcome(const BodyResult& body) {
  if (const auto* rejection = std::get_if<Rejection>(&body))
    return absl::StrCat("rejected: ", Describe(*rejection).sentence);
  switch (std::get<BodyEnd>(body)) {
    case BodyEnd::kReached:
      return "reached";
    case BodyEnd::kTooFar:
      return "too far";
    case BodyEnd::kClosed:
      return "closed";
    case BodyEnd::kTimedOut:
      return "timed out";
  }
  return "";
}

std::string LineOf(int number) { return absl::StrCat("GET /", number, " HTTP/1.1"); }

// The head of a request with `fields`, which end in CRLF, besides Host.
std::string HeadOf(int number, absl::string_view fields = "") {
  return absl::StrCat(LineOf(number), "\r\nHost: example.org\r\n", fields, "\r\n");
}

// The same, of `size` bytes: padded by a field.
std::string HeadOfSize(int number, size_t size, absl::string_view fields = "") {
  const std::string start = absl::StrCat(LineOf(number), "\r\nHost: x\r\n", fields, "Pad: ");
  return absl::StrCat(start, std::string(size - start.size() - 4, 'p'), "\r\n\r\n");
}

// A head as large as one may be: every limit is used up.
std::string LargestHead(absl::string_view fields) {
  const std::string line_start = "GET /";
  const std::string line_end = " HTTP/1.1";
  const std::string line = absl::StrCat(
      line_start, std::string(kMaxRequestLineSize - line_start.size() - line_end.size(), 'x'),
      line_end);
  const std::string section = absl::StrCat("Host: x\r\n", fields, "Pad: ");
  return absl::StrCat("\r\n", line, "\r\n", section,
                      std::string(kMaxFieldSectionSize - section.size() - 4, 'p'), "\r\n\r\n");
}

std::string CountedFields(uint64_t size) { return absl::StrCat("Content-Length: ", size, "\r\n"); }

constexpr absl::string_view kChunkedFields = "Transfer-Encoding: chunked\r\n";

// A chunked body of `size` bytes with its framing.
std::string ChunkedBodyOfSize(size_t size) {
  const std::string frame = absl::StrFormat("%06x\r\n", 0);
  const size_t data_size = size - frame.size() - std::string("\r\n0\r\n\r\n").size();
  return absl::StrCat(absl::StrFormat("%06x\r\n", data_size), std::string(data_size, 'd'),
                      "\r\n0\r\n\r\n");
}

// A connection, whose first request is read by First and whose later ones by Next.
class Reading {
 public:
  explicit Reading(SocketPair pair, absl::Duration last = kLong)
      : pair_(std::move(pair)),
        parser_(std::make_unique<RequestParser>()),
        buffer_(std::make_unique<ReceiveBuffer>()),
        reader_(
            std::make_unique<RequestReader>(pair_.server.get(), *parser_, *buffer_, After(last))) {}

  // With all of `bytes` sent and the client's side closed.
  static Reading Of(absl::string_view bytes) {
    Reading reading(ConnectedPair());
    reading.Send(bytes);
    reading.CloseClient();
    return reading;
  }

  void Send(absl::string_view bytes) { ASSERT_TRUE(SendAll(pair_.client.get(), bytes)); }
  void CloseClient() { pair_.client.Close(); }
  UniqueFd TakeClient() { return std::move(pair_.client); }

  HeadResult First(absl::Duration timeout = kLong) { return reader_->ReadFirstHead(timeout); }
  HeadResult Next(absl::Duration idle_timeout = kLong, absl::Duration header_timeout = kLong) {
    return reader_->ReadNextHead(idle_timeout, header_timeout);
  }

  RequestReader& reader() { return *reader_; }
  int server() const { return pair_.server.get(); }

 private:
  SocketPair pair_;
  std::unique_ptr<RequestParser> parser_;
  std::unique_ptr<ReceiveBuffer> buffer_;
  std::unique_ptr<RequestReader> reader_;
};

// Reads all requests with their bodies, and returns what each head came to.
std::vector<std::string> ReadAll(Reading& reading) {
  std::vector<std::string> outcomes;
  HeadResult head = reading.First();
  while (true) {
    outcomes.push_back(Outcome(head));
    const auto* request = std::get_if<Request>(&head);
    if (request == nullptr) return outcomes;
    const std::string body = Outcome(reading.reader().DiscardBody(request->framing));
    if (body != "reached") {
      outcomes.push_back(body);
      return outcomes;
    }
    head = reading.Next();
  }
}

std::vector<std::string> LinesTo(int last) {
  std::vector<std::string> lines;
  for (int i = 1; i <= last; ++i) lines.push_back(LineOf(i));
  lines.push_back("closed");
  return lines;
}

// Three requests, with a body of each framing, and one without.
std::string Conversation() {
  return absl::StrCat(HeadOf(1, CountedFields(11)), "hello world", HeadOf(2, kChunkedFields),
                      "5\r\nhello\r\n1;a=b\r\n!\r\n0\r\nA: b\r\n\r\n", HeadOf(3));
}

TEST(ReadHeadTest, ReadsARequest) {
  Reading reading = Reading::Of(HeadOf(1, "Accept: */*\r\n"));
  const HeadResult head = reading.First();
  const auto* request = std::get_if<Request>(&head);
  ASSERT_NE(request, nullptr) << Outcome(head);
  EXPECT_EQ(request->line, "GET /1 HTTP/1.1");
  EXPECT_EQ(request->target.path, "1");
  ASSERT_EQ(request->fields.size(), 2u);
  EXPECT_EQ(request->fields[1].value, "*/*");
  EXPECT_FALSE(reading.reader().has_more());
}

TEST(ReadHeadTest, ReadsRequestsOneAfterTheOther) {
  Reading reading = Reading::Of(absl::StrCat(HeadOf(1), HeadOf(2), HeadOf(3)));
  EXPECT_FALSE(reading.reader().has_more());
  EXPECT_EQ(Outcome(reading.First()), LineOf(1));
  EXPECT_TRUE(reading.reader().has_more());
  EXPECT_EQ(Outcome(reading.Next()), LineOf(2));
  EXPECT_TRUE(reading.reader().has_more());
  EXPECT_EQ(Outcome(reading.Next()), LineOf(3));
  EXPECT_FALSE(reading.reader().has_more());
  EXPECT_EQ(Outcome(reading.Next()), "closed");
}

TEST(ReadHeadTest, EverySplitIntoTwoReadsHasTheSameOutcome) {
  const std::string bytes = Conversation();
  for (size_t split = 1; split < bytes.size(); ++split) {
    Reading reading(RecordPair());
    reading.Send(bytes.substr(0, split));
    reading.Send(bytes.substr(split));
    reading.CloseClient();
    EXPECT_EQ(ReadAll(reading), LinesTo(3)) << split;
  }
}

TEST(ReadHeadTest, SoHasEverySplitIntoReadsOfOneSize) {
  const std::string bytes = Conversation();
  for (size_t size : {1u, 2u, 3u, 5u, 7u, 11u, 16u, 64u, 100u}) {
    Reading reading(RecordPair());
    const UniqueFd client = reading.TakeClient();
    std::thread thread([&] {
      for (size_t i = 0; i < bytes.size(); i += size) SendAll(client.get(), bytes.substr(i, size));
      shutdown(client.get(), SHUT_WR);
    });
    EXPECT_EQ(ReadAll(reading), LinesTo(3)) << size;
    thread.join();
  }
}

TEST(ReadHeadTest, ReadsMorePipelinedRequestsThanTheBufferHolds) {
  std::string bytes;
  int count = 0;
  while (bytes.size() < 10 * kMaxHeadSize) {
    ++count;
    const size_t size = 100 + static_cast<size_t>(count) * 7919 % 5000;
    switch (count % 3) {
      case 0:
        absl::StrAppend(&bytes, HeadOfSize(count, size));
        break;
      case 1:
        absl::StrAppend(&bytes, HeadOfSize(count, size, CountedFields(size)),
                        std::string(size, 'b'));
        break;
      case 2:
        absl::StrAppend(&bytes, HeadOfSize(count, size, kChunkedFields), ChunkedBodyOfSize(size));
        break;
    }
  }
  Reading reading(ConnectedPair());
  ClientThread client(reading.TakeClient(), bytes);
  EXPECT_EQ(ReadAll(reading), LinesTo(count));
  shutdown(reading.server(), SHUT_RDWR);
}

TEST(ReadHeadTest, ReadsPipelinedRequestsOfTheLargestSize) {
  constexpr int kCount = 6;
  std::string bytes;
  for (int i = 0; i < kCount; ++i) bytes += LargestHead("");
  Reading reading(ConnectedPair());
  ClientThread client(reading.TakeClient(), bytes);
  const std::vector<std::string> outcomes = ReadAll(reading);
  ASSERT_EQ(outcomes.size(), kCount + 1u);
  for (size_t i = 0; i < kCount; ++i) EXPECT_EQ(outcomes[i].size(), kMaxRequestLineSize) << i;
  EXPECT_EQ(outcomes.back(), "closed");
  shutdown(reading.server(), SHUT_RDWR);
}

// Waits until the peer of `socket` has received all that was sent: nothing of it is
// queued any more.
void AwaitReceipt(int socket) {
  const Deadline deadline = After(kLong);
  int queued = 1;
  while (queued > 0 && Deadline::clock::now() < deadline) {
    ASSERT_EQ(ioctl(socket, SIOCOUTQ, &queued), 0);
    std::this_thread::yield();
  }
}

TEST(StartTest, IsWhenTheFirstByteCame) {
  Reading reading(RecordPair());
  const UniqueFd client = reading.TakeClient();
  const std::string bytes = HeadOf(1);
  const Deadline before = Deadline::clock::now();
  Deadline between;
  std::thread thread([&] {
    // When the second byte was received, the time of the first is known.
    for (size_t i = 0; i < 2; ++i) {
      SendAll(client.get(), bytes.substr(i, 1));
      AwaitReceipt(client.get());
    }
    between = Deadline::clock::now();
    SendAll(client.get(), bytes.substr(2));
  });
  EXPECT_EQ(Outcome(reading.First()), LineOf(1));
  thread.join();
  EXPECT_GE(reading.reader().start(), before);
  EXPECT_LE(reading.reader().start(), between);
}

// Waits until the thread `tid` of this process sleeps, see proc(5).
void AwaitSleep(pid_t tid) {
  const Deadline deadline = After(kLong);
  const std::string path = absl::StrCat("/proc/self/task/", tid, "/stat");
  while (!absl::StrContains(ReadFile(path), ") S ") && Deadline::clock::now() < deadline) {
    std::this_thread::yield();
  }
}

TEST(StartTest, OfAFirstRequestThatWasWaitedForIsNotWhenTheWaitBegan) {
  Reading reading(ConnectedPair());
  const UniqueFd client = reading.TakeClient();
  std::atomic<pid_t> reader = 0;
  Deadline between;
  std::thread thread([&] {
    while (reader == 0) std::this_thread::yield();
    AwaitSleep(reader);
    between = Deadline::clock::now();
    SendAll(client.get(), HeadOf(1));
  });
  reader = gettid();
  EXPECT_EQ(Outcome(reading.First()), LineOf(1));
  thread.join();
  EXPECT_GE(reading.reader().start(), between);
}

TEST(StartTest, OfARequestThatWasWaitedForIsNotWhenTheWaitBegan) {
  Reading reading(ConnectedPair());
  reading.Send(HeadOf(1));
  EXPECT_EQ(Outcome(reading.First()), LineOf(1));
  const Deadline between = Deadline::clock::now();
  EXPECT_LE(reading.reader().start(), between);
  reading.Send(HeadOf(2));
  EXPECT_EQ(Outcome(reading.Next()), LineOf(2));
  EXPECT_GE(reading.reader().start(), between);
}

TEST(StartTest, OfAPipelinedRequestIsWhenItCameWithTheOneBefore) {
  for (const std::string& first : {HeadOf(1), absl::StrCat(HeadOf(1, CountedFields(5)), "hello")}) {
    Reading reading(ConnectedPair());
    reading.Send(absl::StrCat(first, HeadOf(2)));
    const HeadResult head = reading.First();
    ASSERT_EQ(Outcome(head), LineOf(1));
    EXPECT_EQ(Outcome(reading.reader().DiscardBody(std::get<Request>(head).framing)), "reached");
    const Deadline between = Deadline::clock::now();
    EXPECT_EQ(Outcome(reading.Next()), LineOf(2));
    EXPECT_LE(reading.reader().start(), between);
  }
}

TEST(StartTest, OfARequestBehindABodyIsWhenTheEndOfThatCame) {
  Reading reading(ConnectedPair());
  reading.Send(HeadOf(1, CountedFields(5)));
  EXPECT_EQ(Outcome(reading.First()), LineOf(1));
  const Deadline between = Deadline::clock::now();
  reading.Send(absl::StrCat("hello", HeadOf(2)));
  EXPECT_EQ(Outcome(reading.reader().DiscardBody({false, 5})), "reached");
  EXPECT_LE(reading.reader().start(), between);
  EXPECT_EQ(Outcome(reading.Next()), LineOf(2));
  EXPECT_GE(reading.reader().start(), between);
}

TEST(StartTest, OfNoRequestIsSinceWhenItWasWaitedFor) {
  const Deadline before = Deadline::clock::now();
  Reading reading(ConnectedPair());
  const Deadline between = Deadline::clock::now();
  EXPECT_GE(reading.reader().start(), before);
  EXPECT_LE(reading.reader().start(), between);
  EXPECT_EQ(Outcome(reading.First(kShort)), "timed out");
  EXPECT_GE(reading.reader().start(), between);
}

// There is room behind a head for its body to be read over, wherever in the buffer
// the heads before it have put it.
TEST(DiscardBodyTest, FollowsARequestOfTheLargestSizeWhereverThatLies) {
  const std::string body(1000, 'b');
  for (size_t less = 0; less < 8; ++less) {
    Reading reading(ConnectedPair());
    reading.Send(absl::StrCat(HeadOfSize(1, kMaxFieldSectionSize - less),
                              HeadOfSize(2, kMaxHeadSize - kMaxFieldSectionSize),
                              LargestHead(CountedFields(body.size()))));
    EXPECT_EQ(Outcome(reading.First()), LineOf(1));
    EXPECT_EQ(Outcome(reading.Next()), LineOf(2));
    EXPECT_EQ(Outcome(reading.Next()).size(), kMaxRequestLineSize);
    reading.Send(body + HeadOf(4));
    EXPECT_EQ(Outcome(reading.reader().DiscardBody({false, body.size()})), "reached") << less;
    EXPECT_EQ(Outcome(reading.Next()), LineOf(4)) << less;
  }
}

TEST(ReadHeadTest, RejectsWhatIsNoRequest) {
  Reading first = Reading::Of("GET / HTTP/1.1\nHost: x\n\n");
  EXPECT_EQ(Outcome(first.First()), "rejected: A line ends in LF without CR.");

  Reading second = Reading::Of(absl::StrCat(HeadOf(1), "\x16\x03\x01"));
  EXPECT_EQ(Outcome(second.First()), LineOf(1));
  EXPECT_TRUE(absl::StartsWith(Outcome(second.Next()), "rejected: "));
}

TEST(ReadHeadTest, AHeadOverTheLimitsIsRejectedNotAwaited) {
  Reading line(ConnectedPair());
  line.Send(absl::StrCat("GET /", std::string(kMaxRequestLineSize, 'x')));
  EXPECT_TRUE(absl::StrContains(Outcome(line.First()), "longer than 8192 bytes"));

  Reading section(ConnectedPair());
  section.Send(absl::StrCat(LineOf(1), "\r\nA: ", std::string(kMaxFieldSectionSize, 'x')));
  EXPECT_TRUE(absl::StrContains(Outcome(section.First()), "larger than 32768 bytes"));
}

TEST(ReadHeadTest, AClientThatClosesAnywhereInAHeadHasClosed) {
  const std::string bytes = HeadOf(1);
  for (size_t size = 0; size < bytes.size(); ++size) {
    Reading first = Reading::Of(bytes.substr(0, size));
    EXPECT_EQ(Outcome(first.First()), "closed") << size;

    Reading next = Reading::Of(HeadOf(0) + bytes.substr(0, size));
    EXPECT_EQ(Outcome(next.First()), LineOf(0)) << size;
    EXPECT_EQ(Outcome(next.Next()), "closed") << size;
  }
}

// unix(7): closing with unread bytes is what a reset is over TCP.
TEST(ReadHeadTest, AClientThatResetsHasClosed) {
  Reading reading(ConnectedPair());
  ASSERT_TRUE(SendAll(reading.server(), "unread"));
  reading.CloseClient();
  EXPECT_EQ(Outcome(reading.First()), "closed");
}

TEST(ReadHeadTest, AClientThatClosedItsSendingSideOnlyIsStillAnswered) {
  Reading reading(ConnectedPair());
  reading.Send(HeadOf(1));
  const UniqueFd client = reading.TakeClient();
  shutdown(client.get(), SHUT_WR);
  EXPECT_EQ(Outcome(reading.First()), LineOf(1));
  EXPECT_EQ(Outcome(reading.Next()), "closed");
}

TEST(ReadHeadTest, TheFirstRequestHasToArriveByTheDeadline) {
  const std::string bytes = HeadOf(1);
  for (size_t size : {size_t{0}, size_t{1}, bytes.size() / 2, bytes.size() - 1}) {
    Reading reading(ConnectedPair());
    reading.Send(bytes.substr(0, size));
    EXPECT_EQ(Outcome(reading.First(kShort)), "timed out") << size;
  }
}

TEST(ReadHeadTest, ALaterRequestHasToBeginInTimeAndThenToArriveInTime) {
  Reading silent(ConnectedPair());
  silent.Send(HeadOf(1));
  EXPECT_EQ(Outcome(silent.First()), LineOf(1));
  EXPECT_EQ(Outcome(silent.Next(kShort, kLong)), "idle");

  Reading slow(ConnectedPair());
  slow.Send(HeadOf(1));
  EXPECT_EQ(Outcome(slow.First()), LineOf(1));
  slow.Send("G");
  EXPECT_EQ(Outcome(slow.Next(kLong, kShort)), "timed out");

  Reading pipelined(ConnectedPair());
  pipelined.Send(HeadOf(1) + "G");
  EXPECT_EQ(Outcome(pipelined.First()), LineOf(1));
  EXPECT_EQ(Outcome(pipelined.Next(kLong, kShort)), "timed out");
}

TEST(ReadHeadTest, NoRequestIsWaitedForBeyondTheLast) {
  Reading silent(ConnectedPair(), kShort);
  EXPECT_EQ(Outcome(silent.First()), "timed out");

  Reading idle(ConnectedPair(), kShort);
  idle.Send(HeadOf(1));
  EXPECT_EQ(Outcome(idle.First()), LineOf(1));
  EXPECT_EQ(Outcome(idle.Next()), "idle");

  Reading slow(ConnectedPair(), kShort);
  slow.Send(HeadOf(1) + "GET /2");
  EXPECT_EQ(Outcome(slow.First()), LineOf(1));
  EXPECT_EQ(Outcome(slow.Next()), "timed out");
}

TEST(ReadHeadTest, ARequestThatHasArrivedIsReadThoughTheDeadlineHasPassed) {
  Reading reading(ConnectedPair());
  reading.Send(HeadOf(1) + HeadOf(2));
  EXPECT_EQ(Outcome(reading.First(-absl::Seconds(1))), LineOf(1));
  EXPECT_EQ(Outcome(reading.Next(absl::ZeroDuration(), absl::ZeroDuration())), LineOf(2));
}

// A byte now and then buys no time: the deadline is absolute.
TEST(ReadHeadTest, ATrickleOfBytesDoesNotMoveTheDeadline) {
  Reading reading(ConnectedPair());
  const UniqueFd client = reading.TakeClient();
  std::atomic<bool> done = false;
  std::thread trickle([&] {
    SendAll(client.get(), "GET /");
    while (!done) {
      SendAll(client.get(), "x");
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
  });
  EXPECT_EQ(Outcome(reading.First(absl::Milliseconds(100))), "timed out");
  done = true;
  trickle.join();
}

TEST(DiscardBodyTest, TheNextRequestBeginsWhereTheBodyEnds) {
  for (size_t size : {0u, 1u, 2u, 100u, 4095u, 4096u, 65535u, 65536u}) {
    Reading reading(ConnectedPair());
    ClientThread client(
        reading.TakeClient(),
        absl::StrCat(HeadOf(1, CountedFields(size)), std::string(size, 'b'),
                     HeadOf(2, kChunkedFields), ChunkedBodyOfSize(size / 2 + 20), HeadOf(3)));
    EXPECT_EQ(ReadAll(reading), LinesTo(3)) << size;
    shutdown(reading.server(), SHUT_RDWR);
  }
}

// Request smuggling: what is inside a body is no request, whatever it looks like.
TEST(DiscardBodyTest, ABodyThatLooksLikeARequestIsNone) {
  const std::string smuggled = HeadOf(666);
  Reading reading = Reading::Of(absl::StrCat(
      HeadOf(1, CountedFields(smuggled.size())), smuggled, HeadOf(2, kChunkedFields),
      absl::StrFormat("%x\r\n", smuggled.size()), smuggled, "\r\n0\r\n\r\n", HeadOf(3)));
  EXPECT_EQ(ReadAll(reading), LinesTo(3));
}

// The views of a request stay valid while its body is received behind it.
TEST(DiscardBodyTest, LeavesTheHeadAsItIs) {
  const std::string piece(1000, 'b');
  constexpr size_t kPieces = 30;
  Reading reading(RecordPair());
  reading.Send(HeadOf(1) + HeadOf(2, CountedFields(kPieces * piece.size())));
  for (size_t i = 0; i < kPieces; ++i) reading.Send(piece);
  reading.Send(HeadOf(3));
  EXPECT_EQ(Outcome(reading.First()), LineOf(1));
  const HeadResult head = reading.Next();
  const auto* request = std::get_if<Request>(&head);
  ASSERT_NE(request, nullptr);
  EXPECT_EQ(Outcome(reading.reader().DiscardBody(request->framing)), "reached");
  EXPECT_EQ(request->line, LineOf(2));
  EXPECT_EQ(request->target.path, "2");
  EXPECT_EQ(request->host, "example.org");
  ASSERT_EQ(request->fields.size(), 2u);
  EXPECT_EQ(request->fields[0].name, "Host");
  EXPECT_EQ(request->fields[1].name, "Content-Length");
  EXPECT_EQ(Outcome(reading.Next()), LineOf(3));
}

TEST(DiscardBodyTest, ACountedBodyOverTheLimitIsNotRead) {
  for (uint64_t size : {kMaxDiscardedBodySize + 1, uint64_t{1} << 40, (uint64_t{1} << 63) - 1}) {
    Reading reading(ConnectedPair());
    reading.Send(HeadOf(1, CountedFields(size)));
    EXPECT_EQ(Outcome(reading.First()), LineOf(1));
    EXPECT_EQ(Outcome(reading.reader().DiscardBody({false, size})), "too far");
  }
}

// The limit counts the framing, and is the same however the bytes arrive.
TEST(DiscardBodyTest, AChunkedBodyIsReadUpToTheLimit) {
  const struct {
    size_t size;
    std::string outcome;
  } kCases[] = {
      {kMaxDiscardedBodySize - 1, "reached"},    {kMaxDiscardedBodySize, "reached"},
      {kMaxDiscardedBodySize + 1, "too far"},    {kMaxDiscardedBodySize + 2, "too far"},
      {kMaxDiscardedBodySize + 5000, "too far"}, {2 * kMaxDiscardedBodySize, "too far"},
  };
  for (const auto& c : kCases) {
    const std::string body = ChunkedBodyOfSize(c.size);
    ASSERT_EQ(body.size(), c.size);
    for (size_t piece : {size_t{1000}, size_t{4096}, size_t{30000}, body.size()}) {
      // With the head, or some of the body, or all of it in the first read.
      Reading reading(piece == body.size() ? ConnectedPair() : RecordPair());
      const UniqueFd client = reading.TakeClient();
      std::thread thread([&] {
        SendAll(client.get(), HeadOf(1, kChunkedFields));
        for (size_t i = 0; i < body.size(); i += piece)
          SendAll(client.get(), body.substr(i, piece));
        shutdown(client.get(), SHUT_WR);
      });
      EXPECT_EQ(Outcome(reading.First()), LineOf(1));
      EXPECT_EQ(Outcome(reading.reader().DiscardBody({true, 0})), c.outcome)
          << c.size << " in pieces of " << piece;
      shutdown(reading.server(), SHUT_RDWR);
      thread.join();
    }
  }
}

TEST(DiscardBodyTest, AChunkedBodyOverTheLimitThatIsThereAlreadyIsTooFar) {
  Reading reading = Reading::Of(
      absl::StrCat(HeadOf(1, kChunkedFields), ChunkedBodyOfSize(kMaxDiscardedBodySize + 1)));
  EXPECT_EQ(Outcome(reading.First()), LineOf(1));
  EXPECT_EQ(Outcome(reading.reader().DiscardBody({true, 0})), "too far");
}

TEST(DiscardBodyTest, AChunkedBodyWithoutDataHasALimitToo) {
  std::string body = "1;";
  while (body.size() < 3 * kMaxDiscardedBodySize) {
    absl::StrAppend(&body, std::string(200, 'x'), "\r\nd\r\n1;");
  }
  Reading reading(ConnectedPair());
  ClientThread client(reading.TakeClient(), HeadOf(1, kChunkedFields) + body);
  EXPECT_EQ(Outcome(reading.First()), LineOf(1));
  EXPECT_EQ(Outcome(reading.reader().DiscardBody({true, 0})), "too far");
  shutdown(reading.server(), SHUT_RDWR);
}

TEST(DiscardBodyTest, AMalformedChunkedBodyIsRejectedWhereverItIsMalformed) {
  for (absl::string_view body : {"g\r\n", "-1\r\n", "5\r\nhelloX", "5\nhello\r\n", "0\r\nA\r\n\r\n",
                                 "0\r\n A: b\r\n\r\n", "5\r\nhello\r\n5 \r\n"}) {
    Reading reading = Reading::Of(absl::StrCat(HeadOf(1, kChunkedFields), body));
    EXPECT_EQ(Outcome(reading.First()), LineOf(1));
    EXPECT_TRUE(absl::StartsWith(Outcome(reading.reader().DiscardBody({true, 0})), "rejected: "))
        << body;
  }
}

TEST(DiscardBodyTest, AClientThatClosesAnywhereInABodyHasClosed) {
  const struct {
    std::string head;
    Framing framing;
    std::string body;
  } kCases[] = {
      {HeadOf(1, CountedFields(11)), {false, 11}, "hello world"},
      {HeadOf(1, kChunkedFields), {true, 0}, "5;a=b\r\nhello\r\n0\r\nA: b\r\n\r\n"},
  };
  for (const auto& c : kCases) {
    for (size_t size = 0; size < c.body.size(); ++size) {
      Reading reading = Reading::Of(c.head + c.body.substr(0, size));
      EXPECT_EQ(Outcome(reading.First()), LineOf(1));
      EXPECT_EQ(Outcome(reading.reader().DiscardBody(c.framing)), "closed") << size;
    }
    Reading reading = Reading::Of(c.head + c.body);
    EXPECT_EQ(Outcome(reading.First()), LineOf(1));
    EXPECT_EQ(Outcome(reading.reader().DiscardBody(c.framing)), "reached");
  }
}

TEST(DiscardBodyTest, TheDeadlineIsThatOfTheHead) {
  for (const Framing& framing : {Framing{false, 11}, Framing{true, 0}}) {
    Reading first(ConnectedPair());
    first.Send(HeadOf(1) + "5");
    EXPECT_EQ(Outcome(first.First(kShort)), LineOf(1));
    EXPECT_EQ(Outcome(first.reader().DiscardBody(framing)), "timed out");

    Reading next(ConnectedPair());
    next.Send(HeadOf(1) + HeadOf(2) + "5");
    EXPECT_EQ(Outcome(next.First()), LineOf(1));
    EXPECT_EQ(Outcome(next.Next(kLong, kShort)), LineOf(2));
    EXPECT_EQ(Outcome(next.reader().DiscardBody(framing)), "timed out");
  }
}

TEST(PartialLineTest, IsTheLineOfWhatWasRejected) {
  const struct {
    std::string bytes;
    std::string line;
  } kCases[] = {
      {"GET / HTTP/1.1\r\nHost x\r\n\r\n", "GET / HTTP/1.1"},
      {"GET / HTTP/1.1\nHost: x\n\n", "GET / HTTP/1.1"},
      {"GET  /  HTTP/1.1\r\n", "GET  /  HTTP/1.1"},
      {"BREW\r\n", "BREW"},
      {"\x16\x03\x01", "\x16\x03\x01"},
      // RFC 9112 section 2.2: an empty line before the request line is no line.
      {"\r\nGET / HTTP/2.0\r\n\r\n", "GET / HTTP/2.0"},
      {"\r\n\r\nGET / HTTP/1.1\r\n\r\n", ""},
      {"\n", ""},
  };
  for (const auto& c : kCases) {
    Reading reading = Reading::Of(c.bytes);
    EXPECT_TRUE(absl::StartsWith(Outcome(reading.First()), "rejected: ")) << c.bytes;
    EXPECT_EQ(reading.reader().PartialLine(), c.line);
  }
}

TEST(PartialLineTest, IsAsMuchAsArrivedInTime) {
  for (absl::string_view bytes : {"", "GET", "GET / HTTP/1.1"}) {
    Reading reading(ConnectedPair());
    reading.Send(bytes);
    EXPECT_EQ(Outcome(reading.First(kShort)), "timed out");
    EXPECT_EQ(reading.reader().PartialLine(), bytes);
  }
  Reading next(ConnectedPair());
  next.Send(HeadOf(1) + LineOf(2) + "\r\nHost");
  EXPECT_EQ(Outcome(next.First()), LineOf(1));
  EXPECT_EQ(Outcome(next.Next(kLong, kShort)), "timed out");
  EXPECT_EQ(next.reader().PartialLine(), LineOf(2));
}

TEST(PartialLineTest, IsNoLongerThanALineMayBe) {
  Reading reading(ConnectedPair());
  reading.Send(std::string(3 * kMaxRequestLineSize, 'x'));
  EXPECT_TRUE(absl::StartsWith(Outcome(reading.First()), "rejected: "));
  EXPECT_EQ(reading.reader().PartialLine(), std::string(kMaxRequestLineSize, 'x'));
}

// With the signals as every process of the server has them, and a SIGTERM from the
// parent, which drains: it came before the wait, and a wait that it does not
// interrupt at once would last until the test is given up as hung.
class TerminationTest : public testing::Test {
 protected:
  TerminationTest() : receiver_(SignalReceiver::Install()), reading_(ConnectedPair()) {}

  ScopedSignals restore_;
  absl::StatusOr<SignalReceiver> receiver_;
  Reading reading_;
};

TEST_F(TerminationTest, EndsTheWaitForANextRequest) {
  reading_.Send(HeadOf(1));
  EXPECT_EQ(Outcome(reading_.First()), LineOf(1));
  raise(SIGTERM);
  EXPECT_EQ(Outcome(reading_.Next()), "idle");
}

TEST_F(TerminationTest, EndsTheWaitForAFirstRequest) {
  raise(SIGTERM);
  EXPECT_EQ(Outcome(reading_.First()), "idle");
}

TEST_F(TerminationTest, DoesNotKeepARequestThatIsThereFromBeingRead) {
  reading_.Send(HeadOf(1) + HeadOf(2));
  raise(SIGTERM);
  EXPECT_EQ(Outcome(reading_.First()), LineOf(1));
  EXPECT_EQ(Outcome(reading_.Next()), LineOf(2));
  EXPECT_EQ(Outcome(reading_.Next()), "idle");
}

TEST_F(TerminationTest, LetsARequestThatHasBegunArrive) {
  reading_.Send(HeadOf(1) + "G");
  EXPECT_EQ(Outcome(reading_.First()), LineOf(1));
  raise(SIGTERM);
  EXPECT_EQ(Outcome(reading_.Next(kLong, kShort)), "timed out");
}

TEST_F(TerminationTest, LetsABodyArrive) {
  reading_.Send(HeadOf(1, CountedFields(11)) + "hello");
  EXPECT_EQ(Outcome(reading_.First(kShort)), LineOf(1));
  raise(SIGTERM);
  EXPECT_EQ(Outcome(reading_.reader().DiscardBody({false, 11})), "timed out");
}

}  // namespace
}  // namespace prong
