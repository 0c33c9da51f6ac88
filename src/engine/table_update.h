#pragma once

#include "base/result.h"
#include "engine/table.h"
#include "engine/table_requests.h"
#include "engine/table_settings.h"
#include "storage/store.h"

// What UpdateTable makes of a table. Everything here is pure.
namespace stator::engine {

// What can be said of the request without its table (V1).
base::Result<void> CheckUpdateRequest(const UpdateTableRequest& request);

// Whether the request adds an index and so needs a space for it.
bool CreatesIndex(const UpdateTableRequest& request);

// The table that the request makes of `current`, in the state UPDATING: a new index has
// `new_space`, is CREATING and waits for its backfill; a deleted one is DELETING. Fails with
// kResourceInUse, kLimitExceeded or kResourceNotFound when the table's state or indexes forbid the
// change. REQUIRES: CheckUpdateRequest passed.
base::Result<Table> UpdatedTable(const Table& current, const UpdateTableRequest& request,
                                 const ChangeContext& context, storage::Space new_space);

// kResourceInUse unless the table is ACTIVE.
base::Result<void> CheckNotInUse(const Table& table);

}  // namespace stator::engine
