#include "storage/rocksdb/record_logs.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>

#include "base/check.h"
#include "storage/rocksdb/physical_key.h"
#include "storage/rocksdb/rocksdb_status.h"

namespace stator::storage {
namespace {

base::Error DamagedLogError() {
  return {base::ErrorCode::kCorruption, "A row of a stored log is damaged"};
}

}  // namespace

base::Result<void> RecordLogs::Load(const Database& database) {
  if (database.family_count() <= kLogFamily) {
    return {};  // an older format, opened read-only
  }
  rocksdb::ReadOptions options;
  options.fill_cache = false;
  const std::unique_ptr<rocksdb::Iterator> row(
      database.db().NewIterator(options, database.family(kLogFamily)));
  const base::MutexLock lock(mutex_);
  for (row->SeekToFirst(); row->Valid(); row->Next()) {
    STATOR_RETURN_IF_ERROR(LoadOne(*row));
  }
  if (!row->status().ok()) {
    return ErrorFromStatus(row->status());
  }
  for (auto& entry : spaces_) {
    entry.second.next_ordered = entry.second.next_visible;
  }
  return {};
}

// Takes in the row that the iterator is at. Of a log's records only the last one says something:
// the iterator is moved there.
base::Result<void> RecordLogs::LoadOne(rocksdb::Iterator& row) {
  std::optional<LogRowKey> key = ParseLogRowKey(row.key().ToStringView());
  if (key && key->position) {
    row.SeekForPrev(LogRowKeyOf(key->log, UINT64_MAX));
    if (!row.Valid()) {
      return {};  // a failed read, which the caller sees
    }
    key = ParseLogRowKey(row.key().ToStringView());
  }
  if (!key) {
    return DamagedLogError();
  }
  SpaceLogs& space = spaces_[key->log.space];
  LogPosition next = 0;
  if (key->position) {
    next = *key->position + 1;
    space.bounds[key->log.which].end = next;
  } else {
    const auto position = ParseLogPosition(row.value().ToStringView());
    if (!position) {
      return DamagedLogError();
    }
    next = *position;
    if (key->is_log) {
      space.bounds[key->log.which] = {next, next};
    }
  }
  space.next_visible = std::max(space.next_visible, next);
  return {};
}

LogBounds RecordLogs::BoundsOf(LogId log) const {
  const base::MutexLock lock(mutex_);
  const auto space = spaces_.find(log.space);
  if (space == spaces_.end()) {
    return {};
  }
  const auto found = space->second.bounds.find(log.which);
  return found == space->second.bounds.end() ? LogBounds() : found->second;
}

LogPosition RecordLogs::NextPosition(Space space) const {
  const base::MutexLock lock(mutex_);
  const auto found = spaces_.find(space);
  return found == spaces_.end() ? 0 : found->second.next_visible;
}

void RecordLogs::Append(const Mutations::LogAppend& append, rocksdb::ColumnFamilyHandle* family,
                        rocksdb::WriteBatch& batch, std::vector<Appended>& appended) {
  LogPosition position = 0;
  {
    const base::MutexLock lock(mutex_);
    position = spaces_[append.log.space].next_ordered++;
  }
  STATOR_CHECK(batch.Put(family, LogRowKeyOf(append.log, position), append.record).ok());
  appended.push_back({append.log, position});
}

void RecordLogs::Publish(const std::vector<Appended>& appended) {
  if (appended.empty()) {
    return;
  }
  const base::MutexLock lock(mutex_);
  for (const Appended& record : appended) {
    SpaceLogs& space = spaces_[record.log.space];
    space.bounds[record.log.which].end = record.position + 1;
    space.next_visible = record.position + 1;
  }
}

void RecordLogs::Trim(LogId log, LogPosition before, rocksdb::ColumnFamilyHandle* family,
                      rocksdb::WriteBatch& batch) {
  LogPosition begin = 0;
  {
    const base::MutexLock lock(mutex_);
    LogBounds& bounds = spaces_[log.space].bounds[log.which];
    begin = std::min(before, bounds.end);
    if (begin <= bounds.begin) {
      return;
    }
    bounds.begin = begin;
  }
  STATOR_CHECK(batch.DeleteRange(family, LogRowKeyOf(log, 0), LogRowKeyOf(log, begin)).ok());
  STATOR_CHECK(batch.Put(family, LogKeyOf(log), LogPositionValue(begin)).ok());
}

void RecordLogs::Drop(LogId log, rocksdb::ColumnFamilyHandle* family, rocksdb::WriteBatch& batch) {
  LogPosition next = 0;
  {
    const base::MutexLock lock(mutex_);
    SpaceLogs& space = spaces_[log.space];
    space.bounds.erase(log.which);
    next = space.next_visible;
  }
  std::string space_key;
  AppendSpacePrefix(space_key, log.space);
  // No record has that last position.
  const std::string last = LogRowKeyOf(log, UINT64_MAX);
  STATOR_CHECK(batch.DeleteRange(family, LogKeyOf(log), last).ok());
  STATOR_CHECK(batch.Put(family, space_key, LogPositionValue(next)).ok());
}

void RecordLogs::DropSpace(Space space) {
  const base::MutexLock lock(mutex_);
  spaces_.erase(space);
}

}  // namespace stator::storage
