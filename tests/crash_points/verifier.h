#pragma once

#include "base/result.h"
#include "engine/engine.h"
#include "oracle.h"
#include "state.h"
#include "storage/store.h"

// Reads everything that a store has, and compares it with itself.
namespace stator::crash_points {

// Reads all tables and items. Fails when a read does.
base::Result<State> ReadState(engine::Engine& engine);

// Whether no index is being made any more.
bool IsBackfilled(engine::Engine& engine);

// Compares each readable index, the counts that DescribeTable gives, and what the table's stream
// makes with the items. `state` is
// what ReadState gave, and nothing may have been written since.
std::optional<Violation> CheckTables(engine::Engine& engine, const State& state);

// Checks that the spaces of dropped tables and indexes are empty. REQUIRES: the engine has been
// started and nothing was dropped since.
std::optional<Violation> CheckSpaces(engine::Engine& engine, storage::Store& store);

}  // namespace stator::crash_points
