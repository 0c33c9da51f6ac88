#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "engine/table.h"
#include "engine/table_requests.h"
#include "storage/store.h"

// What UpdateTimeToLive makes of a table, and what DescribeTimeToLive tells of it. Everything here
// is pure. The state of TTL is that of the table's expiry index: CREATING is ENABLING, ACTIVE is
// ENABLED, DELETING is DISABLING, and none is DISABLED.
namespace stator::engine {

// What a change of TTL needs to know of the world.
struct TimeToLiveContext {
  int64_t now_micros = 0;
  int64_t pause_micros = 0;      // how long after a change the next one is refused
  storage::Space new_space = 0;  // of a new expiry index
};

// The table that the request makes of `current`: with a new expiry index that waits for its
// backfill, or with one that is DELETING. Fails with ValidationException in the service's words
// when TTL is already as wanted, or is active on another attribute, or was changed lately (R13),
// and with kResourceInUse when the table is being created or deleted.
base::Result<Table> WithTimeToLive(const Table& current, const TimeToLiveSpec& spec,
                                   const TimeToLiveContext& context);

// ENABLING, ENABLED, DISABLING or DISABLED, with the attribute unless DISABLED. Fails with
// ValidationException when the table is being created or deleted.
base::Result<TimeToLiveDescription> DescribeTimeToLiveOf(const Table& table);

}  // namespace stator::engine
