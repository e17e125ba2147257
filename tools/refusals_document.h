// docs/refusals.md: the parser's table of rejections for readers.

#ifndef PRONG_TOOLS_REFUSALS_DOCUMENT_H_
#define PRONG_TOOLS_REFUSALS_DOCUMENT_H_

#include <string>

namespace prong {

// All of the file.
std::string RefusalsDocument();

}  // namespace prong

#endif  // PRONG_TOOLS_REFUSALS_DOCUMENT_H_
