#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "storage/store.h"
#include "storage/store_options.h"

namespace stator::storage {

// Hears of a check of files while it runs.
struct FilesObserver {
  // A file that is damaged, and where, as far as that is known.
  std::function<void(std::string problem)> problem;
  // Something that is no damage, but worth to be known.
  std::function<void(std::string note)> note;
  // `done` of `total` bytes have been read, and `file` is next.
  std::function<void(uint64_t done, uint64_t total, std::string_view file)> progress;
};

// What a check of files has found.
struct FilesReport {
  uint64_t files = 0;
  uint64_t bytes = 0;
  bool opens = false;         // whether the store can be opened; the next is empty if not
  std::vector<Space> spaces;  // that have rows or counters, ascending
};

// Reads every file of a data directory from end to end and checks it against its checksums: the
// logs, the tables, and what says which they are. The contents of rows are not looked at. Changes
// no file. Fails when that is no data directory (kCorruption, kUnavailable), another process has it
// (kUnavailable), or with kIo. Memory: that of a store that is opened read-only.
base::Result<FilesReport> VerifyFiles(const StoreOptions& options, const FilesObserver& observer);

}  // namespace stator::storage
