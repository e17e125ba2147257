// How long the parser takes, per call, per byte and per vector of tests/vectors:
//
//   bazel run -c opt //parser:request_parser_benchmark
//   bazel run -c opt //parser:request_parser_benchmark -- --benchmark_filter=Browser
//
// Beside it what libhttp-parser takes for the same request, and what the first request of
// a child takes, whose memory is shared with its parent until it is written to.
//
// The time of a head that arrives byte by byte is shown to be in proportion to its
// size: "BigO" is the time per byte, and "RMS" how far the sizes are from one line.

#include <http_parser.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "benchmark/benchmark.h"
#include "parser/chunked_body.h"
#include "parser/http_date.h"
#include "parser/limits.h"
#include "parser/range.h"
#include "parser/rejection.h"
#include "parser/request.h"
#include "parser/request_line.h"
#include "parser/request_parser.h"
#include "tests/vectors/vectors.h"

namespace prong {
namespace {

constexpr char kMinimalRequest[] = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";

// 700 bytes with twelve fields, as a browser sends them.
constexpr char kBrowserRequest[] =
    "GET /articles/2026/forks-considered-useful.html?utm_source=feed HTTP/1.1\r\n"
    "Host: www.example.com\r\n"
    "Connection: keep-alive\r\n"
    "Sec-CH-UA: \"Chromium\";v=\"142\", \"Not?A_Brand\";v=\"99\"\r\n"
    "Upgrade-Insecure-Requests: 1\r\n"
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)"
    " Chrome/142.0.0.0 Safari/537.36\r\n"
    "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,"
    "*/*;q=0.8\r\n"
    "Sec-Fetch-Site: same-origin\r\n"
    "Referer: https://www.example.com/articles/2026/?order=latest&subject=software\r\n"
    "Accept-Encoding: gzip, deflate, br, zstd\r\n"
    "Accept-Language: en-GB,en-US;q=0.9,en;q=0.8,de;q=0.7\r\n"
    "If-None-Match: \"5f3a9c-1b2e\"\r\n"
    "If-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
    "\r\n";
static_assert(sizeof(kBrowserRequest) - 1 == 700);

// What is measured is what was meant, or there is nothing to say of its time.
void Require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "request_parser_benchmark: %s\n", what);
  std::abort();
}

void SetBytes(benchmark::State& state, size_t bytes_per_iteration) {
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(bytes_per_iteration));
}

void RequestLine(benchmark::State& state) {
  const absl::string_view line = "GET /articles/2026/forks-considered-useful.html HTTP/1.1";
  const RequestLinePattern pattern;
  Require(std::holds_alternative<prong::RequestLine>(pattern.Parse(line)), "a line is refused");
  for (auto _ : state) benchmark::DoNotOptimize(pattern.Parse(line));
  SetBytes(state, line.size());
}
BENCHMARK(RequestLine);

void WholeRequest(benchmark::State& state, absl::string_view bytes) {
  RequestParser parser;
  Require(std::holds_alternative<Request>(parser.Parse(bytes)), "a request is refused");
  for (auto _ : state) benchmark::DoNotOptimize(parser.Parse(bytes));
  SetBytes(state, bytes.size());
}
BENCHMARK_CAPTURE(WholeRequest, Minimal, kMinimalRequest);
BENCHMARK_CAPTURE(WholeRequest, Browser, kBrowserRequest);

// What libhttp-parser tells its callbacks of a request, kept as views like prong's.
struct PeerRequest {
  absl::string_view target;
  std::array<Field, kMaxFields> fields;
  size_t field_count;
  bool complete;
};

PeerRequest& RequestOf(const http_parser* parser) {
  return *static_cast<PeerRequest*>(parser->data);
}

http_parser_settings PeerSettings() {
  http_parser_settings settings;
  http_parser_settings_init(&settings);
  settings.on_url = [](http_parser* parser, const char* at, size_t size) {
    RequestOf(parser).target = {at, size};
    return 0;
  };
  settings.on_header_field = [](http_parser* parser, const char* at, size_t size) {
    PeerRequest& request = RequestOf(parser);
    request.fields[request.field_count].name = {at, size};
    return 0;
  };
  settings.on_header_value = [](http_parser* parser, const char* at, size_t size) {
    PeerRequest& request = RequestOf(parser);
    request.fields[request.field_count++].value = {at, size};
    return 0;
  };
  settings.on_message_complete = [](http_parser* parser) {
    RequestOf(parser).complete = true;
    return 0;
  };
  return settings;
}

// The same request by libhttp-parser, which is given all of it at once, too.
void HttpParser(benchmark::State& state, absl::string_view bytes) {
  const http_parser_settings settings = PeerSettings();
  PeerRequest request;
  for (auto _ : state) {
    http_parser parser;
    http_parser_init(&parser, HTTP_REQUEST);
    parser.data = &request;
    request.field_count = 0;
    request.complete = false;
    const size_t size = http_parser_execute(&parser, &settings, bytes.data(), bytes.size());
    benchmark::DoNotOptimize(request);
    Require(request.complete && size == bytes.size(), "libhttp-parser refuses a request");
  }
  SetBytes(state, bytes.size());
}
BENCHMARK_CAPTURE(HttpParser, Browser, kBrowserRequest);

// The seconds that the last of `requests` calls takes in a child that was just forked, and
// whose parent has made the parser. The clock's own first call is not among them.
double LastInFreshChild(RequestParser& parser, absl::string_view bytes, int64_t requests) {
  using Clock = std::chrono::steady_clock;
  int ends[2];
  Require(pipe(ends) == 0, "there is no pipe");
  const pid_t child = fork();
  Require(child >= 0, "there is no child");
  if (child == 0) {
    std::chrono::duration<double> taken{};
    for (int64_t i = -1; i < requests; ++i) {
      const Clock::time_point start = Clock::now();
      if (i >= 0) benchmark::DoNotOptimize(parser.Parse(bytes));
      taken = Clock::now() - start;
    }
    const double seconds = taken.count();
    _exit(write(ends[1], &seconds, sizeof(seconds)) == sizeof(seconds) ? 0 : 1);
  }
  double seconds = 0;
  Require(read(ends[0], &seconds, sizeof(seconds)) == sizeof(seconds), "a child says nothing");
  Require(waitpid(child, nullptr, 0) == child, "a child is lost");
  close(ends[0]);
  close(ends[1]);
  return seconds;
}

// Of 301 children the median is what tells: each is measured once.
void InFreshChild(benchmark::State& state) {
  RequestParser parser;
  for (auto _ : state) {
    state.SetIterationTime(LastInFreshChild(parser, kBrowserRequest, state.range(0)));
  }
}
BENCHMARK(InFreshChild)
    ->ArgName("request")
    ->Arg(1)
    ->Arg(100)
    ->UseManualTime()
    ->Iterations(1)
    ->Repetitions(301)
    ->ReportAggregatesOnly();

// The inputs of the vectors that are to be parsed to an `Outcome`.
template <typename Outcome>
std::vector<std::string> VectorsOf() {
  const absl::StatusOr<Vectors> vectors = ReadVectors("tests/vectors");
  Require(vectors.ok(), "the vectors cannot be read: use bazel run");
  std::vector<std::string> inputs;
  for (const RequestVector& vector : vectors->requests) {
    if (std::holds_alternative<Outcome>(vector.expected)) inputs.push_back(vector.bytes);
  }
  return inputs;
}

// Each iteration parses all of them, one after the other.
template <typename Expected, typename Outcome>
void AllVectors(benchmark::State& state) {
  const std::vector<std::string> inputs = VectorsOf<Expected>();
  RequestParser parser;
  size_t bytes = 0;
  for (const std::string& input : inputs) {
    Require(std::holds_alternative<Outcome>(parser.Parse(input)), "a vector does not hold");
    bytes += input.size();
  }
  for (auto _ : state) {
    for (const std::string& input : inputs) benchmark::DoNotOptimize(parser.Parse(input));
  }
  SetBytes(state, bytes);
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(inputs.size()));
}
BENCHMARK_TEMPLATE(AllVectors, ExpectedRequest, Request)->Name("AllVectors/Accepted");
BENCHMARK_TEMPLATE(AllVectors, Rejection, Rejection)->Name("AllVectors/Refused");

// A head of `size` bytes, nearly all of them in one line: a parser that looked at
// that again with each byte would take quadratic time.
std::string HeadOf(size_t size) {
  const std::string start = "GET / HTTP/1.1\r\nHost: h\r\nA: ";
  const std::string end = "\r\n\r\n";
  return absl::StrCat(start, std::string(size - start.size() - end.size(), 'a'), end);
}

void HeadByteByByte(benchmark::State& state) {
  const std::string head = HeadOf(static_cast<size_t>(state.range(0)));
  RequestParser parser;
  Require(std::holds_alternative<Request>(parser.Parse(head)), "a head is refused");
  for (auto _ : state) {
    for (size_t received = 1; received <= head.size(); ++received) {
      benchmark::DoNotOptimize(parser.Parse({head.data(), received}));
    }
  }
  SetBytes(state, head.size());
  state.SetComplexityN(state.range(0));
}
BENCHMARK(HeadByteByByte)->RangeMultiplier(2)->Range(1 << 9, 1 << 15)->Complexity(benchmark::oN);

void ChunkedBodyOf(benchmark::State& state, size_t chunk_size) {
  constexpr size_t kChunks = 16;
  const std::string chunk =
      absl::StrCat(absl::Hex(chunk_size), "\r\n", std::string(chunk_size, 'a'), "\r\n");
  std::string bytes;
  for (size_t i = 0; i < kChunks; ++i) bytes += chunk;
  bytes += "0\r\n\r\n";
  for (auto _ : state) {
    ChunkedBody body;
    benchmark::DoNotOptimize(body.Discard(bytes));
    Require(body.complete(), "a body does not end");
  }
  SetBytes(state, bytes.size());
}
BENCHMARK_CAPTURE(ChunkedBodyOf, SmallChunks, 16);
BENCHMARK_CAPTURE(ChunkedBodyOf, LargeChunks, 4096);

void RangeValue(benchmark::State& state, absl::string_view value) {
  Require(std::holds_alternative<Ranges>(ParseRange(value, 100000)), "a range is refused");
  for (auto _ : state) benchmark::DoNotOptimize(ParseRange(value, 100000));
  SetBytes(state, value.size());
}
BENCHMARK_CAPTURE(RangeValue, One, "bytes=1000-1999");
BENCHMARK_CAPTURE(RangeValue, Four, "bytes=5000-5999, 0-499, 400-999, -100");

void Date(benchmark::State& state, absl::string_view text) {
  constexpr int64_t kNow = 784111777;
  Require(ParseHttpDate(text, kNow) == kNow, "a date is refused");
  for (auto _ : state) benchmark::DoNotOptimize(ParseHttpDate(text, kNow));
  SetBytes(state, text.size());
}
BENCHMARK_CAPTURE(Date, Imf, "Sun, 06 Nov 1994 08:49:37 GMT");
BENCHMARK_CAPTURE(Date, Rfc850, "Sunday, 06-Nov-94 08:49:37 GMT");
BENCHMARK_CAPTURE(Date, Asctime, "Sun Nov  6 08:49:37 1994");

}  // namespace
}  // namespace prong

BENCHMARK_MAIN();
