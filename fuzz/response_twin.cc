#include "fuzz/response_twin.h"

#include <algorithm>
#include <initializer_list>

#include "absl/algorithm/container.h"
#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "fuzz/characters.h"
#include "fuzz/chunked_body_twin.h"
#include "fuzz/fields_twin.h"
#include "parser/rejection.h"

namespace prong {
namespace {

using Verdict = ResponseReading::Verdict;

// What the reader documents, in numbers of its own.
constexpr size_t kMostBytesOfStatusLine = 8192;
constexpr int kMostInterimResponses = 10;

class Reader {
 public:
  Reader(absl::string_view bytes, Method method) : rest_(bytes), method_(method) {}

  ResponseReading Read() {
    reading_.verdict = Responses();
    reading_.size = consumed_;
    return reading_;
  }

 private:
  void Pass(size_t size) {
    rest_.remove_prefix(size);
    consumed_ += size;
  }

  Verdict Responses() {
    for (int interim = 0; interim <= kMostInterimResponses; ++interim) {
      reading_.fields.clear();
      if (const Verdict verdict = StatusLine(); verdict != Verdict::kComplete) return verdict;
      if (const Verdict verdict = Fields(); verdict != Verdict::kComplete) return verdict;
      if (reading_.status == 101) return Verdict::kRefused;
      if (reading_.status >= 200) return Body();
    }
    return Verdict::kRefused;
  }

  Verdict StatusLine() {
    const size_t lf = rest_.find('\n');
    const bool whole = lf != absl::string_view::npos;
    absl::string_view line = rest_.substr(0, lf);
    const bool has_cr = absl::ConsumeSuffix(&line, "\r");
    if (line.size() > kMostBytesOfStatusLine) return Verdict::kRefused;
    if (!line.empty() && !IsMadeOf(line, IsFieldCharacter)) return Verdict::kRefused;
    if (!whole) return Verdict::kIncomplete;
    if (!has_cr || !StatusLineParts(line)) return Verdict::kRefused;
    Pass(lf + 1);
    return Verdict::kComplete;
  }

  bool StatusLineParts(absl::string_view line) {
    if (!absl::ConsumePrefix(&line, "HTTP/1.")) return false;
    if (line.size() < 6 || !IsDigit(line[0]) || line[1] != ' ' || line[5] != ' ') return false;
    if (line[2] < '1' || line[2] > '5' || !IsDigit(line[3]) || !IsDigit(line[4])) return false;
    reading_.minor_version = line[0] == '0' ? 0 : 1;
    reading_.status = (line[2] - '0') * 100 + (line[3] - '0') * 10 + (line[4] - '0');
    reading_.reason = line.substr(6);
    return true;
  }

  Verdict Fields() {
    const SectionReading section = ReadSection(rest_);
    if (!section.faults.empty()) return Verdict::kRefused;
    if (!section.complete) return Verdict::kIncomplete;
    reading_.fields = section.fields;
    Pass(section.size);
    return Verdict::kComplete;
  }

  Verdict Body() {
    const FieldsReading meaning = ReadFields(reading_.fields, reading_.minor_version);
    for (const Rejection fault :
         {Rejection::kContentLengthInvalid, Rejection::kContentLengthRepeated,
          Rejection::kContentLengthWithTransferEncoding, Rejection::kTransferEncodingInHttp10,
          Rejection::kTransferEncodingInvalid, Rejection::kTransferCodingUnknown}) {
      if (meaning.faults.count(fault) > 0) return Verdict::kRefused;
    }
    reading_.has_head = true;
    if (method_ == Method::kHead || reading_.status == 204 || reading_.status == 304) {
      return Verdict::kComplete;
    }
    if (meaning.framing.chunked) return ChunkedBody();
    const bool counted = absl::c_any_of(reading_.fields, [](const Field& field) {
      return absl::EqualsIgnoreCase(field.name, "Content-Length");
    });
    const absl::string_view body =
        counted ? rest_.substr(0, meaning.framing.content_length) : rest_;
    reading_.body = std::string(body);
    Pass(body.size());
    if (!counted) return Verdict::kUnbound;
    return body.size() == meaning.framing.content_length ? Verdict::kComplete
                                                         : Verdict::kIncomplete;
  }

  Verdict ChunkedBody() {
    const BodyReading body = ReadChunkedBody(rest_);
    reading_.body = body.data;
    Pass(body.position);
    switch (body.verdict) {
      case BodyReading::Verdict::kIncomplete:
        return Verdict::kIncomplete;
      case BodyReading::Verdict::kRefused:
        return Verdict::kRefused;
      case BodyReading::Verdict::kComplete:
        break;
    }
    return Verdict::kComplete;
  }

  absl::string_view rest_;
  const Method method_;
  size_t consumed_ = 0;
  ResponseReading reading_;
};

}  // namespace

ResponseReading ReadResponse(absl::string_view bytes, Method method) {
  return Reader(bytes, method).Read();
}

}  // namespace prong
