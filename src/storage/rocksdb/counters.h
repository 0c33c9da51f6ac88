#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <rocksdb/write_batch.h>

#include "base/mutex.h"
#include "base/result.h"
#include "storage/rocksdb/database.h"
#include "storage/store.h"

namespace stator::storage {

// The counters: their durable values in memory, and the rows that hold them. Rows have absolute
// values, so that the committer alone, which knows the order of updates, writes them.
class Counters {
 public:
  // A counter's new value, written but not yet durable.
  struct Change {
    CounterId counter;
    int64_t value = 0;
  };

  // Reads all counters. Call once, before anything else.
  base::Result<void> Load(const Database& database) EXCLUDES(mutex_);

  int64_t Get(CounterId counter) const EXCLUDES(mutex_);

  // Sums up the deltas, appends the rows with the new values to `batch` and returns those. `deltas`
  // gets sorted. For the committer only.
  std::vector<Change> Append(std::vector<Mutations::CounterDelta>& deltas,
                             rocksdb::ColumnFamilyHandle* family, rocksdb::WriteBatch& batch) const
      EXCLUDES(mutex_);
  // Makes values visible that have become durable.
  void Publish(const std::vector<Change>& changes) EXCLUDES(mutex_);

  // Forgets the counters of a space.
  void Drop(Space space) EXCLUDES(mutex_);

 private:
  mutable base::Mutex mutex_;
  std::map<CounterId, int64_t> values_ GUARDED_BY(mutex_);
};

}  // namespace stator::storage
