#include "server/file_response.h"

#include <algorithm>
#include <string>
#include <utility>
#include <variant>

#include "absl/algorithm/container.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "parser/preconditions.h"
#include "parser/range.h"

namespace prong {
namespace {

// RFC 9110 section 14.4; `range` is "FIRST-LAST", or "*" for none.
std::string ContentRange(absl::string_view range, uint64_t size) {
  return absl::StrCat("bytes ", range, "/", size);
}

std::string ContentRange(const ByteRange& range, uint64_t size) {
  return ContentRange(absl::StrCat(range.begin, "-", range.end - 1), size);
}

// What the one Range field asks for. Several are ignored as a malformed one is: the value
// is no list of fields, section 14.2.
std::variant<Ranges, NoRanges> RequestedRanges(const Request& request, const Validators& validators,
                                               uint64_t size, int64_t now) {
  const auto is_range = [](const Field& field) {
    return absl::EqualsIgnoreCase(field.name, "Range");
  };
  if (request.method != Method::kGet || absl::c_count_if(request.fields, is_range) != 1 ||
      !RangeMayApply(request.fields, validators, now)) {
    return NoRanges::kIgnore;
  }
  return ParseRange(absl::c_find_if(request.fields, is_range)->value, size);
}

// Whatever is kept of a file, which of it is sent depends on this field, section 12.5.5.
constexpr absl::string_view kVary = "Accept-Encoding";

void SendAll(const Resource& file, Response& response) {
  response.content_type = file.media_type;
  response.content_length = file.size;
  response.parts.push_back({"", {0, file.size}});
}

void SendOne(const Resource& file, const ByteRange& range, Response& response) {
  response.status = 206;
  response.content_type = file.media_type;
  response.content_range = ContentRange(range, file.size);
  response.content_length = range.size();
  response.parts.push_back({"", range});
}

// multipart/byteranges, section 14.6, with the delimiters of RFC 2046 section 5.1.1.
void SendSeveral(const Resource& file, absl::Span<const ByteRange> ranges,
                 absl::string_view boundary, Response& response) {
  response.status = 206;
  response.content_type = "multipart/byteranges";
  response.boundary = boundary;
  response.after = absl::StrCat("\r\n--", boundary, "--\r\n");
  uint64_t length = response.after.size();
  for (const ByteRange& range : ranges) {
    std::string before = absl::StrCat(
        response.parts.empty() ? "" : "\r\n", "--", boundary, "\r\nContent-Type: ", file.media_type,
        "\r\nContent-Range: ", ContentRange(range, file.size), "\r\n\r\n");
    length += before.size() + range.size();
    response.parts.push_back({std::move(before), range});
  }
  response.content_length = length;
}

Response NotSatisfiable(uint64_t size) {
  Response response = PageResponse(416, "The file has none of the bytes that were asked for.");
  response.content_range = ContentRange("*", size);
  return response;
}

Response NotModified(const Validators& validators, const ResponseOptions& options) {
  Response response;
  response.status = 304;
  response.vary = kVary;
  response.cache_control = options.cache_control;
  response.last_modified = validators.last_modified;
  response.etag = validators.tag.opaque;
  return response;
}

}  // namespace

Response FileResponse(const Request& request, const Resource& file, int64_t now,
                      const ResponseOptions& options) {
  // A date is not later than the message that has it, section 8.8.2.1.
  const Validators validators = {{/*weak=*/false, file.tag.text()},
                                 std::clamp<int64_t>(file.modified, 0, now)};
  switch (EvaluatePreconditions(request.method, request.fields, validators, now)) {
    case Precondition::kHolds:
      break;
    case Precondition::kNotModified:
      return NotModified(validators, options);
    case Precondition::kFailed:
      return PageResponse(412, "The file is not as the request asks for it.");
  }

  const auto requested = RequestedRanges(request, validators, file.size, now);
  const auto* none = std::get_if<NoRanges>(&requested);
  if (none != nullptr && *none == NoRanges::kUnsatisfiable) return NotSatisfiable(file.size);
  Response response;
  response.body = Response::Body::kFile;
  response.accept_ranges = true;
  response.vary = kVary;
  response.content_encoding = file.content_coding;
  response.cache_control = options.cache_control;
  response.last_modified = validators.last_modified;
  response.etag = validators.tag.opaque;
  const auto* ranges = std::get_if<Ranges>(&requested);
  if (ranges == nullptr) {
    SendAll(file, response);
  } else if (ranges->get().size() == 1) {
    SendOne(file, ranges->get().front(), response);
  } else {
    SendSeveral(file, ranges->get(), options.boundary, response);
  }
  return response;
}

}  // namespace prong
