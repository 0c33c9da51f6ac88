#include "cli/bench/latency_histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace stator::cli::bench {

size_t LatencyHistogram::BucketOf(int64_t nanos) {
  constexpr int64_t kLargest = (int64_t{1} << kValueBits) - 1;
  const auto value = static_cast<uint64_t>(std::clamp<int64_t>(nanos, 0, kLargest));
  // The value's first kPrecisionBits + 1 bits choose the bucket within its power of two.
  const int shift = std::max(0, static_cast<int>(std::bit_width(value)) - (kPrecisionBits + 1));
  return (static_cast<size_t>(shift) << kPrecisionBits) + (value >> shift);
}

int64_t LatencyHistogram::BucketEnd(size_t bucket) {
  constexpr size_t kExact = size_t{2} << kPrecisionBits;
  if (bucket < kExact) {
    return static_cast<int64_t>(bucket);
  }
  const size_t shift = (bucket >> kPrecisionBits) - 1;
  const size_t leading = bucket - (shift << kPrecisionBits);
  return static_cast<int64_t>(((leading + 1) << shift) - 1);
}

void LatencyHistogram::Record(int64_t nanos) {
  ++buckets_[BucketOf(nanos)];
  ++count_;
  sum_nanos_ += nanos;
  max_nanos_ = std::max(max_nanos_, nanos);
}

void LatencyHistogram::Merge(const LatencyHistogram& other) {
  for (size_t i = 0; i < kBuckets; ++i) {
    buckets_[i] += other.buckets_[i];
  }
  count_ += other.count_;
  sum_nanos_ += other.sum_nanos_;
  max_nanos_ = std::max(max_nanos_, other.max_nanos_);
}

void LatencyHistogram::Subtract(const LatencyHistogram& earlier) {
  const int64_t former_max = max_nanos_;
  max_nanos_ = 0;
  for (size_t i = 0; i < kBuckets; ++i) {
    buckets_[i] -= earlier.buckets_[i];
    if (buckets_[i] > 0) {
      max_nanos_ = std::min(BucketEnd(i), former_max);
    }
  }
  count_ -= earlier.count_;
  sum_nanos_ -= earlier.sum_nanos_;
}

double LatencyHistogram::MeanNanos() const {
  return count_ == 0 ? 0 : static_cast<double>(sum_nanos_) / static_cast<double>(count_);
}

int64_t LatencyHistogram::QuantileNanos(double quantile) const {
  const auto wanted = static_cast<uint64_t>(std::ceil(quantile * static_cast<double>(count_)));
  uint64_t seen = 0;
  for (size_t i = 0; i < kBuckets; ++i) {
    seen += buckets_[i];
    if (seen >= wanted && seen > 0) {
      return std::min(BucketEnd(i), max_nanos_);
    }
  }
  return max_nanos_;
}

}  // namespace stator::cli::bench
