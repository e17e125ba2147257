// Writes docs/refusals.md anew:
//
//   bazel run //tools:refusals

#include "tools/document.h"
#include "tools/refusals_document.h"

int main() { return prong::WriteDocument("refusals.md", prong::RefusalsDocument()); }
