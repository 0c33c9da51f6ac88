#include "engine/backfill.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "engine/blocking_update.h"
#include "engine/item_change.h"
#include "engine/item_key.h"
#include "storage/record.h"

namespace stator::engine {
namespace {

// Each index that waits is one task; there can be no more of them than indexes.
constexpr size_t kMaxQueued = 1'000'000;

// A row of an item that lacks its entry, and the row that the entry would have.
struct Candidate {
  storage::Key item_row;
  storage::Key entry_row;
};

// A part of the table in hash order.
struct Batch {
  std::vector<Candidate> candidates;
  std::optional<storage::Key> last_row;  // where the next batch goes on; absent: no rows were left
};

// The index as the snapshot has it, or null when nothing is to be done for it any more.
const model::IndexSchema* FindBackfilling(const Catalog::Snapshot& snapshot,
                                          storage::Space index_space) {
  const model::IndexSchema* index = snapshot.table->schema.FindIndexOfSpace(index_space);
  return index != nullptr && index->backfilling ? index : nullptr;
}

base::Result<Batch> ReadBatch(storage::Store& store, const model::TableSchema& schema,
                              const model::IndexSchema& index,
                              const std::optional<storage::Key>& after, size_t max_items) {
  Batch batch;
  storage::SpaceRange range{.space = schema.space, .kind = storage::RowKind::kItem, .after = after};
  if (after) {
    range.first_hash = storage::GroupHash(after->partition);
  }
  size_t rows = 0;
  std::optional<base::Error> damage;
  const auto read_row = [&](const storage::RowView& row) {
    storage::Key item_row{.space = schema.space,
                          .kind = storage::RowKind::kItem,
                          .partition = std::string(row.partition),
                          .sort = std::string(row.sort)};
    const base::Result<model::Item> item = storage::DecodeRecord(row.value);
    if (!item.ok()) {
      damage = item.error();
      return false;
    }
    // Items with unfit key attributes are passed over (L6).
    if (std::optional<storage::Key> entry_row = IndexRowKey(schema, index, *item)) {
      batch.candidates.push_back({.item_row = item_row, .entry_row = *std::move(entry_row)});
    }
    batch.last_row = std::move(item_row);
    return ++rows < max_items;
  };
  STATOR_RETURN_IF_ERROR(store.ScanSpace(range, {}, read_row));
  if (damage) {
    return *std::move(damage);
  }
  return batch;
}

// The update of a batch: keys are each candidate's item row and then its entry row.
storage::UpdateRequest AddEntries(const Catalog::Snapshot& snapshot,
                                  const model::IndexSchema& index,
                                  std::vector<Candidate> candidates) {
  storage::UpdateRequest request;
  request.catalog_epoch = snapshot.epoch;
  for (Candidate& candidate : candidates) {
    request.keys.push_back(std::move(candidate.item_row));
    request.keys.push_back(candidate.entry_row);
  }
  request.decide = [table = snapshot.table, &index, candidates = std::move(candidates)](
                       storage::CurrentValues current,
                       storage::Mutations& mutations) -> base::Result<void> {
    for (size_t i = 0; i < candidates.size(); ++i) {
      const std::optional<std::string_view>& record = current[2 * i];
      const bool has_entry = current[2 * i + 1].has_value();
      if (!record || has_entry) {
        continue;
      }
      STATOR_ASSIGN_OR_RETURN(const model::Item item, storage::DecodeRecord(*record));
      std::optional<IndexEntry> entry = IndexEntryOf(table->schema, index, item);
      // An item that calls for another row by now was written after the index was there, and that
      // write has added the entry.
      if (entry && entry->key == candidates[i].entry_row) {
        AppendMissingEntry(table->schema, index, *std::move(entry), mutations);
      }
    }
    return {};
  };
  return request;
}

}  // namespace

Backfill::Backfill(storage::Store& store, const Catalog& catalog, Finished finished)
    : store_(store),
      catalog_(catalog),
      finished_(std::move(finished)),
      runner_("backfill", 1, kMaxQueued, base::Priority::kBackground) {}

Backfill::~Backfill() { Stop(); }

void Backfill::Post(const std::string& table, storage::Space index_space) {
  // A runner that does not take the task is stopping; the next start posts it again.
  (void)runner_.Post([this, table, index_space] {
    const base::Result<bool> complete = Run(table, index_space);
    if (complete.ok() && *complete) {
      finished_(table, index_space);
    }
  });
}

void Backfill::Stop() {
  stopping_ = true;
  runner_.Stop();
}

base::Result<bool> Backfill::Run(const std::string& table, storage::Space index_space) {
  std::optional<storage::Key> after;
  size_t batch_items = kBatchItems;
  while (!stopping_) {
    base::Result<Catalog::Snapshot> snapshot = catalog_.Find(table);
    const model::IndexSchema* index =
        snapshot.ok() ? FindBackfilling(*snapshot, index_space) : nullptr;
    if (index == nullptr) {
      return false;
    }
    STATOR_ASSIGN_OR_RETURN(Batch batch,
                            ReadBatch(store_, snapshot->table->schema, *index, after, batch_items));
    if (!batch.last_row) {
      return true;
    }
    if (!batch.candidates.empty()) {
      const storage::UpdateResult result =
          UpdateAndWait(store_, AddEntries(*snapshot, *index, std::move(batch.candidates)));
      if (result.outcome == storage::UpdateOutcome::kConflict) {
        batch_items = std::max<size_t>(1, batch_items / 2);  // give way to the others
        continue;
      }
      if (result.error.code == base::ErrorCode::kStaleCatalog) {
        continue;  // the same batch again, on a newer snapshot
      }
      if (result.outcome != storage::UpdateOutcome::kCommitted) {
        return result.error;
      }
    }
    after = std::move(batch.last_row);
    batch_items = std::min(kBatchItems, 2 * batch_items);
  }
  return false;
}

}  // namespace stator::engine
