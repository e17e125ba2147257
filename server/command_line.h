// The command line: Abseil's flags, and an error that says what to do.

#ifndef PRONG_SERVER_COMMAND_LINE_H_
#define PRONG_SERVER_COMMAND_LINE_H_

#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace prong {

// Checks what absl::ParseCommandLine would exit for, so that a program can say it in
// its own way: InvalidArgument for a flag that is unknown, lacks its value or has a bad
// one, which an empty one is unless the flag is a std::string. The message names the argument and
// what to do about it.
//
// Returns the arguments that are no flags, for the caller to judge; views of `argv`. Flags
// that were checked have their default.
//
// Flags that Abseil acts upon itself (--help, --flagfile and the like) are its own.
absl::StatusOr<std::vector<absl::string_view>> CheckCommandLine(int argc, const char* const* argv);

}  // namespace prong

#endif  // PRONG_SERVER_COMMAND_LINE_H_
