#pragma once

#include <array>
#include <atomic>
#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/mutex.h"
#include "base/result.h"
#include "storage/store.h"

namespace stator::storage {

// The reference store: ordered maps behind one reader-writer lock. Nothing survives the process, so
// an update is as durable as it gets once it is applied, and `done` runs before Update returns.
// Reads may be made from within the sink of another read of the same thread.
class MemoryStore final : public Store {
 public:
  MemoryStore() = default;

  Traits traits() const override;
  void Update(UpdateRequest request, UpdateDone done) override EXCLUDES(mutex_);
  uint64_t CatalogEpoch() const override { return catalog_epoch_.load(); }
  base::Result<void> Get(const Key& key, const ReadOptions& options,
                         base::FunctionRef<void(std::string_view value)> sink) override;
  base::Result<void> GetTogether(
      std::span<const Key> keys, const ReadOptions& options,
      base::FunctionRef<void(size_t index, std::optional<std::string_view> value)> sink) override;
  base::Result<void> Scan(const GroupRange& range, const ReadOptions& options,
                          RowSink sink) override;
  base::Result<void> ScanSpace(const SpaceRange& range, const ReadOptions& options,
                               RowSink sink) override;
  int64_t Counter(CounterId counter) const override;
  base::Result<void> ReadLog(LogId log, LogPosition first, const ReadOptions& options,
                             LogSink sink) override;
  LogBounds LogBoundsOf(LogId log) const override;
  LogPosition NextLogPosition(Space space) const override;
  base::Result<void> TrimLog(LogId log, LogPosition before) override EXCLUDES(mutex_);
  base::Result<void> DropLog(LogId log) override EXCLUDES(mutex_);
  base::Result<uint64_t> ApproximateGroupBytes(Space space, std::string_view partition) override;
  base::Result<void> DropSpace(Space space) override EXCLUDES(mutex_);
  void Stop() override EXCLUDES(mutex_);

 private:
  // Where a row stands among those of its kind.
  struct Position {
    Space space = 0;
    uint64_t hash = 0;
    std::string partition;
    std::string sort;
    friend auto operator<=>(const Position&, const Position&) = default;
  };
  using Rows = std::map<Position, std::string>;
  static constexpr size_t kKinds = 5;  // RowKind counts from 1

  // A log's bounds and what is between them.
  struct Log {
    LogBounds bounds;
    std::map<LogPosition, std::string> records;
  };

  // Holds the lock for reading, unless a read that is under way on this thread already does.
  class ReadScope;

  static Position PositionOf(const Key& key);
  static RowView ViewOf(const Rows::value_type& row);
  Rows& RowsOf(RowKind kind) REQUIRES_SHARED(mutex_) { return rows_[static_cast<size_t>(kind)]; }
  std::optional<std::string_view> Find(const Key& key) REQUIRES_SHARED(mutex_);
  UpdateResult Apply(const UpdateRequest& request) EXCLUDES(mutex_);
  void Write(Mutations mutations) REQUIRES(mutex_);

  mutable base::SharedMutex mutex_;
  std::array<Rows, kKinds> rows_ GUARDED_BY(mutex_);
  std::map<CounterId, int64_t> counters_ GUARDED_BY(mutex_);
  std::map<LogId, Log> logs_ GUARDED_BY(mutex_);
  std::map<Space, LogPosition> next_positions_ GUARDED_BY(mutex_);
  bool stopped_ GUARDED_BY(mutex_) = false;
  std::atomic<uint64_t> catalog_epoch_ = 1;  // changes under mutex_ only
};

}  // namespace stator::storage
