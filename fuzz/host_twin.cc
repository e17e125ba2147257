#include "fuzz/host_twin.h"

#include <algorithm>
#include <cstddef>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "fuzz/characters.h"

namespace prong {
namespace {

// dec-octet: 0 to 255 without leading zeros.
bool IsOctet(absl::string_view text) {
  if (!IsMadeOf(text, IsDigit) || text.size() > 3) return false;
  if (text.size() > 1 && text[0] == '0') return false;
  return text.size() < 3 || text <= "255";
}

// How many groups of 16 bits `text` is, a list of h16 that colons separate and that
// may end in an IPv4 address where `last`; -1 if it is none.
int Groups(absl::string_view text, bool last) {
  if (text.empty()) return 0;
  const std::vector<absl::string_view> groups = absl::StrSplit(text, ':');
  int count = 0;
  for (size_t i = 0; i < groups.size(); ++i) {
    if (last && i + 1 == groups.size() && IsIpv4ByGrammar(groups[i])) return count + 2;
    if (!IsMadeOf(groups[i], IsHexDigit) || groups[i].size() > 4) return -1;
    ++count;
  }
  return count;
}

// reg-name of at least one character.
bool IsRegName(absl::string_view text) {
  for (size_t i = 0; i < text.size(); ++i) {
    if (IsRegNameCharacter(text[i])) continue;
    if (text[i] != '%' || text.size() - i < 3) return false;
    if (!IsHexDigit(text[i + 1]) || !IsHexDigit(text[i + 2])) return false;
    i += 2;
  }
  return !text.empty();
}

// Digits, perhaps none, that are 65535 at most.
bool IsPort(absl::string_view text) {
  if (text.empty()) return true;
  if (!IsMadeOf(text, IsDigit)) return false;
  text.remove_prefix(std::min(text.find_first_not_of('0'), text.size()));
  return text.size() < 5 || (text.size() == 5 && text <= "65535");
}

}  // namespace

HostReading ReadHost(absl::string_view text) {
  // A colon behind the last bracket is that of the port.
  const size_t bracket = text.rfind(']');
  const size_t colon = text.find(':', bracket == absl::string_view::npos ? 0 : bracket);
  const bool has_colon = colon != absl::string_view::npos;
  absl::string_view host = text.substr(0, colon);
  const absl::string_view port = has_colon ? text.substr(colon + 1) : absl::string_view();

  const bool literal = absl::ConsumePrefix(&host, "[");
  const bool valid =
      literal ? absl::ConsumeSuffix(&host, "]") && IsIpv6ByGrammar(host) : IsRegName(host);
  return {valid && IsPort(port), !port.empty()};
}

bool IsIpv4ByGrammar(absl::string_view text) {
  const std::vector<absl::string_view> octets = absl::StrSplit(text, '.');
  return octets.size() == 4 && std::all_of(octets.begin(), octets.end(), IsOctet);
}

// Eight groups, or fewer around one "::" that stands for at least one.
bool IsIpv6ByGrammar(absl::string_view text) {
  const size_t gap = text.find("::");
  if (gap == absl::string_view::npos) return Groups(text, true) == 8;
  const int before = Groups(text.substr(0, gap), false);
  const int after = Groups(text.substr(gap + 2), true);
  return before >= 0 && after >= 0 && before + after <= 7;
}

}  // namespace prong
