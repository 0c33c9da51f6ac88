#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"

namespace stator::cli {

// Asks a server at an IP address or "localhost" for `GET /`. Fails, with a text for people, unless
// it says within seconds that it is healthy.
base::Result<void> CheckHealth(const std::string& host, uint16_t port);

}  // namespace stator::cli
