#pragma once

#include <CLI/App.hpp>

namespace stator::cli {

// Adds `stator tail`, which prints a table's changes as they happen.
void RegisterTail(CLI::App& app);

}  // namespace stator::cli
