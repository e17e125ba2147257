#include "tests/vectors/first_difference.h"

#include <algorithm>
#include <variant>

#include "absl/strings/strip.h"

namespace prong {
namespace {

bool SameFields(const ExpectedRequest& expected, absl::Span<const Field> fields) {
  if (fields.size() != expected.field_count) return false;
  return !expected.fields ||
         std::equal(fields.begin(), fields.end(), expected.fields->begin(), expected.fields->end(),
                    [](const Field& field, const FieldText& text) {
                      return field.name == text.name && field.value == text.value;
                    });
}

// The request line is the first that is not empty, RFC 9112 section 2.2.
absl::string_view LineOf(absl::string_view buffer) {
  absl::ConsumePrefix(&buffer, "\r\n");
  return buffer.substr(0, buffer.find("\r\n"));
}

absl::string_view TargetDifference(const ExpectedRequest& expected, const RequestTarget& target) {
  if (target.form != expected.form) return "target";
  if (target.authority != expected.authority) return "authority";
  if (target.path != expected.path) return "path";
  if (target.names_directory != expected.names_directory) return "names";
  if (target.query != expected.query) return "query";
  return "";
}

absl::string_view RequestDifference(const ExpectedRequest& expected, absl::string_view buffer,
                                    const Request& request) {
  if (request.line != LineOf(buffer)) return "line";
  if (request.method != expected.method) return "method";
  const absl::string_view target = TargetDifference(expected, request.target);
  if (!target.empty()) return target;
  if (request.minor_version != expected.minor_version) return "version";
  if (!SameFields(expected, request.fields)) return "field";
  if (request.host != expected.host) return "host";
  if (request.framing.chunked != expected.framing.chunked) return "body";
  if (request.framing.content_length != expected.framing.content_length) return "body";
  if (request.expects_continue != expected.expects_continue) return "expect";
  if (request.persistent != expected.persistent) return "persistent";
  if (request.size + expected.rest.size() != buffer.size()) return "rest";
  if (buffer.substr(request.size) != expected.rest) return "rest";
  return "";
}

}  // namespace

absl::string_view FirstDifference(const RequestVector& vector, absl::string_view buffer,
                                  const ParseOutcome& outcome) noexcept {
  if (outcome.index() != vector.expected.index()) return "outcome";
  if (const auto* rejection = std::get_if<Rejection>(&outcome)) {
    return *rejection == std::get<Rejection>(vector.expected) ? "" : "reject";
  }
  if (std::holds_alternative<NeedMore>(outcome)) return "";
  return RequestDifference(std::get<ExpectedRequest>(vector.expected), buffer,
                           std::get<Request>(outcome));
}

}  // namespace prong
