#include "storage/rocksdb/rocksdb_tuning.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include <rocksdb/cache.h>
#include <rocksdb/file_checksum.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/slice_transform.h>
#include <rocksdb/table.h>
#include <rocksdb/write_buffer_manager.h>

#include "storage/rocksdb/database_log.h"
#include "storage/rocksdb/physical_key.h"

namespace stator::storage {
namespace {

constexpr size_t kTablePieceBytes = 64 * 1024;
constexpr const char* kFamilyNames[kFamilies] = {"default",      "item",   "local_index",
                                                 "global_index", "system", "log"};

rocksdb::BlockBasedTableOptions MakeTableOptions(std::shared_ptr<rocksdb::Cache> cache) {
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = std::move(cache);
  // A Query reads a handful of items from each of several tables: twice the usual block halves what
  // it has to look up, and does not yet slow a GetItem down.
  table.block_size = 8 * 1024;
  // Indexes and filters count towards the bound. The newest ones, which every read asks, stay.
  table.cache_index_and_filter_blocks = true;
  table.cache_index_and_filter_blocks_with_high_priority = true;
  table.pin_l0_filter_and_index_blocks_in_cache = true;
  // Answers "not there" for whole keys (Get) and for group prefixes (Scan) without a block.
  constexpr double kBitsPerKey = 10;
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(kBitsPerKey));
  table.whole_key_filtering = true;
  // Finds a key within a block by hash; a Get of a cached block is a good deal cheaper.
  table.data_block_index_type = rocksdb::BlockBasedTableOptions::kDataBlockBinaryAndHash;
  table.format_version = 5;
  return table;
}

}  // namespace

std::shared_ptr<rocksdb::Cache> MakeCache(const StoreOptions& options) {
  return rocksdb::NewLRUCache(options.memory_bytes / 4 * 3);
}

rocksdb::DBOptions MakeDatabaseOptions(const StoreOptions& options,
                                       const std::shared_ptr<rocksdb::Cache>& cache, bool create) {
  rocksdb::DBOptions database;
  database.create_if_missing = create;
  database.create_missing_column_families = create;
  // A torn record at the end of the log is what a crash leaves of an update that was not done;
  // damage before the end is refused, because updates that were done would be lost. What was not
  // synced may reach the device in any order, so there the log counts up to the first gap. RocksDB
  // does not see all damage: CheckLogs looks first.
  //
  // Not track_and_verify_wals_in_manifest: in this version it may miss logs that were rightly
  // deleted, and then refuses to open (https://github.com/facebook/rocksdb/pull/10892).
  database.wal_recovery_mode = options.durability == Durability::kSynced
                                   ? rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords
                                   : rocksdb::WALRecoveryMode::kPointInTimeRecovery;
  // Bounds what is replayed at the start, also when a family is hardly written to.
  database.max_total_wal_size = 4 * options.write_buffer_bytes;
  // What the families hold in memory is taken from the cache, and written out when it is too much.
  database.write_buffer_manager =
      std::make_shared<rocksdb::WriteBufferManager>(options.memory_bytes / 4, cache);
  // The committer is the only writer: no group forming, no locks for inserting in parallel.
  database.allow_concurrent_memtable_write = false;
  database.enable_write_thread_adaptive_yield = false;
  database.max_background_jobs = 2;
  // Tables are written in small pieces: the sync of the log waits for the piece that the device
  // has.
  database.bytes_per_sync = kTablePieceBytes;
  database.writable_file_max_buffer_size = kTablePieceBytes;
  // So that `stator verify` sees every changed bit of a table, not only those of its blocks.
  database.file_checksum_gen_factory = rocksdb::GetFileChecksumGenCrc32cFactory();
  // Leaves room for connections below the usual 1024. Only files in use are open.
  database.max_open_files = options.max_open_files;
  // No thread that wakes up to write statistics, and no diary of its own.
  database.stats_dump_period_sec = 0;
  database.stats_persist_period_sec = 0;
  database.info_log_level = rocksdb::InfoLogLevel::WARN_LEVEL;
  database.info_log = std::make_shared<DatabaseLog>(options.log);
  return database;
}

std::vector<rocksdb::ColumnFamilyDescriptor> MakeFamilies(
    const StoreOptions& options, const std::shared_ptr<rocksdb::Cache>& cache,
    const std::shared_ptr<const DroppedRows>& dropped) {
  rocksdb::ColumnFamilyOptions rows;
  rows.table_factory.reset(rocksdb::NewBlockBasedTableFactory(MakeTableOptions(cache)));
  rows.prefix_extractor.reset(rocksdb::NewFixedPrefixTransform(kGroupPrefixBytes));
  rows.write_buffer_size = options.write_buffer_bytes;
  // The same for what is in memory: most reads find nothing there, and look at up to four buffers.
  rows.memtable_prefix_bloom_size_ratio = 0.01;
  rows.memtable_whole_key_filtering = true;
  rows.max_write_buffer_number = 4;  // writes go on while full ones are written out
  rows.compression = rocksdb::kLZ4Compression;
  rows.bottommost_compression = rocksdb::kZSTD;  // nearly all of the data, read least often
  rows.level_compaction_dynamic_level_bytes = true;

  rocksdb::ColumnFamilyOptions counters = rows;
  counters.prefix_extractor = nullptr;
  counters.memtable_prefix_bloom_size_ratio = 0;
  counters.memtable_whole_key_filtering = false;

  // Read in sequence, and gone after a day: neither filters nor costly compression pay off.
  rocksdb::ColumnFamilyOptions logs = counters;
  rocksdb::BlockBasedTableOptions log_table = MakeTableOptions(cache);
  log_table.filter_policy = nullptr;
  log_table.data_block_index_type = rocksdb::BlockBasedTableOptions::kDataBlockBinarySearch;
  logs.table_factory.reset(rocksdb::NewBlockBasedTableFactory(log_table));
  logs.bottommost_compression = rocksdb::kLZ4Compression;

  std::vector<rocksdb::ColumnFamilyDescriptor> families;
  for (size_t i = 0; i < kFamilies; ++i) {
    families.emplace_back(kFamilyNames[i], i == kCounterFamily ? counters
                                           : i == kLogFamily   ? logs
                                                               : rows);
    families.back().options.compaction_filter_factory = MakeDroppedRowsFilter(dropped, i);
  }
  return families;
}

}  // namespace stator::storage
