#include "storage/rocksdb/log_renewal.h"

namespace stator::storage {

rocksdb::Status LogRenewal::TryWrite(rocksdb::DB& db, rocksdb::ColumnFamilyHandle* family) {
  constexpr const char* kNoRow = "space";  // the key of a row that is never there
  rocksdb::WriteOptions without_log;
  without_log.disableWAL = true;
  rocksdb::WriteOptions synced;
  synced.sync = true;
  rocksdb::Status status = db.Resume();  // Busy while RocksDB recovers by itself
  if (status.ok()) {
    status = db.Delete(without_log, family, kNoRow);
  }
  if (status.ok()) {
    // Fails, and stops the database, when the log has failed. Only when it is resumed, RocksDB no
    // longer minds that, and now there is a row in memory.
    status = db.Flush(rocksdb::FlushOptions(), family);
    if (!status.ok()) {
      status = db.Resume();
    }
  }
  if (status.ok()) {
    status = db.Delete(synced, family, kNoRow);
  }
  is_full_ = is_full_ && !status.ok();
  return status;
}

void LogRenewal::OnBackgroundError(rocksdb::BackgroundErrorReason reason, rocksdb::Status* error) {
  using Reason = rocksdb::BackgroundErrorReason;
  if (reason != Reason::kWriteCallback && reason != Reason::kMemTable) {
    return;
  }
  if (error->IsNoSpace()) {
    is_full_ = true;
  } else if (is_full_) {
    // Whoever touches the log now is told that it has failed before. That is nothing new, while
    // RocksDB would take it for an error from which there is no recovery.
    *error = rocksdb::Status(rocksdb::Status::NoSpace(), rocksdb::Status::kHardError);
  }
}

}  // namespace stator::storage
