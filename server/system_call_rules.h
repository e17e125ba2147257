// The system calls that the server makes once it has started: all that the kernel lets it
// make, see seccomp(2). docs/syscalls.md is made of this table.
//
// Parent and child have one filter, as to install another in each child would take longer
// than to serve it (docs/syscalls.md). What is the parent's alone is told apart by a key:
// see keyed_system_call.h.

#ifndef PRONG_SERVER_SYSTEM_CALL_RULES_H_
#define PRONG_SERVER_SYSTEM_CALL_RULES_H_

#include <cstdint>

#include "absl/container/inlined_vector.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace prong {

// What the low half of an argument must be, in the bits of `mask`.
struct ArgumentRule {
  int index;  // of the argument, from 0
  uint32_t mask;
  uint32_t value;
  absl::string_view text;  // for people: "level is SOL_SOCKET"
};

struct SystemCallRule {
  enum class Caller {
    kBoth,
    kChild,   // the parent does not make it, but nothing keeps it from that
    kParent,  // with the key only
  };

  int number;
  absl::string_view name;
  Caller caller;
  absl::InlinedVector<ArgumentRule, 2> arguments;  // all must hold
  absl::string_view purpose;
};

// Those of one number are together; a call is allowed if one of them allows it.
absl::Span<const SystemCallRule> SystemCallRules();

}  // namespace prong

#endif  // PRONG_SERVER_SYSTEM_CALL_RULES_H_
