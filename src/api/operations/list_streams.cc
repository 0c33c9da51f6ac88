#include <string>

#include "api/json_writer.h"
#include "api/operations/operations.h"
#include "api/shapes_item.h"
#include "api/shapes_streams.h"
#include "model/limits.h"

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_ListStreams.html
namespace stator::api::operations {
namespace {

enum Member : size_t { kTableName, kLimit, kExclusiveStartStreamArn };

constexpr Shape kLimitShape = IntegerShape(1, model::limits::kListStreamsPage);  // R7
constexpr Field kFields[] = {
    {kTableName, "TableName", &shapes::kTableArn},
    {kLimit, "Limit", &kLimitShape},
    {kExclusiveStartStreamArn, "ExclusiveStartStreamArn", &shapes::kStreamArn},
};
constexpr Shape kInput = StructureShape("ListStreamsInput", kFields);

base::Result<engine::ListStreamsRequest> Decode(const Node& body) {
  return engine::ListStreamsRequest{
      .table = body.OptionalText(kTableName),
      .limit = body.Integer(kLimit),
      .exclusive_start_arn = body.OptionalText(kExclusiveStartStreamArn)};
}

void DescribeAccess(const engine::ListStreamsRequest& /*request*/, AccessList& accesses) {
  accesses.AddAccount("ListStreams");
}

void Execute(engine::Engine& engine, const engine::ListStreamsRequest& request,
             const engine::CallContext& /*context*/,
             const base::Completion<engine::ListStreamsResult>& done) {
  done(engine.streams().ListStreams(request));
}

void Encode(const engine::ListStreamsResult& result, std::string& out) {
  ObjectWriter body(out);
  if (result.last_evaluated_arn) {
    body.String("LastEvaluatedStreamArn", *result.last_evaluated_arn);
  }
  ArrayWriter streams(body.Member("Streams"));
  for (const engine::StreamSummary& summary : result.streams) {
    ObjectWriter stream(streams.Next());
    stream.String("StreamArn", summary.arn);
    stream.String("StreamLabel", summary.stream->label);
    stream.String("TableName", engine::BareTableName(summary.stream->table));
    stream.End();
  }
  streams.End();
  body.End();
}

}  // namespace

constinit const Operation kListStreams{
    .name = "ListStreams",
    .input = &kInput,
    .service = Service::kStreams,
    .run = &RunOperation<Decode, DescribeAccess, Execute, Encode>};

}  // namespace stator::api::operations
