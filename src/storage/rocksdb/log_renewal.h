#pragma once

#include <atomic>

#include <rocksdb/db.h>
#include <rocksdb/listener.h>

namespace stator::storage {

// Makes a database whose log met a full disk take writes again. RocksDB recovers by itself when
// there is space: it writes out the rows it has in memory, which begins a new log. But when no rows
// wait in memory it keeps the old log, which takes nothing after a failure, and where assertions
// are on even ends the process with the next write.
//
// A listener of the database, which shares it.
class LogRenewal final : public rocksdb::EventListener {
 public:
  const char* Name() const override { return "LogRenewal"; }

  // Begins a new log, and writes and syncs something that changes nothing. OK when the database
  // takes writes. REQUIRES: nobody else writes meanwhile.
  rocksdb::Status TryWrite(rocksdb::DB& db, rocksdb::ColumnFamilyHandle* family);

  // Whether a write of the log has met a full disk, and TryWrite has not succeeded since.
  bool is_full() const { return is_full_; }

  void OnBackgroundError(rocksdb::BackgroundErrorReason reason, rocksdb::Status* error) override;

 private:
  std::atomic<bool> is_full_ = false;
};

}  // namespace stator::storage
