// docs/syscalls.md: the server's table of system calls for readers.

#ifndef PRONG_TOOLS_SYSTEM_CALLS_DOCUMENT_H_
#define PRONG_TOOLS_SYSTEM_CALLS_DOCUMENT_H_

#include <string>

namespace prong {

// All of the file.
std::string SystemCallsDocument();

}  // namespace prong

#endif  // PRONG_TOOLS_SYSTEM_CALLS_DOCUMENT_H_
