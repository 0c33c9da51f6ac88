#pragma once

#include <atomic>
#include <cstdint>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/basic_stream_descriptor.hpp>

namespace stator::server {

// Work that another thread hands to a loop. Derived from by what is handed over, so that posting
// allocates nothing. A task may be posted again once it has started to run.
class LoopTask {
 public:
  virtual ~LoopTask() = default;
  // Runs on the loop's thread. May destroy the task.
  virtual void RunOnLoop() = 0;

 private:
  friend class EventLoop;
  LoopTask* next_ = nullptr;
};

// One thread's reactor. Everything that belongs to a loop is touched by its thread only, so the
// io_context runs without locks; Post and Stop are the only ways in from outside.
//
// Posted tasks wait in a lock-free list, and only the post that finds the list empty wakes the
// loop: a batch of completions from the storage committer costs one system call, not one each.
class EventLoop {
 public:
  using Executor = boost::asio::io_context::executor_type;

  EventLoop();
  ~EventLoop() = default;
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  // Runs the loop on the calling thread until Stop.
  void Run();
  // Makes Run return. Tasks still queued are not run. Any thread.
  void Stop();
  // Queues a task, in order. The task must stay alive until it has run. Any thread.
  void Post(LoopTask& task);
  // Whether the calling thread is the one in Run.
  bool IsCurrent() const;

  // For the loop's own sockets and timers: only its thread, or any one while Run is not running.
  boost::asio::io_context& context() { return context_; }

 private:
  void AwaitWake();
  void RunTasks();
  void Wake();

  boost::asio::io_context context_;
  boost::asio::posix::basic_stream_descriptor<Executor> wake_;
  uint64_t wake_counter_[2] = {};  // longer than what arrives, which tells Asio not to read again
  std::atomic<LoopTask*> posted_ = nullptr;  // newest first
  std::atomic<bool> stopping_ = false;
};

}  // namespace stator::server
