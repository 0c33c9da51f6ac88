#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <string>

#include "base/result.h"
#include "base/task_runner.h"
#include "engine/catalog.h"
#include "storage/store.h"

namespace stator::engine {

// Fills new global indexes, and expiry indexes, with the entries of the items that were there
// before, one index at a time, in the background, while reads and writes of the table go on. All
// threads may call Post.
//
// Invariants:
// 1. The index is in the catalog, marked as backfilling, before its backfill reads the first item:
//    so every write that a batch does not see has added its own entry.
// 2. A batch is one update over the items' rows and the rows of their entries. An entry is added
//    only when the item still calls for that very row and the row is not there; so entries and
//    counters are exact whatever is written meanwhile.
// 3. Every step may be repeated: after a restart the backfill begins again at the first item and
//    passes over what is there.
class Backfill {
 public:
  // Called on the background thread when an index has all its entries.
  using Finished = std::function<void(const std::string& table, storage::Space index_space)>;

  Backfill(storage::Store& store, const Catalog& catalog, Finished finished);
  // Stops as Stop() does.
  ~Backfill();
  Backfill(const Backfill&) = delete;
  Backfill& operator=(const Backfill&) = delete;

  // Begins, or goes on with, the backfill of an index. It ends by itself when the index is gone.
  void Post(const std::string& table, storage::Space index_space);

  // Interrupts what runs, at the next batch, and waits for it. Idempotent.
  void Stop();

  // Items in one update, at most; fewer while updates run into conflicts.
  static constexpr size_t kBatchItems = 100;

 private:
  // Goes through all items; true when it reached the end and the index still waits for it.
  base::Result<bool> Run(const std::string& table, storage::Space index_space);

  storage::Store& store_;
  const Catalog& catalog_;
  const Finished finished_;
  std::atomic<bool> stopping_ = false;
  base::TaskRunner runner_;  // last: its thread uses the members above
};

}  // namespace stator::engine
