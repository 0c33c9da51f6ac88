#include "server/rate_watch.h"

#include <gtest/gtest.h>

namespace stator::server {
namespace {

constexpr int64_t kSecond = 1'000'000;

TEST(RateWatch, CountsEachWindowByItself) {
  RateWatch watch;
  EXPECT_FALSE(watch.IsTooSlow(100 * kSecond, 10 * kSecond, 1000));  // it does not run

  watch.Start(0);
  watch.Record(1'000'000);
  EXPECT_FALSE(watch.IsTooSlow(10 * kSecond, 10 * kSecond, 1000));
  EXPECT_FALSE(watch.IsTooSlow(11 * kSecond, 10 * kSecond, 1000));  // enough; a new window
  EXPECT_FALSE(watch.IsTooSlow(21 * kSecond, 10 * kSecond, 1000));
  EXPECT_TRUE(watch.IsTooSlow(22 * kSecond, 10 * kSecond, 1000));  // nothing came in it

  watch.Record(10'999);
  EXPECT_TRUE(watch.IsTooSlow(22 * kSecond, 10 * kSecond, 1000));
  watch.Record(1);
  EXPECT_FALSE(watch.IsTooSlow(22 * kSecond, 10 * kSecond, 1000));

  watch.Stop();
  EXPECT_FALSE(watch.IsTooSlow(100 * kSecond, 10 * kSecond, 1000));
}

}  // namespace
}  // namespace stator::server
