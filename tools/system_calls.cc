// Writes docs/syscalls.md anew:
//
//   bazel run //tools:system_calls

#include "tools/document.h"
#include "tools/system_calls_document.h"

int main() { return prong::WriteDocument("syscalls.md", prong::SystemCallsDocument()); }
