// Writes docs/differences.md anew:
//
//   bazel run //tools:differences

#include "tools/differences_document.h"
#include "tools/document.h"

int main() { return prong::WriteDocument("differences.md", prong::DifferencesDocument()); }
