#include <string>

#include <gtest/gtest.h>

#include "api/operation_test_fixture.h"

namespace stator::api {
namespace {

class PutItemTest : public OperationTest {
 protected:
  static std::string Body(const std::string& more) {
    return R"({"TableName":"table","Item":{"pk":{"S":"p"},"sk":{"S":"a"},"n":{"N":"2"}})" + more +
           "}";
  }
};

TEST_F(PutItemTest, ReturnsTheOldItemWhenAsked) {
  CreateTable("table");
  EXPECT_EQ(Send("PutItem", Body(R"(,"ReturnValues":"ALL_OLD")")), "{}");  // E27
  EXPECT_EQ(Send("PutItem", Body(R"(,"ReturnValues":"ALL_OLD","ReturnConsumedCapacity":"TOTAL")")),
            R"({"Attributes":{"n":{"N":"2"},"pk":{"S":"p"},"sk":{"S":"a"}},)"
            R"("ConsumedCapacity":{"TableName":"table","CapacityUnits":1.0}})");
  EXPECT_EQ(Invalid("PutItem", Body(R"(,"ReturnValues":"ALL_NEW")")),
            "ReturnValues can only be ALL_OLD or NONE");
}

TEST_F(PutItemTest, ChecksConditions) {
  CreateTable("table");
  const std::string absent = R"(,"ConditionExpression":"attribute_not_exists(pk) ")";
  Send("PutItem", Body(absent));
  EXPECT_EQ(Refused("PutItem", Body(absent)),
            R"(ConditionalCheckFailedException","message":"The conditional request failed"})");
  EXPECT_EQ(
      Refused("PutItem", Body(absent + R"(,"ReturnValuesOnConditionCheckFailure":"ALL_OLD")")),
      R"(ConditionalCheckFailedException","Item":{"n":{"N":"2"},"pk":{"S":"p"},"sk":{"S":"a"}},)"
      R"("message":"The conditional request failed"})");
  Send("PutItem", Body(R"(,"ConditionExpression":"n = :n",
                           "ExpressionAttributeValues":{":n":{"N":"2"}})"));
}

// E26.
TEST_F(PutItemTest, ChecksExpectations) {
  CreateTable("table");
  Send("PutItem", Body(R"(,"Expected":{"pk":{"Exists":false}})"));
  EXPECT_TRUE(Refused("PutItem", Body(R"(,"Expected":{"pk":{"Exists":false}})"))
                  .starts_with("ConditionalCheckFailedException"));
  Send("PutItem", Body(R"(,"Expected":{"n":{"Value":{"N":"2"}},
                                       "x":{"ComparisonOperator":"NULL"}})"));
  Send("PutItem", Body(R"(,"ConditionalOperator":"OR",
                           "Expected":{"n":{"ComparisonOperator":"GT",
                                            "AttributeValueList":[{"N":"5"}]},
                                       "pk":{"ComparisonOperator":"NOT_NULL"}})"));
  EXPECT_EQ(Invalid("PutItem", Body(R"(,"ConditionalOperator":"OR")")),
            "ConditionalOperator cannot be used without Filter or Expected");
}

// V7, V8.
TEST_F(PutItemTest, ChecksParametersBeforeTheTable) {
  EXPECT_EQ(Invalid("PutItem", Body(R"(,"Expected":{},"ConditionalOperator":"OR",
                                        "ConditionExpression":"a = :a")")),
            "Can not use both expression and non-expression parameters in the same request: "
            "Non-expression parameters: {Expected, ConditionalOperator} Expression parameters: "
            "{ConditionExpression}");
  EXPECT_EQ(Invalid("PutItem", Body(R"(,"ExpressionAttributeValues":{":a":{"S":"a"}})")),
            "ExpressionAttributeValues can only be specified when using expressions: "
            "ConditionExpression is null");
  EXPECT_EQ(Invalid("PutItem", Body(R"(,"ConditionExpression":"n = :n",
                                        "ExpressionAttributeValues":{":n":{"NS":[]}})")),
            "ExpressionAttributeValues contains invalid value: One or more parameter values were "
            "invalid: An number set  may not be empty for key :n");
  EXPECT_EQ(Invalid("PutItem", Body(R"(,"ConditionExpression":"n = :n",
                                        "ExpressionAttributeValues":{":n":{"N":"1"},
                                                                     ":x":{"N":"1"}})")),
            "Value provided in ExpressionAttributeValues unused in expressions: keys: {:x}");
  EXPECT_EQ(Invalid("PutItem", R"({"TableName":"table","Item":{"pk":{"NULL":false}}})"),  // N10
            "One or more parameter values were invalid: Null attribute value types must have the "
            "value of true");
}

// N11, C8: a put names the key that is wrong.
TEST_F(PutItemTest, ChecksTheKey) {
  CreateTable("table");
  EXPECT_EQ(Invalid("PutItem", R"({"TableName":"table","Item":{"pk":{"S":"p"}}})"),
            "One or more parameter values were invalid: Missing the key sk in the item");
  EXPECT_EQ(Invalid("PutItem", R"({"TableName":"table","Item":{"pk":{"S":"p"},"sk":{"N":"1"}}})"),
            "One or more parameter values were invalid: Type mismatch for key sk expected: S "
            "actual: N");
}

TEST_F(PutItemTest, KeepsEveryTypeOfValue) {
  CreateTable("table");
  const std::string item =
      R"({"b":{"B":"AAH/"},"bool":{"BOOL":false},"bs":{"BS":["AA==","AQ=="]},)"
      R"("l":{"L":[{"S":""},{"M":{}},{"L":[]}]},"m":{"M":{"a":{"M":{"b":{"N":"-0.5"}}}}},)"
      R"("ns":{"NS":["-1","2"]},"null":{"NULL":true},"pk":{"S":"p"},)"
      R"("s\"\u0001":{"S":"\u0000é😀"},"sk":{"S":"a"},"ss":{"SS":["","x"]}})";
  Send("PutItem", R"({"TableName":"table","Item":)" + item + "}");
  EXPECT_EQ(Send("GetItem", R"({"TableName":"table","Key":{"pk":{"S":"p"},"sk":{"S":"a"}}})"),
            R"({"Item":)" + item + "}");
}

}  // namespace
}  // namespace stator::api
