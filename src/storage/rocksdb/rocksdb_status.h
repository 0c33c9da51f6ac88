#pragma once

#include <rocksdb/status.h>

#include "base/error.h"

namespace stator::storage {

// The one translation of RocksDB's failures. REQUIRES: `status` is not OK. A row that is not there
// is no failure here: callers look for that themselves.
base::Error ErrorFromStatus(const rocksdb::Status& status);

}  // namespace stator::storage
