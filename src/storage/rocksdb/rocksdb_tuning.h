#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include <rocksdb/cache.h>
#include <rocksdb/db.h>

#include "storage/rocksdb/dropped_rows.h"
#include "storage/store.h"
#include "storage/store_options.h"

// How the database is set up: every option of RocksDB that is not left at its default, and why.
namespace stator::storage {

// The column families: RocksDB's default one for the counters, one for each kind of row with the
// kind's number, and one for the logs. So a range of one kind is never interspersed with rows of
// another.
inline constexpr size_t kCounterFamily = 0;
inline constexpr size_t kLogFamily = 5;
inline constexpr size_t kFamilies = 6;

// How many of the families a database of that version of the format has.
constexpr size_t FamiliesOfVersion(uint32_t version) {
  return version < 2 ? kLogFamily : kFamilies;
}

inline size_t FamilyOf(RowKind kind) { return static_cast<size_t>(kind); }

// For the blocks of all families, and charged for what they hold in memory.
std::shared_ptr<rocksdb::Cache> MakeCache(const StoreOptions& options);

// `create` makes the database and its families; else they must exist.
rocksdb::DBOptions MakeDatabaseOptions(const StoreOptions& options,
                                       const std::shared_ptr<rocksdb::Cache>& cache, bool create);

// In the order of their numbers. Compactions leave out what is dropped.
std::vector<rocksdb::ColumnFamilyDescriptor> MakeFamilies(
    const StoreOptions& options, const std::shared_ptr<rocksdb::Cache>& cache,
    const std::shared_ptr<const DroppedRows>& dropped);

}  // namespace stator::storage
