#include "storage/rocksdb/read_failures.h"

#include "storage/rocksdb/rocksdb_status.h"

namespace stator::storage {

base::Error ReadFailures::Report(const rocksdb::Status& status) {
  base::Error error = ErrorFromStatus(status);
  const bool is_failure =
      error.code == base::ErrorCode::kCorruption || error.code == base::ErrorCode::kIo;
  if (!is_failure || !log_) {
    return error;
  }
  {
    const base::MutexLock lock(mutex_);
    if (told_.size() >= kTextsMax || !told_.insert(error.message).second) {
      return error;
    }
  }
  log_("A read has failed. " + error.message);
  return error;
}

}  // namespace stator::storage
