#include "parser/preconditions.h"

#include <optional>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "parser/http_date.h"

namespace prong {
namespace {

constexpr int64_t kStrongAfterSeconds = 60;

bool Has(absl::Span<const Field> fields, absl::string_view name) {
  for (const Field& field : fields) {
    if (field.IsCalled(name)) return true;
  }
  return false;
}

// The value of the only field called `name`, or nothing if there is none or more.
std::optional<absl::string_view> OnlyValue(absl::Span<const Field> fields, absl::string_view name) {
  std::optional<absl::string_view> value;
  for (const Field& field : fields) {
    if (!field.IsCalled(name)) continue;
    if (value) return std::nullopt;
    value = field.value;
  }
  return value;
}

std::optional<int64_t> OnlyDate(absl::Span<const Field> fields, absl::string_view name,
                                int64_t now) {
  const std::optional<absl::string_view> value = OnlyValue(fields, name);
  if (!value) return std::nullopt;
  return ParseHttpDate(*value, now);
}

}  // namespace

Precondition EvaluatePreconditions(Method method, absl::Span<const Field> fields,
                                   const Validators& validators, int64_t now) noexcept {
  // Steps 1 and 2.
  if (Has(fields, "If-Match")) {
    if (!AnyTagMatches(fields, "If-Match", validators.tag, TagComparison::kStrong)) {
      return Precondition::kFailed;
    }
  } else if (const auto date = OnlyDate(fields, "If-Unmodified-Since", now)) {
    if (validators.last_modified > *date) return Precondition::kFailed;
  }

  // Steps 3 and 4.
  const bool retrieval = method == Method::kGet || method == Method::kHead;
  if (Has(fields, "If-None-Match")) {
    if (AnyTagMatches(fields, "If-None-Match", validators.tag, TagComparison::kWeak)) {
      return retrieval ? Precondition::kNotModified : Precondition::kFailed;
    }
  } else if (retrieval) {
    const auto date = OnlyDate(fields, "If-Modified-Since", now);
    if (date && validators.last_modified <= *date) return Precondition::kNotModified;
  }
  return Precondition::kHolds;
}

bool RangeMayApply(absl::Span<const Field> fields, const Validators& validators,
                   int64_t now) noexcept {
  if (!Has(fields, "If-Range")) return true;
  const std::optional<absl::string_view> value = OnlyValue(fields, "If-Range");
  if (!value) return false;
  if (const std::optional<EntityTag> tag = ParseEntityTag(*value)) {
    return TagsMatch(*tag, validators.tag, TagComparison::kStrong);
  }
  const std::optional<int64_t> date = ParseHttpDate(*value, now);
  return date && *date == validators.last_modified && *date + kStrongAfterSeconds <= now;
}

}  // namespace prong
