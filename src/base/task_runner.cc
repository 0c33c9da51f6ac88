#include "base/task_runner.h"

#include <utility>

#include <pthread.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace stator::base {

namespace {

// The kernel's sched_attr in its first version: its header collides with that of the C library.
struct SchedulingAttributes {
  uint32_t size = sizeof(SchedulingAttributes);
  uint32_t policy = 0;
  uint64_t flags = 0;
  int32_t niceness = 0;
  uint32_t priority = 0;
  uint64_t runtime_nanos = 0;
  uint64_t deadline_nanos = 0;
  uint64_t period_nanos = 0;
};

// Asks for short slices of processor time: since Linux 6.12, a thread that wakes takes the place of
// one whose slices are longer, instead of waiting for the end of its slice. Older
// kernels ignore it.
void AskForShortSlices() {
  constexpr uint64_t kSliceNanos = 200'000;
  SchedulingAttributes attributes;
  if (syscall(SYS_sched_getattr, 0, &attributes, sizeof attributes, 0) == 0) {
    attributes.runtime_nanos = kSliceNanos;
    (void)syscall(SYS_sched_setattr, 0, &attributes, 0);
  }
}

}  // namespace

// In Linux each thread has a niceness of its own. One that cannot be set only costs latency.
void SetThreadPriority(Priority priority) {
  constexpr int kBatchNiceness = 10;
  constexpr int kBackgroundNiceness = 15;
  if (priority == Priority::kPrompt) {
    AskForShortSlices();
  } else if (priority != Priority::kNormal) {
    (void)setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()),
                      priority == Priority::kBatch ? kBatchNiceness : kBackgroundNiceness);
  }
}

TaskRunner::TaskRunner(const std::string& name, size_t threads, size_t max_queued,
                       Priority priority)
    : max_queued_(max_queued) {
  threads_.reserve(threads);
  for (size_t i = 0; i < threads; ++i) {
    threads_.emplace_back([this, priority] {
      SetThreadPriority(priority);
      Run();
    });
    // A name that cannot be set only makes a debugger's list less readable.
    (void)pthread_setname_np(threads_.back().native_handle(), name.substr(0, 15).c_str());
  }
}

TaskRunner::~TaskRunner() { Stop(); }

bool TaskRunner::Post(std::function<void()> task) {
  {
    const MutexLock lock(mutex_);
    if (stopping_ || tasks_.size() >= max_queued_) {
      return false;
    }
    tasks_.push_back(std::move(task));
  }
  wake_.NotifyOne();
  return true;
}

void TaskRunner::Stop() {
  {
    const MutexLock lock(mutex_);
    stopping_ = true;
  }
  wake_.NotifyAll();
  for (std::thread& thread : threads_) {
    if (thread.joinable()) {
      thread.join();
    }
  }
}

void TaskRunner::Run() {
  while (true) {
    std::function<void()> task;
    {
      const MutexLock lock(mutex_);
      while (tasks_.empty() && !stopping_) {
        wake_.Wait(mutex_);
      }
      if (tasks_.empty()) {
        return;
      }
      task = std::move(tasks_.front());
      tasks_.pop_front();
    }
    task();
  }
}

}  // namespace stator::base
