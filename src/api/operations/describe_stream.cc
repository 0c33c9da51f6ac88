#include <string>

#include "api/json_writer.h"
#include "api/operations/operations.h"
#include "api/shapes_item.h"
#include "api/shapes_streams.h"
#include "api/table_json.h"
#include "model/limits.h"

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_DescribeStream.html
namespace stator::api::operations {
namespace {

enum Member : size_t { kStreamArn, kLimit, kExclusiveStartShardId, kShardFilter };
enum FilterMember : size_t { kType, kFilterShardId };

constexpr Field kFilterFields[] = {
    {kType, "Type", &shapes::kShardFilterType},
    {kFilterShardId, "ShardId", &shapes::kShardId},
};
constexpr Shape kFilterShape = StructureShape("ShardFilter", kFilterFields);
constexpr Shape kLimitShape = IntegerShape(1, model::limits::kShardsPage);
constexpr Field kFields[] = {
    {kStreamArn, "StreamArn", &shapes::kStreamArn, kRequired},
    {kLimit, "Limit", &kLimitShape},
    {kExclusiveStartShardId, "ExclusiveStartShardId", &shapes::kShardId},
    {kShardFilter, "ShardFilter", &kFilterShape},
};
constexpr Shape kInput = StructureShape("DescribeStreamInput", kFields);

base::Result<engine::DescribeStreamRequest> Decode(const Node& body) {
  engine::DescribeStreamRequest request;
  request.arn = body.Text(kStreamArn);
  request.limit = body.Integer(kLimit);
  request.exclusive_start_shard = body.OptionalText(kExclusiveStartShardId);
  if (const Node* filter = body.Member(kShardFilter)) {
    if (!filter->Has(kType) || !filter->Has(kFilterShardId)) {
      return base::ValidationError("ShardFilter requires Type and ShardId");
    }
    request.children_of = filter->OptionalText(kFilterShardId);
  }
  return request;
}

void DescribeAccess(const engine::DescribeStreamRequest& request, AccessList& accesses) {
  accesses.AddArn("DescribeStream", request.arn);
}

void Execute(engine::Engine& engine, const engine::DescribeStreamRequest& request,
             const engine::CallContext& /*context*/,
             const base::Completion<engine::StreamDescription>& done) {
  done(engine.streams().DescribeStream(request));
}

void AppendShard(const engine::ShardDescription& shard, std::string& out) {
  ObjectWriter object(out);
  object.String("ShardId", shard.id);
  ObjectWriter range(object.Member("SequenceNumberRange"));
  range.String("StartingSequenceNumber", shard.starting_sequence_number);
  if (shard.ending_sequence_number) {
    range.String("EndingSequenceNumber", *shard.ending_sequence_number);
  }
  range.End();
  if (shard.parent_id) {
    object.String("ParentShardId", *shard.parent_id);
  }
  object.End();
}

void Encode(const engine::StreamDescription& description, std::string& out) {
  const engine::Stream& stream = *description.summary.stream;
  ObjectWriter body(out);
  ObjectWriter object(body.Member("StreamDescription"));
  object.String("StreamArn", description.summary.arn);
  object.String("StreamLabel", stream.label);
  object.String("StreamStatus", stream.ended_micros ? "DISABLED" : "ENABLED");
  object.String("StreamViewType", StreamViewName(stream.view));
  AppendTimestamp(stream.created_micros, object.Member("CreationRequestDateTime"));
  object.String("TableName", engine::BareTableName(stream.table));
  AppendKeySchema(stream.key, object.Member("KeySchema"));
  ArrayWriter shards(object.Member("Shards"));
  for (const engine::ShardDescription& shard : description.shards) {
    AppendShard(shard, shards.Next());
  }
  shards.End();
  if (description.last_evaluated_shard) {
    object.String("LastEvaluatedShardId", *description.last_evaluated_shard);
  }
  object.End();
  body.End();
}

}  // namespace

constinit const Operation kDescribeStream{
    .name = "DescribeStream",
    .input = &kInput,
    .service = Service::kStreams,
    .run = &RunOperation<Decode, DescribeAccess, Execute, Encode>};

}  // namespace stator::api::operations
