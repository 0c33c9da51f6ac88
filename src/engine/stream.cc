#include "engine/stream.h"

#include <algorithm>

#include "base/check.h"

namespace stator::engine {
namespace {

// How many shards a stream begins with; the service gives one to each partition of the table, and a
// new on-demand table has four.
constexpr uint32_t kFirstShards = 4;

}  // namespace

const StreamShard* Stream::Find(uint32_t number) const {
  const auto found = std::lower_bound(
      shards.begin(), shards.end(), number,
      [](const StreamShard& shard, uint32_t wanted) { return shard.number < wanted; });
  return found != shards.end() && found->number == number ? &*found : nullptr;
}

storage::LogId Stream::LogOf(uint64_t partition_hash) const {
  // Open shards are among the last ones.
  const auto found = std::find_if(shards.rbegin(), shards.rend(), [&](const StreamShard& shard) {
    return !shard.closed_micros && shard.first_hash <= partition_hash &&
           partition_hash <= shard.last_hash;
  });
  STATOR_CHECK(found != shards.rend());
  return LogOf(*found);
}

void OpenShards(int64_t now_micros, Stream& stream) {
  constexpr uint64_t kStep = UINT64_MAX / kFirstShards + 1;
  for (uint32_t i = 0; i < kFirstShards; ++i) {
    StreamShard shard;
    shard.number = stream.next_shard++;
    shard.first_hash = i * kStep;
    shard.last_hash = i + 1 < kFirstShards ? (i + 1) * kStep - 1 : UINT64_MAX;
    shard.opened_micros = now_micros;
    stream.shards.push_back(shard);
  }
}

void RollShard(uint32_t number, int64_t now_micros, storage::LogPosition next, Stream& stream) {
  const auto parent =
      std::find_if(stream.shards.begin(), stream.shards.end(),
                   [number](const StreamShard& shard) { return shard.number == number; });
  STATOR_CHECK(parent != stream.shards.end() && !parent->closed_micros);
  StreamShard child = *parent;
  parent->closed_micros = now_micros;
  child.number = stream.next_shard++;
  child.parent = number;
  child.opened_micros = now_micros;
  child.start = next;
  stream.shards.push_back(child);
}

void EndStream(int64_t now_micros, Stream& stream) {
  stream.ended_micros = now_micros;
  for (StreamShard& shard : stream.shards) {
    shard.closed_micros = shard.closed_micros.value_or(now_micros);
  }
}

}  // namespace stator::engine
