#include <gtest/gtest.h>

#include "api/operation_test_fixture.h"

namespace stator::api {
namespace {

constexpr char kList[] = "DynamoDBStreams_20120810.ListStreams";
constexpr char kEnabled[] =
    R"(,"StreamSpecification":{"StreamEnabled":true,"StreamViewType":"KEYS_ONLY"})";

using ListStreamsTest = OperationTest;

// R7.
TEST_F(ListStreamsTest, ListsPageByPage) {
  EXPECT_EQ(Send(kList, "{}"), R"({"Streams":[]})");
  CreateTable("one", kEnabled);
  CreateTable("two", kEnabled);
  CreateTable("none");
  const std::string first = Send(kList, R"({"Limit":1})");
  const std::string arn =
      "arn:aws:dynamodb:us-east-1:000000000000:table/one/stream/2023-11-14T22:13:20.000";
  EXPECT_EQ(first, R"({"LastEvaluatedStreamArn":")" + arn + R"(","Streams":[{"StreamArn":")" + arn +
                       R"(","StreamLabel":"2023-11-14T22:13:20.000","TableName":"one"}]})");
  const std::string rest = Send(kList, R"({"ExclusiveStartStreamArn":")" + arn + R"("})");
  EXPECT_NE(rest.find(R"("TableName":"two")"), std::string::npos);
  EXPECT_EQ(rest.find("LastEvaluated"), std::string::npos);
  EXPECT_EQ(Send(kList, R"({"TableName":"none"})"), R"({"Streams":[]})");
}

TEST_F(ListStreamsTest, RefusesOtherLimits) {
  Refused(kList, R"({"Limit":0})");
  Refused(kList, R"({"Limit":101})");
  // Only under its own service.
  EXPECT_EQ(Refused("ListStreams", "{}"), R"(UnknownOperationException"})");
}

}  // namespace
}  // namespace stator::api
