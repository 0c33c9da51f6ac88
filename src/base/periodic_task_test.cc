#include "base/periodic_task.h"

#include <atomic>

#include <gtest/gtest.h>

namespace stator::base {
namespace {

TEST(PeriodicTask, RunsUntilStopped) {
  std::atomic<int> runs = 0;
  PeriodicTask task("test", std::chrono::milliseconds(1), [&runs] { ++runs; });
  while (runs < 3) {
    std::this_thread::yield();
  }
  task.Stop();
  const int after_stop = runs;
  std::this_thread::sleep_for(std::chrono::milliseconds(10));
  EXPECT_EQ(runs, after_stop);
}

TEST(PeriodicTask, StopsDuringALongPause) {
  PeriodicTask task("test", std::chrono::hours(1), [] {});
  task.Stop();  // would never return if the pause could not be interrupted
}

}  // namespace
}  // namespace stator::base
