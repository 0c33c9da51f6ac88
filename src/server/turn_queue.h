#pragma once

#include <deque>
#include <functional>

#include "server/event_loop.h"

namespace stator::server {

// Large transfers of one loop take turns: between two pieces of them the loop looks at all its
// sockets, so that a short request waits for two pieces at most, however many transfers there are.
// Belongs to the loop's thread.
class TurnQueue {
 public:
  // `loop` outlives the queue, and runs no more when the queue is destroyed.
  explicit TurnQueue(EventLoop& loop) : loop_(loop) {}

  // Runs `turn` when all that wait already have had theirs; never within this call.
  void Await(std::function<void()> turn);

 private:
  void PostNext();

  EventLoop& loop_;
  std::deque<std::function<void()>> waiting_;
};

}  // namespace stator::server
