// How long the parser takes, per call, per byte and per vector of tests/vectors:
//
//   bazel run -c opt //parser:request_parser_benchmark
//   bazel run -c opt //parser:request_parser_benchmark -- --benchmark_filter=Browser
//
// The time of a head that arrives byte by byte is shown to be in proportion to its
// size: "BigO" is the time per byte, and "RMS" how far the sizes are from one line.

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
#include "parser/range.h"
#include "parser/rejection.h"
#include "parser/request_line.h"
#include "parser/request_parser.h"
#include "tests/vectors/vectors.h"

namespace prong {
namespace {

constexpr char kMinimalRequest[] = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";

// Twelve fields, as a browser sends them.
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
    "Referer: https://www.example.com/articles/2026/\r\n"
    "Accept-Encoding: gzip, deflate, br, zstd\r\n"
    "Accept-Language: en-GB,en-US;q=0.9,en;q=0.8,de;q=0.7\r\n"
    "If-None-Match: \"5f3a9c-1b2e\"\r\n"
    "If-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
    "\r\n";

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
