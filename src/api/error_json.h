#pragma once

#include <string_view>

#include "api/call.h"
#include "base/error.h"

namespace stator::api {

// The answer that reports an error: its status, and the body with the exception's full name, the
// message, and what the error's detail adds (W2, W3, W5, W24). kWouldBlock becomes
// Response::retry_blocking. What went wrong inside the server is not told to the client.
Response ErrorResponse(const base::Error& error);

// The exception's name without its namespace, such as ValidationException.
std::string_view ErrorName(base::ErrorCode code);

}  // namespace stator::api
