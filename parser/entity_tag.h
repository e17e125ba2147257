// Entity tags, RFC 9110 section 8.8.3:
//
//   entity-tag = [ "W/" ] DQUOTE *etagc DQUOTE

#ifndef PRONG_PARSER_ENTITY_TAG_H_
#define PRONG_PARSER_ENTITY_TAG_H_

#include <optional>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "parser/request.h"

namespace prong {

struct EntityTag {
  bool weak = false;
  absl::string_view opaque;  // what is between the quotation marks
};

// RFC 9110 section 8.8.3.2.
enum class TagComparison {
  kStrong,  // equal, and neither is weak
  kWeak,    // equal, weak or not
};

bool TagsMatch(const EntityTag& a, const EntityTag& b, TagComparison comparison) noexcept;

// The tag that all of `text` is, or nothing. Views `text`.
std::optional<EntityTag> ParseEntityTag(absl::string_view text) noexcept;

// Whether the fields called `name` (If-Match or If-None-Match), taken together,
// are "*" or a list with a tag that matches `tag`. A field whose value is neither
// "*" nor a list of tags matches nothing, whatever else it holds.
bool AnyTagMatches(absl::Span<const Field> fields, absl::string_view name, const EntityTag& tag,
                   TagComparison comparison) noexcept;

}  // namespace prong

#endif  // PRONG_PARSER_ENTITY_TAG_H_
