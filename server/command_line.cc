#include "server/command_line.h"

#include <string>
#include <utility>

#include "absl/flags/commandlineflag.h"
#include "absl/flags/reflection.h"
#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace prong {
namespace {

// The boolean flag that "--noNAME" sets to false, or null.
absl::CommandLineFlag* FindNegated(absl::string_view name) {
  if (!absl::ConsumePrefix(&name, "no")) return nullptr;
  absl::CommandLineFlag* flag = absl::FindCommandLineFlag(name);
  return flag != nullptr && flag->IsOfType<bool>() ? flag : nullptr;
}

// Whether Abseil answers to the flag without having it as a flag.
bool IsUsageFlag(absl::string_view name) {
  return name == "version" || absl::StartsWith(name, "help");
}

absl::Status HasNoValue(absl::string_view name) {
  return absl::InvalidArgumentError(
      absl::StrCat("flag '--", name, "' has no value; give one as --", name, "=VALUE"));
}

absl::Status Check(absl::CommandLineFlag& flag, absl::string_view value) {
  std::string error;
  if (!flag.ParseFrom(value, &error)) {
    return absl::InvalidArgumentError(
        absl::StrCat(error, flag.IsOfType<bool>() ? "; give true or false" : ""));
  }
  flag.ParseFrom(flag.DefaultValue(), &error);
  if (value.empty() && !flag.IsOfType<std::string>()) return HasNoValue(flag.Name());
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<absl::string_view>> CheckCommandLine(int argc, const char* const* argv) {
  std::vector<absl::string_view> others;
  for (int i = 1; i < argc; ++i) {
    absl::string_view argument = argv[i];
    if (!absl::ConsumePrefix(&argument, "-") || argument.empty() || argument == "-") {
      others.push_back(argv[i]);
      continue;
    }
    absl::ConsumePrefix(&argument, "-");

    const std::pair<absl::string_view, absl::string_view> parts =
        absl::StrSplit(argument, absl::MaxSplits('=', 1));
    const bool has_value = absl::StrContains(argument, '=');
    if (IsUsageFlag(parts.first)) continue;
    absl::CommandLineFlag* flag = absl::FindCommandLineFlag(parts.first);
    if (flag == nullptr && !has_value && FindNegated(parts.first) != nullptr) continue;
    if (flag == nullptr) {
      return absl::InvalidArgumentError(absl::StrCat("unknown flag '", argv[i], "'; see --help"));
    }
    if (!has_value && flag->IsOfType<bool>()) continue;
    if (!has_value && i + 1 == argc) return HasNoValue(parts.first);
    absl::Status checked = Check(*flag, has_value ? parts.second : argv[++i]);
    if (!checked.ok()) return checked;
  }
  return others;
}

}  // namespace prong
