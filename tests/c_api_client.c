/* A client of parser/c_api.h in C. Reads requests from standard input, each as its
 * size in decimal, a line feed and its bytes, and writes for each a line that says
 * all that the parser made of it, as tests/c_api_test.py spells it.
 */

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "parser/c_api.h"

static void PrintBytes(const char* name, const char* bytes, uint32_t size) {
  printf(" %s=", name);
  for (uint32_t i = 0; i < size; ++i) printf("%02x", (unsigned)(unsigned char)bytes[i]);
}

static void PrintSpan(const char* name, const char* buffer, prong_span span) {
  PrintBytes(name, buffer + span.offset, span.size);
}

static void PrintRequest(const char* buffer, const prong_request* request) {
  printf("request size=%" PRIu32 " method=%" PRId32 " target=%" PRId32, request->size,
         request->method, request->target);
  PrintSpan("line", buffer, request->line);
  PrintSpan("authority", buffer, request->authority);
  PrintBytes("path", request->path, request->path_size);
  PrintSpan("query", buffer, request->query);
  PrintSpan("host", buffer, request->host);
  printf(" directory=%" PRId32 " minor=%" PRId32 " chunked=%" PRId32 " length=%" PRIu64,
         request->names_directory, request->minor_version, request->chunked,
         request->content_length);
  printf(" continue=%" PRId32 " persistent=%" PRId32 " fields=%" PRIu32, request->expects_continue,
         request->persistent, request->field_count);
  for (uint32_t i = 0; i < request->field_count; ++i) {
    PrintSpan("name", buffer, request->fields[i].name);
    PrintSpan("value", buffer, request->fields[i].value);
  }
}

static void PrintOutcome(int32_t outcome, const char* buffer, const prong_request* request) {
  if (outcome == PRONG_REQUEST) {
    PrintRequest(buffer, request);
  } else if (outcome == PRONG_NEED_MORE) {
    printf("more");
  } else {
    printf("reject %" PRId32 " status %" PRId32, outcome, prong_rejection_status(outcome));
  }
  printf("\n");
}

/* The bytes of the next request, which the caller frees; NULL at the end. */
static char* ReadRequest(size_t* size) {
  if (scanf("%zu", size) != 1 || getchar() != '\n') return NULL;
  char* buffer = malloc(*size + 1);
  if (buffer == NULL || fread(buffer, 1, *size, stdin) != *size) abort();
  return buffer;
}

int main(void) {
  if (prong_abi_version() != PRONG_ABI_VERSION) return 1;
  prong_parser* parser = prong_parser_new();
  if (parser == NULL) return 1;
  static prong_request request;
  size_t size = 0;
  char* buffer = NULL;
  while ((buffer = ReadRequest(&size)) != NULL) {
    PrintOutcome(prong_parser_parse(parser, buffer, size, &request), buffer, &request);
    prong_parser_reset(parser);
    free(buffer);
  }
  prong_parser_free(parser);
  return 0;
}
