#include "stream_check.h"

#include <map>
#include <string>
#include <utility>

#include "engine/stream_record.h"
#include "storage/record.h"

namespace stator::crash_points {
namespace {

using model::Item;

// What the records of a stream make.
class Replay {
 public:
  explicit Replay(std::string table) : table_(std::move(table)) {}

  base::Result<void> Take(const engine::StreamRecord& stored) {
    STATOR_ASSIGN_OR_RETURN(const engine::StreamRecordView record,
                            engine::DecodeStreamRecord(stored.bytes));
    STATOR_ASSIGN_OR_RETURN(const std::optional<Item> before, Decode(record.old_image));
    STATOR_ASSIGN_OR_RETURN(std::optional<Item> after, Decode(record.new_image));
    const Item& image = after ? *after : *before;
    const ItemKey key{table_, *image.Find("pk")->Get<std::string>(),
                      *image.Find("sk")->Get<model::Number>()->ToInteger()};
    const auto known = items_.find(key);
    const bool fits = known == items_.end() ? !before : before && *before == known->second;
    if (!fits || after == before) {
      return base::Error{
          base::ErrorCode::kCorruption,
          "record " + stored.sequence_number + " does not fit the one before of " + ToText(key)};
    }
    if (after) {
      items_.insert_or_assign(key, *std::move(after));
    } else {
      items_.erase(key);
    }
    return {};
  }

  // A place where it differs from the table; nullopt when there is none.
  std::optional<ItemKey> Difference(const State& state) const {
    auto item = items_.begin();
    for (const auto& [key, value] : state.items) {
      if (key.table != table_) {
        continue;
      }
      if (item == items_.end() || item->first != key || !(item->second == value)) {
        return item != items_.end() && item->first < key ? item->first : key;
      }
      ++item;
    }
    return item == items_.end() ? std::nullopt : std::optional(item->first);
  }

 private:
  static base::Result<std::optional<Item>> Decode(const std::optional<std::string_view>& record) {
    if (!record) {
      return std::optional<Item>();
    }
    STATOR_ASSIGN_OR_RETURN(Item item, storage::DecodeRecord(*record));
    return std::optional<Item>(std::move(item));
  }

  const std::string table_;
  std::map<ItemKey, Item> items_;
};

base::Result<void> ReadShard(const engine::Streams& streams, const std::string& arn,
                             const std::string& shard, Replay& replay) {
  STATOR_ASSIGN_OR_RETURN(std::string iterator,
                          streams.GetShardIterator({.arn = arn,
                                                    .shard = shard,
                                                    .type = engine::IteratorType::kTrimHorizon,
                                                    .sequence_number = {}}));
  while (true) {
    STATOR_ASSIGN_OR_RETURN(engine::GetRecordsResult page,
                            streams.GetRecords({.iterator = iterator, .limit = {}}));
    for (const engine::StreamRecord& record : page.records) {
      STATOR_RETURN_IF_ERROR(replay.Take(record));
    }
    if (page.records.empty() || !page.next_iterator) {
      return {};
    }
    iterator = *std::move(page.next_iterator);
  }
}

base::Result<void> ReadStream(const engine::Streams& streams, const std::string& arn,
                              Replay& replay) {
  engine::DescribeStreamRequest request;
  request.arn = arn;
  do {
    STATOR_ASSIGN_OR_RETURN(engine::StreamDescription description, streams.DescribeStream(request));
    for (const engine::ShardDescription& shard : description.shards) {
      STATOR_RETURN_IF_ERROR(ReadShard(streams, arn, shard.id, replay));
    }
    request.exclusive_start_shard = std::move(description.last_evaluated_shard);
  } while (request.exclusive_start_shard);
  return {};
}

}  // namespace

std::optional<Violation> CheckStreams(engine::Engine& engine, const State& state) {
  for (const auto& [name, has_extra] : state.tables) {
    const std::string what = "stream of " + name + ": ";
    const auto list =
        engine.streams().ListStreams({.table = name, .limit = {}, .exclusive_start_arn = {}});
    if (list.streams.empty() || list.streams.back().stream->ended_micros) {
      return Violation{Violation::Kind::kOther, what + "there is none"};
    }
    Replay replay(name);
    const base::Result<void> read = ReadStream(engine.streams(), list.streams.back().arn, replay);
    if (!read.ok()) {
      return Violation{Violation::Kind::kTorn, what + read.error().message};
    }
    if (const auto place = replay.Difference(state)) {
      return Violation{Violation::Kind::kTorn,
                       what + "differs from the table at " + ToText(*place)};
    }
  }
  return std::nullopt;
}

std::set<storage::Space> StreamSpaces(engine::Engine& engine) {
  std::set<storage::Space> spaces;
  engine::ListStreamsRequest request;
  do {
    engine::ListStreamsResult page = engine.streams().ListStreams(request);
    for (const engine::StreamSummary& summary : page.streams) {
      spaces.insert(summary.stream->space);
    }
    request.exclusive_start_arn = std::move(page.last_evaluated_arn);
  } while (request.exclusive_start_arn);
  return spaces;
}

}  // namespace stator::crash_points
