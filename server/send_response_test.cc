#include "server/send_response.h"

#include <fcntl.h>
#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "parser/rejection.h"
#include "server/response.h"
#include "server/testing.h"
#include "server/unique_fd.h"
#include "server/wait.h"

namespace prong {
namespace {

constexpr int64_t kNow = 784111777;
constexpr int64_t kRate = 1024;

// With memory of its own.
SendResult SendOn(int socket, const Response& response, int file, int64_t rate = kRate) {
  std::string memory = "left over";
  return SendResponse(socket, response, file, kNow, rate, memory);
}

// Up to here a file is read and sent with the head; larger ones go by sendfile(2).
constexpr size_t kMaxReadSize = 16 * 1024;

constexpr size_t kSizes[] = {
    0, 1, 100, kMaxReadSize - 1, kMaxReadSize, kMaxReadSize + 1, 64 * 1024, 1024 * 1024 + 1};

Response FileResponse(uint64_t size) {
  Response response;
  response.body = Response::Body::kFile;
  response.content_length = size;
  response.content_type = "application/octet-stream";
  response.parts.push_back({"", {0, size}});
  return response;
}

// What was sent, and what the client received of it.
struct Transfer {
  SendResult sent;
  Received received;
};

class SendResponseTest : public testing::Test {
 protected:
  // As the server does: a client that went away is an error, not a signal.
  SendResponseTest() { std::signal(SIGPIPE, SIG_IGN); }

  // A descriptor of a new file with `content`.
  UniqueFd FileOf(absl::string_view content) {
    const std::string name = absl::StrCat("file", ++files_);
    tree_.AddFile(name, content);
    return UniqueFd(open(tree_.PathOf(name).c_str(), O_RDWR | O_CLOEXEC));
  }

  // Sends to a client that reads all, and closes.
  static Transfer Send(SocketPair pair, const Response& response, int file = -1) {
    ClientThread client(std::move(pair.client), "");
    const SendResult sent = SendOn(pair.server.get(), response, file);
    pair.server.Close();
    return {sent, client.Join()};
  }

  TempTree tree_;
  int files_ = 0;
};

TEST_F(SendResponseTest, AFileOfAnySizeArrivesWholeBehindItsHead) {
  for (size_t size : kSizes) {
    const std::string content = PatternedBytes(size);
    const UniqueFd file = FileOf(content);
    const Response response = FileResponse(size);
    for (auto* const make_pair : {ConnectedPair, TcpPair}) {
      const Transfer transfer = Send(make_pair(), response, file.get());
      EXPECT_TRUE(transfer.sent.complete) << size;
      EXPECT_EQ(transfer.sent.body_bytes, size);
      EXPECT_FALSE(transfer.received.reset) << size;
      EXPECT_TRUE(transfer.received.bytes == SerializeHead(response, kNow) + content) << size;
    }
  }
}

// A persistent connection: nothing is held back until more is sent or it closes.
TEST_F(SendResponseTest, AllOfItArrivesThoughTheConnectionStaysOpen) {
  for (size_t size : kSizes) {
    const std::string content = PatternedBytes(size);
    const UniqueFd file = FileOf(content);
    const Response response = FileResponse(size);
    const SocketPair pair = TcpPair();
    const std::string expected = SerializeHead(response, kNow) + content;
    std::string received;
    std::thread client([&] { received = ReceiveExactly(pair.client.get(), expected.size()); });
    EXPECT_TRUE(SendOn(pair.server.get(), response, file.get()).complete);
    client.join();
    EXPECT_TRUE(received == expected) << size;
  }
}

TEST_F(SendResponseTest, PartsOfAFileArriveWithWhatIsBetweenThem) {
  for (size_t size : {size_t{100}, kMaxReadSize, kMaxReadSize + 1, size_t{1024 * 1024 + 1}}) {
    const std::string content = PatternedBytes(size);
    const UniqueFd file = FileOf(content);
    Response response;
    response.status = 206;
    response.body = Response::Body::kFile;
    response.parts = {
        {"before", {0, 1}}, {"", {1, 2}}, {"between", {10, size / 2}}, {"last", {size - 1, size}}};
    response.after = "after";
    std::string body;
    for (const FilePart& part : response.parts) {
      body += part.before + content.substr(part.range.begin, part.range.size());
    }
    body += response.after;
    response.content_length = body.size();
    for (auto* const make_pair : {ConnectedPair, TcpPair}) {
      const Transfer transfer = Send(make_pair(), response, file.get());
      EXPECT_TRUE(transfer.sent.complete) << size;
      EXPECT_EQ(transfer.sent.body_bytes, body.size());
      EXPECT_TRUE(transfer.received.bytes == SerializeHead(response, kNow) + body) << size;
    }
  }
}

// Nothing follows in place of what is gone: it would be taken for the file.
TEST_F(SendResponseTest, APartThatIsCutShortIsTheLast) {
  for (size_t size : {size_t{100}, kMaxReadSize * 2}) {
    const UniqueFd file = FileOf(PatternedBytes(size));
    Response response;
    response.body = Response::Body::kFile;
    response.parts = {{"before", {size - 1, size + 1}}, {"next", {0, size}}};
    response.after = "after";
    response.content_length = size + 100;
    const Transfer transfer = Send(ConnectedPair(), response, file.get());
    EXPECT_FALSE(transfer.sent.complete) << size;
    EXPECT_TRUE(transfer.received.bytes ==
                SerializeHead(response, kNow) + "before" + PatternedBytes(size).back())
        << size;
  }
}

TEST_F(SendResponseTest, APageArrivesBehindItsHead) {
  const Response page = Refuse(Rejection::kBareLf);
  const Transfer transfer = Send(ConnectedPair(), page);
  EXPECT_TRUE(transfer.sent.complete);
  EXPECT_EQ(transfer.sent.body_bytes, page.page.size());
  EXPECT_EQ(transfer.received.bytes, SerializeHead(page, kNow) + page.page);
}

// RFC 9110 section 9.3.2: the response to HEAD announces a length that it does not
// have.
TEST_F(SendResponseTest, AResponseWithoutBodyIsItsHeadWhateverItAnnounces) {
  const UniqueFd file = FileOf(PatternedBytes(100'000));
  for (uint64_t size : {0u, 100u, 100'000u}) {
    Response head = FileResponse(size);
    head.body = Response::Body::kNone;
    const Transfer transfer = Send(ConnectedPair(), head, file.get());
    EXPECT_TRUE(transfer.sent.complete);
    EXPECT_EQ(transfer.sent.body_bytes, 0u);
    EXPECT_EQ(transfer.received.bytes, SerializeHead(head, kNow));
  }
  Response no_content;
  no_content.status = 204;
  EXPECT_TRUE(Send(ConnectedPair(), no_content).sent.complete);
}

TEST_F(SendResponseTest, AFileIsSentFromItsStartWhereverItsOffsetIs) {
  for (size_t size : {size_t{100}, kMaxReadSize + 1}) {
    const std::string content = PatternedBytes(size);
    const UniqueFd file = FileOf(content);
    ASSERT_EQ(lseek(file.get(), 50, SEEK_SET), 50);
    const Response response = FileResponse(size);
    const Transfer transfer = Send(ConnectedPair(), response, file.get());
    EXPECT_TRUE(transfer.sent.complete);
    EXPECT_TRUE(transfer.received.bytes == SerializeHead(response, kNow) + content);
  }
}

// Padding would be wrong bytes sent as if right: the client must learn that some are
// missing, by the end of the connection.
TEST_F(SendResponseTest, AFileThatBecameShorterIsSentAsFarAsItGoesAndNeverPadded) {
  for (size_t announced :
       {size_t{1}, size_t{100}, kMaxReadSize, kMaxReadSize + 1, size_t{200'000}}) {
    for (size_t size : {size_t{0}, announced / 2, announced - 1}) {
      const std::string content = PatternedBytes(size);
      const UniqueFd file = FileOf(content);
      const Response response = FileResponse(announced);
      const Transfer transfer = Send(ConnectedPair(), response, file.get());
      EXPECT_FALSE(transfer.sent.complete) << size << " of " << announced;
      EXPECT_EQ(transfer.sent.body_bytes, size);
      EXPECT_TRUE(transfer.received.bytes == SerializeHead(response, kNow) + content)
          << size << " of " << announced;
    }
  }
}

TEST_F(SendResponseTest, AFileThatIsCutWhileItIsSentEndsTheResponse) {
  constexpr size_t kSize = 4 * 1024 * 1024;
  const std::string content = PatternedBytes(kSize);
  const UniqueFd file = FileOf(content);
  const Response response = FileResponse(kSize);
  SocketPair pair = TcpPair();
  std::string received;
  std::thread client([&] {
    // By now some has been sent, and the rest cannot have been: the buffers are small.
    received = ReceiveExactly(pair.client.get(), 1000);
    EXPECT_EQ(ftruncate(file.get(), kSize / 2), 0);
    received += ReceiveAll(pair.client.get()).bytes;
  });
  const SendResult sent = SendOn(pair.server.get(), response, file.get());
  pair.server.Close();
  client.join();
  EXPECT_FALSE(sent.complete);
  EXPECT_LT(sent.body_bytes, kSize);
  const std::string expected = SerializeHead(response, kNow) + content;
  EXPECT_LT(received.size(), expected.size());
  EXPECT_TRUE(received == expected.substr(0, received.size()));
}

// What is appended meanwhile would be taken for the next response.
TEST_F(SendResponseTest, AFileThatGrewIsSentToTheAnnouncedLengthOnly) {
  for (size_t announced : {size_t{0}, size_t{1}, size_t{100}, kMaxReadSize, kMaxReadSize + 1}) {
    const std::string content = PatternedBytes(announced + 20'000);
    const UniqueFd file = FileOf(content);
    const Response response = FileResponse(announced);
    const Transfer transfer = Send(ConnectedPair(), response, file.get());
    EXPECT_TRUE(transfer.sent.complete);
    EXPECT_EQ(transfer.sent.body_bytes, announced);
    EXPECT_TRUE(transfer.received.bytes ==
                SerializeHead(response, kNow) + content.substr(0, announced))
        << announced;
  }
}

TEST_F(SendResponseTest, AFileThatCannotBeReadIsIncomplete) {
  const UniqueFd directory(open(tree_.path().c_str(), O_RDONLY | O_CLOEXEC));
  for (uint64_t size : {uint64_t{100}, uint64_t{100'000}}) {
    const Response response = FileResponse(size);
    const Transfer transfer = Send(ConnectedPair(), response, directory.get());
    EXPECT_FALSE(transfer.sent.complete);
    EXPECT_EQ(transfer.sent.body_bytes, 0u);
    EXPECT_EQ(transfer.received.bytes, SerializeHead(response, kNow));
  }
}

// Sockets that take a few kilobytes at a time, and a client that reads less: each
// send is short, and between them there is nothing to do but wait.
TEST_F(SendResponseTest, ShortWritesLoseAndRepeatNothing) {
  for (size_t size : {size_t{100}, kMaxReadSize, kMaxReadSize + 1, size_t{300'000}}) {
    const std::string content = PatternedBytes(size);
    const UniqueFd file = FileOf(content);
    const Response response = FileResponse(size);
    SocketPair pair = ConnectedPair();
    const int smallest = 1;
    ASSERT_EQ(setsockopt(pair.server.get(), SOL_SOCKET, SO_SNDBUF, &smallest, sizeof(smallest)), 0);
    std::string received;
    std::thread client([&] {
      while (true) {
        const std::string bytes = ReceiveExactly(pair.client.get(), 997);
        if (bytes.empty()) break;
        received += bytes;
      }
    });
    const SendResult sent = SendOn(pair.server.get(), response, file.get());
    pair.server.Close();
    client.join();
    EXPECT_TRUE(sent.complete);
    EXPECT_EQ(sent.body_bytes, size);
    EXPECT_TRUE(received == SerializeHead(response, kNow) + content) << size;
  }
}

TEST_F(SendResponseTest, AClientThatHasGoneIsAnError) {
  for (size_t size : kSizes) {
    const UniqueFd file = FileOf(PatternedBytes(size));
    SocketPair pair = ConnectedPair();
    pair.client.Close();
    const SendResult sent = SendOn(pair.server.get(), FileResponse(size), file.get());
    EXPECT_FALSE(sent.complete) << size;
    EXPECT_EQ(sent.body_bytes, 0u) << size;
  }
}

TEST_F(SendResponseTest, AClientThatGoesMeanwhileIsAnError) {
  constexpr size_t kSize = 4 * 1024 * 1024;
  const UniqueFd file = FileOf(PatternedBytes(kSize));
  const Response response = FileResponse(kSize);
  for (auto* const make_pair : {ConnectedPair, TcpPair}) {
    SocketPair pair = make_pair();
    std::thread client([&] {
      EXPECT_EQ(ReceiveExactly(pair.client.get(), 100'000).size(), 100'000u);
      pair.client.Close();
    });
    const SendResult sent = SendOn(pair.server.get(), response, file.get());
    client.join();
    EXPECT_FALSE(sent.complete);
    EXPECT_GE(sent.body_bytes, 100'000 - SerializeHead(response, kNow).size());
    EXPECT_LT(sent.body_bytes, kSize);
  }
}

// The log tells how much of a body the client may have received.
TEST_F(SendResponseTest, WhatWasHandedToTheKernelIsCountedThoughTheClientWent) {
  const std::string content = PatternedBytes(kMaxReadSize);
  const UniqueFd file = FileOf(content);
  const Response response = FileResponse(kMaxReadSize);
  SocketPair pair = ConnectedPair();
  const int smallest = 1;
  ASSERT_EQ(setsockopt(pair.server.get(), SOL_SOCKET, SO_SNDBUF, &smallest, sizeof(smallest)), 0);
  const size_t head_size = SerializeHead(response, kNow).size();
  std::thread client([&] {
    EXPECT_EQ(ReceiveExactly(pair.client.get(), head_size + 1000).size(), head_size + 1000);
    pair.client.Close();
  });
  const SendResult sent = SendOn(pair.server.get(), response, file.get());
  client.join();
  EXPECT_FALSE(sent.complete);
  EXPECT_GE(sent.body_bytes, 1000u);
  EXPECT_LT(sent.body_bytes, kMaxReadSize);
}

// A client that pipelines may have yet to take one response when the next is sent:
// what was on its way already does not count against it.
TEST_F(SendResponseTest, TheGraceHoldsThoughAnEarlierResponseIsStillOnItsWay) {
  constexpr size_t kSize = 1024 * 1024;
  const UniqueFd file = FileOf(PatternedBytes(kSize));
  const auto grace_of = [&](const SocketPair& pair) {
    const std::string earlier(64 * 1024, 'e');
    while (WaitWritable(pair.server.get(), After(absl::Milliseconds(200))) == WaitResult::kReady) {
      send(pair.server.get(), earlier.data(), earlier.size(), MSG_DONTWAIT);
    }
    const Deadline start = Deadline::clock::now();
    EXPECT_FALSE(SendOn(pair.server.get(), FileResponse(kSize), file.get()).complete);
    return Deadline::clock::now() - start;
  };
  const SocketPair unix_pair = ConnectedPair();
  const SocketPair tcp_pair = TcpPair();
  Deadline::duration unix_grace;
  std::thread other([&] { unix_grace = grace_of(unix_pair); });
  EXPECT_GE(grace_of(tcp_pair), std::chrono::seconds(5));
  other.join();
  EXPECT_GE(unix_grace, std::chrono::seconds(5));
}

// A client whose process reads at the minimum rate, to the byte, is as far ahead of it
// as its kernel has room: for so long nothing more is acknowledged.
TEST_F(SendResponseTest, WhatTheClientsKernelTookAtOnceCounts) {
  constexpr size_t kSize = 1024 * 1024;
  constexpr int64_t kBufferfulPerSecond = 8 * 1024;
  const UniqueFd file = FileOf(PatternedBytes(kSize));
  const SocketPair pair = TcpPair();
  const Deadline start = Deadline::clock::now();
  EXPECT_FALSE(
      SendOn(pair.server.get(), FileResponse(kSize), file.get(), kBufferfulPerSecond).complete);
  int taken = 0;
  ASSERT_EQ(ioctl(pair.client.get(), SIOCINQ, &taken), 0);
  EXPECT_GE(taken, kBufferfulPerSecond);
  EXPECT_GE(Deadline::clock::now() - start, std::chrono::seconds(5 + taken / kBufferfulPerSecond));
}

// Two clients take the same and then nothing for longer than the grace of five
// seconds: what they took is too little for the one, and enough for the other.
TEST_F(SendResponseTest, AClientBelowTheMinimumRateIsGivenUpAndOneAboveItIsNot) {
  constexpr size_t kSize = 1024 * 1024;
  constexpr size_t kTaken = 64 * 1024;
  constexpr int64_t kHighRate = 1'000'000'000;
  constexpr int64_t kLowRate = 1000;  // kTaken is good for a minute
  const std::string content = PatternedBytes(kSize);
  const UniqueFd file = FileOf(content);
  const Response response = FileResponse(kSize);

  SocketPair patient = TcpPair();
  SendResult patient_sent;
  std::thread patient_server([&] {
    patient_sent = SendOn(patient.server.get(), response, file.get(), kLowRate);
    patient.server.Close();
  });
  std::string received = ReceiveExactly(patient.client.get(), kTaken);

  // Starts later than the other, and ends when its grace is over: so is the other's.
  SocketPair strict = TcpPair();
  SendResult strict_sent;
  std::thread strict_server(
      [&] { strict_sent = SendOn(strict.server.get(), response, file.get(), kHighRate); });
  EXPECT_EQ(ReceiveExactly(strict.client.get(), kTaken).size(), kTaken);
  strict_server.join();
  EXPECT_FALSE(strict_sent.complete);
  EXPECT_GT(strict_sent.body_bytes, 0u);
  EXPECT_LT(strict_sent.body_bytes, kSize);

  received += ReceiveAll(patient.client.get()).bytes;
  patient_server.join();
  EXPECT_TRUE(patient_sent.complete);
  EXPECT_TRUE(received == SerializeHead(response, kNow) + content);
}

TEST(SlowestEndTest, IsExact) {
  const Deadline start = After(absl::Seconds(1));
  EXPECT_EQ(SlowestEnd(start, 0, 1024), start);
  EXPECT_EQ(SlowestEnd(start, 1023, 1024) - start, std::chrono::nanoseconds(999'023'437));
  EXPECT_EQ(SlowestEnd(start, 10 * 1024, 1024) - start, std::chrono::seconds(10));
  EXPECT_EQ(SlowestEnd(start, 1, 1'000'000'000) - start, std::chrono::nanoseconds(1));
}

TEST(SlowestEndTest, ACenturyIsSafe) {
  constexpr int64_t kMax = std::numeric_limits<int64_t>::max();
  const Deadline start = After(absl::Seconds(1));
  for (int64_t rate : {int64_t{1}, int64_t{1024}, kMax}) {
    for (int64_t bytes : {int64_t{10'000'000'000}, kMax}) {
      EXPECT_GE(SlowestEnd(start, bytes, rate), start) << bytes << " at " << rate;
    }
  }
  EXPECT_GT(SlowestEnd(start, kMax, 1) - start, std::chrono::hours(24) * 36524);
}

Response PiecesResponse(Response::Framing framing) {
  Response response;
  response.body = Response::Body::kListing;
  response.framing = framing;
  return response;
}

// Yields `pieces`, and then the end, or an error if it `fails`.
class Pieces {
 public:
  explicit Pieces(std::vector<std::string> pieces, bool fails = false)
      : pieces_(std::move(pieces)), fails_(fails) {}

  absl::StatusOr<std::string> Next() {
    if (next_ < pieces_.size()) return pieces_[next_++];
    if (fails_) return absl::InternalError("");
    return "";
  }

 private:
  std::vector<std::string> pieces_;
  bool fails_;
  size_t next_ = 0;
};

class SendPiecesTest : public SendResponseTest {
 protected:
  static Transfer Send(SocketPair pair, const Response& response, Pieces pieces) {
    ClientThread client(std::move(pair.client), "");
    const SendResult sent = SendPieces(
        pair.server.get(), response, [&pieces] { return pieces.Next(); }, kNow, kRate);
    pair.server.Close();
    return {sent, client.Join()};
  }
};

TEST_F(SendPiecesTest, EachPieceIsAChunkAndTheLastChunkEndsThem) {
  const Response response = PiecesResponse(Response::Framing::kChunked);
  const std::string head = SerializeHead(response, kNow);
  EXPECT_TRUE(absl::StrContains(head, "\r\nTransfer-Encoding: chunked\r\n"));
  const Transfer transfer = Send(TcpPair(), response, Pieces({"a", "0123456789abcdefg"}));
  EXPECT_EQ(transfer.received.bytes, head + "1\r\na\r\n11\r\n0123456789abcdefg\r\n0\r\n\r\n");
  EXPECT_EQ(transfer.sent.body_bytes, 18u) << "without what delimits them";
  EXPECT_TRUE(transfer.sent.complete);
  EXPECT_EQ(Send(TcpPair(), response, Pieces({})).received.bytes, head + "0\r\n\r\n");
}

TEST_F(SendPiecesTest, WithoutChunksThePiecesAreTheBody) {
  const Response response = PiecesResponse(Response::Framing::kToEnd);
  const Transfer transfer = Send(TcpPair(), response, Pieces({"a", "bc"}));
  EXPECT_EQ(transfer.received.bytes, SerializeHead(response, kNow) + "abc");
  EXPECT_EQ(transfer.sent.body_bytes, 3u);
  EXPECT_TRUE(transfer.sent.complete);
}

TEST_F(SendPiecesTest, LargePiecesArriveWhole) {
  const std::string piece = PatternedBytes(1 << 20);
  const Response response = PiecesResponse(Response::Framing::kToEnd);
  const Transfer transfer = Send(TcpPair(), response, Pieces({piece, piece}));
  EXPECT_TRUE(transfer.received.bytes == SerializeHead(response, kNow) + piece + piece);
  EXPECT_EQ(transfer.sent.body_bytes, 2u << 20);
}

TEST_F(SendPiecesTest, WhereThereIsNoGoingOnThereIsNoLastChunk) {
  const Response response = PiecesResponse(Response::Framing::kChunked);
  const Transfer transfer = Send(TcpPair(), response, Pieces({"ab"}, /*fails=*/true));
  EXPECT_EQ(transfer.received.bytes, SerializeHead(response, kNow) + "2\r\nab");
  EXPECT_EQ(transfer.sent.body_bytes, 2u);
  EXPECT_FALSE(transfer.sent.complete);
  EXPECT_FALSE(transfer.sent.too_slow);
}

TEST_F(SendPiecesTest, AClientThatGoesAwayEndsIt) {
  SocketPair pair = TcpPair();
  pair.client.Close();
  Pieces pieces(std::vector<std::string>(1000, std::string(1 << 16, 'a')));
  const SendResult sent = SendPieces(
      pair.server.get(), PiecesResponse(Response::Framing::kChunked),
      [&pieces] { return pieces.Next(); }, kNow, kRate);
  EXPECT_FALSE(sent.complete);
  EXPECT_FALSE(sent.too_slow);
}

}  // namespace
}  // namespace prong
