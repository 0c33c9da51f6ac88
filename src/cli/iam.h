#pragma once

#include <CLI/App.hpp>

namespace stator::cli {

// Adds `iam` and its commands, one for each administrative operation of a running server. One that
// fails ends parsing with CLI::RuntimeError.
void RegisterIam(CLI::App& app);

}  // namespace stator::cli
