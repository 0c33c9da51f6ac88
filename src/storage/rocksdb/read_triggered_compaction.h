#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>

#include <rocksdb/db.h>

#include "base/task_runner.h"
#include "storage/rocksdb/database.h"
#include "storage/rocksdb/physical_key.h"

namespace stator::storage {

// Merges what range reads step over. Overwriting a table leaves old versions of its rows, in memory
// and in up to three overlapping tables of level 0, which a read of a range looks at one by one,
// and RocksDB merges them because of writes only. Here reads pay for it: when they have stepped
// over as many old versions as merging has rows to look at, the family is written out and its
// level 0 is merged into the next level. So all merging takes at most a few times as long as the
// stepping did.
//
// All threads may call Add. The work is done on a thread of its own.
class ReadTriggeredCompaction {
 public:
  // Has the rows that a family holds in memory written out, soon and without waiting for it.
  using AskForFlush = std::function<void(rocksdb::ColumnFamilyHandle* family)>;

  // `database` must outlive this object.
  ReadTriggeredCompaction(Database& database, AskForFlush ask_for_flush);
  ~ReadTriggeredCompaction();
  ReadTriggeredCompaction(const ReadTriggeredCompaction&) = delete;
  ReadTriggeredCompaction& operator=(const ReadTriggeredCompaction&) = delete;

  // A read of a range of that family has stepped over `versions` old versions and deleted rows.
  void Add(size_t family, uint64_t versions);

  // Ends the thread, after what it does: see Database::StopBackgroundWork. Idempotent.
  void Stop();

 private:
  static constexpr uint64_t kNever = std::numeric_limits<uint64_t>::max();
  // So many that a look costs nothing beside them.
  static constexpr uint64_t kLookInterval = 64 * 1024;

  struct Family {
    std::atomic<uint64_t> stepped_over = 0;
    std::atomic<uint64_t> next_look = kLookInterval;  // kNever while it is looked at
  };

  // Does what has paid off.
  void Look(size_t number);
  // Returns after how many old versions to look again.
  uint64_t Work(size_t number, uint64_t stepped_over, bool flush_is_due);

  Database& database_;
  const AskForFlush ask_for_flush_;
  std::array<Family, kFamilies> families_;
  base::TaskRunner runner_;
};

}  // namespace stator::storage
