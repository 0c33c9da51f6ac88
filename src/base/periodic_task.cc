#include "base/periodic_task.h"

#include <utility>

#include <pthread.h>

namespace stator::base {

PeriodicTask::PeriodicTask(const std::string& name, std::chrono::milliseconds pause,
                           std::function<void()> task, Priority priority)
    : pause_(pause), task_(std::move(task)), thread_([this, priority] {
        SetThreadPriority(priority);
        Run();
      }) {
  // A name that cannot be set only makes a debugger's list less readable.
  (void)pthread_setname_np(thread_.native_handle(), name.substr(0, 15).c_str());
}

PeriodicTask::~PeriodicTask() { Stop(); }

void PeriodicTask::Stop() {
  {
    const MutexLock lock(mutex_);
    stopping_ = true;
  }
  wake_.NotifyAll();
  if (thread_.joinable()) {
    thread_.join();
  }
}

void PeriodicTask::Run() {
  while (Pause()) {
    task_();
  }
}

bool PeriodicTask::Pause() {
  const auto deadline = std::chrono::steady_clock::now() + pause_;
  const MutexLock lock(mutex_);
  while (!stopping_) {
    const auto left = deadline - std::chrono::steady_clock::now();
    if (left <= std::chrono::steady_clock::duration::zero()) {
      return true;
    }
    wake_.WaitFor(mutex_, left);
  }
  return false;
}

}  // namespace stator::base
