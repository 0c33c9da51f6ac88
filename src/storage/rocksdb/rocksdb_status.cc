#include "storage/rocksdb/rocksdb_status.h"

#include "base/check.h"

namespace stator::storage {
namespace {

base::ErrorCode CodeFromStatus(const rocksdb::Status& status) {
  switch (status.code()) {
    case rocksdb::Status::kTimedOut:  // of a read that must not wait; see PageCacheReads
      return base::ErrorCode::kWouldBlock;
    case rocksdb::Status::kCorruption:
      return base::ErrorCode::kCorruption;
    case rocksdb::Status::kIOError:
      return status.IsNoSpace() ? base::ErrorCode::kNoSpace : base::ErrorCode::kIo;
    case rocksdb::Status::kShutdownInProgress:
    case rocksdb::Status::kAborted:
    case rocksdb::Status::kBusy:
    case rocksdb::Status::kTryAgain:
      return base::ErrorCode::kUnavailable;
    default:
      return base::ErrorCode::kIo;
  }
}

}  // namespace

base::Error ErrorFromStatus(const rocksdb::Status& status) {
  STATOR_CHECK(!status.ok());
  return {CodeFromStatus(status), status.ToString()};
}

}  // namespace stator::storage
