#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/mutex.h"
#include "base/result.h"
#include "engine/catalog.h"
#include "engine/item_writer.h"
#include "storage/store.h"

namespace stator::engine {

// Deletes the items whose time to live has passed. It reads only the part of each expiry index that
// has expired, and deletes through the writer that all writes use, each item on the condition that
// its TTL attribute is still what the index said: so an update that comes before keeps its item
// (R11), and indexes and counters stay exact (R12). All methods may be called from any thread.
class ExpirySweep {
 public:
  // All must outlive the sweep.
  ExpirySweep(storage::Store& store, const Catalog& catalog, ItemWriter& writer,
              const base::Clock& clock)
      : store_(store), catalog_(catalog), writer_(writer), clock_(clock) {}
  ~ExpirySweep() = default;
  ExpirySweep(const ExpirySweep&) = delete;
  ExpirySweep& operator=(const ExpirySweep&) = delete;

  // Deletes what has expired by now in all tables with TTL. Waits. A table where something fails is
  // left for the next run; the first failure is returned.
  base::Result<void> Run() EXCLUDES(run_mutex_);
  // Ends a run under way, and every later one, at the next batch.
  void Stop() { stopping_ = true; }

  // Since the start.
  uint64_t deleted_items() const { return deleted_items_; }
  uint64_t entries_read() const { return entries_read_; }
  // For how long the oldest expired item that the last run found had been expired; 0: it found
  // none.
  double lag_seconds() const { return lag_seconds_; }
  // How long the last run took.
  double run_seconds() const { return run_seconds_; }

  // Items in one update, at most; fewer while updates run into conflicts.
  static constexpr size_t kBatchItems = 100;

 private:
  // What one run knows.
  struct Progress {
    int64_t now_micros = 0;
    double lag_seconds = 0;
  };

  base::Result<void> SweepTable(const std::string& name, Progress& progress);
  base::Result<void> SweepBucket(const model::TableSchema& schema, size_t bucket,
                                 Progress& progress);
  base::Result<void> Delete(storage::Space expiry_space, std::vector<WriteAction> deletions);

  storage::Store& store_;
  const Catalog& catalog_;
  ItemWriter& writer_;
  const base::Clock& clock_;
  base::Mutex run_mutex_;  // held for a whole run
  std::atomic<bool> stopping_ = false;
  std::atomic<uint64_t> deleted_items_ = 0;
  std::atomic<uint64_t> entries_read_ = 0;
  std::atomic<double> lag_seconds_ = 0;
  std::atomic<double> run_seconds_ = 0;
};

}  // namespace stator::engine
