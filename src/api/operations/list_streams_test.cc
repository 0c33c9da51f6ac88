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

TEST_F(ListStreamsTest, ListsThoseOfTheCallersAccount) {
  CreateTable("shared", kEnabled);
  CallAsRootOf("111111111111");
  EXPECT_EQ(Send(kList, "{}"), R"({"Streams":[]})");
  CreateTable("shared", kEnabled);
  CreateTable("theirs", kEnabled);
  const std::string label = "/stream/2023-11-14T22:13:20.000";
  const auto stream = [&label](const std::string& account, const std::string& table) {
    return R"({"StreamArn":"arn:aws:dynamodb:us-east-1:)" + account + ":table/" + table + label +
           R"(","StreamLabel":"2023-11-14T22:13:20.000","TableName":")" + table + R"("})";
  };
  const std::string first = stream("111111111111", "shared");
  const std::string second = stream("111111111111", "theirs");
  EXPECT_EQ(Send(kList, "{}"), R"({"Streams":[)" + first + "," + second + "]}");
  EXPECT_EQ(Send(kList, R"({"TableName":"shared"})"), R"({"Streams":[)" + first + "]}");
  EXPECT_EQ(Send(kList, R"({"ExclusiveStartStreamArn":"arn:aws:dynamodb:us-east-1:111111111111:)"
                        R"(table/shared)" +
                            label + R"("})"),
            R"({"Streams":[)" + second + "]}");
  // Another account's are not listed by an ARN either.
  EXPECT_EQ(Send(kList, R"({"TableName":"arn:aws:dynamodb:us-east-1:000000000000:table/shared"})"),
            R"({"Streams":[]})");
  CallAsRootOf("000000000000");
  EXPECT_EQ(Send(kList, "{}"), R"({"Streams":[)" + stream("000000000000", "shared") + "]}");
}

}  // namespace
}  // namespace stator::api
