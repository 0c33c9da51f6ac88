#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/stream.h"
#include "storage/store.h"

// Requests to the streams API and what they answer, free of JSON.
namespace stator::engine {

// A stream and its ARN.
struct StreamSummary {
  std::shared_ptr<const Stream> stream;
  std::string arn;
};

// ListStreams.
struct ListStreamsRequest {
  std::optional<std::string> table = {};
  std::optional<int64_t> limit = {};  // 1 to 100
  std::optional<std::string> exclusive_start_arn = {};
  std::string account = {};  // whose streams; empty: the server's own
};

// A page of streams, by table and label.
struct ListStreamsResult {
  std::vector<StreamSummary> streams;
  std::optional<std::string> last_evaluated_arn;
};

// DescribeStream.
struct DescribeStreamRequest {
  std::string arn;
  std::optional<int64_t> limit = {};  // 1 to 100
  std::optional<std::string> exclusive_start_shard = {};
  std::optional<std::string> children_of = {};  // ShardFilter: only those of this shard
};

// A shard in a description.
struct ShardDescription {
  std::string id;
  std::optional<std::string> parent_id;
  std::string starting_sequence_number;
  std::optional<std::string> ending_sequence_number;  // absent: open
};

// A stream with a page of its shards, parents before children.
struct StreamDescription {
  StreamSummary summary;
  std::vector<ShardDescription> shards;
  std::optional<std::string> last_evaluated_shard;
};

// Where a new iterator begins.
enum class IteratorType : uint8_t {
  kTrimHorizon,
  kLatest,
  kAtSequenceNumber,
  kAfterSequenceNumber,
};

// GetShardIterator.
struct GetShardIteratorRequest {
  std::string arn;
  std::string shard;
  IteratorType type = IteratorType::kTrimHorizon;
  std::optional<std::string> sequence_number;
};

// GetRecords.
struct GetRecordsRequest {
  std::string iterator;
  std::optional<int64_t> limit = {};  // 1 to 1000
};

// One record as it is stored (DecodeStreamRecord), and what its place says.
struct StreamRecord {
  std::string event_id;
  std::string sequence_number;
  std::string bytes;
};

// A page of records.
struct GetRecordsResult {
  std::shared_ptr<const Stream> stream;
  std::string region;
  std::vector<StreamRecord> records;
  std::optional<std::string> next_iterator;  // absent: the shard is closed and read to its end
};

}  // namespace stator::engine
