#include "cli/tail/stream_reader.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace stator::cli::tail {
namespace {

base::Error ErrorOf(const Refusal& refusal) {
  const bool is_gone = refusal.name == "ResourceNotFoundException";
  return base::Error{is_gone ? base::ErrorCode::kResourceNotFound : base::ErrorCode::kIo,
                     refusal.name + (refusal.name.empty() ? "" : ": ") + refusal.message};
}

}  // namespace

StreamReader::StreamReader(StreamsClient& client, Cursor cursor, Take take, Tell tell)
    : client_(client), cursor_(std::move(cursor)), take_(std::move(take)), tell_(std::move(tell)) {}

base::Result<void> StreamReader::Describe() {
  std::vector<Shard> shards;
  std::string start;
  do {
    const Reply reply = client_.CallStreams(
        "DescribeStream",
        fmt::format(R"({{"StreamArn":"{}"{}}})", cursor_.stream_arn,
                    start.empty() ? "" : fmt::format(R"(,"ExclusiveStartShardId":"{}")", start)));
    if (!reply.ok) {
      return ErrorOf(reply.refusal);
    }
    simdjson::dom::element description;
    simdjson::dom::array page;
    if (reply.body["StreamDescription"].get(description) != simdjson::SUCCESS ||
        description["Shards"].get(page) != simdjson::SUCCESS) {
      return base::Error{base::ErrorCode::kIo, "DescribeStream answers no shards"};
    }
    for (const simdjson::dom::element shard : page) {
      simdjson::dom::element range;
      const bool has_range = shard["SequenceNumberRange"].get(range) == simdjson::SUCCESS;
      shards.push_back({.id = std::string(TextOf(shard, "ShardId")),
                        .parent = std::string(TextOf(shard, "ParentShardId")),
                        .closed = has_range && !TextOf(range, "EndingSequenceNumber").empty()});
    }
    disabled_ = TextOf(description, "StreamStatus") == "DISABLED";
    start = TextOf(description, "LastEvaluatedShardId");
  } while (!start.empty());
  shards_ = std::move(shards);
  // What is trimmed need not be remembered.
  std::erase_if(cursor_.shards, [this](const auto& known) {
    return std::none_of(shards_.begin(), shards_.end(),
                        [&known](const Shard& shard) { return shard.id == known.first; });
  });
  describe_ = false;
  return {};
}

bool StreamReader::IsFinished(std::string_view shard) const {
  const auto known = cursor_.shards.find(shard);
  return known != cursor_.shards.end() && known->second == Cursor::kFinished;
}

bool StreamReader::MayRead(const Shard& shard) const {
  const bool has_parent = std::any_of(shards_.begin(), shards_.end(),
                                      [&](const Shard& other) { return other.id == shard.parent; });
  return !IsFinished(shard.id) && (!has_parent || IsFinished(shard.parent));
}

base::Result<std::string> StreamReader::NewIterator(const std::string& shard,
                                                    std::string_view type) {
  const auto known = cursor_.shards.find(shard);
  std::string place = fmt::format(R"("ShardIteratorType":"{}")", type);
  if (type == "AFTER_SEQUENCE_NUMBER") {
    place += fmt::format(R"(,"SequenceNumber":"{}")", known->second);
  }
  const Reply reply = client_.CallStreams(
      "GetShardIterator",
      fmt::format(R"({{"StreamArn":"{}","ShardId":"{}",{}}})", cursor_.stream_arn, shard, place));
  if (!reply.ok && reply.refusal.name == "TrimmedDataAccessException" && type != "TRIM_HORIZON") {
    tell_("changes of shard " + shard + " were trimmed before they were read");
    return NewIterator(shard, "TRIM_HORIZON");
  }
  if (!reply.ok) {
    return ErrorOf(reply.refusal);
  }
  return std::string(TextOf(reply.body, "ShardIterator"));
}

base::Result<void> StreamReader::OpenShard(const Shard& shard) {
  const bool is_known = cursor_.shards.contains(shard.id);
  STATOR_ASSIGN_OR_RETURN(
      iterators_[shard.id],
      NewIterator(shard.id, is_known ? "AFTER_SEQUENCE_NUMBER" : "TRIM_HORIZON"));
  return {};
}

base::Result<void> StreamReader::SkipToLatest() {
  STATOR_RETURN_IF_ERROR(Describe());
  for (const Shard& shard : shards_) {
    if (shard.closed) {
      cursor_.shards[shard.id] = Cursor::kFinished;
    } else {
      STATOR_ASSIGN_OR_RETURN(iterators_[shard.id], NewIterator(shard.id, "LATEST"));
    }
  }
  return {};
}

void StreamReader::TakeRecords(const std::string& shard, simdjson::dom::array records) {
  for (const simdjson::dom::element record : records) {
    simdjson::dom::element change;
    if (record["dynamodb"].get(change) != simdjson::SUCCESS) {
      continue;
    }
    double seconds = 0;
    const bool has_time = change["ApproximateCreationDateTime"].get(seconds) == simdjson::SUCCESS;
    if (!has_time || seconds >= static_cast<double>(cursor_.since_seconds)) {
      take_(shard, record);
    }
    cursor_.shards[shard] = TextOf(change, "SequenceNumber");
  }
}

base::Result<bool> StreamReader::HandleRefusal(const std::string& shard, const Refusal& refusal) {
  if (refusal.name == "TrimmedDataAccessException" || refusal.name == "ExpiredIteratorException") {
    iterators_.erase(shard);  // the next one begins at the cursor
    return false;
  }
  return ErrorOf(refusal);
}

base::Result<bool> StreamReader::ReadPage(const std::string& shard) {
  const Reply reply = client_.CallStreams(
      "GetRecords", fmt::format(R"({{"ShardIterator":"{}"}})", iterators_[shard]));
  if (!reply.ok) {
    return HandleRefusal(shard, reply.refusal);
  }
  simdjson::dom::array records;
  if (reply.body["Records"].get(records) != simdjson::SUCCESS) {
    return base::Error{base::ErrorCode::kIo, "GetRecords answers no records"};
  }
  TakeRecords(shard, records);
  const std::string_view next = TextOf(reply.body, "NextShardIterator");
  if (next.empty()) {
    cursor_.shards[shard] = Cursor::kFinished;
    iterators_.erase(shard);
    describe_ = true;
  } else {
    iterators_[shard] = next;
  }
  return records.size() > 0;
}

base::Result<bool> StreamReader::Poll() {
  if (describe_) {
    STATOR_RETURN_IF_ERROR(Describe());
  }
  bool any = false;
  for (const Shard& shard : shards_) {
    if (!MayRead(shard)) {
      continue;
    }
    if (!iterators_.contains(shard.id)) {
      STATOR_RETURN_IF_ERROR(OpenShard(shard));
    }
    STATOR_ASSIGN_OR_RETURN(const bool got, ReadPage(shard.id));
    any = any || got;
  }
  finished_ = disabled_ && std::all_of(shards_.begin(), shards_.end(),
                                       [this](const Shard& shard) { return IsFinished(shard.id); });
  return any;
}

}  // namespace stator::cli::tail
