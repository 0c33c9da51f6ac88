#include "engine/blocking_update.h"

#include <memory>
#include <utility>

namespace stator::engine {

storage::UpdateResult UpdateAndWait(storage::Store& store, storage::UpdateRequest request) {
  auto meeting = std::make_shared<Meeting<storage::UpdateResult>>();
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
