#include "server/turn_queue.h"

#include <utility>

#include <boost/asio/post.hpp>
#include <sched.h>

namespace stator::server {

void TurnQueue::Await(std::function<void()> turn) {
  waiting_.push_back(std::move(turn));
  if (waiting_.size() == 1) {
    PostNext();
  }
}

// Asio polls the sockets between two handlers that are posted like this, and runs the handlers of
// those that are ready before the turn after the next.
void TurnQueue::PostNext() {
  boost::asio::post(loop_.context(), [this] {
    waiting_.front()();
    waiting_.pop_front();
    if (!waiting_.empty()) {
      sched_yield();  // other threads' short work is not to wait for many pieces either
      PostNext();
    }
  });
}

}  // namespace stator::server
