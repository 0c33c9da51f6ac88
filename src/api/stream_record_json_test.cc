#include "api/stream_record_json.h"

#include <string>

#include <gtest/gtest.h>

#include "storage/record.h"

namespace stator::api {
namespace {

using model::AttributeValue;

constexpr int64_t kNowMicros = 1'700'000'000'123'456;

const model::KeySchema& Key() {
  static const model::KeySchema key{
      .partition = {{.name = "pk", .type = model::ScalarType::kString}}, .sort = {}};
  return key;
}

std::string ItemBytes(int n) {
  return storage::EncodeRecord(model::Item{{"pk", AttributeValue("p")},
                                           {"n", AttributeValue(model::Number::FromInteger(n))}});
}

struct Change {
  std::optional<std::string> before = {};
  std::optional<std::string> after = {};
  bool by_service = false;
  engine::TimePrecision precision = engine::TimePrecision::kMillisecond;
};

std::string Kinesis(const Change& change) {
  const model::Item item{{"pk", AttributeValue("p")}};
  const std::string bytes = engine::EncodeStreamRecord(
      {.view = engine::StreamViewType::kNewAndOldImages,
       .key = Key(),
       .item = item,
       .now_micros = kNowMicros,
       .by_service = change.by_service,
       .before = change.before ? std::optional<std::string_view>(*change.before) : std::nullopt,
       .after = change.after ? std::optional<std::string_view>(*change.after) : std::nullopt});
  std::string out;
  EXPECT_TRUE(AppendKinesisRecord(*engine::DecodeStreamRecord(bytes),
                                  {.region = "eu-west-1",
                                   .table = "table",
                                   .event_id = "id",
                                   .key = Key(),
                                   .precision = change.precision},
                                  out)
                  .ok());
  return out;
}

// R2, R3: the event by what was there, the keys always, and both images.
TEST(StreamRecordJson, SaysWhatChanged) {
  EXPECT_EQ(
      Kinesis({.before = ItemBytes(1), .after = ItemBytes(2)}),
      R"({"awsRegion":"eu-west-1","eventID":"id","eventName":"MODIFY","userIdentity":null,)"
      R"("recordFormat":"application/json","tableName":"table","dynamodb":{)"
      R"("ApproximateCreationDateTime":1700000000123,"Keys":{"pk":{"S":"p"}},)"
      R"("NewImage":{"n":{"N":"2"},"pk":{"S":"p"}},"OldImage":{"n":{"N":"1"},"pk":{"S":"p"}},)"
      R"("SizeBytes":15,"ApproximateCreationDateTimePrecision":"MILLISECOND"},)"
      R"("eventSource":"aws:dynamodb"})");
  EXPECT_NE(Kinesis({.after = ItemBytes(1)}).find(R"("eventName":"INSERT")"), std::string::npos);
}

TEST(StreamRecordJson, HasMicrosecondsWhenAskedFor) {
  EXPECT_NE(Kinesis({.after = ItemBytes(1), .precision = engine::TimePrecision::kMicrosecond})
                .find(R"("ApproximateCreationDateTime":1700000000123456,)"),
            std::string::npos);
}

// R4.
TEST(StreamRecordJson, NamesTheServiceThatDeletedAnExpiredItem) {
  const std::string removed = Kinesis({.before = ItemBytes(1), .by_service = true});
  EXPECT_NE(
      removed.find(R"("eventName":"REMOVE","userIdentity":{"principalId":"dynamodb.amazonaws.com",)"
                   R"("type":"Service"})"),
      std::string::npos);
  EXPECT_EQ(removed.find("NewImage"), std::string::npos);
}

}  // namespace
}  // namespace stator::api
