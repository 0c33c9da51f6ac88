#include "engine/item_write.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "engine/item_change.h"
#include "engine/item_key.h"
#include "model/item_size.h"
#include "model/limits.h"
#include "storage/record.h"

namespace stator::engine {
namespace {

using model::Item;
using model::TableSchema;

constexpr char kItemTooLarge[] = "Item size has exceeded the maximum allowed size";
constexpr char kUpdateTooLarge[] = "Item size to update has exceeded the maximum allowed size";
constexpr double kTransactionFactor = 2;  // C3
constexpr double kGigabyte = 1024.0 * 1024 * 1024;

base::Result<void> CheckUpdatePaths(const TableSchema& schema, const expression::Update& update) {
  for (const expression::Path& path : update.paths()) {
    if (schema.key.Find(path.attribute()) != nullptr) {
      return base::ValidationError(
          "One or more parameter values were invalid: Cannot update attribute " + path.attribute() +
          ". This attribute is part of the key");
    }
    STATOR_RETURN_IF_ERROR(CheckScalarKeys(schema, path));
  }
  base::Result<void> result;
  update.ForEachReadPath([&](const expression::Path& path) {
    if (result.ok()) {
      result = CheckScalarKeys(schema, path);
    }
  });
  return result;
}

base::Result<void> CheckPut(const WriteAction& action, WriteOrigin origin,
                            const TableSchema& schema) {
  if (base::Result<void> key = CheckItemKey(schema, action.item); !key.ok()) {
    // Batches have one message for all misfits (C8).
    return origin == WriteOrigin::kBatch
               ? base::ValidationError("The provided key element does not match the schema")
               : std::move(key).error();
  }
  STATOR_RETURN_IF_ERROR(CheckKeyValues(schema.key, action.item));
  return CheckIndexKeys(schema, WriteKind::kPut, nullptr, action.item);
}

bool HasIndexes(const TableSchema& schema) {
  return !schema.local_indexes.empty() || !schema.global_indexes.empty() || schema.expiry_index;
}

// The item that a put or an update leaves. That of a put stands in the planned write already.
struct AfterImage {
  std::optional<Item> item;
  std::string encoded;

  const Item& ItemOf(const PlannedWrite& write) const { return item ? *item : write.action.item; }
  std::string_view RecordOf(const PlannedWrite& write) const {
    return item ? encoded : write.put_record;
  }
};

base::Result<void> CheckUpdatedItem(const PlannedWrite& write, const Item* before,
                                    const Item& after, size_t size_bytes) {
  const TableSchema& schema = write.table->schema;
  STATOR_RETURN_IF_ERROR(CheckIndexKeys(schema, WriteKind::kUpdate, before, after));
  size_t judged_bytes = size_bytes;
  if (write.origin == WriteOrigin::kSingle && write.action.update && !write.action.flat_size) {
    const size_t key_bytes = model::ItemSizeBytes(write.action.item);
    judged_bytes = std::max(judged_bytes,
                            size_bytes - key_bytes + write.action.update->OverheadBytes());  // L1
  }
  if (judged_bytes > model::limits::kItemBytes) {
    return base::ValidationError(kUpdateTooLarge);
  }
  return {};
}

// What an update makes of the stored item; absent when it leaves a missing item missing (E19).
base::Result<std::optional<AfterImage>> ApplyUpdate(const PlannedWrite& write, const Item* before) {
  const std::optional<expression::Update>& update = write.action.update;
  if (before == nullptr && update && !update->CreatesItem()) {
    return std::optional<AfterImage>();
  }
  AfterImage after;
  const Item& base_item = before != nullptr ? *before : write.action.item;
  if (update) {
    STATOR_ASSIGN_OR_RETURN(after.item, update->Apply(base_item));
  } else {
    after.item = base_item;
  }
  after.encoded = storage::EncodeRecord(*after.item);
  STATOR_ASSIGN_OR_RETURN(const uint64_t size, storage::RecordSizeBytes(after.encoded));
  STATOR_RETURN_IF_ERROR(CheckUpdatedItem(write, before, *after.item, size));
  return std::optional<AfterImage>(std::move(after));
}

base::Error ConditionFailed(const PlannedWrite& write, std::optional<std::string_view> record) {
  auto detail = std::make_shared<ConditionFailure>();
  if (write.action.return_item_on_condition_failure && record) {
    detail->item = Record(*record);
  }
  return base::Error{base::ErrorCode::kConditionalCheckFailed, "The conditional request failed",
                     std::move(detail)};
}

std::optional<Record> EncodeIfAny(const Item& parts) {
  return parts.empty() ? std::nullopt : std::optional<Record>(storage::EncodeRecord(parts));
}

std::optional<Record> ReturnedAttributes(const PlannedWrite& write, const Item* before,
                                         std::optional<std::string_view> before_record,
                                         const AfterImage* after) {
  const WriteAction& action = write.action;
  switch (action.return_values) {
    case ReturnValues::kNone:
      return std::nullopt;
    case ReturnValues::kAllOld:
      return before_record ? std::optional<Record>(*before_record) : std::nullopt;
    case ReturnValues::kAllNew:
      return after != nullptr ? std::optional<Record>(after->RecordOf(write)) : std::nullopt;
    case ReturnValues::kUpdatedOld:
      return before != nullptr && action.update ? EncodeIfAny(action.update->TouchedParts(*before))
                                                : std::nullopt;
    case ReturnValues::kUpdatedNew:
      return after != nullptr && action.update
                 ? EncodeIfAny(action.update->TouchedParts(after->ItemOf(write)))
                 : std::nullopt;
  }
  return std::nullopt;
}

// The indexes that a backfill has not finished. Costs nothing when there are none.
std::vector<const model::IndexSchema*> BackfillingIndexes(const TableSchema& schema) {
  std::vector<const model::IndexSchema*> indexes;
  for (const model::IndexSchema& index : schema.global_indexes) {
    if (index.backfilling) {
      indexes.push_back(&index);
    }
  }
  if (schema.expiry_index && schema.expiry_index->backfilling) {
    indexes.push_back(&*schema.expiry_index);
  }
  return indexes;
}

// The indexes whose entry for `before` the backfill has not written yet. Fails with kStaleCatalog
// when the item has changed since the probes were made.
base::Result<std::vector<uint32_t>> MissingEntries(const TableSchema& schema,
                                                   const StoredState& stored, const Item* before) {
  std::vector<uint32_t> missing;
  size_t position = 0;
  for (const BackfillProbe& probe : stored.probes) {
    const model::IndexSchema* index = schema.FindIndexOfSpace(probe.index_id);
    const std::optional<storage::Key> row =
        before != nullptr ? IndexRowKey(schema, *index, *before) : std::nullopt;
    if (row != probe.entry_row) {
      return base::Error{base::ErrorCode::kStaleCatalog, "the item changed during a backfill"};
    }
    if (row && !stored.probed[position++]) {
      missing.push_back(probe.index_id);
    }
  }
  return missing;
}

// The item after the write: the put item, the updated one, or none.
base::Result<std::optional<AfterImage>> Apply(const PlannedWrite& write, const Item* before) {
  switch (write.action.type) {
    case TransactAction::kPut:
      return std::optional<AfterImage>(AfterImage());
    case TransactAction::kUpdate:
      return ApplyUpdate(write, before);
    case TransactAction::kDelete:
    case TransactAction::kConditionCheck:
      break;
  }
  return std::optional<AfterImage>();
}

}  // namespace

base::Result<void> CheckRequestLevel(const WriteAction& action, const Table& table) {
  STATOR_RETURN_IF_ERROR(CheckKeyValues(table.schema.key, action.item));
  if (action.type == TransactAction::kPut &&
      model::ItemSizeBytes(action.item) > model::limits::kItemBytes) {
    return base::ValidationError(kItemTooLarge);
  }
  return {};
}

base::Result<PlannedWrite> PlanWrite(WriteAction action, WriteOrigin origin,
                                     std::shared_ptr<const Table> table) {
  const TableSchema& schema = table->schema;
  PlannedWrite write;
  if (action.type == TransactAction::kPut) {
    STATOR_RETURN_IF_ERROR(CheckPut(action, origin, schema));
    write.put_record = storage::EncodeRecord(action.item);
    STATOR_ASSIGN_OR_RETURN(const uint64_t size, storage::RecordSizeBytes(write.put_record));
    if (size > model::limits::kItemBytes) {
      return base::ValidationError(kItemTooLarge);
    }
  } else {
    STATOR_RETURN_IF_ERROR(CheckKeyShape(schema, action.item));
    STATOR_RETURN_IF_ERROR(CheckKeyValues(schema.key, action.item));
    if (action.update) {
      STATOR_RETURN_IF_ERROR(CheckUpdatePaths(schema, *action.update));
    }
  }
  STATOR_RETURN_IF_ERROR(CheckScalarKeys(schema, action.condition));
  write.row = ItemRowKey(schema, action.item);
  write.action = std::move(action);
  write.origin = origin;
  write.table = std::move(table);
  return write;
}

base::Result<std::vector<BackfillProbe>> ProbeBackfills(storage::Store& store,
                                                        const PlannedWrite& write,
                                                        const storage::ReadOptions& options) {
  std::vector<BackfillProbe> probes;
  const TableSchema& schema = write.table->schema;
  const std::vector<const model::IndexSchema*> indexes = BackfillingIndexes(schema);
  if (indexes.empty()) {
    return probes;
  }
  std::string record;
  STATOR_RETURN_IF_ERROR(
      store.Get(write.row, options, [&record](std::string_view value) { record = value; }));
  std::optional<Item> before;
  if (!record.empty()) {
    STATOR_ASSIGN_OR_RETURN(before, storage::DecodeRecord(record));
  }
  for (const model::IndexSchema* index : indexes) {
    probes.push_back({.index_id = index->id,
                      .entry_row = before ? IndexRowKey(schema, *index, *before) : std::nullopt});
  }
  return probes;
}

namespace {

// Whether the item stays as it is, though nothing comes after it.
bool LeavesItem(const WriteAction& action, const std::optional<AfterImage>& after) {
  return action.type == TransactAction::kConditionCheck ||
         (action.type == TransactAction::kUpdate && !after);
}

// A full item collection takes only writes that do not make it grow (C11).
base::Result<void> CheckCollection(const PlannedWrite& write, const ItemImage& before,
                                   const ItemImage* after) {
  if (write.collection_full && after != nullptr && after->record.size() > before.record.size()) {
    return base::Error{base::ErrorCode::kItemCollectionSizeLimitExceeded,
                       "Item collection size limit of 10GB exceeded"};
  }
  return {};
}

// Where the write's records go; nullopt when nobody wants them.
std::optional<StreamTarget> StreamOf(const PlannedWrite& write) {
  if (!write.table->HasFollowers()) {
    return std::nullopt;
  }
  return StreamTarget{.stream = write.table->stream.get(),
                      .destinations = write.table->destinations,
                      .item = write.action.item,
                      .now_micros = write.now_micros,
                      .by_service = write.origin == WriteOrigin::kTimeToLive};
}

}  // namespace

base::Result<WriteEffect> DecideWrite(const PlannedWrite& write, const StoredState& stored,
                                      storage::Mutations& mutations) {
  const TableSchema& schema = write.table->schema;
  const WriteAction& action = write.action;
  std::optional<Item> before;
  const bool needs_item =
      action.condition || action.type == TransactAction::kUpdate || HasIndexes(schema);
  if (stored.record && needs_item) {
    STATOR_ASSIGN_OR_RETURN(before, storage::DecodeRecord(*stored.record));
  }
  if (action.condition && !action.condition->Matches(before ? *before : Item())) {
    return ConditionFailed(write, stored.record);
  }
  const Item* before_item = before ? &*before : nullptr;
  STATOR_ASSIGN_OR_RETURN(const std::vector<uint32_t> missing,
                          MissingEntries(schema, stored, before_item));
  STATOR_ASSIGN_OR_RETURN(std::optional<AfterImage> after, Apply(write, before_item));

  WriteEffect effect;
  ItemImage before_image{.item = before_item, .record = stored.record.value_or("")};
  const ItemImage after_image{.item = after ? &after->ItemOf(write) : nullptr,
                              .record = after ? after->RecordOf(write) : std::string_view()};
  const ItemImage* before_pointer = stored.record ? &before_image : nullptr;
  const std::optional<StreamTarget> stream = StreamOf(write);
  const ItemChange change{
      .schema = schema,
      .row = write.row,
      .before = before_pointer,
      .after = LeavesItem(action, after) ? before_pointer : (after ? &after_image : nullptr),
      .table_factor = write.origin == WriteOrigin::kTransaction ? kTransactionFactor : 1,
      .missing_entries = missing,
      .stream = stream ? &*stream : nullptr};
  AppendItemChange(change, mutations, effect.capacity);
  const ItemImage* image = change.after != nullptr ? change.after : change.before;
  if (image != nullptr) {
    STATOR_ASSIGN_OR_RETURN(effect.image_bytes, storage::RecordSizeBytes(image->record));
  }
  STATOR_RETURN_IF_ERROR(CheckCollection(write, before_image, change.after));
  effect.attributes =
      ReturnedAttributes(write, before_item, stored.record, after ? &*after : nullptr);
  return effect;
}

base::Error UpdateError(const storage::UpdateResult& result) {
  switch (result.outcome) {
    case storage::UpdateOutcome::kConflict:
      return base::Error{base::ErrorCode::kTransactionConflict,
                         "Transaction is ongoing for the item"};
    case storage::UpdateOutcome::kUnknown:
      return base::Error{base::ErrorCode::kInternal, result.error.message};
    case storage::UpdateOutcome::kCommitted:
    case storage::UpdateOutcome::kAborted:
    case storage::UpdateOutcome::kNotApplied:
      break;
  }
  return result.error;
}

base::Result<std::optional<ItemCollectionMetrics>> MeasureItemCollection(
    storage::Store& store, const PlannedWrite& write) {
  const TableSchema& schema = write.table->schema;
  if (schema.local_indexes.empty()) {
    return std::optional<ItemCollectionMetrics>();
  }
  STATOR_ASSIGN_OR_RETURN(const uint64_t bytes,
                          store.ApproximateGroupBytes(schema.space, write.row.partition));
  const std::string& name = schema.key.partition[0].name;
  const double lower = std::floor(static_cast<double>(bytes) / kGigabyte);
  return std::optional<ItemCollectionMetrics>(ItemCollectionMetrics{
      .key = storage::EncodeRecord(Item{{name, *write.action.item.Find(name)}}),
      .size_lower_gb = lower,
      .size_upper_gb = lower + 1});
}

base::Result<void> CheckItemCollectionLimit(storage::Store& store, PlannedWrite& write) {
  const TableSchema& schema = write.table->schema;
  const storage::CounterId table_bytes{.space = schema.space, .which = kBytesCounter};
  const auto limit = model::limits::kItemCollectionBytes;
  // A collection is no larger than its table and the table's local indexes, each of which is at
  // most as large again.
  const auto copies = static_cast<int64_t>(1 + schema.local_indexes.size());
  if (schema.local_indexes.empty() ||
      store.Counter(table_bytes) * copies < static_cast<int64_t>(limit)) {
    return {};
  }
  STATOR_ASSIGN_OR_RETURN(const uint64_t bytes,
                          store.ApproximateGroupBytes(schema.space, write.row.partition));
  write.collection_full = bytes >= limit;
  return {};
}

}  // namespace stator::engine
