#include "engine/stream_upkeep.h"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "engine/stream_trim.h"

namespace stator::engine {
namespace {

// Of one stream, so that the table's row stays small. With the default times there are 28.
constexpr size_t kMaxShards = 10'000;

}  // namespace

StreamUpkeep::StreamUpkeep(storage::Store& store, Catalog& catalog, const StreamOptions& options,
                           const base::Clock& clock)
    : store_(store), catalog_(catalog), options_(options), clock_(clock) {}

int64_t StreamUpkeep::PauseMillis(const StreamOptions& options) {
  constexpr int64_t kLeast = 20;
  constexpr int64_t kMost = 60'000;
  return std::clamp(std::min(options.roll_millis, options.retention_millis) / 4, kLeast, kMost);
}

void StreamUpkeep::Run() {
  now_micros_ = clock_.NowMicros();
  oldest_micros_ = now_micros_ - options_.retention_millis * 1000;
  for (const std::shared_ptr<const Stream>& stream : catalog_.Streams()) {
    if (!Tend(*stream).ok()) {
      continue;  // the store fails, or the table was deleted meanwhile
    }
  }
}

base::Result<void> StreamUpkeep::Tend(const Stream& stream) {
  if (stream.ended_micros && *stream.ended_micros <= oldest_micros_) {
    return catalog_.EraseStream(stream);
  }
  for (const StreamShard& shard : stream.shards) {
    STATOR_RETURN_IF_ERROR(TrimOldRecords(store_, stream.LogOf(shard), oldest_micros_));
  }
  STATOR_RETURN_IF_ERROR(RemoveShards(stream));
  // The shards may be others now.
  const std::shared_ptr<const Stream> current = catalog_.FindStream(stream.table, stream.label);
  return current == nullptr || current->ended_micros ? base::Result<void>() : Roll(*current);
}

base::Result<void> StreamUpkeep::Roll(const Stream& stream) {
  if (stream.shards.size() >= kMaxShards) {
    return {};  // until some are trimmed
  }
  std::vector<uint32_t> due;
  for (const StreamShard& shard : stream.shards) {
    if (!shard.closed_micros && shard.opened_micros + options_.roll_millis * 1000 <= now_micros_ &&
        store_.LogBoundsOf(stream.LogOf(shard)).end != 0) {
      due.push_back(shard.number);
    }
  }
  if (due.empty()) {
    return {};
  }
  Stream rolled = stream;
  const storage::LogPosition next = store_.NextLogPosition(stream.space);
  for (const uint32_t number : due) {
    RollShard(number, now_micros_, next, rolled);
  }
  return Change(stream, rolled);
}

base::Result<void> StreamUpkeep::RemoveShards(const Stream& stream) {
  std::set<uint32_t> removed;
  for (const StreamShard& shard : stream.shards) {
    const storage::LogBounds bounds = store_.LogBoundsOf(stream.LogOf(shard));
    if (shard.closed_micros && *shard.closed_micros <= oldest_micros_ &&
        bounds.begin >= bounds.end) {
      removed.insert(shard.number);
    }
  }
  if (removed.empty()) {
    return {};
  }
  Stream changed = stream;
  for (StreamShard& shard : changed.shards) {
    shard.start = StartOf(store_, stream, shard);
  }
  std::erase_if(changed.shards,
                [&](const StreamShard& shard) { return removed.contains(shard.number); });
  for (const uint32_t number : removed) {
    STATOR_RETURN_IF_ERROR(store_.DropLog({stream.space, number}));
  }
  return Change(stream, changed);
}

base::Result<void> StreamUpkeep::Change(const Stream& stream, const Stream& changed) {
  if (stream.ended_micros) {
    return catalog_.UpdateEndedStream(changed);
  }
  const auto change = [&](const Table* current) -> base::Result<std::shared_ptr<const Table>> {
    if (current == nullptr || current->stream == nullptr ||
        current->stream->label != stream.label) {
      return base::Error{base::ErrorCode::kResourceNotFound, "the stream has ended"};
    }
    auto table = std::make_shared<Table>(*current);
    table->stream = std::make_shared<Stream>(changed);
    return table;
  };
  const base::Result<std::shared_ptr<const Table>> stored = catalog_.Update(stream.table, change);
  return stored.ok() ? base::Result<void>() : base::Result<void>(stored.error());
}

}  // namespace stator::engine
