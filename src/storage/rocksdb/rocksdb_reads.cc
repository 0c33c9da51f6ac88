// The reads of RocksDbStore: they go to the database and know nothing of updates in flight.

#include <algorithm>
#include <chrono>
#include <memory>
#include <utility>

#include <rocksdb/iterator.h>
#include <rocksdb/perf_context.h>
#include <rocksdb/snapshot.h>

#include "storage/key_encoding.h"
#include "storage/rocksdb/physical_key.h"
#include "storage/rocksdb/rocksdb_store.h"

namespace stator::storage {
namespace {

base::Error DamagedKeyError() {
  return {base::ErrorCode::kCorruption, "The key of a stored row is damaged"};
}

// How many old versions and deleted rows the iterators of this thread have stepped over.
uint64_t SkippedVersions() { return rocksdb::get_perf_context()->internal_key_skipped_count; }

std::string RowKeyOf(const Key& key) {
  std::string row_key;
  AppendRowKey(row_key, key, GroupHash(key.partition));
  return row_key;
}

}  // namespace

void RocksDbStore::MindSkipped(RowKind kind, uint64_t rows, uint64_t skipped) {
  if (compaction_ != nullptr && skipped > rows) {  // RocksDB counts each step as one
    compaction_->Add(FamilyOf(kind), skipped - rows);
  }
}

base::Result<void> RocksDbStore::EndOf(const rocksdb::Iterator& row) {
  const rocksdb::Status status = row.status();
  return status.ok() ? base::Result<void>() : read_failures_.Report(status);
}

rocksdb::ReadOptions RocksDbStore::ReadOptionsFor(const ReadOptions& options) {
  rocksdb::ReadOptions read;
  if (options.cache_only) {
    read.io_timeout = std::chrono::microseconds(1);  // see PageCacheReads
  }
  return read;
}

rocksdb::Status RocksDbStore::GetValue(const rocksdb::ReadOptions& options, RowKind kind,
                                       const std::string& row_key, rocksdb::PinnableSlice& value) {
  value.Reset();
  return database_->db().Get(options, database_->family(kind), row_key, &value);
}

base::Result<void> RocksDbStore::Get(const Key& key, const ReadOptions& options,
                                     base::FunctionRef<void(std::string_view value)> sink) {
  rocksdb::PinnableSlice value;
  const rocksdb::Status status = GetValue(ReadOptionsFor(options), key.kind, RowKeyOf(key), value);
  if (status.ok()) {
    sink(value.ToStringView());
  } else if (!status.IsNotFound()) {
    return read_failures_.Report(status);
  }
  return {};
}

base::Result<void> RocksDbStore::GetTogether(
    std::span<const Key> keys, const ReadOptions& options,
    base::FunctionRef<void(size_t index, std::optional<std::string_view> value)> sink) {
  // A snapshot is a point between two groups of updates, each of which is atomic.
  rocksdb::ManagedSnapshot snapshot(&database_->db());
  rocksdb::ReadOptions read = ReadOptionsFor(options);
  read.snapshot = snapshot.snapshot();
  rocksdb::PinnableSlice value;
  for (size_t i = 0; i < keys.size(); ++i) {
    const rocksdb::Status status = GetValue(read, keys[i].kind, RowKeyOf(keys[i]), value);
    if (status.ok()) {
      sink(i, value.ToStringView());
    } else if (status.IsNotFound()) {
      sink(i, std::nullopt);
    } else {
      return read_failures_.Report(status);
    }
  }
  return {};
}

base::Result<void> RocksDbStore::Scan(const GroupRange& range, const ReadOptions& options,
                                      RowSink sink) {
  const uint64_t hash = GroupHash(range.partition);
  std::string prefix;
  AppendGroupPrefix(prefix, range.space, hash, range.partition);
  const std::string lower = prefix + range.lower;
  // A prefix ends in a terminator, so its successor has the same hash: both bounds are in the
  // domain of the prefix filter.
  const std::string upper = range.upper ? prefix + *range.upper : *PrefixSuccessor(prefix);
  if (lower >= upper) {
    return {};
  }
  const rocksdb::Slice lower_bound(lower);
  const rocksdb::Slice upper_bound(upper);
  rocksdb::ReadOptions read = ReadOptionsFor(options);
  read.iterate_lower_bound = &lower_bound;
  read.iterate_upper_bound = &upper_bound;
  // RocksDB's prefix filters work forward only.
  read.total_order_seek = range.reverse;
  read.prefix_same_as_start = !range.reverse;
  const std::unique_ptr<rocksdb::Iterator> row = database_->NewIterator(read, FamilyOf(range.kind));
  const uint64_t skipped_before = SkippedVersions();
  uint64_t rows = 0;
  range.reverse ? row->SeekToLast() : row->Seek(lower_bound);
  while (row->Valid()) {
    ++rows;
    const std::string_view sort = row->key().ToStringView().substr(prefix.size());
    if (!sink({hash, range.partition, sort, row->value().ToStringView()})) {
      break;
    }
    range.reverse ? row->Prev() : row->Next();
  }
  MindSkipped(range.kind, rows, SkippedVersions() - skipped_before);
  return EndOf(*row);
}

base::Result<void> RocksDbStore::ScanSpace(const SpaceRange& range, const ReadOptions& options,
                                           RowSink sink) {
  std::string lower;
  if (range.after) {
    AppendGroupPrefix(lower, range.space, GroupHash(range.after->partition),
                      range.after->partition);
    lower.append(range.after->sort).push_back('\0');
  } else {
    AppendHashPrefix(lower, range.space, range.first_hash);
  }
  std::string last;
  AppendHashPrefix(last, range.space, range.last_hash);
  const std::optional<std::string> upper = PrefixSuccessor(std::move(last));
  const rocksdb::Slice upper_bound(upper ? std::string_view(*upper) : std::string_view());
  rocksdb::ReadOptions read = ReadOptionsFor(options);
  read.iterate_upper_bound = upper ? &upper_bound : nullptr;
  read.total_order_seek = true;
  read.fill_cache = false;  // one pass over a large table must not push everything else out
  const std::unique_ptr<rocksdb::Iterator> row = database_->NewIterator(read, FamilyOf(range.kind));
  RowKeyParser parser;
  const uint64_t skipped_before = SkippedVersions();
  uint64_t rows = 0;
  for (row->Seek(lower); row->Valid(); row->Next()) {
    ++rows;
    const auto key = parser.Parse(row->key().ToStringView());
    if (!key) {
      return DamagedKeyError();
    }
    if (!sink({key->hash, key->partition, key->sort, row->value().ToStringView()})) {
      break;
    }
  }
  MindSkipped(range.kind, rows, SkippedVersions() - skipped_before);
  return EndOf(*row);
}

base::Result<void> RocksDbStore::ReadLog(LogId log, LogPosition first, const ReadOptions& options,
                                         LogSink sink) {
  if (database_->family_count() <= kLogFamily) {
    return {};  // an older format, opened read-only
  }
  const LogBounds bounds = logs_.BoundsOf(log);
  if (bounds.end == 0) {
    return {};  // no record yet, or not any more
  }
  // No further than the bounds, which follow what the database shows: a reader may trim, or ask
  // for the next position, right after it has seen a record.
  const std::string end = LogRowKeyOf(log, bounds.end);
  const rocksdb::Slice upper_bound(end);
  rocksdb::ReadOptions read = ReadOptionsFor(options);
  read.iterate_upper_bound = &upper_bound;
  const std::unique_ptr<rocksdb::Iterator> row = database_->NewIterator(read, kLogFamily);
  for (row->Seek(LogRowKeyOf(log, std::max(first, bounds.begin))); row->Valid(); row->Next()) {
    const auto key = ParseLogRowKey(row->key().ToStringView());
    if (!key || !key->position) {
      return DamagedKeyError();
    }
    if (!sink({*key->position, row->value().ToStringView()})) {
      return {};
    }
  }
  return EndOf(*row);
}

base::Result<uint64_t> RocksDbStore::ApproximateGroupBytes(Space space,
                                                           std::string_view partition) {
  std::string begin;
  AppendGroupPrefix(begin, space, GroupHash(partition), partition);
  const std::string end = *PrefixSuccessor(begin);
  const rocksdb::Range range(begin, end);
  rocksdb::SizeApproximationOptions options;
  options.include_memtables = true;
  options.include_files = true;
  uint64_t total = 0;
  for (size_t i = 0; i < kFamilies; ++i) {
    if (i == kCounterFamily || i == kLogFamily) {
      continue;
    }
    uint64_t bytes = 0;
    const rocksdb::Status status =
        database_->db().GetApproximateSizes(options, database_->family(i), &range, 1, &bytes);
    if (!status.ok()) {
      return read_failures_.Report(status);
    }
    total += bytes;
  }
  return total;
}

}  // namespace stator::storage
