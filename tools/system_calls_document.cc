#include "tools/system_calls_document.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "server/system_call_rules.h"

namespace prong {
namespace {

using Caller = SystemCallRule::Caller;

constexpr absl::string_view kIntroduction =
    R"(<!-- Made by `bazel run //tools:system_calls` from server/system_call_rules.cc: change that. -->

# System calls

All that prong may ask of the kernel once it has started, before it accepts its first connection.
Whoever makes another call is killed by SIGSYS, and the parent reports it. A test compares the table
with what strace(1) sees while clients of all kinds are served: no call is in it that nobody makes.

| call | parent | child | only if | for what |
|---|---|---|---|---|
)";

constexpr absl::string_view kRest = R"(
## One filter, two lists

A filter of seccomp(2) is inherited, and sees the registers of a call and nothing else: not which
process makes it. There are three ways to give a child a shorter list than its parent has.
`bazel run -c opt //server:confinement_benchmark` makes children that do one of these and exit; on a
core of a virtual machine (Linux 6.18, 30 November 2026) the median of 11 rounds of 500, in turn:

| | us for each child |
|---|---:|
| nothing | 187 |
| a filter of all the rules, installed in the child | 453 |
| a filter of one instruction, installed in the child | 209 |
| a domain of landlock(7), entered in the child | 210 |
| two limits of setrlimit(2), set in the child | 198 |
| a filter of all the rules, inherited from the parent | 176 |

The machine was not quiet: a difference of 15 is none. What the limits and the inherited filter cost
a child that serves, [performance.md](performance.md) has, more exactly, from samples.

To install any filter is to translate it to machine code and to wait for other processors, whatever
its length. So there is one, installed by the parent, and what is the parent's alone has a key: the
calls use five of the six registers for arguments at most, and the filter wants a random number of
64 bits in the sixth ([server/keyed_system_call.h](../server/keyed_system_call.h)). The number is on
a page that the kernel fills with zeros in each child (MADV_WIPEONFORK), and goes from there to the
register and back to nowhere. A child that guesses is killed by its first guess. That no copy of the
key is left for it to find, on the stack, on the heap or in a register that it begins with, is
tested: a child looks through all of its memory
([server/seccomp_test.cc](../server/seccomp_test.cc)).

Which calls are in the table costs nothing: those that are allowed whatever their arguments are
the kernel knows from a bitmap, and runs no filter for.

## What else is withheld

- Landlock: beneath the root, files are read and directories listed; nothing else is opened, made,
  changed or run. No TCP port is bound and no connection made (from ABI 4 of the kernel on), no
  signal and no abstract socket reaches other processes (from ABI 6 on). Where the access log is a
  file, the parent may write in its directory, to open it again; each child then gives that up.
- Limits: no core file, 64 descriptors, 256 MiB of address space, files (which is to say, logs) of
  64 GiB; for a child no process and 600 seconds of computing.
- What the parent knows of other clients: the table of children, with their addresses, is in memory
  that no child has ([server/parent_memory.h](../server/parent_memory.h)).
- Privileges: no_new_privs, and with `--user` a user that is not root, and cannot be again.

What a child could do nonetheless, if a client came to run code in it: read what is below the root,
use up 600 seconds of a processor and 256 MiB, write lines to the access log and to standard error,
and keep its own connection for as long as it lives. With `--root=/` and as root, what is below the
root is everything, the memory of the parent in /proc included: nothing of this holds then.
)";

absl::string_view Mark(bool allowed) { return allowed ? "yes" : ""; }

}  // namespace

std::string SystemCallsDocument() {
  std::string text(kIntroduction);
  for (const SystemCallRule& rule : SystemCallRules()) {
    const bool keyed = rule.caller == Caller::kParent;
    const std::string arguments =
        absl::StrJoin(rule.arguments, ", ", [](std::string* out, const ArgumentRule& argument) {
          absl::StrAppend(out, argument.text);
        });
    absl::StrAppend(&text, "| `", rule.name, "` | ",
                    keyed ? "with the key" : Mark(rule.caller == Caller::kBoth), " | ",
                    Mark(!keyed), " | ", arguments, " | ", rule.purpose, " |\n");
  }
  return absl::StrCat(text, kRest);
}

}  // namespace prong
