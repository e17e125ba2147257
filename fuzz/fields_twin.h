// The header section a second time, RFC 9112 sections 5 and 6: lines found in the
// whole of it, not byte by byte as they arrive, and all that is wrong with it rather
// than what is noticed first.

#ifndef PRONG_FUZZ_FIELDS_TWIN_H_
#define PRONG_FUZZ_FIELDS_TWIN_H_

#include <cstddef>
#include <set>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "parser/rejection.h"
#include "parser/request.h"

namespace prong {

struct FieldsReading {
  // All that is wrong. A refusal names one of them; without any the fields are
  // accepted, and mean the following.
  std::set<Rejection> faults;

  absl::string_view host;  // the value of Host
  Framing framing;
  bool expects_continue = false;
  bool persistent = false;
};

// What `fields` say of host, body and connection in a request of HTTP/1.`minor_version`.
FieldsReading ReadFields(absl::Span<const Field> fields, int minor_version);

struct SectionReading {
  std::set<Rejection> faults;  // of lines and limits
  bool complete = false;       // whether the empty line is there
  std::vector<Field> fields;   // if complete and without a fault
  size_t size = 0;             // if complete
};

// Reads the header section at the start of `bytes`.
SectionReading ReadSection(absl::string_view bytes);

}  // namespace prong

#endif  // PRONG_FUZZ_FIELDS_TWIN_H_
