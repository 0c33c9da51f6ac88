#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "engine/stream.h"

// Shard iterators: where a reader of a shard goes on. They say everything themselves, so that the
// server keeps nothing of them, and are sealed with the stream's key, so that nobody makes or
// changes one.
namespace stator::engine {

// What an iterator says.
struct ShardIterator {
  uint32_t shard = 0;
  storage::LogPosition next = 0;  // the first record that is wanted
  bool trim_horizon = false;      // instead: whichever is the oldest
  int64_t issued_micros = 0;
};

// As clients get it: the stream's ARN, a bar and sealed digits.
std::string SealIterator(const ShardIterator& iterator, std::string_view stream_arn,
                         const Stream& stream);

// The stream's ARN in an iterator; empty when it is none.
std::string_view StreamArnOf(std::string_view sealed);

// What the iterator of that stream says. Fails with kValidation when it is not one that
// SealIterator made.
base::Result<ShardIterator> OpenIterator(std::string_view sealed, const Stream& stream);

}  // namespace stator::engine
