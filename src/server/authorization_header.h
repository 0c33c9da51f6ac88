#pragma once

#include <optional>
#include <string_view>

#include "api/call.h"
#include "server/http_parser.h"

namespace stator::server {

// The refusal of a request whose signature is missing or incomplete in form, in the service's
// words; nullopt when there is something to verify. Says nothing about who signed.
std::optional<api::Response> RefuseUnsigned(const RequestHead& head);

}  // namespace stator::server
