// A flag that may be given more than once, and whose occurrences add up. Abseil parses each
// of them from the default, so that of several only the last would count.
//
//   struct DenyFlag { std::vector<AddressBlock> values; };  // of one occurrence
//   ABSL_FLAG(DenyFlag, deny, {}, "...").OnUpdate(prong::AddUp<FLAGS_deny>);
//
//   prong::AllOf<FLAGS_deny>()  // the values of all occurrences, in their order
//
// `values` is empty by default, and AbslParseFlag takes the empty text for that. So an
// empty one tells that the flag was put back to its default, and what was given is forgotten.
// No argument does that, as CheckCommandLine refuses empty values (command_line.h); but it
// does itself, when it has checked: absl::ParseCommandLine, which then parses the same
// arguments, does not add them a second time.

#ifndef PRONG_SERVER_REPEATED_FLAG_H_
#define PRONG_SERVER_REPEATED_FLAG_H_

#include "absl/flags/flag.h"

namespace prong {

template <auto& kFlag>
auto& AllOf() {
  // Never destroyed: flags are of static storage, too.
  static auto& all = *new decltype(absl::GetFlag(kFlag).values);
  return all;
}

template <auto& kFlag>
void AddUp() {
  const auto values = absl::GetFlag(kFlag).values;
  auto& all = AllOf<kFlag>();
  if (values.empty()) all.clear();
  all.insert(all.end(), values.begin(), values.end());
}

}  // namespace prong

#endif  // PRONG_SERVER_REPEATED_FLAG_H_
