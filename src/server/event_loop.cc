#include "server/event_loop.h"

#include <boost/asio/buffer.hpp>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/check.h"

namespace stator::server {

namespace {

thread_local const EventLoop* current_loop = nullptr;

}  // namespace

EventLoop::EventLoop() : context_(BOOST_ASIO_CONCURRENCY_HINT_UNSAFE), wake_(context_) {
  const int descriptor = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  STATOR_CHECK(descriptor >= 0);
  wake_.assign(descriptor);
  AwaitWake();
}

void EventLoop::Run() {
  current_loop = this;
  context_.run();
  current_loop = nullptr;
}

void EventLoop::Stop() {
  stopping_.store(true, std::memory_order_release);
  Wake();
}

void EventLoop::Post(LoopTask& task) {
  LoopTask* head = posted_.load(std::memory_order_relaxed);
  do {
    task.next_ = head;
  } while (!posted_.compare_exchange_weak(head, &task, std::memory_order_acq_rel,
                                          std::memory_order_relaxed));
  if (head == nullptr) {
    Wake();
  }
}

bool EventLoop::IsCurrent() const { return current_loop == this; }

void EventLoop::AwaitWake() {
  wake_.async_read_some(boost::asio::buffer(wake_counter_),
                        [this](const boost::system::error_code& error, size_t) {
                          if (error) {
                            return;
                          }
                          if (stopping_.load(std::memory_order_acquire)) {
                            context_.stop();
                            return;
                          }
                          RunTasks();
                          AwaitWake();
                        });
}

void EventLoop::RunTasks() {
  LoopTask* newest_first = posted_.exchange(nullptr, std::memory_order_acq_rel);
  LoopTask* oldest_first = nullptr;
  while (newest_first != nullptr) {
    LoopTask* const next = newest_first->next_;
    newest_first->next_ = oldest_first;
    oldest_first = newest_first;
    newest_first = next;
  }
  while (oldest_first != nullptr) {
    LoopTask* const task = oldest_first;
    oldest_first = task->next_;  // first: the task may be gone, or queued again, after it has run
    task->RunOnLoop();
  }
}

void EventLoop::Wake() {
  const uint64_t one = 1;
  // It can fail only when the counter is full, and then the loop is awake anyway.
  (void)!write(wake_.native_handle(), &one, sizeof(one));
}

}  // namespace stator::server
