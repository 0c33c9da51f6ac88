#include "engine/streams.h"

#include <algorithm>
#include <charconv>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "model/limits.h"

namespace stator::engine {
namespace {

constexpr std::string_view kStreamMark = "/stream/";

std::string ShardId(const StreamShard& shard) {
  return fmt::format("shardId-{:020}-{:08x}", shard.opened_micros / 1000, shard.number);
}

// The number that the id of a shard ends with; nullopt when it is no id.
std::optional<uint32_t> ShardNumberOf(std::string_view id) {
  const std::string_view digits = id.substr(id.rfind('-') + 1);
  uint32_t number = 0;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), number, 16);
  if (error != std::errc() || end != digits.data() + digits.size()) {
    return std::nullopt;
  }
  return number;
}

const StreamShard* FindShard(const Stream& stream, std::string_view id) {
  const std::optional<uint32_t> number = ShardNumberOf(id);
  const StreamShard* shard = number ? stream.Find(*number) : nullptr;
  return shard != nullptr && ShardId(*shard) == id ? shard : nullptr;
}

// All have the same number of digits, so that they order as texts, too (R3).
constexpr char kSequencePrefix = '1';
constexpr size_t kSequenceDigits = 24;

std::string SequenceNumber(storage::LogPosition position) {
  return fmt::format("{}{:024}", kSequencePrefix, position);
}

base::Result<storage::LogPosition> ParseSequenceNumber(std::string_view text) {
  storage::LogPosition position = 0;
  if (text.size() == 1 + kSequenceDigits && text.front() == kSequencePrefix) {
    const auto [end, error] =
        std::from_chars(text.data() + 1, text.data() + text.size(), position, 10);
    if (error == std::errc() && end == text.data() + text.size()) {
      return position;
    }
  }
  return base::ValidationError("Invalid SequenceNumber: " + std::string(text));
}

base::Error NoSuchStream(std::string_view arn) {
  return base::Error{base::ErrorCode::kResourceNotFound,
                     "Requested resource not found: Stream: " + std::string(arn) + " not found"};
}

base::Error NoSuchShard(std::string_view id, std::string_view arn) {
  return base::Error{base::ErrorCode::kResourceNotFound,
                     "Requested resource not found: Shard: " + std::string(id) +
                         " not found in stream: " + std::string(arn)};
}

base::Error Trimmed() {
  return base::Error{base::ErrorCode::kTrimmedDataAccess,
                     "The data you are trying to access has been trimmed."};
}

std::string EventId(const Stream& stream, uint32_t shard, storage::LogPosition position) {
  return fmt::format("{:08x}{:08x}{:016x}", stream.space, shard, position);
}

}  // namespace

storage::LogPosition StartOf(const storage::Store& store, const Stream& stream,
                             const StreamShard& shard) {
  const StreamShard* parent = shard.parent ? stream.Find(*shard.parent) : nullptr;
  const storage::LogPosition after_parent =
      parent != nullptr ? store.LogBoundsOf(stream.LogOf(*parent)).end : 0;
  return std::max(shard.start, after_parent);
}

Streams::Streams(storage::Store& store, const Catalog& catalog, const StreamOptions& options,
                 const base::Clock& clock)
    : store_(store), catalog_(catalog), options_(options), clock_(clock) {}

bool Streams::IsKept(const Stream& stream) const {
  return !stream.ended_micros ||
         clock_.NowMicros() < *stream.ended_micros + options_.retention_millis * 1000;
}

std::string Streams::ArnOf(const Stream& stream) const {
  return catalog_.TableArn(stream.table) + std::string(kStreamMark) + stream.label;
}

base::Result<std::shared_ptr<const Stream>> Streams::Find(const std::string& arn) const {
  const size_t mark = arn.find(kStreamMark);
  if (!arn.starts_with("arn:") || arn.find(":table/") == std::string::npos ||
      mark == std::string::npos) {
    return base::ValidationError("Invalid StreamArn: " + arn);
  }
  const std::optional<std::string_view> table =
      catalog_.NameOf(std::string_view(arn).substr(0, mark));
  std::shared_ptr<const Stream> stream =
      table ? catalog_.FindStream(*table, std::string_view(arn).substr(mark + kStreamMark.size()))
            : nullptr;
  if (stream == nullptr || !IsKept(*stream)) {
    return NoSuchStream(arn);
  }
  return stream;
}

ListStreamsResult Streams::ListStreams(const ListStreamsRequest& request) const {
  const auto limit = static_cast<size_t>(request.limit.value_or(model::limits::kListStreamsPage));
  ListStreamsResult result;
  for (std::shared_ptr<const Stream>& stream : catalog_.Streams()) {
    const bool wanted = AccountOfName(stream->table) == request.account &&
                        (!request.table || catalog_.NameOf(*request.table) == stream->table);
    StreamSummary summary{.stream = std::move(stream), .arn = {}};
    summary.arn = ArnOf(*summary.stream);
    // A table's name and a label are compared one after the other, not with what is in between.
    const auto name_of = [](const std::string& arn) {
      const size_t mark = std::min(arn.find(kStreamMark), arn.size());
      return std::pair(arn.substr(0, mark), arn.substr(mark));
    };
    if (!wanted || !IsKept(*summary.stream) ||
        (request.exclusive_start_arn &&
         name_of(summary.arn) <= name_of(*request.exclusive_start_arn))) {
      continue;
    }
    if (result.streams.size() == limit) {
      result.last_evaluated_arn = result.streams.back().arn;
      break;
    }
    result.streams.push_back(std::move(summary));
  }
  return result;
}

ShardDescription Streams::Describe(const Stream& stream, const StreamShard& shard) const {
  ShardDescription description;
  description.id = ShardId(shard);
  const StreamShard* parent = shard.parent ? stream.Find(*shard.parent) : nullptr;
  if (parent != nullptr) {
    description.parent_id = ShardId(*parent);
  }
  const storage::LogPosition start = StartOf(store_, stream, shard);
  description.starting_sequence_number = SequenceNumber(start);
  if (shard.closed_micros) {
    const storage::LogPosition end = store_.LogBoundsOf(stream.LogOf(shard)).end;
    description.ending_sequence_number = SequenceNumber(end > start ? end - 1 : start);
  }
  return description;
}

base::Result<StreamDescription> Streams::DescribeStream(
    const DescribeStreamRequest& request) const {
  STATOR_ASSIGN_OR_RETURN(std::shared_ptr<const Stream> stream, Find(request.arn));
  const auto limit = static_cast<size_t>(request.limit.value_or(model::limits::kShardsPage));
  uint32_t after = 0;
  if (request.exclusive_start_shard) {
    // It may have been trimmed since the last page.
    after = ShardNumberOf(*request.exclusive_start_shard).value_or(0);
  }
  std::optional<uint32_t> parent;
  if (request.children_of) {
    const StreamShard* shard = FindShard(*stream, *request.children_of);
    if (shard == nullptr) {
      return NoSuchShard(*request.children_of, request.arn);
    }
    parent = shard->number;
  }
  StreamDescription description;
  for (const StreamShard& shard : stream->shards) {
    if (shard.number <= after || (parent && shard.parent != parent)) {
      continue;
    }
    if (description.shards.size() == limit) {
      description.last_evaluated_shard = description.shards.back().id;
      break;
    }
    description.shards.push_back(Describe(*stream, shard));
  }
  description.summary = {.stream = std::move(stream), .arn = request.arn};
  return description;
}

base::Result<storage::LogPosition> Streams::PositionOf(const GetShardIteratorRequest& request,
                                                       const Stream& stream,
                                                       const StreamShard& shard) const {
  switch (request.type) {
    case IteratorType::kTrimHorizon:
      return storage::LogPosition{0};
    case IteratorType::kLatest:
      return store_.NextLogPosition(stream.space);
    case IteratorType::kAtSequenceNumber:
    case IteratorType::kAfterSequenceNumber:
      break;
  }
  if (!request.sequence_number) {
    return base::ValidationError(
        "SequenceNumber is required for ShardIteratorType AT_SEQUENCE_NUMBER and "
        "AFTER_SEQUENCE_NUMBER");
  }
  STATOR_ASSIGN_OR_RETURN(storage::LogPosition position,
                          ParseSequenceNumber(*request.sequence_number));
  const storage::LogBounds bounds = store_.LogBoundsOf(stream.LogOf(shard));
  const storage::LogPosition start = StartOf(store_, stream, shard);
  const storage::LogPosition end =
      shard.closed_micros ? std::max(bounds.end, start + 1) : store_.NextLogPosition(stream.space);
  if (position < start || (position >= end && position != start)) {
    return base::ValidationError("Invalid SequenceNumber: " + *request.sequence_number +
                                 " is not in shard " + request.shard);
  }
  if (request.type == IteratorType::kAfterSequenceNumber) {
    ++position;
  }
  if (position < bounds.begin) {
    return Trimmed();
  }
  return position;
}

base::Result<std::string> Streams::GetShardIterator(const GetShardIteratorRequest& request) const {
  STATOR_ASSIGN_OR_RETURN(const std::shared_ptr<const Stream> stream, Find(request.arn));
  const StreamShard* shard = FindShard(*stream, request.shard);
  if (shard == nullptr) {
    return NoSuchShard(request.shard, request.arn);
  }
  STATOR_ASSIGN_OR_RETURN(const storage::LogPosition position,
                          PositionOf(request, *stream, *shard));
  return SealIterator({.shard = shard->number,
                       .next = position,
                       .trim_horizon = request.type == IteratorType::kTrimHorizon,
                       .issued_micros = clock_.NowMicros()},
                      request.arn, *stream);
}

base::Result<GetRecordsResult> Streams::GetRecords(const GetRecordsRequest& request) const {
  const std::string arn(StreamArnOf(request.iterator));
  if (arn.empty()) {
    return base::ValidationError("Invalid ShardIterator");
  }
  STATOR_ASSIGN_OR_RETURN(const std::shared_ptr<const Stream> stream, Find(arn));
  STATOR_ASSIGN_OR_RETURN(ShardIterator iterator, OpenIterator(request.iterator, *stream));
  const int64_t now_micros = clock_.NowMicros();
  if (now_micros >= iterator.issued_micros + options_.iterator_millis * 1000) {
    return base::Error{base::ErrorCode::kExpiredIterator,
                       "The shard iterator has expired. Shard iterators expire 15 minutes after "
                       "they were retrieved"};
  }
  const StreamShard* shard = stream->Find(iterator.shard);
  if (shard == nullptr) {
    return Trimmed();
  }
  const storage::LogId log = stream->LogOf(*shard);
  const auto limit = static_cast<size_t>(request.limit.value_or(model::limits::kStreamRecords));
  const storage::LogPosition seen = store_.NextLogPosition(stream->space);
  GetRecordsResult result{
      .stream = stream, .region = catalog_.identity().region, .records = {}, .next_iterator = {}};
  storage::LogPosition next = iterator.next;
  size_t bytes = 0;
  bool more = false;
  const auto keep = [&](const storage::LogRecordView& record) {
    bytes += record.record.size();
    more = result.records.size() == limit ||
           (bytes > model::limits::kStreamPageBytes && !result.records.empty());
    if (!more) {
      result.records.push_back({.event_id = EventId(*stream, shard->number, record.position),
                                .sequence_number = SequenceNumber(record.position),
                                .bytes = std::string(record.record)});
      next = record.position + 1;
    }
    return !more;
  };
  STATOR_RETURN_IF_ERROR(store_.ReadLog(log, iterator.next, {}, keep));
  // What the trimming has taken meanwhile was not read: it begins before the rows go.
  if (!iterator.trim_horizon && store_.LogBoundsOf(log).begin > iterator.next) {
    return Trimmed();
  }
  if (more || !shard->closed_micros) {
    result.next_iterator = SealIterator({.shard = shard->number,
                                         .next = more ? next : std::max(next, seen),
                                         .trim_horizon = false,
                                         .issued_micros = now_micros},
                                        arn, *stream);
  }
  return result;
}

}  // namespace stator::engine
