#include "cli/bench/key_chooser.h"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

namespace stator::cli::bench {
namespace {

constexpr int kDraws = 200'000;

TEST(KeyChooser, UniformCoversTheRangeEvenly) {
  base::Random random(1);
  const KeyChooser chooser(Distribution::kUniform, 100);
  std::vector<int> counts(100);
  for (int i = 0; i < kDraws; ++i) {
    ++counts.at(chooser.Choose(random));
  }
  for (const int count : counts) {
    EXPECT_NEAR(count, kDraws / 100, 300);
  }
}

// The first two ranks are exact in Gray's method: 1/zeta and 2^-theta/zeta of the draws.
TEST(KeyChooser, ZipfianFollowsTheLaw) {
  constexpr uint64_t kItems = 1000;
  base::Random random(2);
  const KeyChooser chooser(Distribution::kZipfian, kItems);
  double zeta = 0;
  for (uint64_t i = 1; i <= kItems; ++i) {
    zeta += std::pow(static_cast<double>(i), -KeyChooser::kTheta);
  }
  std::vector<int> counts(kItems);
  for (int i = 0; i < kDraws; ++i) {
    ++counts.at(chooser.ZipfianRank(random));
  }
  EXPECT_NEAR(counts[0], kDraws / zeta, 800);
  EXPECT_NEAR(counts[1], kDraws / zeta * std::pow(2, -KeyChooser::kTheta), 600);
  int first_tenth = 0;
  for (size_t i = 0; i < kItems / 10; ++i) {
    first_tenth += counts[i];
  }
  EXPECT_GT(first_tenth, kDraws * 6 / 10);
  EXPECT_GT(counts[kItems - 1] + counts[kItems - 2] + counts[kItems - 3], 0);
}

TEST(KeyChooser, ZipfianSpreadsThePopularItems) {
  base::Random random(3);
  const KeyChooser chooser(Distribution::kZipfian, 1000);
  std::vector<int> counts(1000);
  for (int i = 0; i < kDraws; ++i) {
    ++counts.at(chooser.Choose(random));
  }
  int lower_half = 0;
  for (size_t i = 0; i < 500; ++i) {
    lower_half += counts[i];
  }
  EXPECT_GT(lower_half, kDraws / 4);
  EXPECT_LT(lower_half, kDraws * 3 / 4);
}

TEST(KeyChooser, ZipfianStaysInTheSmallestRange) {
  base::Random random(4);
  const KeyChooser chooser(Distribution::kZipfian, 2);
  for (int i = 0; i < 1000; ++i) {
    EXPECT_LT(chooser.Choose(random), 2U);
  }
}

}  // namespace
}  // namespace stator::cli::bench
