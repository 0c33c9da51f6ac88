#include "api/stream_record_json.h"

#include "storage/record.h"

namespace stator::api {
namespace {

// Writes a member that is an item, and adds its billed size to `size_bytes`.
base::Result<void> WriteItem(std::string_view name, std::string_view record, uint64_t& size_bytes,
                             ObjectWriter& object) {
  STATOR_ASSIGN_OR_RETURN(const uint64_t bytes, storage::RecordSizeBytes(record));
  size_bytes += bytes;
  return object.Record(name, record);
}

}  // namespace

std::string_view StreamEventName(engine::StreamEvent event) {
  switch (event) {
    case engine::StreamEvent::kInsert:
      return "INSERT";
    case engine::StreamEvent::kModify:
      return "MODIFY";
    case engine::StreamEvent::kRemove:
      break;
  }
  return "REMOVE";
}

base::Result<uint64_t> WriteImages(const engine::StreamRecordView& record,
                                   const model::KeySchema& key, ObjectWriter& object) {
  uint64_t size_bytes = 0;
  STATOR_ASSIGN_OR_RETURN(const std::string keys, engine::KeysOf(record, key));
  STATOR_RETURN_IF_ERROR(WriteItem("Keys", keys, size_bytes, object));
  if (record.new_image) {
    STATOR_RETURN_IF_ERROR(WriteItem("NewImage", *record.new_image, size_bytes, object));
  }
  if (record.old_image) {
    STATOR_RETURN_IF_ERROR(WriteItem("OldImage", *record.old_image, size_bytes, object));
  }
  return size_bytes;
}

base::Result<void> AppendKinesisRecord(const engine::StreamRecordView& record,
                                       const KinesisRecordOrigin& origin, std::string& out) {
  constexpr int64_t kMicrosPerMilli = 1000;
  const bool is_millis = origin.precision == engine::TimePrecision::kMillisecond;
  ObjectWriter body(out);
  body.String("awsRegion", origin.region);
  body.String("eventID", origin.event_id);
  body.String("eventName", StreamEventName(record.event));
  if (record.by_service) {
    ObjectWriter identity(body.Member("userIdentity"));  // R4
    identity.String("principalId", "dynamodb.amazonaws.com");
    identity.String("type", "Service");
    identity.End();
  } else {
    body.Member("userIdentity") += "null";
  }
  body.String("recordFormat", "application/json");
  body.String("tableName", origin.table);
  ObjectWriter change(body.Member("dynamodb"));
  change.Integer("ApproximateCreationDateTime",
                 is_millis ? record.created_micros / kMicrosPerMilli : record.created_micros);
  STATOR_ASSIGN_OR_RETURN(const uint64_t size_bytes, WriteImages(record, origin.key, change));
  change.Integer("SizeBytes", static_cast<int64_t>(size_bytes));
  change.String("ApproximateCreationDateTimePrecision",
                engine::TimePrecisionName(origin.precision));
  change.End();
  body.String("eventSource", "aws:dynamodb");
  body.End();
  return {};
}

}  // namespace stator::api
