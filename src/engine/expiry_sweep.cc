#include "engine/expiry_sweep.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <memory>
#include <optional>
#include <utility>

#include "engine/blocking_update.h"
#include "engine/expiry_index.h"
#include "engine/item_key.h"
#include "expression/legacy.h"
#include "storage/record.h"

namespace stator::engine {
namespace {

using model::Item;

// Expired items of one group, in the order of their entries.
struct Page {
  std::vector<WriteAction> deletions;
  std::string last_sort;    // of the last entry
  double first_expiry = 0;  // in seconds: that of the first entry, which is the oldest
};

double SecondsOf(const model::Number& number) {
  const double size = static_cast<double>(number.coefficient()) * std::pow(10.0, number.exponent());
  return number.negative() ? -size : size;
}

// The deletion of the item that the entry belongs to, on the condition that it still expires then.
base::Result<WriteAction> DeletionOf(const model::TableSchema& schema, const Item& entry) {
  const std::string& attribute = ExpiryAttribute(*schema.expiry_index);
  expression::LegacyExpectation is_same;
  is_same.value = *entry.Find(attribute);
  WriteAction action;
  action.type = TransactAction::kDelete;
  action.table = schema.name;
  action.item = KeyOf(schema, entry);
  STATOR_ASSIGN_OR_RETURN(action.condition,
                          expression::LowerExpected({{attribute, std::move(is_same)}},
                                                    expression::ConditionalOperator::kAnd));
  return action;
}

base::Result<void> AddEntry(const model::TableSchema& schema, const storage::RowView& row,
                            Page& page) {
  STATOR_ASSIGN_OR_RETURN(const Item entry, storage::DecodeRecord(row.value));
  const model::AttributeValue* expiry = entry.Find(ExpiryAttribute(*schema.expiry_index));
  const auto* number = expiry != nullptr ? expiry->Get<model::Number>() : nullptr;
  if (number == nullptr) {
    return base::Error{base::ErrorCode::kCorruption, "an entry of an expiry index has no expiry"};
  }
  if (page.deletions.empty()) {
    page.first_expiry = SecondsOf(*number);
  }
  STATOR_ASSIGN_OR_RETURN(WriteAction deletion, DeletionOf(schema, entry));
  page.deletions.push_back(std::move(deletion));
  page.last_sort = row.sort;
  return {};
}

base::Result<Page> ReadPage(storage::Store& store, const model::TableSchema& schema,
                            const storage::GroupRange& range, size_t max_entries) {
  Page page;
  base::Result<void> added;
  STATOR_RETURN_IF_ERROR(store.Scan(range, {}, [&](const storage::RowView& row) {
    added = AddEntry(schema, row, page);
    return added.ok() && page.deletions.size() < max_entries;
  }));
  STATOR_RETURN_IF_ERROR(added);
  return page;
}

// Adds the time of a scope to a gauge of seconds when it ends.
class RunTimer {
 public:
  explicit RunTimer(std::atomic<double>& seconds) : seconds_(seconds) {}
  ~RunTimer() {
    seconds_ = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin_).count();
  }
  RunTimer(const RunTimer&) = delete;
  RunTimer& operator=(const RunTimer&) = delete;

 private:
  std::atomic<double>& seconds_;
  const std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

}  // namespace

base::Result<void> ExpirySweep::Run() {
  const base::MutexLock lock(run_mutex_);
  const RunTimer timer(run_seconds_);
  Progress progress{.now_micros = clock_.NowMicros()};
  base::Result<void> result;
  for (const std::string& name : catalog_.Names()) {
    base::Result<void> swept = SweepTable(name, progress);
    if (!swept.ok() && result.ok()) {
      result = std::move(swept);
    }
  }
  lag_seconds_ = progress.lag_seconds;
  return result;
}

base::Result<void> ExpirySweep::SweepTable(const std::string& name, Progress& progress) {
  const base::Result<Catalog::Snapshot> snapshot = catalog_.FindForItems(name);
  if (!snapshot.ok()) {
    return {};  // has been deleted meanwhile, or is coming or going
  }
  const model::TableSchema& schema = snapshot->table->schema;
  if (!schema.expiry_index || schema.expiry_index->status != model::IndexStatus::kActive) {
    return {};
  }
  for (size_t bucket = 0; bucket < kExpiryBuckets && !stopping_; ++bucket) {
    base::Result<void> swept = SweepBucket(schema, bucket, progress);
    if (!swept.ok() && swept.error().code == base::ErrorCode::kResourceNotFound) {
      return {};  // the table or its TTL has gone
    }
    STATOR_RETURN_IF_ERROR(std::move(swept));
  }
  return {};
}

base::Result<void> ExpirySweep::SweepBucket(const model::TableSchema& schema, size_t bucket,
                                            Progress& progress) {
  storage::GroupRange range = ExpiredRange(*schema.expiry_index, bucket, progress.now_micros);
  size_t batch_items = kBatchItems;
  while (!stopping_) {
    STATOR_ASSIGN_OR_RETURN(Page page, ReadPage(store_, schema, range, batch_items));
    const size_t entries = page.deletions.size();
    if (entries == 0) {
      return {};
    }
    entries_read_ += entries;
    constexpr double kMicrosPerSecond = 1e6;
    progress.lag_seconds =
        std::max(progress.lag_seconds,
                 static_cast<double>(progress.now_micros) / kMicrosPerSecond - page.first_expiry);
    lag_seconds_ = std::max(lag_seconds_.load(), progress.lag_seconds);
    const base::Result<void> deleted = Delete(schema.expiry_index->id, std::move(page.deletions));
    if (!deleted.ok() && deleted.error().code == base::ErrorCode::kTransactionConflict) {
      batch_items = std::max<size_t>(1, batch_items / 2);  // give way to the others
      continue;
    }
    STATOR_RETURN_IF_ERROR(deleted);
    if (entries < batch_items) {
      return {};
    }
    range.lower = std::move(page.last_sort) + '\0';
    batch_items = std::min(kBatchItems, 2 * batch_items);
  }
  return {};
}

base::Result<void> ExpirySweep::Delete(storage::Space expiry_space,
                                       std::vector<WriteAction> deletions) {
  WriteBatch batch;
  batch.origin = WriteOrigin::kTimeToLive;
  batch.actions = std::move(deletions);
  batch.expiry_space = expiry_space;
  auto meeting = std::make_shared<Meeting<base::Result<WriteBatchResult>>>();
  writer_.Write(std::move(batch), {}, [meeting](base::Result<WriteBatchResult> result) {
    meeting->Set(std::move(result));
  });
  STATOR_ASSIGN_OR_RETURN(const WriteBatchResult result, meeting->Wait());
  // What has been deleted or changed since it was read has no effect.
  deleted_items_ += static_cast<uint64_t>(
      std::count_if(result.effects.begin(), result.effects.end(),
                    [](const WriteEffect& effect) { return effect.image_bytes > 0; }));
  return {};
}

}  // namespace stator::engine
