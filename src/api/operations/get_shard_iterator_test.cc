#include <gtest/gtest.h>

#include "api/operation_test_fixture.h"

namespace stator::api {
namespace {

constexpr char kGet[] = "DynamoDBStreams_20120810.GetShardIterator";

class GetShardIteratorTest : public OperationTest {
 protected:
  GetShardIteratorTest() {
    CreateTable("table", R"(,"StreamSpecification":{"StreamEnabled":true,)"
                         R"("StreamViewType":"NEW_IMAGE"})");
  }

  static std::string Arguments(const std::string& more) {
    return R"({"StreamArn":"arn:aws:dynamodb:us-east-1:000000000000:table/table/stream/)"
           R"(2023-11-14T22:13:20.000","ShardId":"shardId-00000001700000000000-00000001",)" +
           more + "}";
  }
};

TEST_F(GetShardIteratorTest, AnswersAnIteratorForEachType) {
  const std::string number = R"(,"SequenceNumber":"1000000000000000000000000")";
  for (const std::string type :
       {R"("ShardIteratorType":"TRIM_HORIZON")", R"("ShardIteratorType":"LATEST")",
        R"("ShardIteratorType":"AT_SEQUENCE_NUMBER")",
        R"("ShardIteratorType":"AFTER_SEQUENCE_NUMBER")"}) {
    const std::string more = type.find("SEQUENCE") == std::string::npos ? "" : number;
    EXPECT_TRUE(Send(kGet, Arguments(type + more)).starts_with(R"({"ShardIterator":"arn:aws:)"));
  }
}

TEST_F(GetShardIteratorTest, RefusesOtherTypesAndNumbers) {
  Invalid(kGet, Arguments(R"("ShardIteratorType":"EARLIEST")"));
  Invalid(kGet, Arguments(R"("ShardIteratorType":"AT_SEQUENCE_NUMBER")"));
  Invalid(kGet, Arguments(R"("ShardIteratorType":"AT_SEQUENCE_NUMBER","SequenceNumber":"1")"));
}

}  // namespace
}  // namespace stator::api
