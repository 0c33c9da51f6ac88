#pragma once

#include <cstddef>
#include <functional>
#include <set>
#include <string>
#include <string_view>

#include <rocksdb/status.h>

#include "base/error.h"
#include "base/mutex.h"

namespace stator::storage {

// Tells the operator of reads that fail because a file is damaged or cannot be read, which clients
// learn nothing of. Each text, which names the file and the place, is told once. All threads may
// call.
class ReadFailures {
 public:
  explicit ReadFailures(std::function<void(std::string_view message)> log) : log_(std::move(log)) {}

  // The error that the read answers. REQUIRES: `status` is not OK.
  base::Error Report(const rocksdb::Status& status) EXCLUDES(mutex_);

 private:
  static constexpr size_t kTextsMax = 1000;

  const std::function<void(std::string_view message)> log_;
  base::Mutex mutex_;
  std::set<std::string, std::less<>> told_ GUARDED_BY(mutex_);
};

}  // namespace stator::storage
