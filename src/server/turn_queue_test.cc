#include "server/turn_queue.h"

#include <string>

#include <gtest/gtest.h>

namespace stator::server {
namespace {

class NotingTask final : public LoopTask {
 public:
  explicit NotingTask(std::string& order) : order_(order) {}
  void RunOnLoop() override { order_ += 't'; }

 private:
  std::string& order_;
};

TEST(TurnQueue, RunsTurnsInOrderAndNeverAtOnce) {
  EventLoop loop;
  TurnQueue turns(loop);
  std::string order;
  turns.Await([&] {
    order += 'a';
    turns.Await([&] {
      order += 'c';
      loop.Stop();
    });
    order += 'A';
  });
  turns.Await([&] { order += 'b'; });
  EXPECT_EQ(order, "");
  loop.Run();
  EXPECT_EQ(order, "aAbc");
}

// However many turns wait, what another thread or a socket wants waits for two of them at most.
TEST(TurnQueue, LetsTheLoopLookAtItsSocketsInBetween) {
  EventLoop loop;
  TurnQueue turns(loop);
  std::string order;
  NotingTask task(order);
  turns.Await([&] {
    order += '0';
    loop.Post(task);
  });
  for (const char name : {'1', '2', '3', '4'}) {
    turns.Await([&order, name] { order += name; });
  }
  turns.Await([&] { loop.Stop(); });
  loop.Run();
  EXPECT_LE(order.find('t'), 2U) << order;
}

}  // namespace
}  // namespace stator::server
