#include <string>

#include <gtest/gtest.h>

#include "api/operation_test_fixture.h"

namespace stator::api {
namespace {

class GetItemTest : public OperationTest {};

TEST_F(GetItemTest, ReturnsTheItemAndWhatItCost) {
  CreateTable("table");
  EXPECT_EQ(Send("GetItem", R"({"TableName":"table","Key":{"pk":{"S":"p"},"sk":{"S":"a"}}})"),
            "{}");
  Put("table", "a", 1);
  EXPECT_EQ(Send("GetItem", R"({"TableName":"table","Key":{"pk":{"S":"p"},"sk":{"S":"a"}},
                                "ConsistentRead":true,"ReturnConsumedCapacity":"TOTAL"})"),
            R"({"Item":{"n":{"N":"1"},"pk":{"S":"p"},"sk":{"S":"a"}},)"
            R"("ConsumedCapacity":{"TableName":"table","CapacityUnits":1.0}})");
  // C4, C5, C7, W25.
  EXPECT_EQ(Send("GetItem", R"({"TableName":"arn:aws:dynamodb:us-east-1:000000000000:table/table",
                                "Key":{"pk":{"S":"p"},"sk":{"S":"none"}},
                                "ReturnConsumedCapacity":"INDEXES"})"),
            R"({"ConsumedCapacity":{"TableName":"arn:aws:dynamodb:us-east-1:000000000000:table/)"
            R"(table","CapacityUnits":0.5,"Table":{"CapacityUnits":0.5}}})");
}

TEST_F(GetItemTest, Projects) {
  CreateTable("table");
  Put("table", "a", 1);
  const std::string key = R"("TableName":"table","Key":{"pk":{"S":"p"},"sk":{"S":"a"}})";
  EXPECT_EQ(Send("GetItem", "{" + key + R"(,"ProjectionExpression":"#n, sk",
                                           "ExpressionAttributeNames":{"#n":"n"}})"),
            R"({"Item":{"n":{"N":"1"},"sk":{"S":"a"}}})");
  EXPECT_EQ(Send("GetItem", "{" + key + R"(,"AttributesToGet":["n"]})"),
            R"({"Item":{"n":{"N":"1"}}})");
  // E21.
  EXPECT_EQ(Send("GetItem", "{" + key + R"(,"ProjectionExpression":"x"})"), R"({"Item":{}})");
}

// V7, V8: all before the table is looked up.
TEST_F(GetItemTest, ChecksParametersBeforeTheTable) {
  const std::string key = R"({"TableName":"none","Key":{"pk":{"S":"p"}})";
  EXPECT_EQ(Invalid("GetItem", key + R"(,"AttributesToGet":["a"],"ProjectionExpression":"a"})"),
            "Can not use both expression and non-expression parameters in the same request: "
            "Non-expression parameters: {AttributesToGet} Expression parameters: "
            "{ProjectionExpression}");
  EXPECT_EQ(Invalid("GetItem", key + R"(,"ExpressionAttributeNames":{"#a":"a"}})"),
            "ExpressionAttributeNames can only be specified when using expressions");
  EXPECT_EQ(Invalid("GetItem", key + R"(,"ProjectionExpression":"b",
                                         "ExpressionAttributeNames":{"#a":"a"}})"),
            "Value provided in ExpressionAttributeNames unused in expressions: keys: {#a}");
  EXPECT_EQ(Invalid("GetItem", R"({"TableName":"none","Key":{"pk":{"dog":"cat"}}})"),
            "Supplied AttributeValue is empty, must contain exactly one of the supported "
            "datatypes");
}

TEST_F(GetItemTest, ChecksTheKey) {
  CreateTable("table");
  const std::string message = "The provided key element does not match the schema";
  EXPECT_EQ(Invalid("GetItem", R"({"TableName":"table","Key":{"pk":{"S":"p"}}})"), message);
  EXPECT_EQ(Invalid("GetItem", R"({"TableName":"table","Key":{"pk":{"S":"p"},"sk":{"N":"1"}}})"),
            message);
}

}  // namespace
}  // namespace stator::api
