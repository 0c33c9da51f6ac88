#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "cli/client_tls.h"

namespace stator::cli {

// Asks a server at an IP address or "localhost" for `GET /`, over TLS when there is a `trust`.
// Fails, with a text for people, unless it says within seconds that it is healthy.
base::Result<void> CheckHealth(const std::string& host, uint16_t port,
                               const std::optional<Trust>& trust);

}  // namespace stator::cli
