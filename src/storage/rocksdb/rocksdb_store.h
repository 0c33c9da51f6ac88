#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/mutex.h"
#include "base/result.h"
#include "storage/rocksdb/committer.h"
#include "storage/rocksdb/counters.h"
#include "storage/rocksdb/data_directory.h"
#include "storage/rocksdb/database.h"
#include "storage/rocksdb/log_syncer.h"
#include "storage/rocksdb/overlay.h"
#include "storage/rocksdb/pending_update.h"
#include "storage/rocksdb/read_failures.h"
#include "storage/rocksdb/read_triggered_compaction.h"
#include "storage/rocksdb/record_logs.h"
#include "storage/rocksdb/stripes.h"
#include "storage/store.h"
#include "storage/store_options.h"

namespace stator::storage {

// The durable store: RocksDB with a commit pipeline in front.
//
// An update takes the stripes of its keys, reads the current values (ordered ones from the overlay,
// else from the database), decides, orders its writes with the committer, and releases the stripes;
// it waits for no device but where a read misses the cache. The committer writes and syncs all that
// has gathered, and calls the updates' `done`. Reads go to the database alone, which shows what is
// durable.
class RocksDbStore final : public Store {
 public:
  // `directory` is where `database` lies.
  RocksDbStore(DataDirectory directory, std::unique_ptr<Database> database,
               const StoreOptions& options);
  ~RocksDbStore() override;
  RocksDbStore(const RocksDbStore&) = delete;
  RocksDbStore& operator=(const RocksDbStore&) = delete;

  // Reads what is kept in memory. Call once, before anything else.
  base::Result<void> Load();

  Traits traits() const override;
  void Update(UpdateRequest request, UpdateDone done) override;
  uint64_t CatalogEpoch() const override { return committer_.visible_epoch(); }
  base::Result<void> Get(const Key& key, const ReadOptions& options,
                         base::FunctionRef<void(std::string_view value)> sink) override;
  base::Result<void> GetTogether(
      std::span<const Key> keys, const ReadOptions& options,
      base::FunctionRef<void(size_t index, std::optional<std::string_view> value)> sink) override;
  base::Result<void> Scan(const GroupRange& range, const ReadOptions& options,
                          RowSink sink) override;
  base::Result<void> ScanSpace(const SpaceRange& range, const ReadOptions& options,
                               RowSink sink) override;
  int64_t Counter(CounterId counter) const override { return counters_.Get(counter); }
  base::Result<void> ReadLog(LogId log, LogPosition first, const ReadOptions& options,
                             LogSink sink) override;
  LogBounds LogBoundsOf(LogId log) const override { return logs_.BoundsOf(log); }
  LogPosition NextLogPosition(Space space) const override { return logs_.NextPosition(space); }
  base::Result<void> TrimLog(LogId log, LogPosition before) override;
  base::Result<void> DropLog(LogId log) override;
  base::Result<uint64_t> ApproximateGroupBytes(Space space, std::string_view partition) override;
  base::Result<void> DropSpace(Space space) override;
  void Stop() override EXCLUDES(stop_mutex_);

 private:
  // What one update needs while it holds its stripes; see rocksdb_store.cc.
  struct UpdateScratch;

  // Reads, decides, and orders. Leaves `update` in place, with its result, when it is not ordered.
  void Decide(const UpdateRequest& request, UpdateScratch& scratch,
              std::unique_ptr<PendingUpdate>& update);
  // Writes down that a log begins there, and what its space's positions do not go below, if that.
  base::Result<void> CutLog(LogId log, LogPosition begin, std::optional<LogPosition> next_of_space);
  // Writes and syncs what no update has to do with.
  base::Result<void> WriteAside(rocksdb::WriteBatch& batch);
  static rocksdb::ReadOptions ReadOptionsFor(const ReadOptions& options);
  // The one way in which single rows are read from the database.
  rocksdb::Status GetValue(const rocksdb::ReadOptions& options, RowKind kind,
                           const std::string& row_key, rocksdb::PinnableSlice& value);
  // After an iterator has given `rows` rows and stepped over `skipped`, its own steps among them.
  void MindSkipped(RowKind kind, uint64_t rows, uint64_t skipped);
  base::Result<void> EndOf(const rocksdb::Iterator& row);
  base::Result<void> ReadCurrent(const UpdateRequest& request, UpdateScratch& scratch);

  const DataDirectory directory_;
  const std::unique_ptr<Database> database_;
  ReadFailures read_failures_;
  Counters counters_;
  RecordLogs logs_;
  Overlay overlay_;
  Stripes stripes_;
  PendingUpdatePool pool_;
  Committer committer_;
  const std::unique_ptr<ReadTriggeredCompaction> compaction_;  // null when it is read-only
  base::Mutex stop_mutex_;                                     // only one Stop at a time
  bool stopped_ GUARDED_BY(stop_mutex_) = false;
  std::unique_ptr<LogSyncer> log_syncer_ GUARDED_BY(stop_mutex_);  // null unless kInterval
};

// Opens or makes the store in options.data_dir; see OpenStore. `env` replaces RocksDB's view of the
// system, for tests; null for the real one. It must outlive the store.
base::Result<std::unique_ptr<Store>> OpenRocksDbStore(const StoreOptions& options,
                                                      rocksdb::Env* env = nullptr);

}  // namespace stator::storage
