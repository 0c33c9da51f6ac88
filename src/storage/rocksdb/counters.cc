#include "storage/rocksdb/counters.h"

#include <algorithm>
#include <memory>
#include <set>

#include "base/check.h"
#include "storage/rocksdb/physical_key.h"
#include "storage/rocksdb/rocksdb_status.h"

namespace stator::storage {

base::Result<void> Counters::Load(const Database& database) {
  const std::unique_ptr<rocksdb::Iterator> row = database.NewIterator({}, kCounterFamily);
  const base::MutexLock lock(mutex_);
  const std::set<Space> dropped = database.dropped().Spaces();
  for (row->SeekToFirst(); row->Valid(); row->Next()) {
    if (IsSpaceKey(row->key().ToStringView())) {
      continue;
    }
    const auto counter = ParseCounterKey(row->key().ToStringView());
    const auto value = ParseCounterValue(row->value().ToStringView());
    if (!counter || !value) {
      return base::Error{base::ErrorCode::kCorruption, "A stored counter is damaged"};
    }
    if (!dropped.contains(counter->space)) {
      values_.emplace(*counter, *value);
    }
  }
  if (!row->status().ok()) {
    return ErrorFromStatus(row->status());
  }
  return {};
}

int64_t Counters::Get(CounterId counter) const {
  const base::MutexLock lock(mutex_);
  const auto found = values_.find(counter);
  return found == values_.end() ? 0 : found->second;
}

std::vector<Counters::Change> Counters::Append(std::vector<Mutations::CounterDelta>& deltas,
                                               rocksdb::ColumnFamilyHandle* family,
                                               rocksdb::WriteBatch& batch) const {
  std::sort(deltas.begin(), deltas.end(),
            [](const auto& left, const auto& right) { return left.counter < right.counter; });
  std::vector<Change> changes;
  for (const Mutations::CounterDelta& delta : deltas) {
    if (changes.empty() || changes.back().counter != delta.counter) {
      changes.push_back({delta.counter, Get(delta.counter)});
    }
    changes.back().value += delta.delta;
  }
  for (const Change& change : changes) {
    STATOR_CHECK(batch.Put(family, CounterKey(change.counter), CounterValue(change.value)).ok());
  }
  return changes;
}

void Counters::Publish(const std::vector<Change>& changes) {
  if (changes.empty()) {
    return;
  }
  const base::MutexLock lock(mutex_);
  for (const Change& change : changes) {
    values_[change.counter] = change.value;
  }
}

void Counters::Drop(Space space) {
  const base::MutexLock lock(mutex_);
  values_.erase(values_.lower_bound({space, 0}), values_.upper_bound({space, UINT32_MAX}));
}

}  // namespace stator::storage
