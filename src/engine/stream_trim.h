#pragma once

#include <cstdint>

#include "base/result.h"
#include "storage/store.h"

namespace stator::engine {

// Trims the records of streams (stream_record.h) in a log that are not younger than a time. Gives
// how many positions that took: as many as records, but for gaps in a log that shares its space.
// Waits for the store. Fails with kCorruption on a record that does not decode.
base::Result<uint64_t> TrimOldRecords(storage::Store& store, storage::LogId log,
                                      int64_t oldest_micros);

}  // namespace stator::engine
