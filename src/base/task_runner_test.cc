#include "base/task_runner.h"

#include <atomic>

#include <gtest/gtest.h>

namespace stator::base {
namespace {

TEST(TaskRunner, RunsEveryQueuedTaskBeforeStopReturns) {
  std::atomic<int> ran = 0;
  TaskRunner runner("test", 2, 1000);
  for (int i = 0; i < 500; ++i) {
    ASSERT_TRUE(runner.Post([&ran] { ++ran; }));
  }
  runner.Stop();
  EXPECT_EQ(ran, 500);
}

TEST(TaskRunner, RefusesWorkBeyondItsBoundAndAfterStop) {
  Mutex gate;
  gate.Lock();
  TaskRunner runner("test", 1, 2);
  // The first task may already run, so one more than the bound certainly fills the queue.
  int accepted = 0;
  for (int i = 0; i < 10; ++i) {
    accepted += runner.Post([&gate] { const MutexLock lock(gate); }) ? 1 : 0;
  }
  EXPECT_LE(accepted, 3);
  EXPECT_GE(accepted, 2);
  gate.Unlock();
  runner.Stop();
  EXPECT_FALSE(runner.Post([] {}));
}

}  // namespace
}  // namespace stator::base
