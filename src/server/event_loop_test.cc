#include "server/event_loop.h"

#include <memory>
#include <vector>

#include <gtest/gtest.h>

#include "base/task_runner.h"

namespace stator::server {
namespace {

// Notes when it runs, and stops the loop after the last of a number of tasks.
class NotingTask final : public LoopTask {
 public:
  NotingTask(EventLoop& loop, std::vector<int>& order, int number, size_t total)
      : loop_(loop), order_(order), number_(number), total_(total) {}

  void RunOnLoop() override {
    EXPECT_TRUE(loop_.IsCurrent());
    order_.push_back(number_);
    if (order_.size() == total_) {
      loop_.Stop();
    }
  }

 private:
  EventLoop& loop_;
  std::vector<int>& order_;
  const int number_;
  const size_t total_;
};

TEST(EventLoop, RunsPostedTasksInOrder) {
  EventLoop loop;
  std::vector<int> order;
  std::vector<std::unique_ptr<NotingTask>> tasks;
  for (int i = 0; i < 100; ++i) {
    tasks.push_back(std::make_unique<NotingTask>(loop, order, i, 100));
    loop.Post(*tasks.back());
  }
  EXPECT_FALSE(loop.IsCurrent());
  loop.Run();
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(order[static_cast<size_t>(i)], i);
  }
}

// No wake-up is lost however posts and runs interleave: a lost one would hang the test.
TEST(EventLoop, RunsEveryTaskOfManyThreads) {
  constexpr int kThreads = 4;
  constexpr int kTasks = 20'000;
  EventLoop loop;
  std::vector<int> order;
  std::vector<std::unique_ptr<NotingTask>> tasks;
  for (int i = 0; i < kThreads * kTasks; ++i) {
    tasks.push_back(std::make_unique<NotingTask>(loop, order, i, kThreads * kTasks));
  }
  base::TaskRunner runner("poster", kThreads, kThreads);
  for (int thread = 0; thread < kThreads; ++thread) {
    ASSERT_TRUE(runner.Post([&loop, &tasks, thread] {
      for (int i = 0; i < kTasks; ++i) {
        loop.Post(*tasks[static_cast<size_t>(thread * kTasks + i)]);
      }
    }));
  }
  loop.Run();
  EXPECT_EQ(order.size(), static_cast<size_t>(kThreads * kTasks));
}

}  // namespace
}  // namespace stator::server
