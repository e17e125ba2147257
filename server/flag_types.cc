#include "server/flag_types.h"

#include <optional>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

namespace prong {
namespace {

constexpr absl::Duration kShortest = absl::Milliseconds(1);
constexpr absl::Duration kLongest = absl::Hours(24);

constexpr struct {
  absl::string_view name;
  LogFormat format;
} kLogFormats[] = {
    {"common", LogFormat::kCommon},
    {"combined", LogFormat::kCombined},
    {"json", LogFormat::kJson},
};

}  // namespace

bool AbslParseFlag(absl::string_view text, TimeoutFlag* flag, std::string* error) {
  if (absl::ParseDuration(text, &flag->value) && flag->value >= kShortest &&
      flag->value <= kLongest)
    return true;
  *error = "give a duration from 1ms to 24h, such as 10s or 1m30s";
  return false;
}

std::string AbslUnparseFlag(TimeoutFlag flag) { return absl::FormatDuration(flag.value); }

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
  for (const auto& row : kLogFormats) {
    if (row.name != text) continue;
    flag->value = row.format;
    return true;
  }
  *error = "give common, combined or json";
  return false;
}

std::string AbslUnparseFlag(LogFormatFlag flag) {
  for (const auto& row : kLogFormats) {
    if (row.format == flag.value) return absl::StrCat(row.name);
  }
  return "";
}

}  // namespace prong
