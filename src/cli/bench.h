#pragma once

#include <CLI/App.hpp>

namespace stator::cli {

// Adds `bench` and `bench load` to the commands of `app`: a load generator for any DynamoDB
// endpoint. A run that fails, or sees errors that load does not explain, ends parsing with
// CLI::RuntimeError, which CLI::App::exit turns into the exit status.
void RegisterBench(CLI::App& app);

}  // namespace stator::cli
