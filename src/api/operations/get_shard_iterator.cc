#include <string>

#include "api/json_writer.h"
#include "api/operations/operations.h"
#include "api/shapes_streams.h"

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_GetShardIterator.html
namespace stator::api::operations {
namespace {

enum Member : size_t { kStreamArn, kShardId, kShardIteratorType, kSequenceNumber };

constexpr Field kFields[] = {
    {kStreamArn, "StreamArn", &shapes::kStreamArn, kRequired},
    {kShardId, "ShardId", &shapes::kShardId, kRequired},
    {kShardIteratorType, "ShardIteratorType", &shapes::kShardIteratorType, kRequired},
    {kSequenceNumber, "SequenceNumber", &shapes::kSequenceNumber},
};
constexpr Shape kInput = StructureShape("GetShardIteratorInput", kFields);

base::Result<engine::GetShardIteratorRequest> Decode(const Node& body) {
  return engine::GetShardIteratorRequest{
      .arn = std::string(body.Text(kStreamArn)),
      .shard = std::string(body.Text(kShardId)),
      .type = static_cast<engine::IteratorType>(*body.Enum(kShardIteratorType)),
      .sequence_number = body.OptionalText(kSequenceNumber)};
}

void DescribeAccess(const engine::GetShardIteratorRequest& request, AccessList& accesses) {
  accesses.AddArn("GetShardIterator", request.arn);
}

void Execute(engine::Engine& engine, const engine::GetShardIteratorRequest& request,
             const engine::CallContext& /*context*/, const base::Completion<std::string>& done) {
  done(engine.streams().GetShardIterator(request));
}

void Encode(const std::string& iterator, std::string& out) {
  ObjectWriter body(out);
  body.String("ShardIterator", iterator);
  body.End();
}

}  // namespace

constinit const Operation kGetShardIterator{
    .name = "GetShardIterator",
    .input = &kInput,
    .service = Service::kStreams,
    .run = &RunOperation<Decode, DescribeAccess, Execute, Encode>};

}  // namespace stator::api::operations
