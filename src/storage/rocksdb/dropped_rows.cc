#include "storage/rocksdb/dropped_rows.h"

#include <optional>
#include <string>
#include <utility>

#include "storage/rocksdb/physical_key.h"
#include "storage/rocksdb/rocksdb_tuning.h"

namespace stator::storage {
namespace {

// What is dropped as one compaction begins.
class RowFilter final : public rocksdb::CompactionFilter {
 public:
  RowFilter(const DroppedRows& dropped, size_t family)
      : family_(family),
        spaces_(dropped.Spaces()),
        log_begins_(family == kLogFamily ? dropped.LogBegins() : std::map<LogId, LogPosition>()) {}

  const char* Name() const override { return "stator.DroppedRows"; }

  // Whether the row goes.
  bool Filter(int /*level*/, const rocksdb::Slice& key, const rocksdb::Slice& /*value*/,
              std::string* /*new_value*/, bool* /*changed*/) const override {
    const std::optional<Space> space = ParseSpacePrefix(key.ToStringView());
    if (!space) {
      return false;
    }
    if (spaces_.contains(*space)) {
      return family_ != kCounterFamily || !IsSpaceKey(key.ToStringView());
    }
    if (log_begins_.empty()) {
      return false;
    }
    const std::optional<LogRowKey> row = ParseLogRowKey(key.ToStringView());
    if (!row || !row->position) {
      return false;
    }
    const auto begin = log_begins_.find(row->log);
    return begin != log_begins_.end() && *row->position < begin->second;
  }

 private:
  const size_t family_;
  const std::set<Space> spaces_;
  const std::map<LogId, LogPosition> log_begins_;
};

class RowFilterFactory final : public rocksdb::CompactionFilterFactory {
 public:
  RowFilterFactory(std::shared_ptr<const DroppedRows> dropped, size_t family)
      : dropped_(std::move(dropped)), family_(family) {}

  const char* Name() const override { return "stator.DroppedRows"; }

  std::unique_ptr<rocksdb::CompactionFilter> CreateCompactionFilter(
      const rocksdb::CompactionFilter::Context& /*context*/) override {
    return std::make_unique<RowFilter>(*dropped_, family_);
  }

 private:
  const std::shared_ptr<const DroppedRows> dropped_;
  const size_t family_;
};

}  // namespace

void DroppedRows::AddSpace(Space space) {
  const base::MutexLock lock(mutex_);
  spaces_.insert(space);
}

void DroppedRows::ForgetSpace(Space space) {
  const base::MutexLock lock(mutex_);
  spaces_.erase(space);
}

void DroppedRows::SetLogBegin(LogId log, LogPosition begin) {
  const base::MutexLock lock(mutex_);
  log_begins_[log] = begin;
}

std::set<Space> DroppedRows::Spaces() const {
  const base::MutexLock lock(mutex_);
  return spaces_;
}

std::map<LogId, LogPosition> DroppedRows::LogBegins() const {
  const base::MutexLock lock(mutex_);
  return log_begins_;
}

std::shared_ptr<rocksdb::CompactionFilterFactory> MakeDroppedRowsFilter(
    std::shared_ptr<const DroppedRows> dropped, size_t family) {
  return std::make_shared<RowFilterFactory>(std::move(dropped), family);
}

}  // namespace stator::storage
