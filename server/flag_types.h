// Types of command-line flags that check their values, so that a bad one is refused
// where it is parsed, with what would be a good one (see absl/flags/marshalling.h).

#ifndef PRONG_SERVER_FLAG_TYPES_H_
#define PRONG_SERVER_FLAG_TYPES_H_

#include <sys/types.h>

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "server/access_log_line.h"
#include "server/address_block.h"
#include "server/sandbox_mode.h"
#include "server/socket_address.h"

namespace prong {

// A whole number from `kMin` to `kMax`.
template <int64_t kMin, int64_t kMax>
struct IntegerFlag {
  int64_t value;

  friend bool AbslParseFlag(absl::string_view text, IntegerFlag* flag, std::string* error) {
    if (absl::SimpleAtoi(text, &flag->value) && flag->value >= kMin && flag->value <= kMax)
      return true;
    *error = absl::StrCat("give a whole number from ", kMin, " to ", kMax);
    return false;
  }
  friend std::string AbslUnparseFlag(IntegerFlag flag) { return absl::StrCat(flag.value); }
};

using PortFlag = IntegerFlag<0, 65535>;
using BacklogFlag = IntegerFlag<0, std::numeric_limits<int32_t>::max()>;
using CountFlag = IntegerFlag<1, 1000000000>;
using OptionalCountFlag = IntegerFlag<0, 1000000000>;  // 0 for no limit

// A time to wait for.
struct TimeoutFlag {
  absl::Duration value;
};
bool AbslParseFlag(absl::string_view text, TimeoutFlag* flag, std::string* error);
std::string AbslUnparseFlag(TimeoutFlag flag);

// The permissions of a file, in octal, see chmod(1).
struct ModeFlag {
  mode_t value;
};
bool AbslParseFlag(absl::string_view text, ModeFlag* flag, std::string* error);
std::string AbslUnparseFlag(ModeFlag flag);

// The literal of an IPv4 or IPv6 address.
struct AddressFlag {
  SocketAddress value;
};
bool AbslParseFlag(absl::string_view text, AddressFlag* flag, std::string* error);
std::string AbslUnparseFlag(const AddressFlag& flag);

// How the server is confined: required, best_effort or off.
struct SandboxFlag {
  SandboxMode value;
};
bool AbslParseFlag(absl::string_view text, SandboxFlag* flag, std::string* error);
std::string AbslUnparseFlag(SandboxFlag flag);
// Blocks of addresses, with commas between them; of a flag that may be repeated, see
// repeated_flag.h.
struct AddressBlocksFlag {
  std::vector<AddressBlock> values;
};
bool AbslParseFlag(absl::string_view text, AddressBlocksFlag* flag, std::string* error);
std::string AbslUnparseFlag(const AddressBlocksFlag& flag);

// The name of a format of the access log.
struct LogFormatFlag {
  LogFormat value;
};
bool AbslParseFlag(absl::string_view text, LogFormatFlag* flag, std::string* error);
std::string AbslUnparseFlag(LogFormatFlag flag);

}  // namespace prong

#endif  // PRONG_SERVER_FLAG_TYPES_H_
