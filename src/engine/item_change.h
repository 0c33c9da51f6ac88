#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "engine/kinesis_destination.h"
#include "engine/requests.h"
#include "engine/stream.h"
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
  const model::Item* item = nullptr;  // may be null when the table has no indexes and no TTL
  std::string_view record;
};

// What a table's stream and its Kinesis destinations need to know of a change.
struct StreamTarget {
  const Stream* stream = nullptr;  // null when there is none
  std::span<const KinesisDestination> destinations = {};
  const model::Item& item;  // has the item's key, and perhaps more
  int64_t now_micros = 0;
  bool by_service = false;  // not by a user: an expired item (R4)
};

// A change of one item; null images mean no item.
struct ItemChange {
  const model::TableSchema& schema;
  const storage::Key& row;
  const ItemImage* before = nullptr;
  const ItemImage* after = nullptr;
  double table_factor = 1;  // 2 in transactions, which charge the table twice (C3)
  // Global indexes and the expiry index, by id, that a backfill has not yet given the entry of
  // `before`.
  std::span<const uint32_t> missing_entries;
  const StreamTarget* stream = nullptr;  // null when nobody wants records
};

// Adds to `mutations` what turns `before` into `after`: the item's row, the entries that differ, of
// indexes and of the expiry index, the counters, and the records of the stream and the
// destinations. A change that changes nothing adds nothing. Adds the write units to `capacity` (C1,
// C2). Pure. REQUIRES: CheckIndexKeys passed for `after`; images have items when the table has
// indexes or TTL.
void AppendItemChange(const ItemChange& change, storage::Mutations& mutations,
                      ConsumedCapacity& capacity);

// Adds the entry of an item that the index does not have yet, with its counters: one step of a
// backfill.
void AppendMissingEntry(const model::TableSchema& schema, const model::IndexSchema& index,
                        IndexEntry entry, storage::Mutations& mutations);

// Units of `bytes`, rounded up, at least one.
double WriteUnits(uint64_t bytes);
double ReadUnits(uint64_t bytes, bool consistent);

}  // namespace stator::engine
