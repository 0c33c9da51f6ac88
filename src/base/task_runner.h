#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "base/mutex.h"

namespace stator::base {

// How threads compete for the processors.
enum class Priority : uint8_t {
  kPrompt,  // short pieces of work that clients wait for: gets a processor at once
  kNormal,
  kBatch,       // long work that somebody waits for: gives way to short work
  kBackground,  // gives way to all other work: nobody waits for it, or it is rare and takes longest
};

// Gives the calling thread that priority.
void SetThreadPriority(Priority priority);

// A fixed pool of threads that run tasks in the order they were posted. The only home of
// std::thread for pooled work. All threads may call Post.
class TaskRunner {
 public:
  // `name` shows in the threads' names, cut to 15 bytes. `max_queued` bounds the tasks that wait.
  TaskRunner(const std::string& name, size_t threads, size_t max_queued,
             Priority priority = Priority::kNormal);
  // Stops as Stop() does.
  ~TaskRunner();
  TaskRunner(const TaskRunner&) = delete;
  TaskRunner& operator=(const TaskRunner&) = delete;

  // Queues a task. Returns false, and does not take it, when `max_queued` tasks wait or the runner
  // has stopped.
  [[nodiscard]] bool Post(std::function<void()> task) EXCLUDES(mutex_);

  // Runs what is queued to the end, then joins the threads. Idempotent.
  void Stop() EXCLUDES(mutex_);

 private:
  void Run() EXCLUDES(mutex_);

  const size_t max_queued_;
  std::vector<std::thread> threads_;  // touched by the constructor and Stop only
  Mutex mutex_;
  CondVar wake_;
  std::deque<std::function<void()>> tasks_ GUARDED_BY(mutex_);
  bool stopping_ GUARDED_BY(mutex_) = false;
};

}  // namespace stator::base
