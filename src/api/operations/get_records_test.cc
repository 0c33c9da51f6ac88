#include <gtest/gtest.h>

#include "api/operation_test_fixture.h"

namespace stator::api {
namespace {

constexpr char kGetRecords[] = "DynamoDBStreams_20120810.GetRecords";

class GetRecordsTest : public OperationTest {
 protected:
  GetRecordsTest() {
    CreateTable("table", R"(,"StreamSpecification":{"StreamEnabled":true,)"
                         R"("StreamViewType":"NEW_AND_OLD_IMAGES"})");
  }

  // The first page of the shard that has records, from its horizon.
  std::string Records() {
    for (const char number : {'1', '2', '3', '4'}) {
      const std::string body =
          Send("DynamoDBStreams_20120810.GetShardIterator",
               R"({"StreamArn":"arn:aws:dynamodb:us-east-1:000000000000:table/table/stream/)"
               R"(2023-11-14T22:13:20.000","ShardId":"shardId-00000001700000000000-0000000)" +
                   std::string(1, number) + R"(","ShardIteratorType":"TRIM_HORIZON"})");
      std::string records = Send(kGetRecords, body);
      if (!records.starts_with(R"({"Records":[],)")) {
        return records;
      }
    }
    return "";
  }
};

// R2, R3.
TEST_F(GetRecordsTest, ShowsChangesWithTheirImages) {
  Put("table", "s", 1);
  Put("table", "s", 1);
  Put("table", "s", 2);
  const std::string records = Records();
  const std::string keys = R"("Keys":{"pk":{"S":"p"},"sk":{"S":"s"}})";
  const std::string image = R"({"n":{"N":"1"},"pk":{"S":"p"},"sk":{"S":"s"}})";
  for (const std::string& part :
       {std::string(R"("eventName":"INSERT","eventVersion":"1.1","eventSource":"aws:dynamodb",)"
                    R"("awsRegion":"us-east-1","dynamodb":{"ApproximateCreationDateTime":)"
                    R"(1700000000,)") +
            keys + R"(,"NewImage":)" + image +
            R"(,"SequenceNumber":"1000000000000000000000000","SizeBytes":15,)"
            R"("StreamViewType":"NEW_AND_OLD_IMAGES"}})",
        std::string(R"("eventName":"MODIFY")"), R"("OldImage":)" + image + ",\"Sequence",
        std::string(R"("NextShardIterator":"arn:aws:)")}) {
    EXPECT_NE(records.find(part), std::string::npos) << part << "\n" << records;
  }
  EXPECT_EQ(records.find("userIdentity"), std::string::npos);
}

TEST_F(GetRecordsTest, RefusesWhatIsNoIterator) {
  EXPECT_EQ(Invalid(kGetRecords, R"({"ShardIterator":"x"})"), "Invalid ShardIterator");
  Invalid(kGetRecords, R"({"ShardIterator":"x","Limit":1001})");
}

}  // namespace
}  // namespace stator::api
