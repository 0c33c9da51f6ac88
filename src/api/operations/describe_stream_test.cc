#include <gtest/gtest.h>

#include "api/operation_test_fixture.h"

namespace stator::api {
namespace {

constexpr char kDescribe[] = "DynamoDBStreams_20120810.DescribeStream";
constexpr char kArn[] =
    "arn:aws:dynamodb:us-east-1:000000000000:table/table/stream/2023-11-14T22:13:20.000";

class DescribeStreamTest : public OperationTest {
 protected:
  DescribeStreamTest() {
    CreateTable("table", R"(,"StreamSpecification":{"StreamEnabled":true,)"
                         R"("StreamViewType":"NEW_IMAGE"})");
  }

  std::string Arguments(const std::string& more = "") {
    return R"({"StreamArn":")" + std::string(kArn) + "\"" + more + "}";
  }
};

TEST_F(DescribeStreamTest, ShowsTheStreamAndItsShards) {
  const std::string body = Send(kDescribe, Arguments(R"(,"Limit":1)"));
  const std::string shard = "shardId-00000001700000000000-00000001";
  EXPECT_EQ(body, R"({"StreamDescription":{"StreamArn":")" + std::string(kArn) +
                      R"(","StreamLabel":"2023-11-14T22:13:20.000","StreamStatus":"ENABLED",)"
                      R"("StreamViewType":"NEW_IMAGE","CreationRequestDateTime":1.7E9,)"
                      R"("TableName":"table","KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},)"
                      R"({"AttributeName":"sk","KeyType":"RANGE"}],"Shards":[{"ShardId":")" +
                      shard +
                      R"(","SequenceNumberRange":{"StartingSequenceNumber":)"
                      R"("1000000000000000000000000"}}],"LastEvaluatedShardId":")" +
                      shard + R"("}})");
}

TEST_F(DescribeStreamTest, ShowsAnEndedStream) {
  Send("UpdateTable", R"({"TableName":"table","StreamSpecification":{"StreamEnabled":false}})");
  const std::string body = Send(kDescribe, Arguments());
  EXPECT_NE(body.find(R"("StreamStatus":"DISABLED")"), std::string::npos);
  EXPECT_NE(body.find(R"("EndingSequenceNumber":)"), std::string::npos);
}

TEST_F(DescribeStreamTest, RefusesWhatIsNoStream) {
  EXPECT_TRUE(Refused(kDescribe, R"({"StreamArn":")" + std::string(kArn) + R"(0"})")
                  .starts_with("ResourceNotFoundException"));
  EXPECT_EQ(Invalid(kDescribe, R"({"StreamArn":")" + std::string(40, 'x') + R"("})"),
            "Invalid StreamArn: " + std::string(40, 'x'));
  EXPECT_EQ(Invalid(kDescribe, Arguments(R"(,"ShardFilter":{"Type":"CHILD_SHARDS"})")),
            "ShardFilter requires Type and ShardId");  // R9
  Invalid(kDescribe, Arguments(R"(,"Limit":101)"));
}

}  // namespace
}  // namespace stator::api
