#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <set>

#include <rocksdb/compaction_filter.h>

#include "base/mutex.h"
#include "storage/store.h"

namespace stator::storage {

// Which rows stand in the database but belong to nothing any more: those of dropped spaces, and
// records below the begin of their log. Nobody reads them; compactions leave them out, and whole
// tables of them are deleted at once. All threads may call.
//
// Range deletions would say the same to RocksDB. But every read has to look at them while they are
// in memory, and the assertions of 7.8 end the process when a write buffer that has some cannot be
// switched twice, or when a compaction that leaves nothing of them meets a full disk.
class DroppedRows {
 public:
  void AddSpace(Space space) EXCLUDES(mutex_);
  // That space has no rows any more.
  void ForgetSpace(Space space) EXCLUDES(mutex_);
  // The log's records below `begin` are dropped.
  void SetLogBegin(LogId log, LogPosition begin) EXCLUDES(mutex_);

  std::set<Space> Spaces() const EXCLUDES(mutex_);
  std::map<LogId, LogPosition> LogBegins() const EXCLUDES(mutex_);

 private:
  mutable base::Mutex mutex_;
  std::set<Space> spaces_ GUARDED_BY(mutex_);
  std::map<LogId, LogPosition> log_begins_ GUARDED_BY(mutex_);
};

// Makes the compactions of one family leave dropped rows out.
std::shared_ptr<rocksdb::CompactionFilterFactory> MakeDroppedRowsFilter(
    std::shared_ptr<const DroppedRows> dropped, size_t family);

}  // namespace stator::storage
