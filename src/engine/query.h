#pragma once

#include <cstddef>

#include "base/result.h"
#include "engine/catalog.h"
#include "engine/requests.h"
#include "storage/store.h"

namespace stator::engine {

// One page of a Query. Synchronous; with context.cache_only it answers kWouldBlock instead of
// waiting for a device or reading a long page.
base::Result<PageResult> RunQuery(storage::Store& store, const Catalog& catalog,
                                  const QueryRequest& request, const CallContext& context);

// One page of a Scan, or of one of its segments; the same. `partitions` is
// EngineOptions::scan_partitions.
base::Result<PageResult> RunScan(storage::Store& store, const Catalog& catalog,
                                 const ScanRequest& request, const CallContext& context,
                                 size_t partitions);

}  // namespace stator::engine
