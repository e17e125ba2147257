// What a connection must come to: the answers to all that a client sends, from what
// the parser says of the requests, by a walk along the bytes as if all had arrived
// at once. No socket, no file, no clock; framing is decided from the whole input.

#ifndef PRONG_FUZZ_CONNECTION_MODEL_H_
#define PRONG_FUZZ_CONNECTION_MODEL_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "fuzz/hostile_tree.h"
#include "fuzz/response_parser.h"
#include "parser/request.h"
#include "parser/request_parser.h"

namespace prong {

struct ExpectedAnswer {
  int status = 0;  // 200 for any answer about a file, until AtDate says which
  RequestMethod method = RequestMethod::kOther;
  HostileTree::Named file;    // that it is about, if it is about one
  std::vector<Field> fields;  // of the request, in the same case
  std::string parts;          // of the file, where the status is 206: the body
  std::string content_type;   // of `parts`
  std::string content_range;
  absl::string_view sentence;  // of the page, where there is one
  std::string location;        // where the status is 308
  absl::string_view connection;
  bool through_symlink = false;

  // Whether it is about a directory without an index, and which. Where directories are
  // listed this is not the answer, but ListedHrefs are what it has.
  bool is_directory = false;
  std::string path;
  bool ends_connection = false;  // by HTTP/1.0, which has no other end for such an answer

  // Whether the client asked for that, so that nothing is lost of what it sends on.
  bool asked_to_close = false;

  // What is logged of the request before it is escaped. Of one that was refused it
  // may be less, as the rest of the line need not have arrived.
  absl::string_view line;
  bool refused = false;
};

// The answers to a client that sends `input`, ends its side and reads all. Views
// `input` and `tree`.
std::vector<ExpectedAnswer> ExpectedAnswers(absl::string_view input, const HostileTree& tree,
                                            int64_t max_requests, RequestParser& parser);

// `answer` where the response is made at `now`, in seconds since 1970: what the
// preconditions and ranges of the request come to, RFC 9110 sections 13 and 14.
// `boundary` is between the parts of a response.
ExpectedAnswer AtDate(ExpectedAnswer answer, int64_t now, absl::string_view boundary);

// The links to the entries of a directory that is listed, in the order of their names.
std::vector<std::string> ListedHrefs(const HostileTree& tree, absl::string_view path);

// The page that a status other than 200 comes with.
std::string ExpectedPage(int status, absl::string_view reason, absl::string_view sentence);

// What is between the quotation marks of the log line for `answer`.
std::string ExpectedLoggedLine(const ExpectedAnswer& answer);

}  // namespace prong

#endif  // PRONG_FUZZ_CONNECTION_MODEL_H_
