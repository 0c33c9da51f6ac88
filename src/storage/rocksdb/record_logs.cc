#include "storage/rocksdb/record_logs.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <set>
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
  const std::unique_ptr<rocksdb::Iterator> row = database.NewIterator(options, kLogFamily);
  const base::MutexLock lock(mutex_);
  const std::set<Space> dropped_spaces = database.dropped().Spaces();
  for (row->SeekToFirst(); row->Valid(); row->Next()) {
    if (!dropped_spaces.contains(ParseSpacePrefix(row->key().ToStringView()).value_or(0))) {
      STATOR_RETURN_IF_ERROR(LoadOne(*row, database.dropped()));
    }
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
base::Result<void> RecordLogs::LoadOne(rocksdb::Iterator& row, DroppedRows& dropped) {
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
  if (key->position) {
    LogBounds& bounds = spaces_[key->log.space].bounds[key->log.which];
    bounds.end = std::max(bounds.begin, *key->position + 1);
    RaiseNext(key->log.space, bounds.end);
    return {};
  }
  const auto position = ParseLogPosition(row.value().ToStringView());
  if (!position) {
    return DamagedLogError();
  }
  if (key->is_log) {
    LoadLogBegin(key->log, *position, row, dropped);
  } else {
    RaiseNext(key->log.space, *position);
  }
  return {};
}

// Of a dropped log nothing is taken in: the iterator is moved to its last row.
void RecordLogs::LoadLogBegin(LogId log, LogPosition begin, rocksdb::Iterator& row,
                              DroppedRows& dropped) {
  dropped.SetLogBegin(log, begin);
  if (begin == kDroppedLogBegin) {
    row.SeekForPrev(LogRowKeyOf(log, UINT64_MAX));
    return;
  }
  spaces_[log.space].bounds[log.which] = {begin, begin};
  RaiseNext(log.space, begin);
}

void RecordLogs::RaiseNext(Space space, LogPosition next) {
  LogPosition& visible = spaces_[space].next_visible;
  visible = std::max(visible, next);
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

std::optional<LogPosition> RecordLogs::Trim(LogId log, LogPosition before) {
  const base::MutexLock lock(mutex_);
  LogBounds& bounds = spaces_[log.space].bounds[log.which];
  const LogPosition begin = std::min(before, bounds.end);
  if (begin <= bounds.begin) {
    return std::nullopt;
  }
  bounds.begin = begin;
  return begin;
}

LogPosition RecordLogs::Drop(LogId log) {
  const base::MutexLock lock(mutex_);
  SpaceLogs& space = spaces_[log.space];
  space.bounds.erase(log.which);
  return space.next_visible;
}

void RecordLogs::DropSpace(Space space) {
  const base::MutexLock lock(mutex_);
  spaces_.erase(space);
}

}  // namespace stator::storage
