#include "fuzz/fields_twin.h"

#include <algorithm>
#include <cstdint>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "fuzz/characters.h"
#include "fuzz/host_twin.h"
#include "parser/limits.h"

namespace prong {
namespace {

using Values = std::vector<absl::string_view>;

Values ValuesOf(absl::string_view name, absl::Span<const Field> fields) {
  Values values;
  for (const Field& field : fields) {
    if (absl::EqualsIgnoreCase(field.name, name)) values.push_back(field.value);
  }
  return values;
}

// The elements of all `values` in lower case, empty ones too.
std::vector<std::string> ElementsOf(const Values& values) {
  std::vector<std::string> elements;
  for (const absl::string_view value : values) {
    for (const absl::string_view element : absl::StrSplit(value, ',')) {
      elements.push_back(absl::AsciiStrToLower(WithoutSpaceAround(element)));
    }
  }
  return elements;
}

void ReadHostField(const Values& values, int minor_version, FieldsReading& reading) {
  if (values.empty() && minor_version >= 1) reading.faults.insert(Rejection::kHostMissing);
  if (values.size() > 1) reading.faults.insert(Rejection::kHostRepeated);
  for (const absl::string_view value : values) {
    if (!ReadHost(value).valid) reading.faults.insert(Rejection::kHostInvalid);
    reading.host = value;
  }
}

// Digits that spell a number below 2^63: compared as text, which cannot overflow.
bool IsLength(absl::string_view text) {
  constexpr absl::string_view kMax = "9223372036854775807";
  if (!IsMadeOf(text, IsDigit)) return false;
  text.remove_prefix(std::min(text.find_first_not_of('0'), text.size()));
  return text.size() < kMax.size() || (text.size() == kMax.size() && text <= kMax);
}

void ReadContentLength(const Values& values, FieldsReading& reading) {
  if (values.size() > 1) reading.faults.insert(Rejection::kContentLengthRepeated);
  for (const absl::string_view value : values) {
    if (!IsLength(value)) {
      reading.faults.insert(Rejection::kContentLengthInvalid);
      continue;
    }
    uint64_t length = 0;
    for (const char digit : value) length = length * 10 + static_cast<uint64_t>(digit - '0');
    reading.framing.content_length = length;
  }
}

void ReadTransferEncoding(const Values& values, int minor_version, FieldsReading& reading) {
  if (values.empty()) return;
  reading.framing.chunked = true;
  if (minor_version == 0) reading.faults.insert(Rejection::kTransferEncodingInHttp10);
  const std::vector<std::string> codings = ElementsOf(values);
  for (size_t i = 0; i < codings.size(); ++i) {
    const bool last = i + 1 == codings.size();
    const absl::string_view coding = codings[i];
    const absl::string_view name = WithoutSpaceAround(coding.substr(0, coding.find(';')));
    const bool is_chunked = name == "chunked";
    if (!IsMadeOf(name, IsTokenCharacter) || (is_chunked && !last) ||
        (is_chunked && name != coding)) {
      reading.faults.insert(Rejection::kTransferEncodingInvalid);
    } else if (!is_chunked) {
      reading.faults.insert(Rejection::kTransferCodingUnknown);
    }
  }
}

void ReadConnection(const Values& values, int minor_version, FieldsReading& reading) {
  const std::vector<std::string> options = ElementsOf(values);
  const auto has = [&options](absl::string_view option) {
    return std::find(options.begin(), options.end(), option) != options.end();
  };
  reading.persistent = !has("close") && (minor_version >= 1 || has("keep-alive"));
}

void ReadExpect(const Values& values, int minor_version, FieldsReading& reading) {
  if (minor_version == 0) return;  // RFC 9110 section 10.1.1
  for (const absl::string_view value : values) {
    if (absl::EqualsIgnoreCase(value, "100-continue")) {
      reading.expects_continue = true;
    } else {
      reading.faults.insert(Rejection::kExpectationUnknown);
    }
  }
}

// What is wrong with the bytes of `line`, which is up to its LF or to the end of the
// input.
std::set<Rejection> ByteFaults(absl::string_view line) {
  std::set<Rejection> faults;
  for (size_t i = 0; i < line.size(); ++i) {
    const bool last = i + 1 == line.size();
    if (line[i] == '\r') {
      if (!last && line[i + 1] != '\n') faults.insert(Rejection::kBareCr);
    } else if (line[i] == '\n') {
      if (i == 0 || line[i - 1] != '\r') faults.insert(Rejection::kBareLf);
    } else if (!IsFieldCharacter(line[i])) {
      faults.insert(Rejection::kFieldLineInvalidByte);
    }
  }
  return faults;
}

// What is wrong with `line`, not empty and without its CRLF, as a field line.
std::set<Rejection> LineFaults(absl::string_view line) {
  std::set<Rejection> faults;
  if (IsSpaceOrTab(line[0])) faults.insert(Rejection::kFieldLineFolded);
  const size_t colon = line.find(':');
  if (colon == absl::string_view::npos) {
    faults.insert(Rejection::kFieldLineWithoutColon);
    return faults;
  }
  const absl::string_view name = line.substr(0, colon);
  if (name.empty()) {
    faults.insert(Rejection::kFieldNameEmpty);
  } else if (IsSpaceOrTab(name.back())) {
    faults.insert(Rejection::kSpaceBeforeColon);
  }
  if (!IsMadeOf(WithoutSpaceAround(name), IsTokenCharacter)) {
    faults.insert(Rejection::kFieldNameInvalid);
  }
  return faults;
}

Field ToField(absl::string_view line) {
  const size_t colon = std::min(line.find(':'), line.size() - 1);
  return {line.substr(0, colon), WithoutSpaceAround(line.substr(colon + 1))};
}

// Whether a section of which `bytes` have arrived is, or will be, over the limit.
bool IsTooLarge(absl::string_view bytes, bool complete) {
  if (complete || bytes.size() < kMaxFieldSectionSize - 1)
    return bytes.size() > kMaxFieldSectionSize;
  // There is room for the LF of a CR at most.
  return bytes.size() >= kMaxFieldSectionSize || bytes.back() != '\r';
}

}  // namespace

FieldsReading ReadFields(absl::Span<const Field> fields, int minor_version) {
  FieldsReading reading;
  ReadHostField(ValuesOf("Host", fields), minor_version, reading);
  const Values lengths = ValuesOf("Content-Length", fields);
  const Values codings = ValuesOf("Transfer-Encoding", fields);
  ReadContentLength(lengths, reading);
  ReadTransferEncoding(codings, minor_version, reading);
  if (!lengths.empty() && !codings.empty()) {
    reading.faults.insert(Rejection::kContentLengthWithTransferEncoding);
  }
  ReadConnection(ValuesOf("Connection", fields), minor_version, reading);
  ReadExpect(ValuesOf("Expect", fields), minor_version, reading);
  return reading;
}

SectionReading ReadSection(absl::string_view bytes) {
  SectionReading reading;
  for (size_t start = 0; start < bytes.size() && !reading.complete;) {
    const size_t lf = bytes.find('\n', start);
    const bool whole = lf != absl::string_view::npos;
    absl::string_view line = bytes.substr(start, whole ? lf + 1 - start : lf);
    start += line.size();
    reading.size = start;
    reading.faults.merge(ByteFaults(line));
    if (!absl::ConsumeSuffix(&line, "\r\n")) continue;
    reading.complete = line.empty();
    if (line.empty()) continue;
    reading.faults.merge(LineFaults(line));
    reading.fields.push_back(ToField(line));
  }
  if (reading.fields.size() > kMaxFields) reading.faults.insert(Rejection::kTooManyFields);
  if (IsTooLarge(bytes.substr(0, reading.size), reading.complete)) {
    reading.faults.insert(Rejection::kFieldSectionTooLarge);
  }
  return reading;
}

}  // namespace prong
