// Giving up root: the user that the server goes on as.

#ifndef PRONG_SERVER_USER_H_
#define PRONG_SERVER_USER_H_

#include <sys/types.h>

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace prong {

struct User {
  uid_t uid;
  gid_t gid;                  // of its group in passwd(5)
  std::vector<gid_t> groups;  // all that it is in, by passwd(5) and group(5)
};

// The user called `name`. Looks into the two files and nowhere else: other sources of
// nsswitch.conf(5) need shared libraries. The error says what to do about it.
absl::StatusOr<User> FindUser(const std::string& name, const char* passwd = "/etc/passwd",
                              const char* group = "/etc/group");

// Makes this process, which must be root's, one of `user` and its groups, and makes sure
// that it cannot become another's again: credentials(7).
absl::Status BecomeUser(const User& user);

}  // namespace prong

#endif  // PRONG_SERVER_USER_H_
