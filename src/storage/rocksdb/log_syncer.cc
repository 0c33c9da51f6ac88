#include "storage/rocksdb/log_syncer.h"

#include <utility>

#include "base/check.h"

namespace stator::storage {

LogSyncer::LogSyncer(Database& database, std::chrono::milliseconds interval, OnFailure on_failure)
    : database_(database),
      interval_(interval),
      on_failure_(std::move(on_failure)),
      runner_("log-syncer", 1, 1) {
  STATOR_CHECK(runner_.Post([this] { Run(); }));
}

LogSyncer::~LogSyncer() { Stop(); }

void LogSyncer::Run() {
  bool more = true;
  while (more) {
    more = WaitInterval();
    if (database_.is_full()) {
      continue;  // all that was acknowledged is written out before there is a new log
    }
    // A log that meets a full disk at this moment cannot be synced either.
    const rocksdb::Status status = database_.db().SyncWAL();
    if (!status.ok() && !database_.is_full()) {
      on_failure_(status);
      return;
    }
  }
}

bool LogSyncer::WaitInterval() {
  const base::MutexLock lock(mutex_);
  while (!stopping_ && wake_.WaitFor(mutex_, interval_)) {
  }
  return !stopping_;
}

void LogSyncer::Stop() {
  {
    const base::MutexLock lock(mutex_);
    stopping_ = true;
  }
  wake_.NotifyOne();
  runner_.Stop();
}

}  // namespace stator::storage
