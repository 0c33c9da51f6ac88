#pragma once

#include "base/result.h"
#include "cli/serve_options.h"

namespace stator::cli {

// Serves until SIGTERM or SIGINT, then finishes what is in flight. Fails with a text for people
// when it cannot start.
base::Result<void> Serve(const ServeOptions& options);

}  // namespace stator::cli
