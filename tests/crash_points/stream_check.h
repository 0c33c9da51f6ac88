#pragma once

#include <optional>
#include <set>

#include "engine/engine.h"
#include "oracle.h"
#include "state.h"
#include "storage/store.h"

// Reads the streams of a store, and compares them with the tables.
namespace stator::crash_points {

// Whether the changes in each table's stream, one after the other, make the table: none is missing,
// none is there twice, and each begins with what the one before it has left. `state` is what
// ReadState gave, and nothing may have been written since.
std::optional<Violation> CheckStreams(engine::Engine& engine, const State& state);

// The spaces of all streams, those of deleted tables included.
std::set<storage::Space> StreamSpaces(engine::Engine& engine);

}  // namespace stator::crash_points
