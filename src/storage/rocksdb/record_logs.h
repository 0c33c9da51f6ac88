#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include <rocksdb/write_batch.h>

#include "base/mutex.h"
#include "base/result.h"
#include "storage/rocksdb/database.h"
#include "storage/store.h"

namespace stator::storage {

// The begin of a log that is dropped: above every record.
inline constexpr LogPosition kDroppedLogBegin = UINT64_MAX;

// The bounds of all logs in memory, and the rows that logs consist of. All threads may call.
//
//  1. Positions are taken in the order of the updates, by the committer. One whose update fails is
//     not given out again.
//  2. Bounds show what is durable: they move up after the database shows the records, and the lower
//     one before it no longer does.
//  3. What cannot be read off a log's last record stands in rows of its own: a log's begin, and a
//     lower limit of a space's next position, which DropLog would else lose.
//  4. Records below their log's begin may still be in the database; see DroppedRows.
class RecordLogs {
 public:
  // A record that was written.
  struct Appended {
    LogId log;
    LogPosition position = 0;
  };

  // Reads the bounds of all logs. Call once, before anything else.
  base::Result<void> Load(const Database& database) EXCLUDES(mutex_);

  LogBounds BoundsOf(LogId log) const EXCLUDES(mutex_);
  LogPosition NextPosition(Space space) const EXCLUDES(mutex_);

  // Takes a position for the record, adds its row to `batch`, and notes that in `appended`. For the
  // committer only, in the order of the updates.
  void Append(const Mutations::LogAppend& append, rocksdb::ColumnFamilyHandle* family,
              rocksdb::WriteBatch& batch, std::vector<Appended>& appended) EXCLUDES(mutex_);
  // Makes bounds visible that have become durable.
  void Publish(const std::vector<Appended>& appended) EXCLUDES(mutex_);

  // Moves the log's begin up to `before`, or to its end if that is lower, and returns it; nullopt
  // when it is there already.
  std::optional<LogPosition> Trim(LogId log, LogPosition before) EXCLUDES(mutex_);
  // Forgets a log. Returns what the next positions of its space do not go below.
  LogPosition Drop(LogId log) EXCLUDES(mutex_);
  // Forgets the logs of a space.
  void DropSpace(Space space) EXCLUDES(mutex_);

 private:
  // The logs of one space.
  struct SpaceLogs {
    LogPosition next_ordered = 0;
    LogPosition next_visible = 0;
    std::map<uint32_t, LogBounds> bounds;  // by LogId::which
  };

  void RaiseNext(Space space, LogPosition next) REQUIRES(mutex_);
  base::Result<void> LoadOne(rocksdb::Iterator& row, DroppedRows& dropped) REQUIRES(mutex_);
  void LoadLogBegin(LogId log, LogPosition begin, rocksdb::Iterator& row, DroppedRows& dropped)
      REQUIRES(mutex_);

  mutable base::Mutex mutex_;
  std::map<Space, SpaceLogs> spaces_ GUARDED_BY(mutex_);
};

}  // namespace stator::storage
