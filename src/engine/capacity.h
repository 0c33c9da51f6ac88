#pragma once

#include <string>
#include <vector>

#include "engine/requests.h"

namespace stator::engine {

// Adds the units of `part` to those of `total`, arm by arm; the names stay.
void AddCapacity(const ConsumedCapacity& part, ConsumedCapacity& total);

// Adds the units of `part` to the list's entry of that table, which is appended when missing; the
// list keeps the order in which tables first appear.
void AddTableCapacity(const std::string& table, const ConsumedCapacity& part,
                      std::vector<ConsumedCapacity>& list);

// The arm of one index, added when missing.
CapacityUnits& IndexArm(ConsumedCapacity& capacity, const std::string& index, bool global);

}  // namespace stator::engine
