#include "storage/rocksdb/pending_update.h"

namespace stator::storage {

void PendingUpdatePool::Return(std::vector<std::unique_ptr<PendingUpdate>>& updates) {
  for (const std::unique_ptr<PendingUpdate>& update : updates) {
    update->done = nullptr;
    update->result = {};
    update->ClearWrites();
  }
  {
    const base::MutexLock lock(mutex_);
    for (std::unique_ptr<PendingUpdate>& update : updates) {
      if (free_.size() < kKept && update->row_keys.capacity() <= kKeptKeyBytes) {
        free_.push_back(std::move(update));
      }
    }
  }
  updates.clear();
}

}  // namespace stator::storage
