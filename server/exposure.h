// What a server shows to other machines, so that nobody shows more than they mean to.

#ifndef PRONG_SERVER_EXPOSURE_H_
#define PRONG_SERVER_EXPOSURE_H_

#include <string>

#include "absl/status/status.h"
#include "server/options.h"

namespace prong {

// InvalidArgument if `options` serve the root of the file system, by whatever name, and
// do not say that this is meant: with it every file that this process may read.
absl::Status CheckRootDirectory(const DocumentRootOptions& options);

// A warning in one line that says what whoever reaches `url` can ask for: the directory,
// how many entries it has, hidden ones only if they are served, and whether they are
// listed.
std::string ExposureWarning(const std::string& url, const DocumentRootOptions& options);

}  // namespace prong

#endif  // PRONG_SERVER_EXPOSURE_H_
