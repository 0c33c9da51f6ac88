#pragma once

#include "storage/store.h"

namespace stator::engine {

// Runs an update of the store and waits for its end. Not for event loops and not for the store's
// own threads.
storage::UpdateResult UpdateAndWait(storage::Store& store, storage::UpdateRequest request);

// The same as a Result: nothing when it committed, else its error. kUnknown becomes kInternal.
base::Result<void> UpdateOrError(storage::Store& store, storage::UpdateRequest request);

}  // namespace stator::engine
