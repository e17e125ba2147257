#include "server/response_options.h"

#include <utility>

namespace prong {

Response Customized(Response response, const ResponseOptions& options) {
  response.cors_origin = options.cors_origin;
  response.field_lines = options.field_lines;
  const auto page = options.error_pages.find(response.status);
  if (page != options.error_pages.end()) {
    response.page = page->second;
    response.content_length = response.page.size();
  }
  return response;
}

}  // namespace prong
