#include "server/flag_types.h"

#include <charconv>
#include <optional>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

namespace prong {
namespace {

constexpr absl::Duration kShortest = absl::Milliseconds(1);
constexpr absl::Duration kLongest = absl::Hours(24);

constexpr std::pair<absl::string_view, SandboxMode> kSandboxModes[] = {
    {"required", SandboxMode::kRequired},
    {"best_effort", SandboxMode::kBestEffort},
    {"off", SandboxMode::kOff},
};

constexpr std::pair<absl::string_view, LogFormat> kLogFormats[] = {
    {"common", LogFormat::kCommon},
    {"combined", LogFormat::kCombined},
    {"json", LogFormat::kJson},
};

// The value that `table` has for `text`, or an error that has `advice`.
template <typename Table, typename Value>
bool ParseName(absl::string_view text, const Table& table, absl::string_view advice, Value* value,
               std::string* error) {
  for (const auto& [name, named] : table) {
    if (text != name) continue;
    *value = named;
    return true;
  }
  *error = absl::StrCat(advice);
  return false;
}

template <typename Table, typename Value>
std::string NameOf(Value value, const Table& table) {
  for (const auto& [name, named] : table) {
    if (value == named) return absl::StrCat(name);
  }
  return "";
}

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

bool AbslParseFlag(absl::string_view text, AddressBlocksFlag* flag, std::string* error) {
  std::vector<AddressBlock> blocks;
  std::vector<absl::string_view> parts = absl::StrSplit(text, ',');
  if (text.empty()) parts.clear();
  for (const absl::string_view part : parts) {
    const absl::StatusOr<AddressBlock> block = AddressBlock::Parse(part);
    if (!block.ok()) {
      *error = absl::StrCat(block.status().message());
      return false;
    }
    blocks.push_back(*block);
  }
  flag->values = std::move(blocks);
  return true;
}

std::string AbslUnparseFlag(const AddressBlocksFlag& flag) {
  return absl::StrJoin(flag.values, ",", [](std::string* out, const AddressBlock& block) {
    out->append(block.Text());
  });
}

bool AbslParseFlag(absl::string_view text, LogFormatFlag* flag, std::string* error) {
  return ParseName(text, kLogFormats, "give common, combined or json", &flag->value, error);
}

std::string AbslUnparseFlag(LogFormatFlag flag) { return NameOf(flag.value, kLogFormats); }

bool AbslParseFlag(absl::string_view text, SandboxFlag* flag, std::string* error) {
  return ParseName(text, kSandboxModes, "give required, best_effort or off", &flag->value, error);
}

std::string AbslUnparseFlag(SandboxFlag flag) { return NameOf(flag.value, kSandboxModes); }

}  // namespace prong
