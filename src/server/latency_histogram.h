#pragma once

#include <array>
#include <atomic>
#include <bit>
#include <cstdint>

namespace stator::server {

// Counts durations in log-linear buckets: eight per power of two of microseconds, so that a bucket
// is at most an eighth wide. One thread records; any may read, and sees counts that are a moment
// old.
class LatencyHistogram {
 public:
  static constexpr int kSubBits = 3;
  static constexpr int kMaxPower = 27;  // 2^27 us are over two minutes; longer counts as that
  static constexpr int kBuckets = (kMaxPower - kSubBits + 1) * (1 << kSubBits) + 1;

  void Record(int64_t micros) {
    const uint64_t value = micros < 0 ? 0 : static_cast<uint64_t>(micros);
    Add(buckets_[BucketOf(value)], 1);
    Add(sum_micros_, value);
  }

  uint64_t BucketCount(int bucket) const {
    return buckets_[bucket].load(std::memory_order_relaxed);
  }
  uint64_t sum_micros() const { return sum_micros_.load(std::memory_order_relaxed); }

  // The bucket of a value; those below a power of two are all below that power's bucket.
  static int BucketOf(uint64_t micros) {
    constexpr uint64_t kLinear = 1 << kSubBits;
    if (micros < kLinear) {
      return static_cast<int>(micros);
    }
    const int power = static_cast<int>(std::bit_width(micros)) - 1;
    if (power >= kMaxPower) {
      return kBuckets - 1;
    }
    const int sub = static_cast<int>((micros >> (power - kSubBits)) & (kLinear - 1));
    return (power - kSubBits + 1) * static_cast<int>(kLinear) + sub;
  }

 private:
  // There is one writer, so no locked instruction is needed.
  static void Add(std::atomic<uint64_t>& counter, uint64_t amount) {
    counter.store(counter.load(std::memory_order_relaxed) + amount, std::memory_order_relaxed);
  }

  std::array<std::atomic<uint64_t>, kBuckets> buckets_{};
  std::atomic<uint64_t> sum_micros_ = 0;
};

}  // namespace stator::server
