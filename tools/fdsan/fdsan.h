// The ownership of descriptors, checked at each call that takes, uses or closes one.
//
//   bazel test --config=fdsan //...
//
// In that build it is known who owns each number, where it was taken, and where it
// was closed last. UniqueFd tells of its descriptors; of every other call the linker
// does, see --wrap in ld(1) and the target `fdsan_runtime`. These are violations:
//
//   - taking a descriptor that is closed, or that has an owner;
//   - closing one that is closed, or that another owns: by close, close_range, or
//     dup2 or dup3 onto it;
//   - using one that is closed;
//   - in a child that serves, using one that nobody owns, 0 to 2 apart;
//   - beginning to serve in a child, or ending one, with one too many.
//
// A violation ends the process by SIGABRT, with one message on standard error: what
// was violated, and the stacks of here, of where the number was taken and of where it
// was closed. In every other build the functions are empty, and a UniqueFd is an int.
//
// A number that was closed is not given to another soon, as a call does not say whose
// descriptor it means. Not seen are calls that `fdsan_runtime` does not list, and what
// the C library does for itself.

#ifndef PRONG_TOOLS_FDSAN_FDSAN_H_
#define PRONG_TOOLS_FDSAN_FDSAN_H_

#include <cstddef>

namespace prong {
namespace fdsan {

#ifdef PRONG_FDSAN

// `owner` is the address of what will close `fd`. A negative `fd` is that of a call
// that failed, and has none.
void Own(int fd, const void* owner);
void Move(int fd, const void* from, const void* to);
void Disown(int fd, const void* owner);

// An object, by the memory that it occupies.
struct Extent {
  const void* begin;
  size_t size;
};

void BeginChild(Extent connection, Extent inherited);

// To be called by a child when it begins to serve. Requires that what is open is owned
// by a UniqueFd inside of one of the two objects.
template <typename Connection, typename Inherited>
void BeginChild(const Connection& connection, const Inherited& inherited) {
  BeginChild(Extent{&connection, sizeof(connection)}, Extent{&inherited, sizeof(inherited)});
}

// To be called by a child that is about to exit. If it has begun to serve, requires
// that what is open is owned by a UniqueFd inside of `inherited`.
void EndChild();

#else

inline void Own(int /*fd*/, const void* /*owner*/) {}
inline void Move(int /*fd*/, const void* /*from*/, const void* /*to*/) {}
inline void Disown(int /*fd*/, const void* /*owner*/) {}
template <typename Connection, typename Inherited>
void BeginChild(const Connection& /*connection*/, const Inherited& /*inherited*/) {}
inline void EndChild() {}

#endif

}  // namespace fdsan
}  // namespace prong

#endif  // PRONG_TOOLS_FDSAN_FDSAN_H_
