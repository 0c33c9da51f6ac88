#pragma once

#include <optional>
#include <utility>

#include "base/mutex.h"
#include "storage/store.h"

namespace stator::engine {

// Where a thread that waits for a result and the one that completes it meet. To be shared by both,
// because the completing thread still signals when the waiting one already has what it waited for.
template <typename T>
class Meeting {
 public:
  // Once.
  void Set(T result) EXCLUDES(mutex_) {
    const base::MutexLock lock(mutex_);
    result_ = std::move(result);
    ready_.NotifyOne();
  }

  // Once, by one thread.
  T Wait() EXCLUDES(mutex_) {
    const base::MutexLock lock(mutex_);
    while (!result_.has_value()) {
      ready_.Wait(mutex_);
    }
    return *std::move(result_);
  }

 private:
  base::Mutex mutex_;
  base::CondVar ready_;
  std::optional<T> result_ GUARDED_BY(mutex_);
};

// Runs an update of the store and waits for its end. Not for event loops and not for the store's
// own threads.
storage::UpdateResult UpdateAndWait(storage::Store& store, storage::UpdateRequest request);

// The same as a Result: nothing when it committed, else its error. kUnknown becomes kInternal.
base::Result<void> UpdateOrError(storage::Store& store, storage::UpdateRequest request);

}  // namespace stator::engine
