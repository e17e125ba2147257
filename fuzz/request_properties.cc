#include "fuzz/request_properties.h"

#include <algorithm>
#include <variant>

#include "absl/algorithm/container.h"
#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "absl/types/span.h"
#include "fuzz/characters.h"
#include "fuzz/fields_twin.h"
#include "fuzz/method_names.h"
#include "fuzz/property.h"
#include "fuzz/request_line_twin.h"
#include "fuzz/target_properties.h"
#include "parser/limits.h"
#include "parser/rejection.h"

namespace prong {
namespace {

bool IsSameView(absl::string_view a, absl::string_view b) {
  return a.data() == b.data() && a.size() == b.size();
}

// Reads the head of a request against what the parser made of it.
class Speller {
 public:
  explicit Speller(absl::string_view head) : rest_(head) {}

  bool starts_with(absl::string_view text) const { return absl::StartsWith(rest_, text); }
  bool done() const { return rest_.empty(); }

  void Text(absl::string_view text, const char* property) {
    Require(absl::ConsumePrefix(&rest_, text), property);
  }

  void View(absl::string_view view, const char* property) {
    Require(IsSameView(view, rest_.substr(0, view.size())), property);
    rest_.remove_prefix(view.size());
  }

  void OptionalWhiteSpace() {
    rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t"), rest_.size()));
  }

 private:
  absl::string_view rest_;
};

void RequireSpelling(const Request& request, absl::string_view head) {
  Speller speller(head);
  if (speller.starts_with("\r\n")) speller.Text("\r\n", "one empty line may precede a request");
  speller.View(request.line, "the request line is a view of the first line");
  speller.Text("\r\n", "the request line ends in CRLF");
  for (const Field& field : request.fields) {
    speller.View(field.name, "a field name is a view of the start of its line");
    speller.Text(":", "a field name ends in a colon");
    speller.OptionalWhiteSpace();
    speller.View(field.value, "a field value is a view of what follows the colon");
    speller.OptionalWhiteSpace();
    speller.Text("\r\n", "a field line ends in CRLF");
  }
  speller.Text("\r\n", "a head ends in an empty line");
  Require(speller.done(), "nothing of a head is left out");
}

void RequireFieldCharacters(absl::Span<const Field> fields) {
  for (const Field& field : fields) {
    Require(IsMadeOf(field.name, IsTokenCharacter), "a field name is a token");
    Require(absl::c_all_of(field.value, IsFieldCharacter),
            "a field value has no control character");
    Require(IsSameView(field.value, WithoutSpaceAround(field.value)),
            "a field value has no white space around it");
  }
}

void RequireLine(const Request& request) {
  const std::variant<RequestLineParts, Rejection> twin = ReadRequestLine(request.line);
  const auto* parts = std::get_if<RequestLineParts>(&twin);
  Require(parts != nullptr, "a request line is a method, a target and a version");
  Require(request.method == MethodNamed(parts->method), "the method is the one that is named");
  RequireRightTarget(request.target, request.method, parts->target);
  Require(TargetFaults(request.method, parts->target).empty(), "a target with a fault is refused");
  Require(request.minor_version == (parts->minor_version == '0' ? 0 : 1),
          "minor versions above 1 count as 1");
}

}  // namespace

void RequireMeaning(const Request& request, const FieldsReading& reading) {
  Require(reading.faults.empty(), "fields with a fault are refused");
  Require(
      request.host == (request.target.authority.empty() ? reading.host : request.target.authority),
      "the host is the target's, else that of Host");
  Require(request.framing.chunked == reading.framing.chunked,
          "a body is chunked if a transfer coding says so");
  Require(request.framing.content_length == reading.framing.content_length,
          "the length of a body is what Content-Length spells");
  Require(request.expects_continue == reading.expects_continue,
          "an expectation of HTTP/1.1 is not ignored");
  Require(request.persistent == reading.persistent, "persistence is the version's or Connection's");
}

void RequireRightReading(const Request& request, absl::string_view input) {
  Require(request.size <= input.size(), "a request is in the input");
  Require(request.size <= kMaxHeadSize, "a head is within its limit");
  Require(request.line.size() <= kMaxRequestLineSize, "a request line is within its limit");
  Require(request.fields.size() <= kMaxFields, "the fields are within their limit");

  RequireSpelling(request, input.substr(0, request.size));
  RequireFieldCharacters(request.fields);
  RequireLine(request);
  RequireMeaning(request, ReadFields(request.fields, request.minor_version));
}

}  // namespace prong
