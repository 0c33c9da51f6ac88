#include "storage/rocksdb/rocksdb_store.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <utility>

#include <xxhash.h>

#include "base/check.h"
#include "base/kill_point.h"
#include "storage/rocksdb/physical_key.h"
#include "storage/rocksdb/rocksdb_status.h"

namespace stator::storage {
namespace {

constexpr size_t kKeptSlices = 4;

// Spreads the rows of a group; tells keys apart in the stripes and the overlay, never on disk.
uint64_t KeyHash(const Key& key, uint64_t group_hash) {
  const uint64_t seed =
      group_hash ^ (static_cast<uint64_t>(key.space) << 8) ^ static_cast<uint64_t>(key.kind);
  return XXH3_64bits_withSeed(key.sort.data(), key.sort.size(), seed);
}

UpdateResult NotApplied(base::Error error) {
  return {UpdateOutcome::kNotApplied, std::move(error)};
}

// Writes down the row keys of an update's writes. All of them are in the overlay while they wait:
// a later update may list what this one wrote as a row that depends on its items.
void PrepareWrites(PendingUpdate& update) {
  for (const Mutations::Write& write : update.mutations.writes()) {
    const uint64_t group_hash = GroupHash(write.key.partition);
    const uint64_t key_hash = KeyHash(write.key, group_hash);
    AppendRowKey(update.row_keys, write.key, group_hash);
    update.write_keys.push_back({update.row_keys.size(), key_hash});
  }
}

}  // namespace

// Kept by each thread for its next update, so that nothing needs to be allocated.
struct RocksDbStore::UpdateScratch {
  std::vector<uint64_t> group_hashes;  // of the request's keys
  std::vector<uint64_t> key_hashes;    // of the request's keys
  std::vector<uint32_t> stripes;       // sorted and distinct
  std::string row_key;
  std::vector<rocksdb::PinnableSlice> slices;
  std::vector<std::optional<std::string_view>> current;
  bool saw_undurable = false;

  void Prepare(const std::vector<Key>& keys) {
    group_hashes.clear();
    key_hashes.clear();
    stripes.clear();
    for (const Key& key : keys) {
      group_hashes.push_back(GroupHash(key.partition));
      key_hashes.push_back(KeyHash(key, group_hashes.back()));
      stripes.push_back(Stripes::IndexOf(key_hashes.back()));
    }
    std::sort(stripes.begin(), stripes.end());
    stripes.erase(std::unique(stripes.begin(), stripes.end()), stripes.end());
    slices.resize(std::max(slices.size(), keys.size()));
  }

  // Lets go of what the database has lent.
  void Release() {
    for (rocksdb::PinnableSlice& slice : slices) {
      slice.Reset();
    }
    if (slices.size() > kKeptSlices) {
      slices.resize(kKeptSlices);
    }
  }
};

RocksDbStore::RocksDbStore(DataDirectory directory, std::unique_ptr<Database> database,
                           const StoreOptions& options)
    : directory_(std::move(directory)),
      database_(std::move(database)),
      read_failures_(options.log),
      committer_({*database_, overlay_, counters_, logs_, pool_}, options),
      compaction_(options.read_only ? nullptr
                                    : std::make_unique<ReadTriggeredCompaction>(
                                          *database_, [this](rocksdb::ColumnFamilyHandle* family) {
                                            committer_.AskForFlush(family);
                                          })) {
  if (options.durability == Durability::kInterval) {
    log_syncer_ = std::make_unique<LogSyncer>(
        *database_, std::chrono::milliseconds(std::max<int64_t>(options.sync_interval_ms, 1)),
        [this](const rocksdb::Status& status) { committer_.Fail(status); });
  }
}

RocksDbStore::~RocksDbStore() { Stop(); }

base::Result<void> RocksDbStore::Load() {
  STATOR_RETURN_IF_ERROR(counters_.Load(*database_));
  STATOR_RETURN_IF_ERROR(logs_.Load(*database_));
  return compaction_ == nullptr ? base::Result<void>() : database_->ForgetEmptySpaces();
}

Traits RocksDbStore::traits() const {
  return {.reads_complete_inline = true,
          .any_groups_share_commit = true,
          .max_value_bytes = kMaxValueBytes,
          .max_update_bytes = kMaxUpdateBytes};
}

void RocksDbStore::Update(UpdateRequest request, UpdateDone done) {
  STATOR_CHECK(!request.keys.empty());
  if (auto open = committer_.CheckOpen(); !open.ok()) {
    done(NotApplied(std::move(open).error()));
    return;
  }
  thread_local UpdateScratch scratch;
  scratch.Prepare(request.keys);
  std::unique_ptr<PendingUpdate> update = pool_.Take();
  update->done = std::move(done);
  update->catalog_epoch = request.catalog_epoch;
  update->changes_catalog = request.changes_catalog;
  {
    const StripesGuard guard(stripes_, scratch.stripes);
    Decide(request, scratch, update);
  }
  scratch.Release();
  if (update != nullptr) {
    update->done(update->result);
    std::vector<std::unique_ptr<PendingUpdate>> finished;
    finished.push_back(std::move(update));
    pool_.Return(finished);
  }
}

void RocksDbStore::Decide(const UpdateRequest& request, UpdateScratch& scratch,
                          std::unique_ptr<PendingUpdate>& update) {
  update->generation = committer_.generation();
  if (auto read = ReadCurrent(request, scratch); !read.ok()) {
    update->result = NotApplied(std::move(read).error());
    return;
  }
  if (auto decided = request.decide(scratch.current, update->mutations); !decided.ok()) {
    update->result = {UpdateOutcome::kAborted, std::move(decided).error()};
    update->mutations.Clear();
  } else if (auto fits = update->mutations.CheckSize(); !fits.ok()) {
    update->result = NotApplied(std::move(fits).error());
    return;
  }
  const bool stale = request.catalog_epoch && *request.catalog_epoch != committer_.ordered_epoch();
  if (update->mutations.empty() && !scratch.saw_undurable && !stale) {
    return;
  }
  PrepareWrites(*update);
  base::KillPoint("update.decided");
  if (auto ordered = committer_.Order(update); !ordered.ok()) {
    update->result = NotApplied(std::move(ordered).error());
  }
  base::KillPoint("update.ordered");
}

base::Result<void> RocksDbStore::ReadCurrent(const UpdateRequest& request, UpdateScratch& scratch) {
  const rocksdb::ReadOptions options = ReadOptionsFor(request.read);
  scratch.current.clear();
  scratch.saw_undurable = false;
  for (size_t i = 0; i < request.keys.size(); ++i) {
    const Key& key = request.keys[i];
    rocksdb::PinnableSlice& slice = scratch.slices[i];
    const auto found = overlay_.Find(scratch.key_hashes[i], key, *slice.GetSelf());
    scratch.saw_undurable |= found != Overlay::Found::kNothing;
    if (found == Overlay::Found::kErased) {
      scratch.current.emplace_back();
      continue;
    }
    if (found == Overlay::Found::kValue) {
      slice.PinSelf();
      scratch.current.emplace_back(slice.ToStringView());
      continue;
    }
    scratch.row_key.clear();
    AppendRowKey(scratch.row_key, key, scratch.group_hashes[i]);
    const rocksdb::Status status = GetValue(options, key.kind, scratch.row_key, slice);
    if (status.ok()) {
      scratch.current.emplace_back(slice.ToStringView());
    } else if (status.IsNotFound()) {
      scratch.current.emplace_back();
    } else {
      return read_failures_.Report(status);
    }
  }
  return {};
}

base::Result<void> RocksDbStore::DropSpace(Space space) {
  STATOR_RETURN_IF_ERROR(committer_.CheckOpen());
  rocksdb::WriteBatch batch;
  const std::string begin = SpaceKeyOf(space);
  STATOR_CHECK(batch.Put(database_->family(kCounterFamily), begin, "").ok());
  STATOR_RETURN_IF_ERROR(WriteAside(batch));
  base::KillPoint("drop.written");
  database_->dropped().AddSpace(space);
  counters_.Drop(space);
  logs_.DropSpace(space);
  const std::string end = SpaceKeyOf(space + 1);
  for (size_t i = 0; i < kFamilies; ++i) {
    if (i != kCounterFamily) {
      database_->DeleteTables(i, begin, end);
    }
  }
  return {};
}

base::Result<void> RocksDbStore::TrimLog(LogId log, LogPosition before) {
  STATOR_RETURN_IF_ERROR(committer_.CheckOpen());
  const std::optional<LogPosition> begin = logs_.Trim(log, before);
  return begin ? CutLog(log, *begin, {}) : base::Result<void>();
}

base::Result<void> RocksDbStore::DropLog(LogId log) {
  STATOR_RETURN_IF_ERROR(committer_.CheckOpen());
  return CutLog(log, kDroppedLogBegin, logs_.Drop(log));
}

base::Result<void> RocksDbStore::CutLog(LogId log, LogPosition begin,
                                        std::optional<LogPosition> next_of_space) {
  rocksdb::WriteBatch batch;
  rocksdb::ColumnFamilyHandle* const family = database_->family(kLogFamily);
  STATOR_CHECK(batch.Put(family, LogKeyOf(log), LogPositionValue(begin)).ok());
  if (next_of_space) {
    STATOR_CHECK(batch.Put(family, SpaceKeyOf(log.space), LogPositionValue(*next_of_space)).ok());
  }
  STATOR_RETURN_IF_ERROR(WriteAside(batch));
  database_->dropped().SetLogBegin(log, begin);
  database_->DeleteTables(kLogFamily, LogRowKeyOf(log, 0), LogRowKeyOf(log, begin));
  return {};
}

base::Result<void> RocksDbStore::WriteAside(rocksdb::WriteBatch& batch) {
  rocksdb::WriteOptions options;
  options.sync = true;
  if (const rocksdb::Status status = database_->db().Write(options, &batch); !status.ok()) {
    committer_.Fail(status);
    return ErrorFromStatus(status);
  }
  return {};
}

void RocksDbStore::Stop() {
  const base::MutexLock lock(stop_mutex_);
  if (std::exchange(stopped_, true)) {
    return;
  }
  committer_.Stop();
  base::KillPoint("stop.committed");
  if (log_syncer_ != nullptr) {
    log_syncer_->Stop();
  }
  database_->WriteOut();
  if (compaction_ != nullptr) {
    database_->StopBackgroundWork();
    compaction_->Stop();
  }
}

base::Result<std::unique_ptr<Store>> OpenRocksDbStore(const StoreOptions& options,
                                                      rocksdb::Env* env) {
  STATOR_ASSIGN_OR_RETURN(DataDirectory directory,
                          options.read_only ? DataDirectory::OpenExisting(options.data_dir)
                                            : DataDirectory::Open(options.data_dir));
  STATOR_ASSIGN_OR_RETURN(
      std::unique_ptr<Database> database,
      Database::Open(directory.DatabasePath(), options, directory.format(), env));
  // What an old database lacked was made before: until the version is written, an older program
  // refuses the database because of it, and this one finds it there.
  if (directory.is_new() || (directory.is_old() && !options.read_only)) {
    STATOR_RETURN_IF_ERROR(directory.MarkComplete());
  }
  auto store = std::make_unique<RocksDbStore>(std::move(directory), std::move(database), options);
  STATOR_RETURN_IF_ERROR(store->Load());
  base::KillPoint("open.loaded");
  return std::unique_ptr<Store>(std::move(store));
}

}  // namespace stator::storage
