#include "fuzz/picohttpparser_peer.h"

#include <cstddef>

#include "parser/limits.h"

// Of picohttpparser.h, which Debian does not package.
extern "C" {

struct phr_header {
  const char* name;  // null for a folded line
  size_t name_len;
  const char* value;
  size_t value_len;
};

// The size of the head, -1 for none that is right, or -2 for one that is not complete.
int phr_parse_request(const char* buf, size_t len, const char** method, size_t* method_len,
                      const char** path, size_t* path_len, int* minor_version, phr_header* headers,
                      size_t* num_headers, size_t last_len);

}  // extern "C"

namespace prong {

PeerReading ReadWithPicohttpparser(absl::string_view input) {
  const char* method = nullptr;
  const char* target = nullptr;
  size_t method_size = 0;
  size_t target_size = 0;
  phr_header fields[kMaxFields];
  size_t field_count = kMaxFields;

  PeerReading reading;
  reading.peer = Peer::kPicohttpparser;
  const int size = phr_parse_request(input.data(), input.size(), &method, &method_size, &target,
                                     &target_size, &reading.minor_version, fields, &field_count, 0);
  if (size < 0) {
    reading.verdict = size == -1 ? Verdict::kRefused : Verdict::kUndecided;
    return reading;
  }
  reading.verdict = Verdict::kAccepted;
  reading.size = static_cast<size_t>(size);
  reading.method = absl::string_view(method, method_size);
  reading.target = absl::string_view(target, target_size);
  for (size_t i = 0; i < field_count; ++i) {
    reading.fields.push_back({absl::string_view(fields[i].name, fields[i].name_len),
                              absl::string_view(fields[i].value, fields[i].value_len)});
  }
  return reading;
}

}  // namespace prong
