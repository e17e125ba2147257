#include "fuzz/conditional_twin.h"

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/strings/substitute.h"
#include "fuzz/characters.h"
#include "fuzz/host_twin.h"
#include "fuzz/http_date_twin.h"
#include "parser/entity_tag.h"
#include "re2/re2.h"
#include "re2/stringpiece.h"

namespace prong {
namespace {

using Values = std::vector<absl::string_view>;

Values ValuesOf(absl::string_view name, absl::Span<const Field> fields) {
  Values values;
  for (const Field& field : fields) {
    if (absl::EqualsIgnoreCase(field.name, name)) values.push_back(field.value);
  }
  return values;
}

// Cut at each comma that is not between quotation marks, which nothing escapes.
Values ElementsOf(absl::string_view list) {
  Values elements;
  bool quoted = false;
  size_t begin = 0;
  for (size_t i = 0; i <= list.size(); ++i) {
    if (i < list.size() && list[i] == '"') quoted = !quoted;
    if (i < list.size() && (list[i] != ',' || quoted)) continue;
    elements.push_back(WithoutSpaceAround(list.substr(begin, i - begin)));
    begin = i + 1;
  }
  return elements;
}

// etagc, RFC 9110 section 8.8.3.
bool IsTagCharacter(char c) { return c != ' ' && c != '"' && !IsControl(c); }

bool IsTag(absl::string_view text) {
  (void)absl::ConsumePrefix(&text, "W/");
  if (!absl::ConsumePrefix(&text, "\"") || !absl::ConsumeSuffix(&text, "\"")) return false;
  return text.empty() || IsMadeOf(text, IsTagCharacter);
}

std::string Spell(const EntityTag& tag) {
  return absl::StrCat(tag.weak ? "W/" : "", "\"", tag.opaque, "\"");
}

// RFC 9110 section 8.8.3.2, on tags as they are spelled.
bool StrongMatch(absl::string_view tag, const EntityTag& own) {
  return !own.weak && tag == Spell(own);
}

bool WeakMatch(absl::string_view tag, const EntityTag& own) {
  return absl::StripPrefix(tag, "W/") == absl::StripPrefix(Spell(own), "W/");
}

// Whether one of `values` is "*", or a list of nothing but tags of which one matches.
template <typename Match>
bool AnyMatches(const Values& values, const EntityTag& own, const Match& match) {
  for (const absl::string_view value : values) {
    if (value == "*") return true;
    Values tags = ElementsOf(value);
    tags.erase(std::remove(tags.begin(), tags.end(), ""), tags.end());
    if (!std::all_of(tags.begin(), tags.end(), IsTag)) continue;
    for (const absl::string_view tag : tags) {
      if (match(tag, own)) return true;
    }
  }
  return false;
}

std::optional<int64_t> OnlyDate(const Values& values, int64_t now) {
  if (values.size() != 1) return std::nullopt;
  return ReadHttpDate(values[0], now);
}

// qvalue in thousandths: "0.5" is "0500".
std::optional<int> Thousandths(absl::string_view text) {
  if (text.empty() || text.size() > 5 || (text.size() > 1 && text[1] != '.')) return std::nullopt;
  std::string digits(text);
  if (digits.size() > 1) digits.erase(1, 1);
  if (!IsMadeOf(digits, IsDigit)) return std::nullopt;
  digits.resize(4, '0');
  const int weight = std::atoi(digits.c_str());
  if (weight > 1000) return std::nullopt;
  return weight;
}

struct WeightedCoding {
  std::string name;  // in lower case
  int weight;
};

std::optional<WeightedCoding> ReadCoding(absl::string_view element) {
  const Values parts = absl::StrSplit(element, ';');
  const absl::string_view name = WithoutSpaceAround(parts[0]);
  if (parts.size() > 2 || !IsMadeOf(name, IsTokenCharacter)) return std::nullopt;
  if (parts.size() == 1) return WeightedCoding{absl::AsciiStrToLower(name), 1000};
  absl::string_view parameter = WithoutSpaceAround(parts[1]);
  if (absl::AsciiStrToLower(parameter.substr(0, 2)) != "q=") return std::nullopt;
  const std::optional<int> weight = Thousandths(parameter.substr(2));
  if (!weight) return std::nullopt;
  return WeightedCoding{absl::AsciiStrToLower(name), *weight};
}

// A media range, in lower case, and its weight.
std::optional<WeightedCoding> ReadMediaRange(absl::string_view element) {
  const Values parts = absl::StrSplit(element, ';');
  const std::string range = absl::AsciiStrToLower(WithoutSpaceAround(parts[0]));
  const Values names = absl::StrSplit(range, '/');
  if (names.size() != 2 || !IsMadeOf(names[0], IsTokenCharacter) ||
      !IsMadeOf(names[1], IsTokenCharacter) || (names[0] == "*" && names[1] != "*")) {
    return std::nullopt;
  }
  int weight = 1000;
  for (size_t i = 1; i < parts.size(); ++i) {
    const std::string parameter = absl::AsciiStrToLower(WithoutSpaceAround(parts[i]));
    if (parameter.substr(0, 2) != "q=") continue;
    const std::optional<int> read = Thousandths(parameter.substr(2));
    if (!read) return std::nullopt;
    weight = *read;
  }
  return WeightedCoding{range, weight};
}

// How much `type` is wanted, and by how exact a name, the less the more exact.
std::pair<int, int> WantOf(absl::Span<const Field> fields, absl::string_view type) {
  std::vector<WeightedCoding> ranges;
  for (const absl::string_view value : ValuesOf("accept", fields)) {
    for (const absl::string_view element : absl::StrSplit(value, ',')) {
      if (const auto read = ReadMediaRange(element)) ranges.push_back(*read);
    }
  }
  const std::string kind(type.substr(0, type.find('/')));
  int inexactness = 0;
  for (const std::string& name : {std::string(type), kind + "/*", std::string("*/*")}) {
    for (const WeightedCoding& range : ranges) {
      if (range.name == name) return {range.weight, inexactness};
    }
    ++inexactness;
  }
  return {0, inexactness};
}

// Cut at each comma that an even number of quotation marks follow, of those that nothing
// escapes.
Values ElementsOfForwarded(absl::string_view list) {
  std::vector<size_t> marks;
  bool escaped = false;
  for (size_t i = 0; i < list.size(); ++i) {
    if (list[i] == '"' && !escaped) marks.push_back(i);
    escaped = list[i] == '\\' && !escaped;
  }
  Values elements;
  size_t begin = 0;
  for (size_t i = 0; i <= list.size(); ++i) {
    const auto following = marks.end() - std::upper_bound(marks.begin(), marks.end(), i);
    if (i < list.size() && (list[i] != ',' || following % 2 == 1)) continue;
    elements.push_back(WithoutSpaceAround(list.substr(begin, i - begin)));
    begin = i + 1;
  }
  return elements;
}

// forwarded-pair: name, token, and content of a quoted-string; of the latter two one.
constexpr char kPair[] =
    R"re(([\w!#$%&'*+.^`|~-]+)=(?:([\w!#$%&'*+.^`|~-]+)|"((?s:[^"\\]|\\.)*)"))re";

// The value of the one "for" of an element of Forwarded.
std::optional<absl::string_view> ForByGrammar(absl::string_view element) {
  static const RE2& pair_pattern = *new RE2(kPair, RE2::Latin1);
  static const RE2& pattern =
      *new RE2(absl::Substitute(R"((?:$0)?[ \t]*(?:;[ \t]*(?:$0)?[ \t]*)*)", kPair), RE2::Latin1);
  const re2::StringPiece text(element.data(), element.size());
  if (!RE2::FullMatch(text, pattern)) return std::nullopt;

  Values nodes;
  re2::StringPiece rest = text;
  re2::StringPiece name;
  re2::StringPiece bare;
  re2::StringPiece quoted;
  while (RE2::FindAndConsume(&rest, pair_pattern, &name, &bare, &quoted)) {
    const re2::StringPiece value = bare.empty() ? quoted : bare;
    if (absl::AsciiStrToLower({name.data(), name.size()}) == "for")
      nodes.emplace_back(value.data(), value.size());
  }
  if (nodes.size() != 1) return std::nullopt;
  return nodes[0];
}

std::optional<absl::string_view> AddressByGrammar(absl::string_view node) {
  static const RE2& pattern =
      *new RE2(R"((?:([0-9.]+)|\[([^\]]*)\])(?::(?:[0-9]{1,5}|_[\w.-]+))?)", RE2::Latin1);
  re2::StringPiece ipv4;
  re2::StringPiece ipv6;
  if (!RE2::FullMatch({node.data(), node.size()}, pattern, &ipv4, &ipv6)) return std::nullopt;
  const absl::string_view bare(ipv4.data(), ipv4.size());
  const absl::string_view bracketed(ipv6.data(), ipv6.size());
  if (IsIpv4ByGrammar(bare)) return bare;
  if (IsIpv6ByGrammar(bracketed)) return bracketed;
  return std::nullopt;
}

}  // namespace

Precondition Evaluate(const Conditional& request) {
  const Values if_match = ValuesOf("if-match", request.fields);
  const Values if_none_match = ValuesOf("if-none-match", request.fields);
  const auto unmodified = OnlyDate(ValuesOf("if-unmodified-since", request.fields), request.now);
  const auto modified = OnlyDate(ValuesOf("if-modified-since", request.fields), request.now);
  const EntityTag& own = request.validators.tag;
  const int64_t changed = request.validators.last_modified;
  const bool reads = request.method == Method::kGet || request.method == Method::kHead;

  // Each condition that a step of section 13.2.2 asks for, and whether that step is taken.
  const bool step_1_fails = !if_match.empty() && !AnyMatches(if_match, own, StrongMatch);
  const bool step_2_fails = if_match.empty() && unmodified && changed > *unmodified;
  const bool step_3_fails = !if_none_match.empty() && AnyMatches(if_none_match, own, WeakMatch);
  const bool step_4_fails = if_none_match.empty() && reads && modified && changed <= *modified;
  if (step_1_fails || step_2_fails) return Precondition::kFailed;
  if (step_3_fails) return reads ? Precondition::kNotModified : Precondition::kFailed;
  return step_4_fails ? Precondition::kNotModified : Precondition::kHolds;
}

bool IfRangeHolds(const Conditional& request) {
  const Values values = ValuesOf("if-range", request.fields);
  if (values.empty()) return true;
  if (values.size() > 1) return false;
  if (IsTag(values[0])) return StrongMatch(values[0], request.validators.tag);
  constexpr int64_t kMinute = 60;
  const int64_t changed = request.validators.last_modified;
  return ReadHttpDate(values[0], request.now) == changed && request.now - changed >= kMinute;
}

int WeightByHand(absl::Span<const Field> fields, absl::string_view coding) {
  std::vector<WeightedCoding> codings;
  for (const absl::string_view value : ValuesOf("accept-encoding", fields)) {
    for (const absl::string_view element : absl::StrSplit(value, ',')) {
      if (const auto read = ReadCoding(element)) codings.push_back(*read);
    }
  }
  const auto find = [&codings](absl::string_view name) {
    return std::find_if(codings.begin(), codings.end(), [name](const WeightedCoding& row) {
      return row.name == name || (name == "gzip" && row.name == "x-gzip");
    });
  };
  if (const auto own = find(coding); own != codings.end()) return own->weight;
  if (const auto any = find("*"); any != codings.end()) return any->weight;
  return coding == "identity" ? 1 : 0;
}

bool PrefersByHand(absl::Span<const Field> fields, absl::string_view type,
                   absl::string_view other) {
  const auto [weight, inexactness] = WantOf(fields, type);
  const auto [other_weight, other_inexactness] = WantOf(fields, other);
  if (weight != other_weight) return weight > other_weight;
  return weight > 0 && inexactness < other_inexactness;
}

std::vector<absl::string_view> ForwardedByGrammar(absl::Span<const Field> fields) {
  Values elements;
  const Values x_forwarded_for = ValuesOf("x-forwarded-for", fields);
  for (const absl::string_view value : x_forwarded_for) {
    for (const absl::string_view element : absl::StrSplit(value, ',')) {
      elements.push_back(WithoutSpaceAround(element));
    }
  }
  const bool standard = x_forwarded_for.empty();
  if (standard) {
    for (const absl::string_view value : ValuesOf("forwarded", fields)) {
      const Values more = ElementsOfForwarded(value);
      elements.insert(elements.end(), more.begin(), more.end());
    }
  }
  elements.erase(std::remove(elements.begin(), elements.end(), ""), elements.end());
  std::reverse(elements.begin(), elements.end());

  Values addresses;
  for (const absl::string_view element : elements) {
    const auto node = standard ? ForByGrammar(element) : element;
    if (!node) break;
    const bool is_bare = !standard && IsIpv6ByGrammar(*node);
    const auto address = is_bare ? node : AddressByGrammar(*node);
    if (!address) break;
    addresses.push_back(*address);
  }
  return addresses;
}

}  // namespace prong
