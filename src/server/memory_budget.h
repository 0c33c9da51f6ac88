#pragma once

#include <atomic>
#include <cstddef>

namespace stator::server {

// What each connection may always have of each of its buffers.
inline constexpr size_t kUncountedBytes = 64 * 1024;

// What counts of a buffer of that size: all or nothing.
inline size_t CountedBytes(size_t bytes) { return bytes > kUncountedBytes ? bytes : 0; }

// Bounds what all requests and answers in flight hold beyond what each connection may always have.
// All threads may call it.
class MemoryBudget {
 public:
  explicit MemoryBudget(size_t limit_bytes) : limit_bytes_(limit_bytes) {}

  // Takes a part, unless that would be too much.
  [[nodiscard]] bool Take(size_t bytes) {
    size_t taken = taken_bytes_.load(std::memory_order_relaxed);
    do {
      if (taken + bytes > limit_bytes_) {
        return false;
      }
    } while (!taken_bytes_.compare_exchange_weak(taken, taken + bytes, std::memory_order_relaxed));
    return true;
  }
  // Takes it although it may be too much: for what is there already.
  void TakeAnyway(size_t bytes) { taken_bytes_.fetch_add(bytes, std::memory_order_relaxed); }
  void Give(size_t bytes) { taken_bytes_.fetch_sub(bytes, std::memory_order_relaxed); }

  size_t taken_bytes() const { return taken_bytes_.load(std::memory_order_relaxed); }
  bool exhausted() const { return taken_bytes() > limit_bytes_; }
  // Whether little is left, so that those who only hold what they took should give it back.
  bool short_of_memory() const { return taken_bytes() > limit_bytes_ / 4 * 3; }

 private:
  const size_t limit_bytes_;
  std::atomic<size_t> taken_bytes_ = 0;
};

// One owner's part of a budget; given back when it ends. Not synchronized.
class MemoryShare {
 public:
  explicit MemoryShare(MemoryBudget& budget) : budget_(budget) {}
  ~MemoryShare() { Shrink(0); }
  MemoryShare(const MemoryShare&) = delete;
  MemoryShare& operator=(const MemoryShare&) = delete;

  // Makes the part at least so large; false when the budget has not so much left.
  [[nodiscard]] bool Grow(size_t bytes) {
    if (bytes > bytes_) {
      if (!budget_.Take(bytes - bytes_)) {
        return false;
      }
      bytes_ = bytes;
    }
    return true;
  }
  // The same for what is there already.
  void GrowAnyway(size_t bytes) {
    if (bytes > bytes_) {
      budget_.TakeAnyway(bytes - bytes_);
      bytes_ = bytes;
    }
  }
  // Makes it at most so large.
  void Shrink(size_t bytes) {
    if (bytes < bytes_) {
      budget_.Give(bytes_ - bytes);
      bytes_ = bytes;
    }
  }

  size_t bytes() const { return bytes_; }
  const MemoryBudget& budget() const { return budget_; }

 private:
  MemoryBudget& budget_;
  size_t bytes_ = 0;
};

}  // namespace stator::server
