// What is true of every response, whatever it answers: for tests.

#ifndef PRONG_SERVER_RESPONSE_PROPERTIES_H_
#define PRONG_SERVER_RESPONSE_PROPERTIES_H_

#include "server/response.h"

namespace prong {

// Expects `response` to be one that a client reads as it was meant, RFC 9112 sections
// 4 and 5, and to have the fields that its status asks for and none that it forbids.
void ExpectSound(const Response& response);

}  // namespace prong

#endif  // PRONG_SERVER_RESPONSE_PROPERTIES_H_
