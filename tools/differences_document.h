// docs/differences.md: the known differences from other parsers for readers.

#ifndef PRONG_TOOLS_DIFFERENCES_DOCUMENT_H_
#define PRONG_TOOLS_DIFFERENCES_DOCUMENT_H_

#include <string>

namespace prong {

// All of the file.
std::string DifferencesDocument();

}  // namespace prong

#endif  // PRONG_TOOLS_DIFFERENCES_DOCUMENT_H_
