#pragma once

#include "base/result.h"
#include "engine/catalog.h"
#include "engine/requests.h"
#include "storage/store.h"

// Reads of items by key. Synchronous; with context.cache_only they answer kWouldBlock instead of
// waiting for a device.
namespace stator::engine {

base::Result<GetItemResult> ReadItem(storage::Store& store, const Catalog& catalog,
                                     const GetItemRequest& request, const CallContext& context);

base::Result<BatchGetItemResult> ReadItems(storage::Store& store, const Catalog& catalog,
                                           const BatchGetItemRequest& request,
                                           const CallContext& context);

// All items at one serializable point (T9).
base::Result<TransactGetItemsResult> ReadItemsTogether(storage::Store& store,
                                                       const Catalog& catalog,
                                                       const TransactGetItemsRequest& request,
                                                       const CallContext& context);

// The part of a record that a projection selects; the record itself without one.
base::Result<Record> ProjectRecord(std::string_view record,
                                   const std::optional<expression::Projection>& projection);

}  // namespace stator::engine
