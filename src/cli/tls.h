#pragma once

#include <CLI/App.hpp>

namespace stator::cli {

// Adds `stator tls`, which makes certificates.
void RegisterTls(CLI::App& app);

}  // namespace stator::cli
