#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/mutex.h"
#include "storage/store.h"

namespace stator::storage {

// An update that has been decided, on its way through the committer to its `done`. Belongs to one
// thread at a time.
struct PendingUpdate {
  // Where the row key of a write ends in `row_keys`, and how the overlay finds it.
  struct WriteKey {
    size_t end;
    uint64_t key_hash;
  };

  UpdateDone done;
  UpdateResult result;  // what `done` gets if the group that this update is in commits
  Mutations mutations;
  std::optional<uint64_t> catalog_epoch;
  bool changes_catalog = false;
  uint64_t generation = 0;  // of the committer, before the first value was read

  std::string row_keys;              // of all writes, one after the other
  std::vector<WriteKey> write_keys;  // one for each write

  std::string_view RowKey(size_t write) const {
    const size_t begin = write == 0 ? 0 : write_keys[write - 1].end;
    return std::string_view(row_keys).substr(begin, write_keys[write].end - begin);
  }

  void ClearWrites() {
    mutations.Clear();
    row_keys.clear();
    write_keys.clear();
  }
};

// Keeps finished updates for reuse, so that their buffers need not be allocated again. All threads
// may call.
class PendingUpdatePool {
 public:
  std::unique_ptr<PendingUpdate> Take() EXCLUDES(mutex_) {
    const base::MutexLock lock(mutex_);
    if (free_.empty()) {
      return std::make_unique<PendingUpdate>();
    }
    std::unique_ptr<PendingUpdate> update = std::move(free_.back());
    free_.pop_back();
    return update;
  }

  // Takes back updates that are finished, leaving `updates` empty.
  void Return(std::vector<std::unique_ptr<PendingUpdate>>& updates) EXCLUDES(mutex_);

 private:
  static constexpr size_t kKept = 1024;           // updates
  static constexpr size_t kKeptKeyBytes = 16384;  // of each; larger ones are not kept

  base::Mutex mutex_;
  std::vector<std::unique_ptr<PendingUpdate>> free_ GUARDED_BY(mutex_);
};

}  // namespace stator::storage
