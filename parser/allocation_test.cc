// Once it is made, the parser allocates nothing, design 4.7: every way to memory of
// the C library is counted here, and operator new ends in one of them.

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "parser/forwarded.h"
#include "parser/request.h"
#include "parser/request_line.h"
#include "parser/request_parser.h"
#include "tests/vectors/holds.h"
#include "tests/vectors/vectors.h"

#if defined(__SANITIZE_ADDRESS__)
#define PRONG_HAS_OTHER_MALLOC 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(memory_sanitizer) || \
    __has_feature(thread_sanitizer)
#define PRONG_HAS_OTHER_MALLOC 1
#endif
#endif

namespace {
size_t allocations = 0;
}  // namespace

#ifndef PRONG_HAS_OTHER_MALLOC
// In place of glibc's, by the names under which it has them, too.
extern "C" {

void* __libc_malloc(size_t size) noexcept;
void* __libc_calloc(size_t count, size_t size) noexcept;
void* __libc_realloc(void* memory, size_t size) noexcept;
void* __libc_memalign(size_t alignment, size_t size) noexcept;

void* malloc(size_t size) noexcept {
  ++allocations;
  return __libc_malloc(size);
}

void* calloc(size_t count, size_t size) noexcept {
  ++allocations;
  return __libc_calloc(count, size);
}

void* realloc(void* memory, size_t size) noexcept {
  ++allocations;
  return __libc_realloc(memory, size);
}

void* aligned_alloc(size_t alignment, size_t size) noexcept {
  ++allocations;
  return __libc_memalign(alignment, size);
}

int posix_memalign(void** memory, size_t alignment, size_t size) noexcept {
  ++allocations;
  *memory = __libc_memalign(alignment, size);
  return *memory == nullptr ? 1 : 0;
}

}  // extern "C"
#endif

namespace prong {
namespace {

class AllocationTest : public testing::Test {
 protected:
  void SetUp() override {
#ifdef PRONG_HAS_OTHER_MALLOC
    GTEST_SKIP() << "the allocator is the sanitizer's: run without one";
#endif
  }
};

// How often `work` allocates.
template <typename Work>
size_t AllocationsOf(const Work& work) {
  const size_t before = allocations;
  work();
  return allocations - before;
}

TEST_F(AllocationTest, NoVectorMakesTheParserAllocate) {
  const absl::StatusOr<Vectors> vectors = ReadVectors("tests/vectors");
  ASSERT_TRUE(vectors.ok()) << vectors.status();
  RequestParser parser;
  for (const RequestVector& vector : vectors->requests) {
    EXPECT_EQ(AllocationsOf([&] { (void)parser.Parse(vector.bytes); }), 0u) << vector.label.name;
    parser.Reset();
  }
}

TEST_F(AllocationTest, NothingElseInTheParserAllocates) {
  const absl::StatusOr<Vectors> vectors = ReadVectors("tests/vectors");
  ASSERT_TRUE(vectors.ok()) << vectors.status();
  RequestParser parser;
  const VectorLabel* failure = nullptr;
  EXPECT_EQ(AllocationsOf([&] { failure = FirstThatFails(*vectors, parser); }), 0u);
  EXPECT_EQ(failure, nullptr);
}

TEST_F(AllocationTest, WhomProxiesNameTakesNoMemory) {
  const Field fields[] = {{"Forwarded", "for=unknown, for=\"[2001:db8::1]:80\";by=_a"},
                          {"Forwarded", "for=192.0.2.1;proto=https"}};
  int addresses = 0;
  const auto count = [&] {
    ForwardedFor forwarded(fields);
    while (forwarded.Next()) ++addresses;
  };
  EXPECT_EQ(AllocationsOf(count), 0u);
  EXPECT_EQ(addresses, 2);
}

// Nor do those that no vector has: what RE2 makes of them, it made in the constructor.
TEST_F(AllocationTest, NoRequestLineMakesTheGrammarAllocate) {
  const RequestLinePattern pattern;
  const std::string line = "GET /a-target-that-is-long HTTP/1.1 GET";
  EXPECT_EQ(AllocationsOf([&] {
              char bytes[64];
              for (size_t size = 0; size <= line.size(); ++size) {
                line.copy(bytes, size);
                for (int first = 0; first < 256; ++first) {
                  bytes[size] = static_cast<char>(first);
                  for (const char second : {'\0', ' ', '"', '#', '(', '.', '/', '1', 'A', 'H'}) {
                    std::fill_n(bytes + size + 1, 20, second);
                    (void)pattern.Parse({bytes, size + 1});
                    (void)pattern.Parse({bytes, size + 21});
                  }
                }
              }
            }),
            0u);
}

TEST_F(AllocationTest, TheFirstRequestOfAParserIsNoException) {
  RequestParser parser;
  EXPECT_EQ(AllocationsOf([&] { (void)parser.Parse("GET / HTTP/1.0\r\n\r\n"); }), 0u);
}

// What is counted: else zero would mean nothing.
TEST_F(AllocationTest, EveryWayToMemoryIsCounted) {
  EXPECT_GT(AllocationsOf([] { RequestParser parser; }), 0u);
  EXPECT_EQ(AllocationsOf([] { auto text = std::make_unique<std::string>(100, 'a'); }), 2u);
  void* volatile memory = nullptr;
  EXPECT_EQ(AllocationsOf([&] { memory = std::malloc(1); }), 1u);
  EXPECT_EQ(AllocationsOf([&] { memory = std::realloc(memory, 2); }), 1u);
  std::free(memory);
  EXPECT_EQ(AllocationsOf([&] { memory = std::calloc(1, 1); }), 1u);
  std::free(memory);
  EXPECT_EQ(AllocationsOf([&] { memory = std::aligned_alloc(64, 64); }), 1u);
  std::free(memory);
}

}  // namespace
}  // namespace prong
