#pragma once

#include <CLI/App.hpp>

namespace stator::cli {

// Adds `simulate` to the commands of `iam`: whether policies in files allow a request. Parsing ends
// with CLI::RuntimeError when they do not, or when that cannot be told, which CLI::App::exit turns
// into the exit status.
void RegisterSimulate(CLI::App& iam);

}  // namespace stator::cli
