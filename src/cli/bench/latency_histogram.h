#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace stator::cli::bench {

// Counts latencies in log-linear buckets: exact below 128 ns, then 64 buckets for each power of
// two, so that a quantile is at most 1/64 too high. Values above 73 minutes count as 73 minutes. A
// value type of 19 KB. Not synchronized.
class LatencyHistogram {
 public:
  void Record(int64_t nanos);
  void Merge(const LatencyHistogram& other);
  // Leaves what was recorded since `earlier`, a copy of this one, was made. The maximum becomes the
  // upper end of the highest bucket left.
  void Subtract(const LatencyHistogram& earlier);

  uint64_t count() const { return count_; }
  int64_t max_nanos() const { return max_nanos_; }
  double MeanNanos() const;
  // The smallest bucket end that at least `quantile` (0 to 1) of the values do not exceed, and at
  // most the maximum; 0 when empty.
  int64_t QuantileNanos(double quantile) const;

 private:
  static constexpr int kPrecisionBits = 6;
  static constexpr int kValueBits = 42;
  static constexpr size_t kBuckets = (kValueBits - kPrecisionBits + 1) << kPrecisionBits;

  static size_t BucketOf(int64_t nanos);
  static int64_t BucketEnd(size_t bucket);

  std::array<uint64_t, kBuckets> buckets_{};
  uint64_t count_ = 0;
  int64_t sum_nanos_ = 0;
  int64_t max_nanos_ = 0;
};

}  // namespace stator::cli::bench
