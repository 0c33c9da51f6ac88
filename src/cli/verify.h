#pragma once

#include <ostream>

#include "base/result.h"
#include "storage/store_options.h"

namespace stator::cli {

// Checks everything in the data directory that the options name, and changes no file in it: the
// files' checksums, then items, indexes and counters. Writes each problem to `out`, on a line of
// its own (the first 100), then a summary; how far it is to `progress`, unless that is null.
// Returns whether there were no problems. Fails with a text for people when the directory cannot be
// checked, such as when a server has it open.
base::Result<bool> Verify(const storage::StoreOptions& options, std::ostream& out,
                          std::ostream* progress);

}  // namespace stator::cli
