#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/requests.h"
#include "model/attribute_value.h"
#include "model/table_schema.h"
#include "storage/store.h"

// What one item's change writes. Every writer of items (put, update, delete, batch, transaction,
// backfill) ends here, so that rows, index entries, counters and capacity cannot diverge.
namespace stator::engine {

// An index's entry for one item: the projected attributes under the index's key.
struct IndexEntry {
  storage::Key key;
  std::string record;
  uint64_t size_bytes = 0;  // as billed
};

// The entry of `item` in the index; nullopt when the item is not in it (Q8, L6).
std::optional<IndexEntry> IndexEntryOf(const model::TableSchema& schema,
                                       const model::IndexSchema& index, const model::Item& item);

// The part of an item that the index projects.
model::Item ProjectToIndex(const model::TableSchema& schema, const model::IndexSchema& index,
                           const model::Item& item);

// The counters of an index.
storage::CounterId ItemCounterOf(const model::TableSchema& schema, const model::IndexSchema* index);
storage::CounterId BytesCounterOf(const model::TableSchema& schema,
                                  const model::IndexSchema* index);

// An item before or after a change.
struct ItemImage {
  const model::Item* item = nullptr;  // may be null when the table has no indexes
  std::string_view record;
};

// Adds to `mutations` what turns `before` into `after` (null: no item) under `row`: the item's
// row, the index entries that differ, and the counters. A change that changes nothing adds nothing.
// Adds to `capacity` the write units (C1, C2); transactions pass 2 as `table_factor` (C3). Pure.
// REQUIRES: CheckIndexKeys passed for `after`; images have items when the table has indexes.
void AppendItemChange(const model::TableSchema& schema, const storage::Key& row,
                      const ItemImage* before, const ItemImage* after, double table_factor,
                      storage::Mutations& mutations, ConsumedCapacity& capacity);

}  // namespace stator::engine
