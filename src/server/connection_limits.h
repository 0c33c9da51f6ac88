#pragma once

#include <cstddef>
#include <string>
#include <unordered_map>

#include "base/mutex.h"

namespace stator::server {

// Bounds the connections, in all and from one address. All threads may call it.
class ConnectionLimits {
 public:
  ConnectionLimits(size_t max_total, size_t max_per_address)
      : max_total_(max_total), max_per_address_(max_per_address) {}

  // Counts one more connection from `address`, unless that would be too many.
  [[nodiscard]] bool Admit(const std::string& address) EXCLUDES(mutex_) {
    const base::MutexLock lock(mutex_);
    if (total_ >= max_total_) {
      return false;
    }
    size_t& from_address = by_address_[address];
    if (from_address >= max_per_address_) {
      return false;
    }
    ++from_address;
    ++total_;
    return true;
  }

  // Takes back one that was admitted.
  void Release(const std::string& address) EXCLUDES(mutex_) {
    const base::MutexLock lock(mutex_);
    --total_;
    const auto found = by_address_.find(address);
    if (--found->second == 0) {
      by_address_.erase(found);
    }
  }

 private:
  const size_t max_total_;
  const size_t max_per_address_;
  base::Mutex mutex_;
  size_t total_ GUARDED_BY(mutex_) = 0;
  std::unordered_map<std::string, size_t> by_address_ GUARDED_BY(mutex_);
};

}  // namespace stator::server
