// No exception leaves the parser: the compiler checks here that each public
// function says so.

#include <type_traits>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "gtest/gtest.h"
#include "parser/accept.h"
#include "parser/accept_encoding.h"
#include "parser/c_api.h"
#include "parser/chunked_body.h"
#include "parser/entity_tag.h"
#include "parser/forwarded.h"
#include "parser/http_date.h"
#include "parser/preconditions.h"
#include "parser/range.h"
#include "parser/rejection.h"
#include "parser/request.h"
#include "parser/request_line.h"
#include "parser/request_parser.h"

namespace prong {
namespace {

// Never defined: nothing below is evaluated.
template <typename T>
T& Any() noexcept;

using Fields = absl::Span<const Field>;
using Text = absl::string_view;

static_assert(noexcept(Any<RequestParser>().Parse(Any<Text>())));
static_assert(noexcept(Any<RequestParser>().Reset()));
static_assert(noexcept(Any<RequestLinePattern>().Parse(Any<Text>())));
static_assert(noexcept(Any<Framing>().has_body()));

static_assert(noexcept(ChunkedBody()));
static_assert(noexcept(Any<ChunkedBody>().Discard(Any<Text>())));
static_assert(noexcept(Any<ChunkedBody>().Decode(Any<Text>())));
static_assert(noexcept(Any<ChunkedBody>().complete()));

static_assert(noexcept(PrefersMediaType(Any<Fields>(), Any<Text>(), Any<Text>())));
static_assert(noexcept(WeightOfCoding(Any<Fields>(), Any<Text>())));
static_assert(noexcept(TagsMatch(Any<EntityTag>(), Any<EntityTag>(), TagComparison::kWeak)));
static_assert(noexcept(ParseEntityTag(Any<Text>())));
static_assert(noexcept(AnyTagMatches(Any<Fields>(), Any<Text>(), Any<EntityTag>(),
                                     TagComparison::kWeak)));
static_assert(noexcept(ForwardedFor(Any<Fields>())));
static_assert(noexcept(Any<ForwardedFor>().Next()));
static_assert(noexcept(FormatHttpDate(0)));
static_assert(noexcept(ParseHttpDate(Any<Text>(), 0)));
static_assert(noexcept(EvaluatePreconditions(Method::kGet, Any<Fields>(), Any<Validators>(), 0)));
static_assert(noexcept(RangeMayApply(Any<Fields>(), Any<Validators>(), 0)));
static_assert(noexcept(ParseRange(Any<Text>(), 0)));
static_assert(noexcept(Any<Ranges>().get()));
static_assert(noexcept(Any<Ranges>().Append(ByteRange())));
static_assert(noexcept(Any<ByteRange>().size()));

static_assert(noexcept(AllRejections()));
static_assert(noexcept(Describe(Rejection::kBareLf)));
static_assert(noexcept(Any<RejectionInfo>().number()));

static_assert(noexcept(prong_abi_version()));
static_assert(noexcept(prong_parser_new()));
static_assert(noexcept(prong_parser_free(nullptr)));
static_assert(noexcept(prong_parser_parse(nullptr, nullptr, 0, nullptr)));
static_assert(noexcept(prong_parser_reset(nullptr)));
static_assert(noexcept(prong_rejection_status(0)));
static_assert(noexcept(prong_rejection_sentence(0)));
static_assert(noexcept(prong_rejection_reference(0)));

// What is returned can be moved and destroyed without one, too.
static_assert(std::is_nothrow_move_constructible_v<ParseOutcome>);
static_assert(std::is_nothrow_destructible_v<ParseOutcome>);
static_assert(std::is_trivially_copyable_v<Request>);

TEST(Noexcept, IsWhatThisFileCompiledWith) { SUCCEED(); }

}  // namespace
}  // namespace prong
