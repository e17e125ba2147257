#include "parser/entity_tag.h"

#include <algorithm>
#include <cstddef>

#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "parser/character_set.h"
#include "parser/white_space.h"

namespace prong {
namespace {

// The tag at the start of `text`, which is then without it.
std::optional<EntityTag> ConsumeEntityTag(absl::string_view& text) {
  EntityTag tag;
  tag.weak = absl::ConsumePrefix(&text, "W/");
  if (!absl::ConsumePrefix(&text, "\"")) return std::nullopt;
  tag.opaque = text.substr(0, std::min(text.find('"'), text.size()));
  text.remove_prefix(tag.opaque.size());
  if (!kEntityTagCharacters.ContainsAll(tag.opaque) || !absl::ConsumePrefix(&text, "\"")) {
    return std::nullopt;
  }
  return tag;
}

// Whether `list` is #entity-tag with one that matches `tag`. A tag may hold commas,
// so the list is read from left to right.
bool ListMatches(absl::string_view list, const EntityTag& tag, TagComparison comparison) {
  bool matches = false;
  while (true) {
    // Empty elements are ignored, RFC 9110 section 5.6.1.2.
    while (!list.empty() && (list[0] == ',' || IsWhiteSpace(list[0]))) list.remove_prefix(1);
    if (list.empty()) return matches;
    const std::optional<EntityTag> element = ConsumeEntityTag(list);
    if (!element) return false;
    matches = matches || TagsMatch(*element, tag, comparison);
    list = TrimWhiteSpace(list);
    if (!list.empty() && list[0] != ',') return false;
  }
}

}  // namespace

bool TagsMatch(const EntityTag& a, const EntityTag& b, TagComparison comparison) noexcept {
  if (comparison == TagComparison::kStrong && (a.weak || b.weak)) return false;
  return a.opaque == b.opaque;
}

std::optional<EntityTag> ParseEntityTag(absl::string_view text) noexcept {
  const std::optional<EntityTag> tag = ConsumeEntityTag(text);
  if (!text.empty()) return std::nullopt;
  return tag;
}

bool AnyTagMatches(absl::Span<const Field> fields, absl::string_view name, const EntityTag& tag,
                   TagComparison comparison) noexcept {
  return std::any_of(fields.begin(), fields.end(), [&](const Field& field) {
    return field.IsCalled(name) &&
           (field.value == "*" || ListMatches(field.value, tag, comparison));
  });
}

}  // namespace prong
