#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <span>

namespace stator::storage {

// Locks for keys by their hashes: two keys may share one, and often enough none do. A lock is four
// bytes, and one update may hold hundreds, so they are not base::Mutex. All threads may call.
class Stripes {
 public:
  static constexpr uint32_t kCount = 4096;

  Stripes() : states_(std::make_unique<std::atomic<uint32_t>[]>(kCount)) {}

  static uint32_t IndexOf(uint64_t key_hash) { return static_cast<uint32_t>(key_hash % kCount); }

  void Lock(uint32_t index) {
    std::atomic<uint32_t>& state = states_[index];
    uint32_t expected = kFree;
    if (state.compare_exchange_strong(expected, kHeld, std::memory_order_acquire)) {
      return;
    }
    // Whoever waited must assume, once it holds the lock, that others wait as well.
    while (state.exchange(kAwaited, std::memory_order_acquire) != kFree) {
      state.wait(kAwaited, std::memory_order_relaxed);
    }
  }

  void Unlock(uint32_t index) {
    std::atomic<uint32_t>& state = states_[index];
    if (state.exchange(kFree, std::memory_order_release) == kAwaited) {
      state.notify_one();
    }
  }

 private:
  static constexpr uint32_t kFree = 0;
  static constexpr uint32_t kHeld = 1;
  static constexpr uint32_t kAwaited = 2;  // held, and there may be waiters

  std::unique_ptr<std::atomic<uint32_t>[]> states_;
};

// Holds several stripes for a scope. REQUIRES: `indexes` are ascending and distinct, which is what
// prevents deadlock, and outlive the guard.
class StripesGuard {
 public:
  StripesGuard(Stripes& stripes, std::span<const uint32_t> indexes)
      : stripes_(stripes), indexes_(indexes) {
    for (const uint32_t index : indexes_) {
      stripes_.Lock(index);
    }
  }
  ~StripesGuard() {
    for (const uint32_t index : indexes_) {
      stripes_.Unlock(index);
    }
  }
  StripesGuard(const StripesGuard&) = delete;
  StripesGuard& operator=(const StripesGuard&) = delete;

 private:
  Stripes& stripes_;
  const std::span<const uint32_t> indexes_;
};

}  // namespace stator::storage
