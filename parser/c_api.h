/* prong's request parser for other languages, in C11.
 *
 *   prong_parser* parser = prong_parser_new();
 *   prong_request request;
 *   int outcome = prong_parser_parse(parser, buffer, size, &request);
 *   if (outcome == PRONG_REQUEST) ...   // the next request begins at buffer + request.size
 *   else if (outcome == PRONG_NEED_MORE) ...  // read more behind `buffer`, call again
 *   else prong_rejection_status(outcome);     // outcome is the number of a rejection
 *   prong_parser_free(parser);
 *
 * Ownership: the caller owns the parser, and frees it; the buffer, which is only
 * read; and the prong_request, which is only written. Nothing else is handed over.
 *
 * Lifetimes: a prong_request holds offsets into the buffer that was parsed, and a
 * pointer to a path in the parser: that is valid until the parser's next call.
 *
 * Threads: a parser is used by one at a time. No exception, signal or system call
 * comes out of prong_parser_parse, and no allocation.
 */

#ifndef PRONG_PARSER_C_API_H_
#define PRONG_PARSER_C_API_H_

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
#define PRONG_NOEXCEPT noexcept
extern "C" {
#else
#define PRONG_NOEXCEPT
#endif

/* Changes when a program that was compiled with another version would go wrong. A
 * program that loads the library checks that both are the same. */
#define PRONG_ABI_VERSION 1
int32_t prong_abi_version(void) PRONG_NOEXCEPT;

/* Outcomes of prong_parser_parse; any other is the number of a rejection, 10 to 99,
 * of docs/refusals.md. */
enum { PRONG_REQUEST = 0, PRONG_NEED_MORE = 1 };

enum {
  PRONG_METHOD_CONNECT = 0,
  PRONG_METHOD_DELETE = 1,
  PRONG_METHOD_GET = 2,
  PRONG_METHOD_HEAD = 3,
  PRONG_METHOD_OPTIONS = 4,
  PRONG_METHOD_PATCH = 5,
  PRONG_METHOD_POST = 6,
  PRONG_METHOD_PUT = 7,
  PRONG_METHOD_TRACE = 8,
  PRONG_METHOD_UNKNOWN = 9
};

/* RFC 9112 section 3.2. */
enum {
  PRONG_TARGET_ORIGIN = 0,
  PRONG_TARGET_ABSOLUTE = 1,
  PRONG_TARGET_AUTHORITY = 2,
  PRONG_TARGET_ASTERISK = 3
};

/* The most fields of a request. */
#define PRONG_MAX_FIELDS 100

/* A buffer of so many bytes holds every head that is accepted. */
#define PRONG_MAX_HEAD_SIZE 40964

/* Bytes of the buffer, from its start. What is not there is 0 bytes at 0. */
typedef struct prong_span {
  uint32_t offset;
  uint32_t size;
} prong_span;

typedef struct prong_field {
  prong_span name;
  prong_span value;
} prong_field;

/* A request as parser/request.h describes it. */
typedef struct prong_request {
  const char* path; /* in the parser; decoded, relative, without a terminator */
  uint64_t content_length;
  uint32_t path_size;
  uint32_t size;   /* of the head */
  prong_span line; /* without CRLF */
  prong_span authority;
  prong_span query;
  prong_span host;
  int32_t method;          /* PRONG_METHOD_... */
  int32_t target;          /* PRONG_TARGET_... */
  int32_t names_directory; /* this and what follows: 0 or 1 */
  int32_t minor_version;
  int32_t chunked;
  int32_t expects_continue;
  int32_t persistent;
  uint32_t field_count;
  prong_field fields[PRONG_MAX_FIELDS]; /* as many as field_count are written */
} prong_request;

typedef struct prong_parser prong_parser;

/* Compiles the grammar: slow, once. NULL, or the end of the process, if there is no
 * memory. */
prong_parser* prong_parser_new(void) PRONG_NOEXCEPT;

/* Does nothing for NULL. */
void prong_parser_free(prong_parser* parser) PRONG_NOEXCEPT;

/* Parses the head of the request at the start of the buffer. After PRONG_NEED_MORE
 * the next call must have the same buffer, with more bytes behind the same ones, or
 * follow a prong_parser_reset. `buffer` may be NULL if `size` is 0. `request` is
 * written only for PRONG_REQUEST. */
int32_t prong_parser_parse(prong_parser* parser, const char* buffer, size_t size,
                           prong_request* request) PRONG_NOEXCEPT;

/* Forgets a head that was begun. */
void prong_parser_reset(prong_parser* parser) PRONG_NOEXCEPT;

/* What docs/refusals.md says of a number: the HTTP status, the sentence and the RFC
 * section; 0 or NULL for a number that is none. The strings are static. */
int32_t prong_rejection_status(int32_t number) PRONG_NOEXCEPT;
const char* prong_rejection_sentence(int32_t number) PRONG_NOEXCEPT;
const char* prong_rejection_reference(int32_t number) PRONG_NOEXCEPT;

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* PRONG_PARSER_C_API_H_ */
