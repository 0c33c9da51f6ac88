#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "engine/catalog.h"
#include "engine/requests.h"
#include "engine/table.h"
#include "storage/store.h"

// One write of one item, from request to mutations: planned against a table's snapshot, then
// decided on the stored item. Single writes, batches and transactions all consist of these.
namespace stator::engine {

// A write as any of the operations asks for it.
struct WriteAction {
  TransactAction type = TransactAction::kPut;
  std::string table;
  model::Item item;  // the item of kPut, else the key
  std::optional<expression::Update> update;
  std::optional<expression::Condition> condition;
  ReturnValues return_values = ReturnValues::kNone;
  bool return_item_on_condition_failure = false;
  bool flat_size = false;  // see UpdateItemRequest
};

// Where a write comes from: the words of some errors, the price and what streams say of it depend
// on it. kTimeToLive deletes items that have expired.
enum class WriteOrigin : uint8_t { kSingle, kBatch, kTransaction, kTimeToLive };

// A write that passed every check that needs no stored item. Immutable.
struct PlannedWrite {
  WriteAction action;
  WriteOrigin origin = WriteOrigin::kSingle;
  std::shared_ptr<const Table> table;
  storage::Key row;
  std::string put_record;        // of kPut: the encoded item
  int64_t now_micros = 0;        // for the table's followers; not set when it has none
  bool collection_full = false;  // the item collection has reached its limit and may not grow
};

// An index that a backfill has not finished, and the row that the stored item's entry would have
// (absent: the item is not in the index). Such rows are listed among an update's keys, so that a
// write knows whether they are there.
struct BackfillProbe {
  uint32_t index_id = 0;
  std::optional<storage::Key> entry_row;
};

// What a write did.
struct WriteEffect {
  std::optional<Record> attributes;
  ConsumedCapacity capacity;
  uint64_t image_bytes = 0;  // the billed size of the item after the write, or before a delete
};

// Checks a write against the table and prepares it. Errors are the service's.
base::Result<PlannedWrite> PlanWrite(WriteAction action, WriteOrigin origin,
                                     std::shared_ptr<const Table> table);

// The checks of a transaction's action whose failure refuses the whole request instead of
// cancelling the transaction (T3).
base::Result<void> CheckRequestLevel(const WriteAction& action, const Table& table);

// The probes that a write of this row needs now: none unless the table has an index that is being
// backfilled. Reads the store.
base::Result<std::vector<BackfillProbe>> ProbeBackfills(storage::Store& store,
                                                        const PlannedWrite& write,
                                                        const storage::ReadOptions& options);

// The stored values that a write decides on. `probed` has one value for each probe with a row.
struct StoredState {
  std::optional<std::string_view> record;
  const std::vector<BackfillProbe>& probes;
  storage::CurrentValues probed;
};

// Evaluates the condition and the update on the stored item and adds what changes to `mutations`.
// Fails with kConditionalCheckFailed (detail: ConditionFailure), with what the update refuses, or
// with kStaleCatalog when a probe no longer fits and the write must be planned again. Pure.
base::Result<WriteEffect> DecideWrite(const PlannedWrite& write, const StoredState& stored,
                                      storage::Mutations& mutations);

// The error of an update that did not commit, as the caller of the API sees it. kStaleCatalog means
// that the caller should plan and try again.
base::Error UpdateError(const storage::UpdateResult& result);

// ItemCollectionMetrics of a write; nullopt when the table has no local index (C11).
base::Result<std::optional<ItemCollectionMetrics>> MeasureItemCollection(storage::Store& store,
                                                                         const PlannedWrite& write);

// Sets `collection_full` when the write's item collection has reached its limit (C11).
base::Result<void> CheckItemCollectionLimit(storage::Store& store, PlannedWrite& write);

}  // namespace stator::engine
