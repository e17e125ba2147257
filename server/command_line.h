// The command line: Abseil's flags, and an error that says what to do.

#ifndef PRONG_SERVER_COMMAND_LINE_H_
#define PRONG_SERVER_COMMAND_LINE_H_

#include "absl/status/status.h"

namespace prong {

// Checks what absl::ParseCommandLine would exit for, so that the server can say it
// in its own way: InvalidArgument for a flag that is unknown, lacks its value or
// has a bad one, and for an argument that is not a flag. The message names the
// argument and what to do about it.
//
// Flags that Abseil acts upon itself (--help, --flagfile and the like) are its own.
absl::Status CheckCommandLine(int argc, const char* const* argv);

}  // namespace prong

#endif  // PRONG_SERVER_COMMAND_LINE_H_
