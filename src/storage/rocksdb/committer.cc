#include "storage/rocksdb/committer.h"

#include <chrono>
#include <string>
#include <utility>

#include "base/check.h"
#include "base/kill_point.h"
#include "storage/rocksdb/huge_pages.h"
#include "storage/rocksdb/rocksdb_status.h"

namespace stator::storage {
namespace {

// What may wait for the committer: enough for every device, and a bound for memory.
constexpr size_t kQueuedBytesMax = 64 * 1024 * 1024;
// Of the buffers that groups reuse.
constexpr size_t kKeptBatchBytes = 8 * 1024 * 1024;
constexpr std::chrono::milliseconds kSpaceProbeInterval(500);

UpdateResult Unapplied(const PendingUpdate& update, const base::Error& written,
                       const base::Error& refused) {
  // Who writes nothing is certainly not applied, but may have seen what is not there any more.
  return update.mutations.empty() ? UpdateResult{UpdateOutcome::kNotApplied, refused}
                                  : UpdateResult{UpdateOutcome::kUnknown, written};
}

}  // namespace

void Committer::Group::Clear() {
  if (batch.GetDataSize() > kKeptBatchBytes) {
    batch = rocksdb::WriteBatch();
  } else {
    batch.Clear();
  }
  updates.clear();
  deltas.clear();
  appended.clear();
  catalog_changes = 0;
}

Committer::Committer(const CommitterParts& parts, const StoreOptions& options)
    : database_(parts.database),
      overlay_(parts.overlay),
      counters_(parts.counters),
      logs_(parts.logs),
      pool_(parts.pool),
      log_(options.log),
      sync_(options.durability == Durability::kSynced),
      runner_("committer", 1, 1, base::Priority::kPrompt) {
  STATOR_CHECK(runner_.Post([this] { Run(); }));
}

Committer::~Committer() { Stop(); }

Committer::State Committer::StateAfter(const rocksdb::Status& status) {
  return status.IsNoSpace() ? State::kNoSpace : State::kFailed;
}

base::Error Committer::RefusalFor(State state) {
  switch (state) {
    case State::kNoSpace:
      return {base::ErrorCode::kNoSpace, "The disk is full"};
    case State::kStopped:
      return {base::ErrorCode::kUnavailable, "The store has stopped"};
    default:
      return {base::ErrorCode::kUnavailable,
              "The store accepts no writes because writing to its log has failed"};
  }
}

base::Result<void> Committer::Order(std::unique_ptr<PendingUpdate>& update) {
  bool wake = false;
  {
    const base::MutexLock lock(mutex_);
    while (filling_.batch.GetDataSize() >= kQueuedBytesMax && state_ == State::kOpen) {
      full_ = true;
      room_.Wait(mutex_);
    }
    STATOR_RETURN_IF_ERROR(CheckOpen());
    if (update->generation != generation_.load(std::memory_order_relaxed)) {
      return base::Error{base::ErrorCode::kNoSpace,
                         "An update before this one found the disk full"};
    }
    AppendToGroup(*update);
    filling_.updates.push_back(std::move(update));
    wake = std::exchange(idle_, false);
  }
  if (wake) {
    wake_.NotifyOne();
  }
  return {};
}

void Committer::AppendToGroup(PendingUpdate& update) {
  const uint64_t epoch = ordered_epoch_.load(std::memory_order_relaxed);
  if (update.catalog_epoch.value_or(epoch) != epoch) {
    update.ClearWrites();
    update.result = {UpdateOutcome::kNotApplied,
                     {base::ErrorCode::kStaleCatalog, "The catalog has changed"}};
    return;
  }
  const std::vector<Mutations::Write>& writes = update.mutations.writes();
  for (size_t i = 0; i < writes.size(); ++i) {
    const Mutations::Write& write = writes[i];
    rocksdb::ColumnFamilyHandle* family = database_.family(write.key.kind);
    const rocksdb::Status status = write.value
                                       ? filling_.batch.Put(family, update.RowKey(i), *write.value)
                                       : filling_.batch.Delete(family, update.RowKey(i));
    STATOR_CHECK(status.ok());
    overlay_.Set(update.write_keys[i].key_hash, write);
  }
  for (const Mutations::LogAppend& append : update.mutations.appends()) {
    logs_.Append(append, database_.family(kLogFamily), filling_.batch, filling_.appended);
  }
  const auto& deltas = update.mutations.counters();
  filling_.deltas.insert(filling_.deltas.end(), deltas.begin(), deltas.end());
  if (update.changes_catalog && !update.mutations.empty()) {
    ordered_epoch_.store(epoch + 1);
    ++filling_.catalog_changes;
  }
}

void Committer::Run() {
  UseHugePagesOnThisThread();  // writing a group lets the write buffers grow
  Group group;
  while (TakeGroup(group)) {
    if (!group.updates.empty()) {
      Commit(group);
      group.Clear();
    } else if (state_ == State::kNoSpace) {
      TryForSpace();
    }
    FlushIfAsked();
  }
}

bool Committer::TakeGroup(Group& group) {
  const base::MutexLock lock(mutex_);
  while (filling_.updates.empty() && flush_asked_ == nullptr) {
    if (stopping_) {
      return false;
    }
    idle_ = true;
    if (state_ != State::kNoSpace) {
      wake_.Wait(mutex_);
    } else if (!wake_.WaitFor(mutex_, kSpaceProbeInterval)) {
      break;
    }
  }
  idle_ = false;
  std::swap(group, filling_);
  if (std::exchange(full_, false)) {
    room_.NotifyAll();
  }
  return true;
}

void Committer::Commit(Group& group) {
  base::KillPoint("committer.taken");
  const auto changes =
      counters_.Append(group.deltas, database_.family(kCounterFamily), group.batch);
  if (group.batch.Count() > 0) {
    rocksdb::WriteOptions options;
    options.sync = sync_;
    const rocksdb::Status status = database_.is_full()
                                       ? rocksdb::Status::NoSpace()
                                       : database_.db().Write(options, &group.batch);
    if (!status.ok()) {
      RefuseAll(group, status);
      return;
    }
  }
  base::KillPoint("committer.written");
  counters_.Publish(changes);
  logs_.Publish(group.appended);
  if (group.catalog_changes != 0) {
    visible_epoch_.fetch_add(group.catalog_changes);
  }
  ForgetWrites(group);
  base::KillPoint("committer.published");
  Finish(group);
}

void Committer::ForgetWrites(const Group& group) {
  for (const std::unique_ptr<PendingUpdate>& update : group.updates) {
    const std::vector<Mutations::Write>& writes = update->mutations.writes();
    for (size_t i = 0; i < writes.size(); ++i) {
      overlay_.Remove(update->write_keys[i].key_hash, writes[i]);
    }
  }
}

void Committer::Finish(Group& group) {
  for (const std::unique_ptr<PendingUpdate>& update : group.updates) {
    update->done(update->result);
    base::KillPoint("committer.answered");
  }
  pool_.Return(group.updates);
}

void Committer::RefuseAll(Group& group, const rocksdb::Status& status) {
  Group behind;
  base::Error refusal{base::ErrorCode::kUnavailable, ""};
  {
    const base::MutexLock lock(mutex_);
    if (!stopping_) {
      state_ = StateAfter(status);
    }
    refusal = RefusalFor(state_);
    std::swap(behind, filling_);
    ForgetWrites(group);
    ForgetWrites(behind);
    generation_.fetch_add(1);
    ordered_epoch_.store(visible_epoch_.load());
    room_.NotifyAll();
  }
  const base::Error error = ErrorFromStatus(status);
  TellFailure(refusal, error);
  for (const std::unique_ptr<PendingUpdate>& update : group.updates) {
    update->result = Unapplied(*update, error, refusal);
  }
  for (const std::unique_ptr<PendingUpdate>& update : behind.updates) {
    update->result = {UpdateOutcome::kNotApplied, refusal};
  }
  Finish(group);
  Finish(behind);
}

void Committer::TryForSpace() {
  if (!database_.TryWrite().ok()) {
    return;
  }
  {
    const base::MutexLock lock(mutex_);
    if (state_ != State::kNoSpace) {
      return;
    }
    state_ = State::kOpen;
  }
  if (log_) {
    log_("The disk has space again; the store accepts writes");
  }
}

void Committer::AskForFlush(rocksdb::ColumnFamilyHandle* family) {
  {
    const base::MutexLock lock(mutex_);
    flush_asked_ = family;
    idle_ = false;
  }
  wake_.NotifyOne();
}

void Committer::FlushIfAsked() {
  rocksdb::ColumnFamilyHandle* const family =
      flush_asked_.load(std::memory_order_relaxed) == nullptr ? nullptr
                                                              : flush_asked_.exchange(nullptr);
  if (family == nullptr || state_ != State::kOpen) {
    return;
  }
  rocksdb::FlushOptions options;
  options.wait = false;
  options.allow_write_stall = true;  // else this would wait for other flushes
  // Who fails to write rows out tells RocksDB, which refuses the next update.
  (void)database_.db().Flush(options, family);
}

void Committer::Fail(const rocksdb::Status& status) {
  const State state = StateAfter(status);
  {
    const base::MutexLock lock(mutex_);
    if (state_ != State::kOpen) {
      return;
    }
    state_ = state;
    room_.NotifyAll();
  }
  wake_.NotifyOne();
  TellFailure(RefusalFor(state), ErrorFromStatus(status));
}

void Committer::TellFailure(const base::Error& refusal, const base::Error& error) const {
  if (log_) {
    log_("Writing to the store's log has failed. " + refusal.message + ". " + error.message);
  }
}

void Committer::Stop() {
  {
    const base::MutexLock lock(mutex_);
    stopping_ = true;
    state_ = State::kStopped;
    room_.NotifyAll();
  }
  wake_.NotifyOne();
  runner_.Stop();
}

}  // namespace stator::storage
