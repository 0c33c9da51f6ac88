#include "cli/kinesis/send_window.h"

#include <algorithm>
#include <unordered_set>
#include <utility>

namespace stator::cli::kinesis {

void SendWindow::Add(storage::LogPosition position, std::string partition_key,
                     std::string_view record) {
  bytes_ += record.size();
  entries_.push_back({.position = position,
                      .partition_key = std::move(partition_key),
                      .record = std::string(record)});
  next_ = position + 1;
}

std::vector<size_t> SendWindow::NextBatch(size_t most) const {
  std::vector<size_t> batch;
  std::unordered_set<std::string_view> keys;
  for (size_t i = 0; i < entries_.size() && batch.size() < most; ++i) {
    if (!entries_[i].accepted && keys.insert(entries_[i].partition_key).second) {
      batch.push_back(i);
    }
  }
  return batch;
}

void SendWindow::Accept(const std::vector<size_t>& batch) {
  for (const size_t index : batch) {
    entries_[index].accepted = true;
  }
  while (!entries_.empty() && entries_.front().accepted) {
    DropFront();
  }
}

void SendWindow::DropBelow(storage::LogPosition begin) {
  while (!entries_.empty() && (entries_.front().position < begin || entries_.front().accepted)) {
    DropFront();
  }
  next_ = std::max(next_, begin);
}

void SendWindow::Release() {
  const bool some_accepted = std::any_of(entries_.begin(), entries_.end(),
                                         [](const Entry& entry) { return entry.accepted; });
  if (!entries_.empty() && !some_accepted) {
    next_ = entries_.front().position;
    entries_.clear();
    bytes_ = 0;
  }
}

void SendWindow::DropFront() {
  bytes_ -= entries_.front().record.size();
  entries_.pop_front();
}

}  // namespace stator::cli::kinesis
