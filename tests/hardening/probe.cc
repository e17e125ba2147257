// A function for each compiler flag that leaves its trace in code or in behaviour:
// tests/hardening/hardening_test.py looks at the one and asks main for the other.

#include <climits>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

// What the compiler cannot see through, as it does not know what they do.
#define OPAQUE [[gnu::noipa]]

extern "C" {

OPAQUE void Use(void* /*object*/) {}

// -fstack-protector-strong: a local variable whose address is known elsewhere; -fstack-protector
// has eyes for arrays alone.
OPAQUE int TakesAddress() {
  int number = 0;
  Use(&number);
  return number;
}

// -fstack-clash-protection
OPAQUE void HasLargeFrame() {
  char buffer[512 * 1024];
  Use(buffer);
}

// -D_FORTIFY_SOURCE=3: a size that is known when the program runs; level 2 wants a constant.
OPAQUE void FillsHeap(size_t size, size_t filled) {
  void* buffer = std::malloc(size);
  std::memset(buffer, 1, filled);
  Use(buffer);
  std::free(buffer);
}

// -D_GLIBCXX_ASSERTIONS
OPAQUE int TakesElement(const std::vector<int>& numbers, size_t index) { return numbers[index]; }

// -ftrivial-auto-var-init=zero
OPAQUE void DirtiesStack() {
  char buffer[256];
  std::memset(buffer, 1, sizeof(buffer));
  Use(buffer);
}
OPAQUE bool IsZeroed() {
  volatile char buffer[128];
  for (const volatile char& byte : buffer) {
    if (byte != 0) return false;
  }
  return true;
}

// -fno-strict-overflow
OPAQUE bool HasSuccessor(int number) { return number + 1 > number; }

// -fno-strict-aliasing
OPAQUE int WritesBoth(int* number, float* other) {
  *number = 1;
  *other = 0;
  return *number;
}

// -fno-delete-null-pointer-checks
OPAQUE void SeesNull() {}
OPAQUE int Reads(const int* number) {
  const int read = *number;
  if (number == nullptr) SeesNull();
  return read;
}

}  // extern "C"

// Prints, a line each, which flags behave as if in force.
int main(int argc, char** /*argv*/) {
  TakesAddress();
  HasLargeFrame();
  FillsHeap(static_cast<size_t>(argc), static_cast<size_t>(argc));
  TakesElement({1}, 0);
  DirtiesStack();
  if (IsZeroed()) std::puts("-ftrivial-auto-var-init=zero");
  if (!HasSuccessor(INT_MAX)) std::puts("-fno-strict-overflow");
  int number = 0;
  Reads(&number);
  if (WritesBoth(&number, reinterpret_cast<float*>(&number)) == 0)
    std::puts("-fno-strict-aliasing");
  return 0;
}
