#include "engine/blocking_update.h"

#include <memory>
#include <optional>
#include <utility>

#include "base/mutex.h"

namespace stator::engine {
namespace {

// Where the waiting thread and the one that completes the update meet. Shared by both, because the
// completing thread still signals when the waiting one already has what it waited for.
class Meeting {
 public:
  void Set(storage::UpdateResult result) EXCLUDES(mutex_) {
    base::MutexLock lock(mutex_);
    result_ = std::move(result);
    ready_.NotifyOne();
  }

  storage::UpdateResult Wait() EXCLUDES(mutex_) {
    base::MutexLock lock(mutex_);
    while (!result_.has_value()) {
      ready_.Wait(mutex_);
    }
    return std::move(*result_);
  }

 private:
  base::Mutex mutex_;
  base::CondVar ready_;
  std::optional<storage::UpdateResult> result_ GUARDED_BY(mutex_);
};

}  // namespace

storage::UpdateResult UpdateAndWait(storage::Store& store, storage::UpdateRequest request) {
  auto meeting = std::make_shared<Meeting>();
  store.Update(std::move(request),
               [meeting](const storage::UpdateResult& result) { meeting->Set(result); });
  return meeting->Wait();
}

base::Result<void> UpdateOrError(storage::Store& store, storage::UpdateRequest request) {
  storage::UpdateResult result = UpdateAndWait(store, std::move(request));
  switch (result.outcome) {
    case storage::UpdateOutcome::kCommitted:
      return {};
    case storage::UpdateOutcome::kUnknown:
      return base::Error{base::ErrorCode::kInternal, std::move(result.error.message)};
    case storage::UpdateOutcome::kAborted:
    case storage::UpdateOutcome::kConflict:
    case storage::UpdateOutcome::kNotApplied:
      return std::move(result.error);
  }
  return std::move(result.error);
}

}  // namespace stator::engine
