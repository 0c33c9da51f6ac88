#pragma once

#include <chrono>
#include <functional>

#include <rocksdb/status.h>

#include "base/mutex.h"
#include "base/task_runner.h"
#include "storage/rocksdb/database.h"

namespace stator::storage {

// Syncs a database's log at intervals, on a thread of its own, until it is stopped or a sync fails.
class LogSyncer {
 public:
  using OnFailure = std::function<void(const rocksdb::Status& status)>;

  // `database` must outlive this object. `on_failure` runs on the thread, at most once.
  LogSyncer(Database& database, std::chrono::milliseconds interval, OnFailure on_failure);
  ~LogSyncer();
  LogSyncer(const LogSyncer&) = delete;
  LogSyncer& operator=(const LogSyncer&) = delete;

  // Syncs once more and ends the thread. Idempotent; not concurrently.
  void Stop() EXCLUDES(mutex_);

 private:
  void Run() EXCLUDES(mutex_);
  // Returns false when it is time to end.
  bool WaitInterval() EXCLUDES(mutex_);

  Database& database_;
  const std::chrono::milliseconds interval_;
  const OnFailure on_failure_;
  base::Mutex mutex_;
  base::CondVar wake_;
  bool stopping_ GUARDED_BY(mutex_) = false;
  base::TaskRunner runner_;
};

}  // namespace stator::storage
