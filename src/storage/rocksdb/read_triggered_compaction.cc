#include "storage/rocksdb/read_triggered_compaction.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <rocksdb/metadata.h>

namespace stator::storage {
namespace {

// A table with fewer writes is not worth its file.
constexpr uint64_t kLeastWritesFlushed = 32 * 1024;
// So many of level 0 RocksDB merges by itself: its default.
constexpr size_t kTablesMergedByWrites = 4;

// Level 0 of a family, and where it is merged into.
struct LevelZero {
  std::vector<std::string> tables;
  int output_level = 0;
  uint64_t rows = 0;  // of both
  bool is_busy = false;
};

LevelZero LevelZeroOf(const rocksdb::ColumnFamilyMetaData& family) {
  LevelZero result;
  std::string first;
  std::string last;
  const auto add = [&](const rocksdb::SstFileMetaData& table) {
    result.rows += table.num_entries;
    result.is_busy |= table.being_compacted;
  };
  for (const rocksdb::SstFileMetaData& table : family.levels.front().files) {
    first = result.tables.empty() ? table.smallestkey : std::min(first, table.smallestkey);
    last = std::max(last, table.largestkey);
    result.tables.push_back(table.name);
    add(table);
  }
  const auto next = std::find_if(family.levels.begin() + 1, family.levels.end(),
                                 [](const auto& level) { return !level.files.empty(); });
  result.output_level = next == family.levels.end() ? family.levels.back().level : next->level;
  if (next != family.levels.end()) {
    for (const rocksdb::SstFileMetaData& table : next->files) {
      if (table.smallestkey <= last && table.largestkey >= first) {
        add(table);
      }
    }
  }
  return result;
}

}  // namespace

ReadTriggeredCompaction::ReadTriggeredCompaction(Database& database, AskForFlush ask_for_flush)
    : database_(database),
      ask_for_flush_(std::move(ask_for_flush)),
      runner_("read-compaction", 1, kFamilies, base::Priority::kNormal) {}

ReadTriggeredCompaction::~ReadTriggeredCompaction() { Stop(); }

void ReadTriggeredCompaction::Stop() { runner_.Stop(); }

void ReadTriggeredCompaction::Add(size_t family, uint64_t versions) {
  Family& read = families_[family];
  const uint64_t total =
      read.stepped_over.fetch_add(versions, std::memory_order_relaxed) + versions;
  if (total >= read.next_look.load(std::memory_order_relaxed) &&
      read.next_look.exchange(kNever) != kNever) {
    (void)runner_.Post([this, family] { Look(family); });  // refused when it has stopped
  }
}

void ReadTriggeredCompaction::Look(size_t number) {
  Family& read = families_[number];
  rocksdb::ColumnFamilyHandle* const family = database_.family(number);
  const uint64_t stepped_over = read.stepped_over;
  uint64_t next_look = stepped_over + kLookInterval;
  uint64_t in_memory = 0;
  uint64_t being_flushed = 0;
  using Properties = rocksdb::DB::Properties;
  rocksdb::DB& db = database_.db();
  if (!database_.is_full() &&
      db.GetIntProperty(family, Properties::kNumEntriesActiveMemTable, &in_memory) &&
      db.GetIntProperty(family, Properties::kNumImmutableMemTable, &being_flushed) &&
      being_flushed == 0) {
    next_look =
        Work(number, stepped_over, in_memory >= kLeastWritesFlushed && stepped_over >= in_memory);
  }
  read.next_look = next_look;
}

uint64_t ReadTriggeredCompaction::Work(size_t number, uint64_t stepped_over, bool flush_is_due) {
  const uint64_t later = stepped_over + kLookInterval;
  rocksdb::ColumnFamilyHandle* const handle = database_.family(number);
  rocksdb::ColumnFamilyMetaData family;
  database_.db().GetColumnFamilyMetaData(handle, &family);
  const LevelZero level = LevelZeroOf(family);
  // One more table may have RocksDB merge them, which it does with less haste.
  const bool is_nearly_full = level.tables.size() + 1 >= kTablesMergedByWrites;
  if (flush_is_due && !is_nearly_full) {
    ask_for_flush_(handle);
    return later;
  }
  if (level.tables.empty() || level.is_busy) {
    return later;
  }
  // A row takes two to four times as long to merge as an old version to step over.
  if (stepped_over < level.rows) {
    return std::max(later, level.rows);
  }
  if (flush_is_due) {
    ask_for_flush_(handle);  // ends when the tables are being merged
  }
  rocksdb::CompactionOptions options;
  options.compression = rocksdb::kDisableCompressionOption;  // "what the family says"
  options.output_file_size_limit = rocksdb::ColumnFamilyOptions().target_file_size_base;
  // Refused when RocksDB has begun to merge one of them; then it does what is to be done. Other
  // errors stop the database as those of its own compactions do.
  const rocksdb::Status status =
      database_.db().CompactFiles(options, handle, level.tables, level.output_level);
  if (!status.ok()) {
    return later;
  }
  families_[number].stepped_over = 0;
  return kLookInterval;
}

}  // namespace stator::storage
