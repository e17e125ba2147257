// Field lines and what they mean: the input is what follows the request line of a
// request, tried in HTTP/1.0 and HTTP/1.1.
//
// Properties, against an independent reading of the section (fields_twin.h):
//   - the parser accepts a section that is complete and has no fault; of one that
//     has some it names one of them; it waits for more of one that may become right;
//   - names and values are the same views of the input;
//   - Host, the framing of the body, the expectation and the persistence of the
//     connection are what the fields say.

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <variant>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "fuzz/fields_twin.h"
#include "fuzz/property.h"
#include "fuzz/request_properties.h"
#include "parser/rejection.h"
#include "parser/request.h"
#include "parser/request_parser.h"

namespace prong {
namespace {

bool IsSameView(absl::string_view a, absl::string_view b) {
  return a.data() == b.data() && a.size() == b.size();
}

bool IsSameField(const Field& a, const Field& b) {
  return IsSameView(a.name, b.name) && IsSameView(a.value, b.value);
}

// `outcome` is the parser's for a request line of `line_size` bytes before `section`.
void RequireRightOutcome(const ParseOutcome& outcome, size_t line_size, absl::string_view section,
                         int minor_version) {
  const SectionReading reading = ReadSection(section);
  const FieldsReading meaning = ReadFields(reading.fields, minor_version);
  const bool whole = reading.complete && reading.faults.empty();
  const std::set<Rejection>& faults = whole ? meaning.faults : reading.faults;
  if (const auto* rejection = std::get_if<Rejection>(&outcome)) {
    return Require(faults.count(*rejection) == 1, "a refusal names a fault that there is");
  }
  Require(faults.empty(), "a section with a fault is refused");
  const auto* request = std::get_if<Request>(&outcome);
  Require((request != nullptr) == reading.complete, "a section is accepted when it is complete");
  if (request == nullptr) return;
  Require(request->size == line_size + reading.size, "a head ends at its empty line");
  Require(absl::c_equal(request->fields, reading.fields, IsSameField),
          "each line is a field, and its name and value are views of it");
  RequireMeaning(*request, meaning);
}

void CheckSection(absl::string_view section, int minor_version) {
  static RequestParser& parser = *new RequestParser;
  const std::string line = absl::StrCat("GET / HTTP/1.", minor_version, "\r\n");
  const std::string input = absl::StrCat(line, section);
  const ParseOutcome outcome = parser.Parse(input);
  RequireRightOutcome(outcome, line.size(), absl::string_view(input).substr(line.size()),
                      minor_version);
  parser.Reset();
}

}  // namespace
}  // namespace prong

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view section(reinterpret_cast<const char*>(data), size);
  prong::CheckSection(section, 0);
  prong::CheckSection(section, 1);
  return 0;
}
