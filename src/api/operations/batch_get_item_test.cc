#include <string>

#include <gtest/gtest.h>

#include "api/operation_test_fixture.h"

namespace stator::api {
namespace {

class BatchGetItemTest : public OperationTest {};

TEST_F(BatchGetItemTest, ReadsFromSeveralTables) {
  CreateTable("one");
  CreateTable("two");
  Put("one", "a", 1);
  Put("two", "b", 2);
  EXPECT_EQ(Send("BatchGetItem", R"({"RequestItems":{
                     "two":{"Keys":[{"pk":{"S":"p"},"sk":{"S":"b"}},
                                    {"pk":{"S":"p"},"sk":{"S":"none"}}],
                            "ProjectionExpression":"n"},
                     "one":{"Keys":[{"pk":{"S":"p"},"sk":{"S":"a"}}],"ConsistentRead":true}},
                     "ReturnConsumedCapacity":"TOTAL"})"),
            R"({"Responses":{"two":[{"n":{"N":"2"}}],)"
            R"("one":[{"n":{"N":"1"},"pk":{"S":"p"},"sk":{"S":"a"}}]},"UnprocessedKeys":{},)"
            R"("ConsumedCapacity":[{"TableName":"two","CapacityUnits":1.0},)"
            R"({"TableName":"one","CapacityUnits":1.0}]})");
}

// L9: an answer holds 16 MB; the keys behind it come back as they were asked for.
TEST_F(BatchGetItemTest, ReturnsKeysThatDoNotFit) {
  CreateTable("table");
  std::string keys;
  for (int i = 0; i < 45; ++i) {
    const std::string sort = std::to_string(100 + i);
    Send("PutItem", R"({"TableName":"table","Item":{"pk":{"S":"p"},"sk":{"S":")" + sort +
                        R"("},"s":{"S":")" + std::string(390'000, 'x') + R"("}}})");
    keys += (i == 0 ? "" : ",") + (R"({"pk":{"S":"p"},"sk":{"S":")" + sort + R"("}})");
  }
  const std::string answer =
      Send("BatchGetItem", R"({"RequestItems":{"table":{"Keys":[)" + keys +
                               R"(],"ProjectionExpression":"#s","ConsistentRead":true,)"
                               R"("ExpressionAttributeNames":{"#s":"sk"}}}})");
  const size_t unprocessed = answer.find(R"("UnprocessedKeys":{"table":{"Keys":[{"pk":{"S":"p"},)");
  ASSERT_NE(unprocessed, std::string::npos) << answer.substr(0, 1000);
  EXPECT_TRUE(answer.ends_with(R"(],"ConsistentRead":true,"ProjectionExpression":"#s",)"
                               R"("ExpressionAttributeNames":{"#s":"sk"}}}})"));
}

TEST_F(BatchGetItemTest, ChecksParametersBeforeTheTables) {
  // V7: over all the tables together.
  EXPECT_EQ(Invalid("BatchGetItem", R"({"RequestItems":{
                        "one":{"Keys":[{"pk":{"S":"p"}}],"AttributesToGet":["a"]},
                        "two":{"Keys":[{"pk":{"S":"p"}}],"ProjectionExpression":"a"}}})"),
            "Can not use both expression and non-expression parameters in the same request: "
            "Non-expression parameters: {AttributesToGet} Expression parameters: "
            "{ProjectionExpression}");
  std::string keys;
  for (int i = 0; i < 51; ++i) {
    keys += (i == 0 ? "" : ",") + std::string(R"({"pk":{"S":"p"}})");
  }
  EXPECT_EQ(Invalid("BatchGetItem", R"({"RequestItems":{"one":{"Keys":[)" + keys +
                                        R"(]},"two":{"Keys":[)" + keys + "]}}}"),
            "Too many items requested for the BatchGetItem call");
}

TEST_F(BatchGetItemTest, RefusesKeysGivenTwice) {
  CreateTable("table");
  EXPECT_EQ(Invalid("BatchGetItem", R"({"RequestItems":{"table":{"Keys":[
                        {"pk":{"S":"p"},"sk":{"S":"a"}},{"pk":{"S":"p"},"sk":{"S":"a"}}]}}})"),
            "Provided list of item keys contains duplicates");
}

}  // namespace
}  // namespace stator::api
