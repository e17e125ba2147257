#include "server/unique_fd.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <type_traits>
#include <utility>

#include "gtest/gtest.h"

namespace prong {
namespace {

int OpenNull() { return open("/dev/null", O_RDONLY | O_CLOEXEC); }

bool IsOpen(int fd) { return fcntl(fd, F_GETFD) >= 0 || errno != EBADF; }

static_assert(!std::is_copy_constructible_v<UniqueFd> && !std::is_copy_assignable_v<UniqueFd>);
static_assert(!std::is_convertible_v<int, UniqueFd>, "ownership is taken by name only");
static_assert(std::is_nothrow_move_constructible_v<UniqueFd>);
static_assert(sizeof(UniqueFd) == sizeof(int));

TEST(UniqueFdTest, OwnsNothingByDefault) {
  const UniqueFd none;
  EXPECT_FALSE(none.valid());
  EXPECT_LT(none.get(), 0);
}

TEST(UniqueFdTest, OwnsNothingWhereAnOpeningCallFailed) {
  const UniqueFd none(open("/no/such/file", O_RDONLY));
  EXPECT_FALSE(none.valid());
}

TEST(UniqueFdTest, OwnsDescriptorZeroLikeAnyOther) {
  const UniqueFd null(OpenNull());
  const UniqueFd saved(fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0));
  ASSERT_EQ(dup2(null.get(), STDIN_FILENO), STDIN_FILENO);
  {
    const UniqueFd zero(STDIN_FILENO);
    EXPECT_TRUE(zero.valid());
  }
  EXPECT_FALSE(IsOpen(STDIN_FILENO));
  dup2(saved.valid() ? saved.get() : null.get(), STDIN_FILENO);
}

TEST(UniqueFdTest, ClosesItsDescriptorWhenDestroyed) {
  const int fd = OpenNull();
  {
    const UniqueFd owner(fd);
    EXPECT_TRUE(owner.valid());
    EXPECT_EQ(owner.get(), fd);
    EXPECT_TRUE(IsOpen(fd));
  }
  EXPECT_FALSE(IsOpen(fd));
}

TEST(UniqueFdTest, OwnsNothingAfterClose) {
  const int fd = OpenNull();
  UniqueFd owner(fd);
  owner.Close();
  EXPECT_FALSE(IsOpen(fd));
  EXPECT_FALSE(owner.valid());
  EXPECT_LT(owner.get(), 0);
}

TEST(UniqueFdTest, NeverClosesANumberThatHasBecomeAnothers) {
  const int fd = OpenNull();
  UniqueFd owner(fd);
  owner.Close();
  ASSERT_EQ(fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, fd), fd);
  owner.Close();
  EXPECT_TRUE(IsOpen(fd));
  owner = UniqueFd();
  EXPECT_TRUE(IsOpen(fd));
  close(fd);
}

TEST(UniqueFdTest, MovingHandsTheDescriptorOver) {
  const int fd = OpenNull();
  UniqueFd first(fd);
  {
    const UniqueFd second(std::move(first));
    EXPECT_FALSE(first.valid());  // NOLINT(bugprone-use-after-move): promised
    EXPECT_EQ(second.get(), fd);
    EXPECT_TRUE(IsOpen(fd));
  }
  EXPECT_FALSE(IsOpen(fd));
}

TEST(UniqueFdTest, AssigningClosesWhatWasOwnedAndTakesTheOther) {
  const int old_fd = OpenNull();
  const int new_fd = OpenNull();
  UniqueFd owner(old_fd);
  UniqueFd other(new_fd);
  owner = std::move(other);
  EXPECT_FALSE(IsOpen(old_fd));
  EXPECT_TRUE(IsOpen(new_fd));
  EXPECT_EQ(owner.get(), new_fd);
  EXPECT_FALSE(other.valid());  // NOLINT(bugprone-use-after-move): promised
}

TEST(UniqueFdTest, AssigningToItselfKeepsTheDescriptor) {
  const int fd = OpenNull();
  UniqueFd owner(fd);
  UniqueFd& alias = owner;
  owner = std::move(alias);
  EXPECT_EQ(owner.get(), fd);
  EXPECT_TRUE(IsOpen(fd));
}

}  // namespace
}  // namespace prong
