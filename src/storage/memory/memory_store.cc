#include "storage/memory/memory_store.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/check.h"

namespace stator::storage {
namespace {

// The store whose lock this thread holds for reading, if any.
thread_local const MemoryStore* read_locked = nullptr;

UpdateResult NotApplied(base::ErrorCode code, std::string message) {
  return {UpdateOutcome::kNotApplied, {code, std::move(message)}};
}

}  // namespace

class SCOPED_CAPABILITY MemoryStore::ReadScope {
 public:
  explicit ReadScope(const MemoryStore& store)
      ACQUIRE_SHARED(store.mutex_) NO_THREAD_SAFETY_ANALYSIS : store_(store),
                                                               outer_(read_locked) {
    if (outer_ != &store_) {
      store_.mutex_.LockShared();
      read_locked = &store_;
    }
  }
  ~ReadScope() RELEASE() NO_THREAD_SAFETY_ANALYSIS {
    if (outer_ != &store_) {
      read_locked = outer_;
      store_.mutex_.UnlockShared();
    }
  }
  ReadScope(const ReadScope&) = delete;
  ReadScope& operator=(const ReadScope&) = delete;

 private:
  const MemoryStore& store_;
  const MemoryStore* const outer_;
};

Traits MemoryStore::traits() const {
  return {.reads_complete_inline = true,
          .any_groups_share_commit = true,
          .max_value_bytes = kMaxValueBytes,
          .max_update_bytes = kMaxUpdateBytes};
}

MemoryStore::Position MemoryStore::PositionOf(const Key& key) {
  return {key.space, GroupHash(key.partition), key.partition, key.sort};
}

RowView MemoryStore::ViewOf(const Rows::value_type& row) {
  return {row.first.hash, row.first.partition, row.first.sort, row.second};
}

std::optional<std::string_view> MemoryStore::Find(const Key& key) {
  const Rows& rows = RowsOf(key.kind);
  const auto found = rows.find(PositionOf(key));
  return found == rows.end() ? std::nullopt : std::optional<std::string_view>(found->second);
}

void MemoryStore::Update(UpdateRequest request, UpdateDone done) {
  STATOR_CHECK(!request.keys.empty());
  done(Apply(request));
}

UpdateResult MemoryStore::Apply(const UpdateRequest& request) {
  const base::WriterLock lock(mutex_);
  if (stopped_) {
    return NotApplied(base::ErrorCode::kUnavailable, "The store has stopped");
  }
  if (request.catalog_epoch && *request.catalog_epoch != catalog_epoch_.load()) {
    return NotApplied(base::ErrorCode::kStaleCatalog, "The catalog has changed");
  }
  std::vector<std::optional<std::string_view>> current;
  current.reserve(request.keys.size());
  for (const Key& key : request.keys) {
    current.push_back(Find(key));
  }
  Mutations mutations;
  if (auto decided = request.decide(current, mutations); !decided.ok()) {
    return {UpdateOutcome::kAborted, std::move(decided).error()};
  }
  if (auto fits = mutations.CheckSize(); !fits.ok()) {
    return {UpdateOutcome::kNotApplied, std::move(fits).error()};
  }
  if (request.changes_catalog && !mutations.empty()) {
    catalog_epoch_.fetch_add(1);
  }
  Write(std::move(mutations));
  return {};
}

void MemoryStore::Write(Mutations mutations) {
  for (Mutations::Write& write : mutations.writes()) {
    Rows& rows = RowsOf(write.key.kind);
    if (write.value) {
      rows.insert_or_assign(PositionOf(write.key), *std::move(write.value));
    } else {
      rows.erase(PositionOf(write.key));
    }
  }
  for (const Mutations::CounterDelta& change : mutations.counters()) {
    counters_[change.counter] += change.delta;
  }
  for (Mutations::LogAppend& append : mutations.appends()) {
    const LogPosition position = next_positions_[append.log.space]++;
    Log& log = logs_[append.log];
    log.records.emplace_hint(log.records.end(), position, std::move(append.record));
    log.bounds.end = position + 1;
  }
}

base::Result<void> MemoryStore::Get(const Key& key, const ReadOptions&,
                                    base::FunctionRef<void(std::string_view value)> sink) {
  const ReadScope lock(*this);
  if (const auto value = Find(key)) {
    sink(*value);
  }
  return {};
}

base::Result<void> MemoryStore::GetTogether(
    std::span<const Key> keys, const ReadOptions&,
    base::FunctionRef<void(size_t index, std::optional<std::string_view> value)> sink) {
  const ReadScope lock(*this);
  for (size_t i = 0; i < keys.size(); ++i) {
    sink(i, Find(keys[i]));
  }
  return {};
}

base::Result<void> MemoryStore::Scan(const GroupRange& range, const ReadOptions&, RowSink sink) {
  if (range.upper && *range.upper <= range.lower) {
    return {};
  }
  const ReadScope lock(*this);
  const Rows& rows = RowsOf(range.kind);
  const uint64_t hash = GroupHash(range.partition);
  auto first = rows.lower_bound({range.space, hash, range.partition, range.lower});
  // The least partition above `partition` begins where the group ends.
  auto last = range.upper
                  ? rows.lower_bound({range.space, hash, range.partition, *range.upper})
                  : rows.lower_bound({range.space, hash, range.partition + '\0', std::string()});
  if (range.reverse) {
    while (last != first && sink(ViewOf(*--last))) {
    }
  } else {
    while (first != last && sink(ViewOf(*first))) {
      ++first;
    }
  }
  return {};
}

base::Result<void> MemoryStore::ScanSpace(const SpaceRange& range, const ReadOptions&,
                                          RowSink sink) {
  const ReadScope lock(*this);
  const Rows& rows = RowsOf(range.kind);
  Position start{range.space, range.first_hash, std::string(), std::string()};
  if (range.after) {
    start = {range.space, GroupHash(range.after->partition), range.after->partition,
             range.after->sort + '\0'};
  }
  for (auto row = rows.lower_bound(start); row != rows.end(); ++row) {
    if (row->first.space != range.space || row->first.hash > range.last_hash ||
        !sink(ViewOf(*row))) {
      break;
    }
  }
  return {};
}

int64_t MemoryStore::Counter(CounterId counter) const {
  const ReadScope lock(*this);
  const auto found = counters_.find(counter);
  return found == counters_.end() ? 0 : found->second;
}

base::Result<void> MemoryStore::ReadLog(LogId log, LogPosition first, const ReadOptions&,
                                        LogSink sink) {
  const ReadScope lock(*this);
  const auto found = logs_.find(log);
  if (found == logs_.end()) {
    return {};
  }
  const auto& records = found->second.records;
  for (auto record = records.lower_bound(first); record != records.end(); ++record) {
    if (!sink({record->first, record->second})) {
      break;
    }
  }
  return {};
}

LogBounds MemoryStore::LogBoundsOf(LogId log) const {
  const ReadScope lock(*this);
  const auto found = logs_.find(log);
  return found == logs_.end() ? LogBounds() : found->second.bounds;
}

LogPosition MemoryStore::NextLogPosition(Space space) const {
  const ReadScope lock(*this);
  const auto found = next_positions_.find(space);
  return found == next_positions_.end() ? 0 : found->second;
}

base::Result<void> MemoryStore::TrimLog(LogId log, LogPosition before) {
  const base::WriterLock lock(mutex_);
  if (stopped_) {
    return base::Error{base::ErrorCode::kUnavailable, "The store has stopped"};
  }
  if (const auto found = logs_.find(log); found != logs_.end()) {
    auto& [bounds, records] = found->second;
    bounds.begin = std::max(bounds.begin, std::min(before, bounds.end));
    records.erase(records.begin(), records.lower_bound(bounds.begin));
  }
  return {};
}

base::Result<void> MemoryStore::DropLog(LogId log) {
  const base::WriterLock lock(mutex_);
  if (stopped_) {
    return base::Error{base::ErrorCode::kUnavailable, "The store has stopped"};
  }
  logs_.erase(log);
  return {};
}

base::Result<uint64_t> MemoryStore::ApproximateGroupBytes(Space space, std::string_view partition) {
  const Position start{space, GroupHash(partition), std::string(partition), std::string()};
  const ReadScope lock(*this);
  uint64_t bytes = 0;
  for (const Rows& rows : rows_) {
    for (auto row = rows.lower_bound(start); row != rows.end(); ++row) {
      if (row->first.space != space || row->first.partition != partition) {
        break;
      }
      bytes += partition.size() + row->first.sort.size() + row->second.size();
    }
  }
  return bytes;
}

base::Result<void> MemoryStore::DropSpace(Space space) {
  const base::WriterLock lock(mutex_);
  if (stopped_) {
    return base::Error{base::ErrorCode::kUnavailable, "The store has stopped"};
  }
  const Position first{space, 0, std::string(), std::string()};
  for (Rows& rows : rows_) {
    auto row = rows.lower_bound(first);
    while (row != rows.end() && row->first.space == space) {
      row = rows.erase(row);
    }
  }
  std::erase_if(counters_, [space](const auto& entry) { return entry.first.space == space; });
  std::erase_if(logs_, [space](const auto& entry) { return entry.first.space == space; });
  next_positions_.erase(space);
  return {};
}

void MemoryStore::Stop() {
  const base::WriterLock lock(mutex_);
  stopped_ = true;
}

}  // namespace stator::storage
