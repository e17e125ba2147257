#include "server/user.h"

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/testing.h"

namespace prong {
namespace {

using ::testing::ElementsAre;

class FindUserTest : public testing::Test {
 protected:
  FindUserTest() {
    tree_.AddFile("passwd",
                  "root:x:0:0:root:/root:/bin/sh\n"
                  "toor:x:0:7::/:/bin/sh\n"
                  "# a comment\n"
                  "www:x:33:34:www:/srv:/usr/sbin/nologin\n"
                  "www2:x:35:36::/:/bin/false\n");
    tree_.AddFile("group",
                  "root:x:0:\n"
                  "www:x:34:www\n"
                  "logs:x:40:adm,www\n"
                  "other:x:41:www2\n"
                  "tls:x:42:www\n");
  }

  absl::StatusOr<User> Find(const std::string& name) const {
    return FindUser(name, tree_.PathOf("passwd").c_str(), tree_.PathOf("group").c_str());
  }

  TempTree tree_;
};

TEST_F(FindUserTest, HasTheGroupsOfBothFilesAndEachOnce) {
  const absl::StatusOr<User> user = Find("www");
  ASSERT_TRUE(user.ok()) << user.status();
  EXPECT_EQ(user->uid, 33u);
  EXPECT_EQ(user->gid, 34u);
  EXPECT_THAT(user->groups, ElementsAre(34, 40, 42));
}

TEST_F(FindUserTest, TakesTheWholeNameAndNoNumber) {
  ASSERT_TRUE(Find("www2").ok());
  for (const char* name : {"ww", "WWW", "33", "", "www:x", "nobody"}) {
    EXPECT_EQ(Find(name).status().message(),
              absl::StrCat("cannot become --user=", name,
                           ": there is no such user; name a user of /etc/passwd that is not root"))
        << name;
  }
}

TEST_F(FindUserTest, RefusesRootByEveryName) {
  for (const char* name : {"root", "toor"}) {
    EXPECT_TRUE(absl::StrContains(Find(name).status().message(), "it is root")) << name;
  }
}

TEST_F(FindUserTest, SaysWhichFileCannotBeRead) {
  const std::string missing = tree_.PathOf("missing");
  const std::string passwd = tree_.PathOf("passwd");
  EXPECT_EQ(FindUser("www", missing.c_str(), passwd.c_str()).status().message(),
            absl::StrCat("cannot read ", missing, ": No such file or directory"));
  EXPECT_EQ(FindUser("www", passwd.c_str(), missing.c_str()).status().message(),
            absl::StrCat("cannot read ", missing, ": No such file or directory"));
}

}  // namespace
}  // namespace prong
