#include "engine/item_change.h"

#include <algorithm>
#include <utility>

#include "engine/capacity.h"
#include "engine/item_key.h"
#include "engine/stream_record.h"
#include "engine/table.h"
#include "model/limits.h"
#include "storage/record.h"

namespace stator::engine {
namespace {

using model::IndexSchema;
using model::Item;
using model::TableSchema;
using storage::Mutations;

void CopyAttribute(const Item& from, const std::string& name, Item& to) {
  if (const model::AttributeValue* value = from.Find(name)) {
    to.Set(name, *value);
  }
}

void CopyKey(const Item& from, const model::KeySchema& key, Item& to) {
  for (const auto* attributes : {&key.partition, &key.sort}) {
    for (const model::KeyAttribute& attribute : *attributes) {
      CopyAttribute(from, attribute.name, to);
    }
  }
}

uint64_t BilledSize(std::string_view record) {
  const base::Result<uint64_t> size = storage::RecordSizeBytes(record);
  return size.ok() ? *size : 0;
}

// Adds what turns one entry of an index into another, and returns the write units (C2).
double AppendEntryChange(const TableSchema& schema, const IndexSchema& index,
                         std::optional<IndexEntry> before, std::optional<IndexEntry> after,
                         Mutations& mutations) {
  const auto before_bytes = before ? static_cast<int64_t>(before->size_bytes) : 0;
  const auto after_bytes = after ? static_cast<int64_t>(after->size_bytes) : 0;
  const bool same_key = before && after && before->key == after->key;
  if (same_key && before->record == after->record) {
    return 0;
  }
  double units = 0;
  if (same_key) {
    units = WriteUnits(std::max(before->size_bytes, after->size_bytes));
  } else {
    units =
        (before ? WriteUnits(before->size_bytes) : 0) + (after ? WriteUnits(after->size_bytes) : 0);
  }
  mutations.Add(ItemCounterOf(schema, &index), (after ? 1 : 0) - (before ? 1 : 0));
  mutations.Add(BytesCounterOf(schema, &index), after_bytes - before_bytes);
  if (before && !same_key) {
    mutations.Erase(std::move(before->key));
  }
  if (after) {
    mutations.Put(std::move(after->key), std::move(after->record));
  }
  return units;
}

double AppendIndexChange(const ItemChange& change, const IndexSchema& index, Mutations& mutations) {
  if (index.status == model::IndexStatus::kDeleting) {
    return 0;
  }
  const auto& missing = change.missing_entries;
  const bool is_missing = std::find(missing.begin(), missing.end(), index.id) != missing.end();
  const auto entry_of = [&](const ItemImage* image) -> std::optional<IndexEntry> {
    return image != nullptr ? IndexEntryOf(change.schema, index, *image->item) : std::nullopt;
  };
  return AppendEntryChange(change.schema, index,
                           is_missing ? std::nullopt : entry_of(change.before),
                           entry_of(change.after), mutations);
}

void AppendStreamChange(const ItemChange& change, Mutations& mutations) {
  const StreamTarget& target = *change.stream;
  const auto record_of = [](const ItemImage* image) {
    return image != nullptr ? std::optional<std::string_view>(image->record) : std::nullopt;
  };
  const auto encode = [&](StreamViewType view) {
    return EncodeStreamRecord({.view = view,
                               .key = change.schema.key,
                               .item = target.item,
                               .now_micros = target.now_micros,
                               .by_service = target.by_service,
                               .before = record_of(change.before),
                               .after = record_of(change.after)});
  };
  if (target.stream != nullptr) {
    mutations.Append(target.stream->LogOf(storage::GroupHash(change.row.partition)),
                     encode(target.stream->view));
  }
  for (const KinesisDestination& destination : target.destinations) {
    if (destination.TakesRecords()) {
      mutations.Append(destination.Log(), encode(StreamViewType::kNewAndOldImages));
    }
  }
}

// An arm without units is not reported (C2).
void AddIndexUnits(const IndexSchema& index, double units, ConsumedCapacity& capacity) {
  if (units > 0) {
    IndexArm(capacity, index.name, index.global).write += units;
  }
}

}  // namespace

double WriteUnits(uint64_t bytes) {
  const uint64_t units =
      (bytes + model::limits::kWriteUnitBytes - 1) / model::limits::kWriteUnitBytes;
  return static_cast<double>(std::max<uint64_t>(units, 1));
}

double ReadUnits(uint64_t bytes, bool consistent) {
  const uint64_t units =
      (bytes + model::limits::kReadUnitBytes - 1) / model::limits::kReadUnitBytes;
  return static_cast<double>(std::max<uint64_t>(units, 1)) * (consistent ? 1.0 : 0.5);
}

Item ProjectToIndex(const TableSchema& schema, const IndexSchema& index, const Item& item) {
  if (index.projection == model::ProjectionType::kAll) {
    return item;
  }
  Item projected;
  CopyKey(item, schema.key, projected);
  CopyKey(item, index.key, projected);
  for (const std::string& name : index.non_key_attributes) {
    CopyAttribute(item, name, projected);
  }
  return projected;
}

std::optional<IndexEntry> IndexEntryOf(const TableSchema& schema, const IndexSchema& index,
                                       const Item& item) {
  std::optional<storage::Key> key = IndexRowKey(schema, index, item);
  if (!key) {
    return std::nullopt;
  }
  std::string record = index.projection == model::ProjectionType::kAll
                           ? storage::EncodeRecord(item)
                           : storage::EncodeRecord(ProjectToIndex(schema, index, item));
  const uint64_t size = BilledSize(record);
  return IndexEntry{.key = std::move(*key), .record = std::move(record), .size_bytes = size};
}

storage::CounterId ItemCounterOf(const TableSchema& schema, const IndexSchema* index) {
  if (index == nullptr) {
    return {.space = schema.space, .which = kItemCounter};
  }
  return index->global ? storage::CounterId{.space = index->id, .which = kItemCounter}
                       : storage::CounterId{.space = schema.space, .which = 2 * index->id};
}

storage::CounterId BytesCounterOf(const TableSchema& schema, const IndexSchema* index) {
  storage::CounterId counter = ItemCounterOf(schema, index);
  counter.which += kBytesCounter;
  return counter;
}

void AppendItemChange(const ItemChange& change, Mutations& mutations, ConsumedCapacity& capacity) {
  const uint64_t before_bytes = change.before != nullptr ? BilledSize(change.before->record) : 0;
  const uint64_t after_bytes = change.after != nullptr ? BilledSize(change.after->record) : 0;
  capacity.table.write += change.table_factor * WriteUnits(std::max(before_bytes, after_bytes));
  if (change.before == nullptr && change.after == nullptr) {
    return;
  }
  if (change.before != nullptr && change.after != nullptr &&
      change.before->record == change.after->record) {
    return;
  }
  if (change.after != nullptr) {
    mutations.Put(change.row, std::string(change.after->record));
  } else {
    mutations.Erase(change.row);
  }
  mutations.Add(ItemCounterOf(change.schema, nullptr),
                (change.after != nullptr ? 1 : 0) - (change.before != nullptr ? 1 : 0));
  mutations.Add(BytesCounterOf(change.schema, nullptr),
                static_cast<int64_t>(after_bytes) - static_cast<int64_t>(before_bytes));
  for (const IndexSchema& index : change.schema.local_indexes) {
    AddIndexUnits(index, AppendIndexChange(change, index, mutations), capacity);
  }
  for (const IndexSchema& index : change.schema.global_indexes) {
    AddIndexUnits(index, AppendIndexChange(change, index, mutations), capacity);
  }
  if (change.schema.expiry_index) {
    // Nobody is charged for it.
    (void)AppendIndexChange(change, *change.schema.expiry_index, mutations);
  }
  if (change.stream != nullptr) {
    AppendStreamChange(change, mutations);
  }
}

void AppendMissingEntry(const TableSchema& schema, const IndexSchema& index, IndexEntry entry,
                        Mutations& mutations) {
  AppendEntryChange(schema, index, std::nullopt, std::move(entry), mutations);
}

}  // namespace stator::engine
