#include "cli/bench/latency_histogram.h"

#include <gtest/gtest.h>

namespace stator::cli::bench {
namespace {

TEST(LatencyHistogram, IsEmptyAtFirst) {
  const LatencyHistogram histogram;
  EXPECT_EQ(histogram.count(), 0U);
  EXPECT_EQ(histogram.QuantileNanos(0.99), 0);
  EXPECT_EQ(histogram.MeanNanos(), 0);
}

TEST(LatencyHistogram, IsExactForSmallValues) {
  LatencyHistogram histogram;
  for (int64_t i = 1; i <= 100; ++i) {
    histogram.Record(i);
  }
  EXPECT_EQ(histogram.QuantileNanos(0.5), 50);
  EXPECT_EQ(histogram.QuantileNanos(0.99), 99);
  EXPECT_EQ(histogram.QuantileNanos(1), 100);
  EXPECT_DOUBLE_EQ(histogram.MeanNanos(), 50.5);
}

TEST(LatencyHistogram, KeepsTheRelativeErrorAtEveryMagnitude) {
  for (int64_t value = 1; value < int64_t{1} << 41; value = value * 5 / 3 + 1) {
    LatencyHistogram histogram;
    histogram.Record(value);
    histogram.Record(int64_t{1} << 41);  // so that the maximum does not hide the bucket's end
    const int64_t quantile = histogram.QuantileNanos(0.5);
    EXPECT_GE(quantile, value);
    EXPECT_LE(quantile, value + value / 64);
  }
}

TEST(LatencyHistogram, ClampsWhatIsOutOfRange) {
  LatencyHistogram histogram;
  histogram.Record(-5);
  histogram.Record(INT64_MAX / 2);
  EXPECT_EQ(histogram.count(), 2U);
  EXPECT_EQ(histogram.QuantileNanos(0.5), 0);
  EXPECT_EQ(histogram.max_nanos(), INT64_MAX / 2);
}

TEST(LatencyHistogram, QuantileNeverExceedsTheMaximum) {
  LatencyHistogram histogram;
  histogram.Record(1'000'000);
  EXPECT_EQ(histogram.QuantileNanos(0.999), 1'000'000);
}

TEST(LatencyHistogram, MergesAndSubtracts) {
  LatencyHistogram first;
  first.Record(10);
  first.Record(5'000'000);
  LatencyHistogram total = first;
  LatencyHistogram second;
  second.Record(20);
  total.Merge(second);
  EXPECT_EQ(total.count(), 3U);
  EXPECT_EQ(total.max_nanos(), 5'000'000);
  total.Subtract(first);
  EXPECT_EQ(total.count(), 1U);
  EXPECT_EQ(total.max_nanos(), 20);
  EXPECT_EQ(total.QuantileNanos(0.5), 20);
}

}  // namespace
}  // namespace stator::cli::bench
