#include "fuzz/http_parser_peer.h"

#include <http_parser.h>

#include <cstddef>
#include <cstdint>
#include <limits>

namespace prong {
namespace {

// The callbacks see each part in one piece, as the input is one piece; but a folded
// value in one for each of its lines.

PeerReading& ReadingOf(const http_parser* parser) {
  return *static_cast<PeerReading*>(parser->data);
}

int OnUrl(http_parser* parser, const char* at, size_t size) {
  ReadingOf(parser).target = absl::string_view(at, size);
  return 0;
}

int OnFieldName(http_parser* parser, const char* at, size_t size) {
  ReadingOf(parser).fields.push_back({absl::string_view(at, size), ""});
  return 0;
}

int OnFieldValue(http_parser* parser, const char* at, size_t size) {
  absl::string_view& value = ReadingOf(parser).fields.back().value;
  const char* const begin = value.empty() ? at : value.data();
  value = absl::string_view(begin, static_cast<size_t>(at + size - begin));
  return 0;
}

int OnHeadComplete(http_parser* parser) {
  PeerReading& reading = ReadingOf(parser);
  reading.verdict = Verdict::kAccepted;
  reading.method = http_method_str(static_cast<http_method>(parser->method));
  reading.major_version = parser->http_major;
  reading.minor_version = parser->http_minor;

  PeerMeaning& meaning = reading.meaning.emplace();
  meaning.framing.chunked = (parser->flags & F_CHUNKED) != 0;
  constexpr uint64_t kNone = std::numeric_limits<uint64_t>::max();
  if (parser->content_length != kNone) meaning.framing.content_length = parser->content_length;
  meaning.persistent = http_should_keep_alive(parser) != 0;

  http_parser_pause(parser, 1);
  return 0;
}

http_parser_settings Settings() {
  http_parser_settings settings;
  http_parser_settings_init(&settings);
  settings.on_url = OnUrl;
  settings.on_header_field = OnFieldName;
  settings.on_header_value = OnFieldValue;
  settings.on_headers_complete = OnHeadComplete;
  return settings;
}

}  // namespace

PeerReading ReadWithHttpParser(absl::string_view input) {
  static const http_parser_settings kSettings = Settings();
  PeerReading reading;
  reading.peer = Peer::kHttpParser;
  http_parser parser;
  http_parser_init(&parser, HTTP_REQUEST);
  parser.data = &reading;

  reading.size = http_parser_execute(&parser, &kSettings, input.data(), input.size());
  if (reading.verdict == Verdict::kAccepted) {
    // It paused before the last byte of the head, at which it may still refuse.
    http_parser_pause(&parser, 0);
    http_parser_execute(&parser, &kSettings, input.data() + reading.size, 1);
    ++reading.size;
  }
  if (HTTP_PARSER_ERRNO(&parser) != HPE_OK) {
    reading.verdict = Verdict::kRefused;
    reading.error = http_errno_name(HTTP_PARSER_ERRNO(&parser));
  }
  return reading;
}

}  // namespace prong
