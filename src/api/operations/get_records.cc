#include <string>

#include "api/json_writer.h"
#include "api/operations/operations.h"
#include "api/shapes_streams.h"
#include "api/stream_record_json.h"
#include "api/table_json.h"
#include "model/limits.h"

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_GetRecords.html
namespace stator::api::operations {
namespace {

enum Member : size_t { kShardIterator, kLimit };

constexpr Shape kLimitShape = IntegerShape(1, model::limits::kStreamRecords);
constexpr Field kFields[] = {
    {kShardIterator, "ShardIterator", &shapes::kShardIterator, kRequired},
    {kLimit, "Limit", &kLimitShape},
};
constexpr Shape kInput = StructureShape("GetRecordsInput", kFields);

base::Result<engine::GetRecordsRequest> Decode(const Node& body) {
  return engine::GetRecordsRequest{.iterator = std::string(body.Text(kShardIterator)),
                                   .limit = body.Integer(kLimit)};
}

void DescribeAccess(const engine::GetRecordsRequest& request, AccessList& accesses) {
  accesses.AddArn("GetRecords", std::string(engine::StreamArnOf(request.iterator)));
}

void Execute(engine::Engine& engine, const engine::GetRecordsRequest& request,
             const engine::CallContext& /*context*/,
             const base::Completion<engine::GetRecordsResult>& done) {
  done(engine.streams().GetRecords(request));
}

base::Result<void> AppendChange(const engine::Stream& stream, const engine::StreamRecord& record,
                                const engine::StreamRecordView& view, std::string& out) {
  constexpr int64_t kMicrosPerSecond = 1'000'000;
  ObjectWriter object(out);
  object.Integer("ApproximateCreationDateTime", view.created_micros / kMicrosPerSecond);
  STATOR_ASSIGN_OR_RETURN(const uint64_t size_bytes, WriteImages(view, stream.key, object));
  object.String("SequenceNumber", record.sequence_number);
  object.Integer("SizeBytes", static_cast<int64_t>(size_bytes));
  object.String("StreamViewType", StreamViewName(stream.view));
  object.End();
  return {};
}

base::Result<void> AppendRecordOf(const engine::GetRecordsResult& result,
                                  const engine::StreamRecord& record, std::string& out) {
  STATOR_ASSIGN_OR_RETURN(const engine::StreamRecordView view,
                          engine::DecodeStreamRecord(record.bytes));
  ObjectWriter object(out);
  object.String("eventID", record.event_id);
  object.String("eventName", StreamEventName(view.event));
  object.String("eventVersion", "1.1");
  object.String("eventSource", "aws:dynamodb");
  object.String("awsRegion", result.region);
  STATOR_RETURN_IF_ERROR(AppendChange(*result.stream, record, view, object.Member("dynamodb")));
  if (view.by_service) {
    // R4.
    // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-streams.html
    ObjectWriter identity(object.Member("userIdentity"));
    identity.String("PrincipalId", "dynamodb.amazonaws.com");
    identity.String("Type", "Service");
    identity.End();
  }
  object.End();
  return {};
}

base::Result<void> Encode(const engine::GetRecordsResult& result, std::string& out) {
  ObjectWriter body(out);
  ArrayWriter records(body.Member("Records"));
  for (const engine::StreamRecord& record : result.records) {
    STATOR_RETURN_IF_ERROR(AppendRecordOf(result, record, records.Next()));
  }
  records.End();
  if (result.next_iterator) {
    body.String("NextShardIterator", *result.next_iterator);
  }
  body.End();
  return {};
}

}  // namespace

constinit const Operation kGetRecords{
    .name = "GetRecords",
    .input = &kInput,
    .service = Service::kStreams,
    .pace = Pace::kLong,
    .run = &RunOperation<Decode, DescribeAccess, Execute, Encode>};

}  // namespace stator::api::operations
