#include "server/user.h"

#include <grp.h>
#include <pwd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace prong {
namespace {

constexpr absl::string_view kRemedy = "; name a user of /etc/passwd that is not root";

using File = std::unique_ptr<FILE, int (*)(FILE*)>;

absl::StatusOr<File> Open(const char* path) {
  File file(std::fopen(path, "re"), std::fclose);
  if (file == nullptr) return absl::ErrnoToStatus(errno, absl::StrCat("cannot read ", path));
  return file;
}

bool HasMember(const struct group& group, absl::string_view name) {
  for (char** member = group.gr_mem; *member != nullptr; ++member) {
    if (name == *member) return true;
  }
  return false;
}

}  // namespace

absl::StatusOr<User> FindUser(const std::string& name, const char* passwd, const char* group) {
  const absl::StatusOr<File> users = Open(passwd);
  if (!users.ok()) return users.status();
  const struct passwd* entry;
  do {
    entry = fgetpwent(users->get());
  } while (entry != nullptr && name != entry->pw_name);
  if (entry == nullptr || entry->pw_uid == 0) {
    return absl::NotFoundError(
        absl::StrCat("cannot become --user=", name, ": ",
                     entry == nullptr ? "there is no such user" : "it is root", kRemedy));
  }
  User user = {entry->pw_uid, entry->pw_gid, {entry->pw_gid}};

  const absl::StatusOr<File> groups = Open(group);
  if (!groups.ok()) return groups.status();
  while (const struct group* of = fgetgrent(groups->get())) {
    if (of->gr_gid != user.gid && HasMember(*of, name)) user.groups.push_back(of->gr_gid);
  }
  return user;
}

absl::Status BecomeUser(const User& user) {
  if (setgroups(user.groups.size(), user.groups.data()) != 0 ||
      setresgid(user.gid, user.gid, user.gid) != 0 ||
      setresuid(user.uid, user.uid, user.uid) != 0) {
    const absl::Status status = absl::ErrnoToStatus(errno, "cannot become the user of --user");
    return absl::Status(status.code(), absl::StrCat(status.message(), "; start as root"));
  }
  if (setresuid(0, 0, 0) == 0 || setresgid(0, 0, 0) == 0 || setgroups(0, nullptr) == 0)
    return absl::InternalError("could become root again after --user; refusing to go on");
  return absl::OkStatus();
}

}  // namespace prong
