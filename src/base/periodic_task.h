#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <thread>

#include "base/mutex.h"
#include "base/task_runner.h"

namespace stator::base {

// Runs a task again and again on a thread of its own, with a pause between the end of one run and
// the start of the next; the first run comes after the first pause.
class PeriodicTask {
 public:
  // `name` shows in the thread's name, cut to 15 bytes.
  PeriodicTask(const std::string& name, std::chrono::milliseconds pause, std::function<void()> task,
               Priority priority = Priority::kNormal);
  // Stops as Stop() does.
  ~PeriodicTask();
  PeriodicTask(const PeriodicTask&) = delete;
  PeriodicTask& operator=(const PeriodicTask&) = delete;

  // Waits for a run under way, then ends. Idempotent; to be called by one thread at a time.
  void Stop() EXCLUDES(mutex_);

 private:
  void Run() EXCLUDES(mutex_);
  // False when it is time to end.
  bool Pause() EXCLUDES(mutex_);

  const std::chrono::milliseconds pause_;
  const std::function<void()> task_;
  Mutex mutex_;
  CondVar wake_;
  bool stopping_ GUARDED_BY(mutex_) = false;
  std::thread thread_;  // last: it uses the members above
};

}  // namespace stator::base
