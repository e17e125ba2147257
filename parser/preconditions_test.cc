#include "parser/preconditions.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "parser/http_date.h"

namespace prong {
namespace {

constexpr int64_t kModified = 784111777;  // Sun, 06 Nov 1994 08:49:37 GMT
constexpr int64_t kNow = kModified + 1000;
constexpr Validators kValidators = {{false, "tag"}, kModified};

constexpr char kSame[] = "Sun, 06 Nov 1994 08:49:37 GMT";
constexpr char kBefore[] = "Sun, 06 Nov 1994 08:49:36 GMT";
constexpr char kAfter[] = "Sun, 06 Nov 1994 08:49:38 GMT";

struct Row {
  std::vector<Field> fields;
  Precondition get;    // also of HEAD
  Precondition other;  // of any other method
};

void Check(const std::vector<Row>& rows) {
  for (size_t i = 0; i < rows.size(); ++i) {
    SCOPED_TRACE(testing::Message() << "row " << i);
    EXPECT_EQ(EvaluatePreconditions(Method::kGet, rows[i].fields, kValidators, kNow), rows[i].get);
    EXPECT_EQ(EvaluatePreconditions(Method::kHead, rows[i].fields, kValidators, kNow), rows[i].get);
    EXPECT_EQ(EvaluatePreconditions(Method::kPut, rows[i].fields, kValidators, kNow),
              rows[i].other);
  }
}

constexpr Precondition kHolds = Precondition::kHolds;
constexpr Precondition kNotModified = Precondition::kNotModified;
constexpr Precondition kFailed = Precondition::kFailed;

TEST(EvaluatePreconditions, HoldsWithoutConditions) { Check({{{{"Host", "h"}}, kHolds, kHolds}}); }

TEST(EvaluatePreconditions, IfMatchAsksForTheTagByTheStrongComparison) {
  Check({
      {{{"If-Match", "\"tag\""}}, kHolds, kHolds},
      {{{"If-Match", "*"}}, kHolds, kHolds},
      {{{"If-Match", "\"x\", \"tag\""}}, kHolds, kHolds},
      {{{"If-Match", "\"x\""}, {"if-match", "\"tag\""}}, kHolds, kHolds},
      {{{"If-Match", "\"x\""}}, kFailed, kFailed},
      {{{"If-Match", "W/\"tag\""}}, kFailed, kFailed},
      {{{"If-Match", ""}}, kFailed, kFailed},
      {{{"If-Match", "tag"}}, kFailed, kFailed},
  });
}

TEST(EvaluatePreconditions, IfUnmodifiedSinceAsksForNoLaterChange) {
  Check({
      {{{"If-Unmodified-Since", kSame}}, kHolds, kHolds},
      {{{"If-Unmodified-Since", kAfter}}, kHolds, kHolds},
      {{{"If-Unmodified-Since", kBefore}}, kFailed, kFailed},
      {{{"If-Unmodified-Since", "yesterday"}}, kHolds, kHolds},
      {{{"If-Unmodified-Since", kBefore}, {"If-Unmodified-Since", kBefore}}, kHolds, kHolds},
  });
}

TEST(EvaluatePreconditions, IfNoneMatchAsksForAnotherTagByTheWeakComparison) {
  Check({
      {{{"If-None-Match", "\"tag\""}}, kNotModified, kFailed},
      {{{"If-None-Match", "W/\"tag\""}}, kNotModified, kFailed},
      {{{"If-None-Match", "*"}}, kNotModified, kFailed},
      {{{"If-None-Match", "\"x\", W/\"tag\""}}, kNotModified, kFailed},
      {{{"If-None-Match", "\"x\""}}, kHolds, kHolds},
      {{{"If-None-Match", "tag"}}, kHolds, kHolds},
  });
}

TEST(EvaluatePreconditions, IfModifiedSinceIsForRetrievalOnly) {
  Check({
      {{{"If-Modified-Since", kSame}}, kNotModified, kHolds},
      {{{"If-Modified-Since", kAfter}}, kNotModified, kHolds},
      {{{"If-Modified-Since", kBefore}}, kHolds, kHolds},
      {{{"If-Modified-Since", "Sunday, 06-Nov-94 08:49:37 GMT"}}, kNotModified, kHolds},
      {{{"If-Modified-Since", "Sun Nov  6 08:49:37 1994"}}, kNotModified, kHolds},
      {{{"If-Modified-Since", "0"}}, kHolds, kHolds},
      {{{"If-Modified-Since", kSame}, {"If-Modified-Since", kSame}}, kHolds, kHolds},
  });
}

TEST(EvaluatePreconditions, GoesInTheOrderOfTheRfc) {  // RFC 9110 section 13.2.2
  Check({
      // If-Match overrides If-Unmodified-Since, whichever way it goes.
      {{{"If-Unmodified-Since", kBefore}, {"If-Match", "\"tag\""}}, kHolds, kHolds},
      {{{"If-Unmodified-Since", kAfter}, {"If-Match", "\"x\""}}, kFailed, kFailed},
      // If-None-Match overrides If-Modified-Since.
      {{{"If-Modified-Since", kSame}, {"If-None-Match", "\"x\""}}, kHolds, kHolds},
      {{{"If-Modified-Since", kBefore}, {"If-None-Match", "\"tag\""}}, kNotModified, kFailed},
      // A failed first half is final; one that holds leads to the second.
      {{{"If-None-Match", "\"tag\""}, {"If-Match", "\"x\""}}, kFailed, kFailed},
      {{{"If-None-Match", "\"tag\""}, {"If-Match", "\"tag\""}}, kNotModified, kFailed},
      {{{"If-Modified-Since", kSame}, {"If-Unmodified-Since", kSame}}, kNotModified, kHolds},
  });
}

TEST(RangeMayApply, WithoutIfRange) { EXPECT_TRUE(RangeMayApply({}, kValidators, kNow)); }

TEST(RangeMayApply, IfTheTagOrTheDateIsTheSame) {  // RFC 9110 section 13.1.5
  const struct {
    std::vector<Field> fields;
    bool may_apply;
  } rows[] = {
      {{{"If-Range", "\"tag\""}}, true},
      {{{"if-range", kSame}}, true},
      {{{"If-Range", "Sun Nov  6 08:49:37 1994"}}, true},
      {{{"If-Range", "W/\"tag\""}}, false},
      {{{"If-Range", "\"x\""}}, false},
      {{{"If-Range", "*"}}, false},
      {{{"If-Range", "\"x\", \"tag\""}}, false},
      {{{"If-Range", kBefore}}, false},
      {{{"If-Range", kAfter}}, false},
      {{{"If-Range", ""}}, false},
      {{{"If-Range", "\"tag\""}, {"If-Range", "\"tag\""}}, false},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(RangeMayApply(row.fields, kValidators, kNow), row.may_apply) << row.fields[0].value;
  }
}

TEST(RangeMayApply, NotByADateSoRecentThatItIsWeak) {  // RFC 9110 section 8.8.2.2
  const std::vector<Field> fields = {{"If-Range", kSame}};
  EXPECT_FALSE(RangeMayApply(fields, kValidators, kModified));
  EXPECT_FALSE(RangeMayApply(fields, kValidators, kModified + 59));
  EXPECT_TRUE(RangeMayApply(fields, kValidators, kModified + 60));
}

}  // namespace
}  // namespace prong
