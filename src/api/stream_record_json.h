#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "api/json_writer.h"
#include "base/result.h"
#include "engine/kinesis_destination.h"
#include "engine/stream_record.h"
#include "model/table_schema.h"

// Records of streams as JSON, as GetRecords and Kinesis data streams have them.
namespace stator::api {

// INSERT, MODIFY or REMOVE.
std::string_view StreamEventName(engine::StreamEvent event);

// Writes the members Keys, NewImage and OldImage, as far as they are there. Gives their billed
// size. Fails with kCorruption when the record is damaged.
base::Result<uint64_t> WriteImages(const engine::StreamRecordView& record,
                                   const model::KeySchema& key, ObjectWriter& object);

// What a record for a Kinesis data stream says beside the change. Borrows the texts.
struct KinesisRecordOrigin {
  std::string_view region;
  std::string_view table;     // its name
  std::string_view event_id;  // the same whenever the record is sent
  const model::KeySchema& key;
  engine::TimePrecision precision = engine::TimePrecision::kMillisecond;
};

// Appends a record as DynamoDB sends it to Kinesis data streams.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/kds.html
base::Result<void> AppendKinesisRecord(const engine::StreamRecordView& record,
                                       const KinesisRecordOrigin& origin, std::string& out);

}  // namespace stator::api
