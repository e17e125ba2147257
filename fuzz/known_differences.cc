#include "fuzz/known_differences.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "fuzz/characters.h"
#include "fuzz/fields_twin.h"
#include "fuzz/method_names.h"
#include "fuzz/property.h"
#include "fuzz/request_line_twin.h"
#include "fuzz/target_properties.h"
#include "parser/limits.h"
#include "parser/request.h"

namespace prong {
namespace {

// What there is in the bytes of the input that the peer took for a head.

absl::string_view HeadOf(const Comparison& comparison) {
  return comparison.input.substr(0, comparison.theirs.size);
}

// Without its line end.
absl::string_view RequestLineOf(const Comparison& comparison) {
  absl::string_view head = HeadOf(comparison);
  head.remove_prefix(std::min(head.find_first_not_of("\r\n"), head.size()));
  return head.substr(0, head.find_first_of("\r\n"));
}

bool HasBareLf(const Comparison& comparison) {
  const absl::string_view head = HeadOf(comparison);
  for (size_t i = 0; i < head.size(); ++i) {
    if (head[i] == '\n' && (i == 0 || head[i - 1] != '\r')) return true;
  }
  return false;
}

bool HasBareCr(const Comparison& comparison) {
  const absl::string_view head = HeadOf(comparison);
  for (size_t i = 0; i < head.size(); ++i) {
    if (head[i] == '\r' && head.substr(i + 1, 1) != "\n") return true;
  }
  return false;
}

bool HasLongRequestLine(const Comparison& comparison) {
  return RequestLineOf(comparison).size() > kMaxRequestLineSize;
}

bool HasEmptyLines(const Comparison& comparison) {
  return absl::StartsWith(comparison.input, "\r\n\r\n");
}

bool HasMoreSpaces(const Comparison& comparison) {
  return absl::StrContains(RequestLineOf(comparison), "  ");
}

bool HasNoVersion(const Comparison& comparison) {
  return comparison.theirs.minor_version == 9 &&
         absl::EndsWith(RequestLineOf(comparison), comparison.theirs.target);
}

bool HasOtherProtocol(const Comparison& comparison) {
  const std::vector<absl::string_view> words = absl::StrSplit(RequestLineOf(comparison), ' ');
  return !HasNoVersion(comparison) && !absl::StartsWith(words.back(), "HTTP/");
}

// From the end of the request line.
absl::string_view SectionOf(const Comparison& comparison) {
  const absl::string_view head = HeadOf(comparison);
  const auto line_end = static_cast<size_t>(RequestLineOf(comparison).end() - head.begin());
  return head.substr(std::min(head.find('\n', line_end), head.size() - 1) + 1);
}

// A section that ends in LF alone lacks a byte.
bool HasLargeSection(const Comparison& comparison) {
  const absl::string_view section = SectionOf(comparison);
  return section.size() + (absl::EndsWith(section, "\n\n") ? 1 : 0) > kMaxFieldSectionSize;
}

// Folded lines count: the parser does not look whether one too many is one.
bool HasManyFieldLines(const Comparison& comparison) {
  size_t count = 0;
  for (const absl::string_view line : absl::StrSplit(SectionOf(comparison), '\n')) {
    if (!line.empty() && line != "\r") ++count;
  }
  return count > kMaxFields;
}

bool HasFoldedLine(const Comparison& comparison) {
  return absl::StrContains(HeadOf(comparison), "\n ") ||
         absl::StrContains(HeadOf(comparison), "\n\t");
}

// What there is in the parts that the peer made of it.

bool HasMethodThatIsNoToken(const Comparison& comparison) {
  return !IsMadeOf(comparison.theirs.method, IsTokenCharacter);
}

bool HasTargetThatIsNone(const Comparison& comparison) {
  return std::holds_alternative<Rejection>(
      ReadRequestLine(absl::StrCat("GET ", comparison.theirs.target, " HTTP/1.1")));
}

bool HasOtherMajorVersion(const Comparison& comparison) {
  return comparison.theirs.major_version != 1;
}

// The fault that the parser names, found by the twin.
bool HasThatTargetFault(const Comparison& comparison) {
  const std::set<Rejection> faults =
      TargetFaults(MethodNamed(comparison.theirs.method), comparison.theirs.target);
  return faults.count(std::get<Rejection>(comparison.ours)) == 1;
}

bool HasControlAtStartOfValue(const Comparison& comparison) {
  return absl::c_any_of(comparison.theirs.fields, [](const Field& field) {
    return !field.value.empty() && !IsFieldCharacter(field.value[0]);
  });
}

bool HasSpaceInName(const Comparison& comparison) {
  return absl::c_any_of(comparison.theirs.fields, [](const Field& field) {
    return absl::StrContains(WithoutSpaceAround(field.name), ' ');
  });
}

bool HasSpaceBehindName(const Comparison& comparison) {
  return absl::c_any_of(comparison.theirs.fields,
                        [](const Field& field) { return absl::EndsWith(field.name, " "); });
}

std::vector<Field> WithoutSpaceAroundValues(std::vector<Field> fields) {
  for (Field& field : fields) field.value = WithoutSpaceAround(field.value);
  return fields;
}

// The fault that the parser names, found by the twin.
bool HasThatFieldFault(const Comparison& comparison) {
  const std::vector<Field> fields = WithoutSpaceAroundValues(comparison.theirs.fields);
  const FieldsReading reading = ReadFields(fields, comparison.theirs.minor_version);
  return reading.faults.count(std::get<Rejection>(comparison.ours)) == 1;
}

// Of requests that the parser accepts.

bool HasSpaceBehindValue(const Comparison& comparison) {
  const std::vector<Field> fields = WithoutSpaceAroundValues(comparison.theirs.fields);
  return absl::c_equal(std::get<Request>(comparison.ours).fields, fields,
                       [](const Field& ours, const Field& theirs) {
                         return ours.name == theirs.name && ours.value == theirs.value;
                       });
}

bool HasOtherMethod(const Comparison& comparison) {
  return std::get<Request>(comparison.ours).method == Method::kUnknown &&
         comparison.theirs.error == "HPE_INVALID_METHOD";
}

bool HasLaterMinorVersion(const Comparison& comparison) {
  return std::get<Request>(comparison.ours).minor_version == 1 &&
         comparison.theirs.major_version == 1 && comparison.theirs.minor_version > 1;
}

// Whether `holds` for the line of a field called `name`, from the start of its value.
template <typename Predicate>
bool HasLine(const Comparison& comparison, absl::string_view name, const Predicate& holds) {
  return absl::c_any_of(std::get<Request>(comparison.ours).fields, [&](const Field& field) {
    const auto start = static_cast<size_t>(field.value.data() - comparison.input.data());
    const absl::string_view rest = comparison.input.substr(start);
    return absl::EqualsIgnoreCase(field.name, name) && holds(rest.substr(0, rest.find('\r')));
  });
}

bool HasTab(absl::string_view text) { return absl::StrContains(text, '\t'); }

bool HasTabBehindContentLength(const Comparison& comparison) {
  return comparison.theirs.error == "HPE_INVALID_CONTENT_LENGTH" &&
         HasLine(comparison, "Content-Length", HasTab);
}

bool HasTabBehindChunked(const Comparison& comparison) {
  return comparison.theirs.error == "HPE_INVALID_TRANSFER_ENCODING" &&
         HasLine(comparison, "Transfer-Encoding", HasTab);
}

// In which case http-parser misses the chunked coding, or a Content-Length is too much.
bool HasLongerNameThanTransferEncoding(const Comparison& comparison) {
  constexpr absl::string_view kName = "Transfer-Encoding";
  const absl::string_view error = comparison.theirs.error;
  return (error == "HPE_INVALID_TRANSFER_ENCODING" || error == "HPE_UNEXPECTED_CONTENT_LENGTH") &&
         absl::c_any_of(std::get<Request>(comparison.ours).fields, [&](const Field& field) {
           return absl::StartsWithIgnoreCase(field.name, kName) && field.name.size() > kName.size();
         });
}

bool HasTabAroundConnectionOption(const Comparison& comparison) {
  return HasLine(comparison, "Connection", HasTab);
}

// Whether an option in Connection makes `is_other` hold.
template <typename Predicate>
bool HasConnectionOption(const Comparison& comparison, const Predicate& is_other) {
  return HasLine(comparison, "Connection", [&](absl::string_view line) {
    const std::vector<absl::string_view> options = absl::StrSplit(line, ',');
    return absl::c_any_of(
        options, [&](absl::string_view option) { return is_other(WithoutSpaceAround(option)); });
  });
}

bool HasEmptyConnectionOption(const Comparison& comparison) {
  return HasConnectionOption(comparison, [](absl::string_view option) { return option.empty(); });
}

bool HasConnectionOptionThatIsNoToken(const Comparison& comparison) {
  return HasConnectionOption(comparison, [](absl::string_view option) {
    return !option.empty() && !IsTokenCharacter(option[0]);
  });
}

bool HasConnectionOptionWithUnderscore(const Comparison& comparison) {
  return HasConnectionOption(
      comparison, [](absl::string_view option) { return absl::StartsWith(option, "_"); });
}

bool HasCutConnectionOption(const Comparison& comparison) {
  return HasConnectionOption(comparison, [](absl::string_view option) {
    for (const absl::string_view word : {"close", "keep-alive", "upgrade"}) {
      if (option.size() < word.size() && absl::StartsWithIgnoreCase(word, option)) {
        return !option.empty();
      }
    }
    return false;
  });
}

bool HasCloseInHttp10(const Comparison& comparison) {
  return std::get<Request>(comparison.ours).minor_version == 0 &&
         HasConnectionOption(comparison, [](absl::string_view option) {
           return absl::EqualsIgnoreCase(option, "close");
         });
}

bool HasProxyConnection(const Comparison& comparison) {
  return HasLine(comparison, "Proxy-Connection", [](absl::string_view) { return true; });
}

constexpr Peers kBoth = Peers::kBoth;
constexpr Peers kHttpParser = Peers::kHttpParser;
constexpr Peers kPicohttpparser = Peers::kPicohttpparser;

constexpr KnownDifference kKnownDifferences[] = {
    {"smuggling_bare_lf_in_field", kBoth, Aspect::kAcceptance, Rejection::kBareLf,
     "LF alone ends a line.", "RFC 9112 section 2.2", HasBareLf},
    {"head_ends_in_cr", kHttpParser, Aspect::kAcceptance, Rejection::kBareCr,
     "Any byte may follow the CR of an empty line.", "RFC 9112 section 2.2", HasBareCr},

    {"size_request_line_over_limit", kBoth, Aspect::kAcceptance, Rejection::kRequestLineTooLong,
     "A request line has no limit of its own.", "RFC 9112 section 3", HasLongRequestLine},
    {"request_behind_two_empty_lines", kHttpParser, Aspect::kAcceptance,
     Rejection::kRequestLineMalformed, "Any number of empty lines may precede a request.",
     "RFC 9112 section 2.2", HasEmptyLines},
    {"line_two_spaces", kHttpParser, Aspect::kAcceptance, Rejection::kRequestLineMalformed,
     "More than one space may separate the words of a request line.", "RFC 9112 section 3",
     HasMoreSpaces},
    {"line_without_version", kHttpParser, Aspect::kAcceptance, Rejection::kRequestLineMalformed,
     "A request line without a version is one of HTTP/0.9, and fields may follow it.",
     "RFC 9112 section 3", HasNoVersion},
    {"line_other_protocol", kHttpParser, Aspect::kAcceptance, Rejection::kRequestLineMalformed,
     "Of the name of the protocol only the first letter is looked at.", "RFC 9112 section 2.3",
     HasOtherProtocol},
    {"method_not_a_token", kPicohttpparser, Aspect::kAcceptance, Rejection::kRequestLineMalformed,
     "A method may be empty or hold separators.", "RFC 9110 section 9.1", HasMethodThatIsNoToken},
    {"target_quote", kBoth, Aspect::kAcceptance, Rejection::kRequestLineMalformed,
     "A target may hold bytes that no URI does.", "RFC 9112 section 3.2", HasTargetThatIsNone},
    {"version_2", kHttpParser, Aspect::kAcceptance, Rejection::kVersionUnsupported,
     "The major version may be any digit.", "RFC 9110 section 15.6.6", HasOtherMajorVersion},

    {"target_asterisk_form_for_get", kBoth, Aspect::kAcceptance, Rejection::kTargetFormNotForMethod,
     "Each method may have a target of each form.", "RFC 9112 section 3.2", HasThatTargetFault},
    {"target_absolute_form_https", kBoth, Aspect::kAcceptance, Rejection::kTargetSchemeUnsupported,
     "A target may be of any scheme.", "RFC 9110 section 7.4", HasThatTargetFault},
    {"target_absolute_form_user_information", kBoth, Aspect::kAcceptance,
     Rejection::kTargetAuthorityInvalid, "The authority of a target is not checked.",
     "RFC 9110 section 4.2.1", HasThatTargetFault},
    {"path_with_caret", kBoth, Aspect::kAcceptance, Rejection::kTargetCharacterInvalid,
     "A path may hold characters that must be percent-encoded.", "RFC 3986 section 3.3",
     HasThatTargetFault},
    {"target_percent_not_hexadecimal", kBoth, Aspect::kAcceptance,
     Rejection::kTargetPercentEncodingInvalid, "Percent-encoding is not checked.",
     "RFC 3986 section 2.1", HasThatTargetFault},
    {"nul_encoded", kBoth, Aspect::kAcceptance, Rejection::kTargetNul,
     "Percent-encoding is not decoded, so that a NUL in it is not seen.", "RFC 3986 section 7.3",
     HasThatTargetFault},
    {"traversal_encoded_slash", kBoth, Aspect::kAcceptance, Rejection::kTargetEncodedSlash,
     "Percent-encoding is not decoded, so that a slash in it is not seen.", "RFC 3986 section 7.3",
     HasThatTargetFault},
    {"traversal_dot_dot", kBoth, Aspect::kAcceptance, Rejection::kTargetClimbs,
     "Dot segments are not resolved, so that a climb is not seen.", "RFC 9110 section 17.3",
     HasThatTargetFault},

    {"size_fields_over_limit", kBoth, Aspect::kAcceptance, Rejection::kFieldSectionTooLarge,
     "A header section has no limit, or a higher one.", "RFC 6585 section 5", HasLargeSection},
    {"size_fields_over_count_limit", kHttpParser, Aspect::kAcceptance, Rejection::kTooManyFields,
     "The number of fields has no limit.", "RFC 6585 section 5", HasManyFieldLines},
    {"value_begins_with_control", kHttpParser, Aspect::kAcceptance,
     Rejection::kFieldLineInvalidByte, "The first byte of a field value may be any but a line end.",
     "RFC 9110 section 5.5", HasControlAtStartOfValue},
    {"smuggling_folded_line", kBoth, Aspect::kAcceptance, Rejection::kFieldLineFolded,
     "A line that begins with white space goes on with the line before.", "RFC 9112 section 5.2",
     HasFoldedLine},
    {"name_with_space", kHttpParser, Aspect::kAcceptance, Rejection::kFieldNameInvalid,
     "A space may stand within a field name.", "RFC 9110 section 5.1", HasSpaceInName},
    {"smuggling_space_before_colon", kHttpParser, Aspect::kAcceptance, Rejection::kSpaceBeforeColon,
     "A space may stand between a field name and its colon.", "RFC 9112 section 5.1",
     HasSpaceBehindName},

    {"host_missing", kBoth, Aspect::kAcceptance, Rejection::kHostMissing,
     "A request without Host is left to the caller.", "RFC 9112 section 3.2", HasThatFieldFault},
    {"host_repeated", kBoth, Aspect::kAcceptance, Rejection::kHostRepeated,
     "A request with more than one Host is left to the caller.", "RFC 9112 section 3.2",
     HasThatFieldFault},
    {"host_port_too_large", kBoth, Aspect::kAcceptance, Rejection::kHostInvalid,
     "The value of Host is left to the caller.", "RFC 9112 section 3.2", HasThatFieldFault},
    {"expect_unknown", kBoth, Aspect::kAcceptance, Rejection::kExpectationUnknown,
     "Expectations are left to the caller.", "RFC 9110 section 10.1.1", HasThatFieldFault},
    {"content_length_over_limit", kBoth, Aspect::kAcceptance, Rejection::kContentLengthInvalid,
     "http-parser takes lengths up to almost 2^64, and picohttpparser leaves them to its caller.",
     "RFC 9110 section 8.6", HasThatFieldFault},
    {"smuggling_content_length_twice", kPicohttpparser, Aspect::kAcceptance,
     Rejection::kContentLengthRepeated, "The framing of the body is left to the caller.",
     "RFC 9110 section 8.6", HasThatFieldFault},
    {"smuggling_content_length_and_chunked", kPicohttpparser, Aspect::kAcceptance,
     Rejection::kContentLengthWithTransferEncoding,
     "The framing of the body is left to the caller.", "RFC 9112 section 6.1", HasThatFieldFault},
    {"smuggling_transfer_encoding_http10", kBoth, Aspect::kAcceptance,
     Rejection::kTransferEncodingInHttp10, "HTTP/1.0 may have transfer codings.",
     "RFC 9112 section 6.1", HasThatFieldFault},
    {"transfer_encoding_parameter", kBoth, Aspect::kAcceptance, Rejection::kTransferEncodingInvalid,
     "Of transfer codings it matters at most whether the last one is chunked.",
     "RFC 9112 section 6.1", HasThatFieldFault},
    {"transfer_encoding_gzip", kBoth, Aspect::kAcceptance, Rejection::kTransferCodingUnknown,
     "Of transfer codings it matters at most whether the last one is chunked.",
     "RFC 9112 section 6.1", HasThatFieldFault},

    {"request_unknown_method", kHttpParser, Aspect::kAcceptance, std::nullopt,
     "A method that is not on the list is refused; the parser has the server answer 501.",
     "RFC 9110 section 9.1", HasOtherMethod},
    {"content_length_tab", kHttpParser, Aspect::kAcceptance, std::nullopt,
     "A tab behind a Content-Length is a part of it.", "RFC 9112 section 5.1",
     HasTabBehindContentLength},
    {"transfer_encoding_tab", kHttpParser, Aspect::kAcceptance, std::nullopt,
     "A tab behind a transfer coding is a part of it.", "RFC 9112 section 5.1",
     HasTabBehindChunked},
    {"transfer_encodings", kHttpParser, Aspect::kAcceptance, std::nullopt,
     "A field whose name begins with Transfer-Encoding forbids other framings.",
     "RFC 9110 section 5.1", HasLongerNameThanTransferEncoding},
    {"request_http12_counts_as_11", kBoth, Aspect::kVersion, std::nullopt,
     "A minor version above 1 is kept.", "RFC 9110 section 2.5", HasLaterMinorVersion},
    {"request_field_values_with_space_and_obs_text", kBoth, Aspect::kFields, std::nullopt,
     "White space behind a field value is a part of it.", "RFC 9112 section 5.1",
     HasSpaceBehindValue},
    {"connection_tab", kHttpParser, Aspect::kPersistence, std::nullopt,
     "A tab around an option of Connection is a part of it.", "RFC 9110 section 5.6.1",
     HasTabAroundConnectionOption},
    {"connection_empty_element", kHttpParser, Aspect::kPersistence, std::nullopt,
     "Options of Connection behind an empty one are not looked at.", "RFC 9110 section 5.6.1",
     HasEmptyConnectionOption},
    {"connection_not_a_token", kHttpParser, Aspect::kPersistence, std::nullopt,
     "Options of Connection behind one that is no token are not looked at.",
     "RFC 9110 section 7.6.1", HasConnectionOptionThatIsNoToken},
    {"connection_underscore", kHttpParser, Aspect::kPersistence, std::nullopt,
     "Options of Connection behind one that begins with an underscore are not looked at.",
     "RFC 9110 section 7.6.1", HasConnectionOptionWithUnderscore},
    {"connection_option_cut", kHttpParser, Aspect::kPersistence, std::nullopt,
     "An option of Connection that is a beginning of close, keep-alive or upgrade hides the next.",
     "RFC 9110 section 7.6.1", HasCutConnectionOption},
    {"connection_close_http10", kHttpParser, Aspect::kPersistence, std::nullopt,
     "In HTTP/1.0, keep-alive is stronger than close.", "RFC 9112 section 9.3", HasCloseInHttp10},
    {"proxy_connection", kHttpParser, Aspect::kPersistence, std::nullopt,
     "Proxy-Connection is another name of Connection.", "RFC 9110 section 7.6.1",
     HasProxyConnection},
};

// The parser's refusal, or nothing.
std::optional<Rejection> RejectionOf(const Comparison& comparison) {
  const auto* rejection = std::get_if<Rejection>(&comparison.ours);
  return rejection == nullptr ? std::nullopt : std::make_optional(*rejection);
}

}  // namespace

absl::Span<const KnownDifference> KnownDifferences() { return kKnownDifferences; }

const KnownDifference* Explanation(absl::Span<const KnownDifference> table,
                                   const Comparison& comparison, Aspect aspect) {
  if (std::holds_alternative<NeedMore>(comparison.ours)) return nullptr;
  const auto* row = absl::c_find_if(table, [&](const KnownDifference& known) {
    return Includes(known.peers, comparison.theirs.peer) && known.aspect == aspect &&
           known.rejection == RejectionOf(comparison) && known.is_cause(comparison);
  });
  return row == table.end() ? nullptr : row;
}

void RequireExplained(absl::Span<const KnownDifference> table, const Comparison& comparison) {
  for (const Aspect aspect : DifferingAspects(comparison)) {
    const std::string property = absl::StrCat("a difference from ", NameOf(comparison.theirs.peer),
                                              " in ", NameOf(aspect), " is a known one");
    Require(Explanation(table, comparison, aspect) != nullptr, property.c_str());
  }
}

}  // namespace prong
