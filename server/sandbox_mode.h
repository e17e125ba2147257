// Whether the server may run where the kernel cannot confine it.

#ifndef PRONG_SERVER_SANDBOX_MODE_H_
#define PRONG_SERVER_SANDBOX_MODE_H_

namespace prong {

enum class SandboxMode {
  kRequired,    // refuse to, if the kernel cannot enforce all
  kBestEffort,  // go on, and say what is missing
  kOff,
};

}  // namespace prong

#endif  // PRONG_SERVER_SANDBOX_MODE_H_
