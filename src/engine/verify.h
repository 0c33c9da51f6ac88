#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>

#include "base/result.h"
#include "storage/store.h"

namespace stator::engine {

// How far a check of a store has come.
struct VerifyProgress {
  uint64_t rows = 0;
  uint64_t rows_expected = 0;  // by the counters, so it may be wrong
  uint64_t bytes = 0;          // of the rows
};

// Hears of a check of a store while it runs.
struct VerifyObserver {
  // One thing that is wrong. There is no bound to how often that is called.
  std::function<void(std::string problem)> problem;
  // Something that is not wrong, but worth to be known.
  std::function<void(std::string note)> note;
  // Called now and then.
  std::function<void(const VerifyProgress& progress)> progress;
};

// What a store was found to have.
struct VerifyReport {
  uint64_t tables = 0;
  uint64_t indexes = 0;
  uint64_t items = 0;
  uint64_t entries = 0;  // of indexes and expiry indexes
  uint64_t bytes = 0;    // of items and entries, as billed
  uint64_t streams = 0;
  uint64_t stream_records = 0;
};

// Reads everything in a store and checks that it fits together:
//
// 1. Each record decodes, its billed size is right, and its row's key is that of its attributes.
// 2. Each index, the expiry index included, has exactly the entries that its items call for
//    (AppendItemChange); one that is being filled may lack some.
// 3. The counters of tables and indexes are right.
// 4. Each record of a stream decodes.
// 5. Each of `spaces`, those that have rows or counters, belongs to a table, an index or a stream,
// or waits
//    to be dropped.
//
// Changes nothing. Nobody may write meanwhile. Fails when the catalog cannot be read. The memory it
// takes does not grow with the number of items: entries expected and found are summed up by hashes,
// and only where the sums differ looked up one by one.
base::Result<VerifyReport> VerifyStore(storage::Store& store,
                                       std::span<const storage::Space> spaces,
                                       const VerifyObserver& observer);

}  // namespace stator::engine
