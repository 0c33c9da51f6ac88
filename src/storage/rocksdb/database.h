#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <rocksdb/db.h>

#include "base/result.h"
#include "storage/rocksdb/data_directory.h"
#include "storage/rocksdb/dropped_rows.h"
#include "storage/rocksdb/log_renewal.h"
#include "storage/rocksdb/rocksdb_tuning.h"
#include "storage/store.h"

namespace stator::storage {

// Whether RocksDB was ended while it wrote that file, so that nothing reads it.
bool IsUnfinished(std::string_view file_name);

// An open RocksDB database with its column families; closes it when destroyed. All threads may
// call.
class Database {
 public:
  // Opens or, when the format is not complete, makes the database in `path`. One of an older format
  // gets what it lacks, unless it is opened read-only. `env` may be null.
  static base::Result<std::unique_ptr<Database>> Open(const std::string& path,
                                                      const StoreOptions& options,
                                                      const Format& format, rocksdb::Env* env);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  rocksdb::DB& db() const { return *db_; }
  rocksdb::ColumnFamilyHandle* family(size_t number) const { return families_[number]; }
  // kFamilies, but fewer when it is of an older format and read-only.
  size_t family_count() const { return families_.size(); }
  rocksdb::ColumnFamilyHandle* family(RowKind kind) const { return families_[FamilyOf(kind)]; }

  // An iterator over a family, which does not mind range deletions: there are none (ADR 5). One
  // that does mind them takes a table that it cannot read for the end of the rows, in RocksDB 7.8
  // (MergingIterator::SkipNextDeleted drops the error when a level goes on in its next table).
  std::unique_ptr<rocksdb::Iterator> NewIterator(rocksdb::ReadOptions options, size_t number) const;

  // What is dropped; as far as spaces go, since the database was opened also of former times.
  DroppedRows& dropped() const { return *dropped_; }
  // Deletes the tables in which nothing but rows from `begin` up to but not including `end` stands.
  // As good as it goes: what stays belongs to nothing and is left out by compactions.
  void DeleteTables(size_t number, const std::string& begin, const std::string& end);
  // Forgets the spaces that are dropped and have no rows any more.
  base::Result<void> ForgetEmptySpaces();

  // Writes the rows in memory out, if there are many, so that the next start need not read them
  // from the log. When it fails, that start reads the log.
  void WriteOut();

  // From now on nothing is written out or merged; what is being merged is given up. Reads go on.
  void StopBackgroundWork();

  // Whether the log has met a full disk, and TryWrite has not succeeded since.
  bool is_full() const { return log_renewal_->is_full(); }
  // After that: OK when the database takes writes again. REQUIRES: nobody else writes meanwhile.
  rocksdb::Status TryWrite() { return log_renewal_->TryWrite(*db_, family(kCounterFamily)); }

 private:
  Database(std::unique_ptr<rocksdb::Env> env, std::shared_ptr<LogRenewal> log_renewal,
           std::shared_ptr<DroppedRows> dropped)
      : env_(std::move(env)), log_renewal_(std::move(log_renewal)), dropped_(std::move(dropped)) {}

  base::Result<void> LoadDropMarks();
  // But for the mark that it is dropped.
  base::Result<bool> HasRows(Space space) const;

  const std::unique_ptr<rocksdb::Env> env_;
  const std::shared_ptr<LogRenewal> log_renewal_;
  const std::shared_ptr<DroppedRows> dropped_;
  std::unique_ptr<rocksdb::DB> db_;
  std::vector<rocksdb::ColumnFamilyHandle*> families_;
};

}  // namespace stator::storage
