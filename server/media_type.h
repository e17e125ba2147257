// The media type of a file by the extension of its name, for Content-Type, RFC
// 9110 section 8.3: as in server/mime.types, else as in Debian's media-types when this
// was built.

#ifndef PRONG_SERVER_MEDIA_TYPE_H_
#define PRONG_SERVER_MEDIA_TYPE_H_

#include "absl/strings/string_view.h"

namespace prong {

// A type of static storage, with `charset=utf-8` if it is text. The extension is
// what follows the last dot of the last segment, in any case of letters; a name
// without one, or of an unknown one, is "application/octet-stream".
absl::string_view MediaTypeOf(absl::string_view path);

}  // namespace prong

#endif  // PRONG_SERVER_MEDIA_TYPE_H_
