// Ownership of a descriptor: what holds it closes it. With --config=fdsan, nothing
// else can, see fdsan.h.

#ifndef PRONG_SERVER_UNIQUE_FD_H_
#define PRONG_SERVER_UNIQUE_FD_H_

#include <unistd.h>

#include <utility>

#include "tools/fdsan/fdsan.h"

namespace prong {

// Owns one descriptor, or none. Functions that take a UniqueFd take ownership;
// functions that take an int borrow.
class UniqueFd {
 public:
  UniqueFd() = default;
  explicit UniqueFd(int fd) : fd_(fd) { fdsan::Own(fd_, this); }
  UniqueFd(UniqueFd&& other) noexcept : fd_(std::exchange(other.fd_, kNone)) {
    fdsan::Move(fd_, &other, this);
  }
  UniqueFd& operator=(UniqueFd&& other) noexcept {
    if (this != &other) {
      Close();
      fd_ = std::exchange(other.fd_, kNone);
      fdsan::Move(fd_, &other, this);
    }
    return *this;
  }
  ~UniqueFd() { Close(); }

  // Closes the descriptor, if there is one. After close(2) returns, whatever it
  // returns, the descriptor is closed (see close(2), "Dealing with error returns").
  void Close() {
    if (!valid()) return;
    fdsan::Disown(fd_, this);
    ::close(std::exchange(fd_, kNone));
  }

  bool valid() const { return fd_ != kNone; }

  // The descriptor, still owned here; negative if there is none.
  int get() const { return fd_; }

 private:
  static constexpr int kNone = -1;

  int fd_ = kNone;
};

}  // namespace prong

#endif  // PRONG_SERVER_UNIQUE_FD_H_
