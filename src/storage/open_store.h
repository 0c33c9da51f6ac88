#pragma once

#include <memory>

#include "base/result.h"
#include "storage/store.h"
#include "storage/store_options.h"

namespace stator::storage {

// Opens, or makes, the store that the options describe: the one place that knows the engines. Fails
// with kUnavailable when another process has the directory or its format is newer, with kCorruption
// when it is damaged or is not a store's, and with kIo or kNoSpace; a directory that is refused
// before it was locked is left as it is.
base::Result<std::unique_ptr<Store>> OpenStore(const StoreOptions& options);

}  // namespace stator::storage
