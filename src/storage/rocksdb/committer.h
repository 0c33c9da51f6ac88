#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include <rocksdb/write_batch.h>

#include "base/mutex.h"
#include "base/result.h"
#include "base/task_runner.h"
#include "storage/rocksdb/counters.h"
#include "storage/rocksdb/database.h"
#include "storage/rocksdb/overlay.h"
#include "storage/rocksdb/pending_update.h"
#include "storage/rocksdb/record_logs.h"
#include "storage/store_options.h"

namespace stator::storage {

// What a committer works on; all must outlive it.
struct CommitterParts {
  Database& database;
  Overlay& overlay;
  Counters& counters;
  RecordLogs& logs;
  PendingUpdatePool& pool;
};

// The one writer of a database. Updates that hold their stripes put themselves in order here; its
// thread takes all that have gathered as one group, writes and syncs them at once, and then tells
// each that it is done.
//
//  1. The order of updates is the order of calls to Order. It is also the order in the log.
//  2. A group is visible to reads only after it is durable, and as a whole.
//  3. An update that has nothing to write, but has seen values that are not durable yet, goes
//     through the queue like any other: its `done` comes after those of the updates it saw.
//  4. When a write fails, everything that was ordered behind it is refused, for it may have been
//     decided on values that will never be. Updates that read such values and are not ordered yet
//     belong to an older generation and are refused as well.
class Committer {
 public:
  Committer(const CommitterParts& parts, const StoreOptions& options);
  ~Committer();
  Committer(const Committer&) = delete;
  Committer& operator=(const Committer&) = delete;

  // Puts the update behind all before it, and takes it; or leaves it and says why it is certainly
  // not applied. When its catalog epoch is no longer current, it is taken as one that is not
  // applied. May wait for the committer to catch up. REQUIRES: the caller holds the stripes.
  base::Result<void> Order(std::unique_ptr<PendingUpdate>& update) EXCLUDES(mutex_);

  // OK, or why updates are refused at the moment.
  base::Result<void> CheckOpen() const {
    const State state = state_.load(std::memory_order_acquire);
    return state == State::kOpen ? base::Result<void>() : RefusalFor(state);
  }

  // To be read before the overlay is.
  uint64_t generation() const { return generation_.load(); }
  // The epoch that the next update must rely on.
  uint64_t ordered_epoch() const { return ordered_epoch_.load(); }
  // The epoch that reads show.
  uint64_t visible_epoch() const { return visible_epoch_.load(); }

  // Has the rows that `family` holds in memory written out, soon and without waiting for it, which
  // leaves only the newest version of each. Who asks for two families at once may get one.
  void AskForFlush(rocksdb::ColumnFamilyHandle* family) EXCLUDES(mutex_);

  // Refuses updates from now on, or until the disk is no longer full, because a write or sync
  // outside of the committer has failed.
  void Fail(const rocksdb::Status& status) EXCLUDES(mutex_);

  // Finishes what was ordered, refuses the rest, and ends the thread. Idempotent; not concurrently.
  void Stop() EXCLUDES(mutex_);

 private:
  // Whether updates are accepted.
  enum class State : uint8_t { kOpen, kNoSpace, kFailed, kStopped };

  // Updates that are written together.
  struct Group {
    rocksdb::WriteBatch batch;
    std::vector<std::unique_ptr<PendingUpdate>> updates;
    std::vector<Mutations::CounterDelta> deltas;
    std::vector<RecordLogs::Appended> appended;
    uint64_t catalog_changes = 0;
    void Clear();
  };

  static State StateAfter(const rocksdb::Status& status);
  static base::Error RefusalFor(State state);

  void Run() EXCLUDES(mutex_);
  // Waits for something to do. Swaps the updates that have gathered into `group`: none when it is
  // time to see whether there is space again, or somebody asks for a flush. False when the
  // committer is to end.
  bool TakeGroup(Group& group) EXCLUDES(mutex_);
  void AppendToGroup(PendingUpdate& update) REQUIRES(mutex_);
  void Commit(Group& group) EXCLUDES(mutex_);
  void RefuseAll(Group& group, const rocksdb::Status& status) EXCLUDES(mutex_);
  void ForgetWrites(const Group& group);
  void Finish(Group& group);
  void TryForSpace() EXCLUDES(mutex_);
  void FlushIfAsked();
  void TellFailure(const base::Error& refusal, const base::Error& error) const;

  Database& database_;
  Overlay& overlay_;
  Counters& counters_;
  RecordLogs& logs_;
  PendingUpdatePool& pool_;
  const std::function<void(std::string_view)> log_;
  const bool sync_;

  // Written under mutex_.
  std::atomic<State> state_ = State::kOpen;
  std::atomic<uint64_t> generation_ = 0;
  std::atomic<uint64_t> ordered_epoch_ = 1;
  std::atomic<uint64_t> visible_epoch_ = 1;  // by the committer's thread only
  std::atomic<rocksdb::ColumnFamilyHandle*> flush_asked_ = nullptr;

  base::Mutex mutex_;
  base::CondVar wake_;  // the committer has something to do
  base::CondVar room_;  // the queue is no longer full
  Group filling_ GUARDED_BY(mutex_);
  bool idle_ GUARDED_BY(mutex_) = false;
  bool full_ GUARDED_BY(mutex_) = false;  // somebody waits for room
  bool stopping_ GUARDED_BY(mutex_) = false;

  base::TaskRunner runner_;
};

}  // namespace stator::storage
