#include "server/flag_types.h"

#include <charconv>
#include <optional>

#include "absl/strings/str_format.h"

namespace prong {
namespace {

constexpr absl::Duration kShortest = absl::Milliseconds(1);
constexpr absl::Duration kLongest = absl::Hours(24);

}  // namespace

bool AbslParseFlag(absl::string_view text, TimeoutFlag* flag, std::string* error) {
  if (absl::ParseDuration(text, &flag->value) && flag->value >= kShortest &&
      flag->value <= kLongest)
    return true;
  *error = "give a duration from 1ms to 24h, such as 10s or 1m30s";
  return false;
}

std::string AbslUnparseFlag(TimeoutFlag flag) { return absl::FormatDuration(flag.value); }

bool AbslParseFlag(absl::string_view text, ModeFlag* flag, std::string* error) {
  const char* const end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, flag->value, 8);
  // Fewer digits are hardly meant, and with more bits it is not of permissions alone.
  if (parsed.ec == std::errc() && parsed.ptr == end && text.size() >= 3 && flag->value <= 0777)
    return true;
  *error = "give permissions of three octal digits, such as 0660";
  return false;
}

std::string AbslUnparseFlag(ModeFlag flag) { return absl::StrFormat("%04o", flag.value); }

bool AbslParseFlag(absl::string_view text, AddressFlag* flag, std::string* error) {
  const std::optional<SocketAddress> address = SocketAddress::FromLiteral(text);
  if (address) flag->value = *address;
  if (!address)
    *error = "give an IPv4 or IPv6 address, such as 127.0.0.1 or ::1; names are not resolved";
  return address.has_value();
}

std::string AbslUnparseFlag(const AddressFlag& flag) { return flag.value.Literal(); }

}  // namespace prong
