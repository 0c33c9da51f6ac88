#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "storage/store.h"

namespace stator::cli::kinesis {

// The records of one log that are being sent: a piece of the log, of which some may be accepted
// already. Not synchronized. Invariants:
// 1. Positions ascend, and the first record is not accepted.
// 2. A batch has the first waiting record of each partition key and no other of that key, so that
//    whatever part of a batch is accepted, the records of one key are accepted in their order.
class SendWindow {
 public:
  // Bounds of what is kept; one record more than fits is taken.
  static constexpr size_t kMaxRecords = 1000;
  static constexpr size_t kMaxBytes = size_t{4} * 1024 * 1024;

  // A record as it stands in the log.
  struct Entry {
    storage::LogPosition position = 0;
    std::string partition_key;
    std::string record;
    bool accepted = false;
  };

  // `next` is where the log begins.
  explicit SendWindow(storage::LogPosition next) : next_(next) {}

  bool HasRoom() const { return entries_.size() < kMaxRecords && bytes_ < kMaxBytes; }
  bool empty() const { return entries_.empty(); }
  // Where reading goes on.
  storage::LogPosition next() const { return next_; }
  // All records below are accepted.
  storage::LogPosition begin() const {
    return entries_.empty() ? next_ : entries_.front().position;
  }
  const Entry& front() const { return entries_.front(); }
  const Entry& operator[](size_t index) const { return entries_[index]; }

  // REQUIRES: the position is at or above next().
  void Add(storage::LogPosition position, std::string partition_key, std::string_view record);

  // What to send next: indexes of records, ascending, `most` at most.
  std::vector<size_t> NextBatch(size_t most) const;

  // The records of a batch that need not be sent any more. Indexes are others afterwards.
  void Accept(const std::vector<size_t>& batch);

  // The records below a position are gone from the log.
  void DropBelow(storage::LogPosition begin);

  // Forgets records, to read them again, unless some were accepted behind others that were not:
  // those would be sent again without need.
  void Release();

 private:
  void DropFront();

  std::deque<Entry> entries_;
  size_t bytes_ = 0;
  storage::LogPosition next_;
};

}  // namespace stator::cli::kinesis
