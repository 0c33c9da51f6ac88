#include <string>

#include <gtest/gtest.h>

#include "api/operation_test_fixture.h"

namespace stator::api {
namespace {

class DeleteItemTest : public OperationTest {
 protected:
  static std::string Body(const std::string& more) {
    return R"({"TableName":"table","Key":{"pk":{"S":"p"},"sk":{"S":"a"}})" + more + "}";
  }
};

TEST_F(DeleteItemTest, ReturnsTheOldItemWhenAsked) {
  CreateTable("table");
  // C1: deleting nothing costs a unit.
  EXPECT_EQ(
      Send("DeleteItem", Body(R"(,"ReturnValues":"ALL_OLD","ReturnConsumedCapacity":"TOTAL")")),
      R"({"ConsumedCapacity":{"TableName":"table","CapacityUnits":1.0}})");
  Put("table", "a", 1);
  EXPECT_EQ(Send("DeleteItem", Body(R"(,"ReturnValues":"ALL_OLD")")),
            R"({"Attributes":{"n":{"N":"1"},"pk":{"S":"p"},"sk":{"S":"a"}}})");
  EXPECT_EQ(Send("GetItem", Body("")), "{}");
  EXPECT_EQ(Invalid("DeleteItem", Body(R"(,"ReturnValues":"UPDATED_OLD")")),
            "ReturnValues can only be ALL_OLD or NONE");
}

TEST_F(DeleteItemTest, ChecksConditions) {
  CreateTable("table");
  Put("table", "a", 1);
  EXPECT_TRUE(Refused("DeleteItem", Body(R"(,"ConditionExpression":"n > :n",
                                             "ExpressionAttributeValues":{":n":{"N":"1"}})"))
                  .starts_with("ConditionalCheckFailedException"));
  EXPECT_TRUE(Refused("DeleteItem", Body(R"(,"Expected":{"n":{"Value":{"N":"2"}}})"))
                  .starts_with("ConditionalCheckFailedException"));
  EXPECT_EQ(Send("DeleteItem", Body(R"(,"Expected":{"n":{"Value":{"N":"1"}}})")), "{}");
}

}  // namespace
}  // namespace stator::api
