#include "parser/c_api.h"

#include <algorithm>
#include <new>
#include <variant>

#include "absl/strings/string_view.h"
#include "parser/limits.h"
#include "parser/rejection.h"
#include "parser/request.h"
#include "parser/request_parser.h"

// All that crosses the interface; only this is exported, see parser/BUILD.
struct prong_parser {
  prong::RequestParser parser;
};

namespace prong {
namespace {

// The numbers of the header are those of the enumerations.
static_assert(PRONG_METHOD_CONNECT == static_cast<int>(Method::kConnect));
static_assert(PRONG_METHOD_DELETE == static_cast<int>(Method::kDelete));
static_assert(PRONG_METHOD_GET == static_cast<int>(Method::kGet));
static_assert(PRONG_METHOD_HEAD == static_cast<int>(Method::kHead));
static_assert(PRONG_METHOD_OPTIONS == static_cast<int>(Method::kOptions));
static_assert(PRONG_METHOD_PATCH == static_cast<int>(Method::kPatch));
static_assert(PRONG_METHOD_POST == static_cast<int>(Method::kPost));
static_assert(PRONG_METHOD_PUT == static_cast<int>(Method::kPut));
static_assert(PRONG_METHOD_TRACE == static_cast<int>(Method::kTrace));
static_assert(PRONG_METHOD_UNKNOWN == static_cast<int>(Method::kUnknown));
static_assert(PRONG_TARGET_ORIGIN == static_cast<int>(TargetForm::kOrigin));
static_assert(PRONG_TARGET_ABSOLUTE == static_cast<int>(TargetForm::kAbsolute));
static_assert(PRONG_TARGET_AUTHORITY == static_cast<int>(TargetForm::kAuthority));
static_assert(PRONG_TARGET_ASTERISK == static_cast<int>(TargetForm::kAsterisk));
static_assert(PRONG_MAX_FIELDS == kMaxFields);
static_assert(PRONG_MAX_HEAD_SIZE == kMaxHeadSize);

// A view of the buffer that begins at `start`. What is accepted lies within
// kMaxHeadSize, so its numbers fit.
prong_span SpanOf(absl::string_view view, const char* start) {
  if (view.empty()) return {0, 0};
  return {static_cast<uint32_t>(view.data() - start), static_cast<uint32_t>(view.size())};
}

void Fill(const Request& request, const char* start, prong_request& out) {
  out.path = request.target.path.data();
  out.content_length = request.framing.content_length;
  out.path_size = static_cast<uint32_t>(request.target.path.size());
  out.size = static_cast<uint32_t>(request.size);
  out.line = SpanOf(request.line, start);
  out.authority = SpanOf(request.target.authority, start);
  out.query = SpanOf(request.target.query, start);
  out.host = SpanOf(request.host, start);
  out.method = static_cast<int32_t>(request.method);
  out.target = static_cast<int32_t>(request.target.form);
  out.names_directory = request.target.names_directory;
  out.minor_version = request.minor_version;
  out.chunked = request.framing.chunked;
  out.expects_continue = request.expects_continue;
  out.persistent = request.persistent;
  out.field_count = static_cast<uint32_t>(request.fields.size());
  std::transform(request.fields.begin(), request.fields.end(), out.fields,
                 [start](const Field& field) {
                   return prong_field{SpanOf(field.name, start), SpanOf(field.value, start)};
                 });
}

// The row of `number`, or null.
const RejectionInfo* Row(int32_t number) {
  const auto rows = AllRejections();
  const auto row = std::find_if(rows.begin(), rows.end(), [number](const RejectionInfo& info) {
    return info.number() == number;
  });
  return row == rows.end() ? nullptr : &*row;
}

}  // namespace
}  // namespace prong

int32_t prong_abi_version(void) PRONG_NOEXCEPT { return PRONG_ABI_VERSION; }

prong_parser* prong_parser_new(void) PRONG_NOEXCEPT { return new (std::nothrow) prong_parser; }

void prong_parser_free(prong_parser* parser) PRONG_NOEXCEPT { delete parser; }

int32_t prong_parser_parse(prong_parser* parser, const char* buffer, size_t size,
                           prong_request* request) PRONG_NOEXCEPT {
  const prong::ParseOutcome outcome = parser->parser.Parse({buffer, size});
  if (std::holds_alternative<prong::NeedMore>(outcome)) return PRONG_NEED_MORE;
  if (const auto* rejection = std::get_if<prong::Rejection>(&outcome)) {
    return static_cast<int32_t>(*rejection);
  }
  prong::Fill(std::get<prong::Request>(outcome), buffer, *request);
  return PRONG_REQUEST;
}

void prong_parser_reset(prong_parser* parser) PRONG_NOEXCEPT { parser->parser.Reset(); }

int32_t prong_rejection_status(int32_t number) PRONG_NOEXCEPT {
  const prong::RejectionInfo* row = prong::Row(number);
  return row == nullptr ? 0 : row->status;
}

// The texts of the table are literals, which end in a NUL.
const char* prong_rejection_sentence(int32_t number) PRONG_NOEXCEPT {
  const prong::RejectionInfo* row = prong::Row(number);
  return row == nullptr ? nullptr : row->sentence.data();
}

const char* prong_rejection_reference(int32_t number) PRONG_NOEXCEPT {
  const prong::RejectionInfo* row = prong::Row(number);
  return row == nullptr ? nullptr : row->reference.data();
}
