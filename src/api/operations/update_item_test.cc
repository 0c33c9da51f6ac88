#include <string>

#include <gtest/gtest.h>

#include "api/operation_test_fixture.h"

namespace stator::api {
namespace {

class UpdateItemTest : public OperationTest {
 protected:
  static std::string Body(const std::string& more) {
    return R"({"TableName":"table","Key":{"pk":{"S":"p"},"sk":{"S":"a"}})" + more + "}";
  }
};

TEST_F(UpdateItemTest, ReturnsWhatIsAskedFor) {
  CreateTable("table");
  const std::string add = R"(,"UpdateExpression":"ADD n :one",
                              "ExpressionAttributeValues":{":one":{"N":"1"}},"ReturnValues":)";
  EXPECT_EQ(Send("UpdateItem", Body(add + "\"NONE\"")), "{}");
  EXPECT_EQ(Send("UpdateItem", Body(add + "\"UPDATED_OLD\"")), R"({"Attributes":{"n":{"N":"1"}}})");
  EXPECT_EQ(Send("UpdateItem", Body(add + "\"UPDATED_NEW\"")), R"({"Attributes":{"n":{"N":"3"}}})");
  EXPECT_EQ(Send("UpdateItem", Body(add + "\"ALL_OLD\"")),
            R"({"Attributes":{"n":{"N":"3"},"pk":{"S":"p"},"sk":{"S":"a"}}})");
  EXPECT_EQ(Send("UpdateItem", Body(add + "\"ALL_NEW\"")),
            R"({"Attributes":{"n":{"N":"5"},"pk":{"S":"p"},"sk":{"S":"a"}}})");
}

// E19: with nothing to do it makes sure that the item exists.
TEST_F(UpdateItemTest, CreatesTheItem) {
  CreateTable("table");
  EXPECT_EQ(Send("UpdateItem", Body("")), "{}");
  EXPECT_EQ(Send("GetItem", Body("")), R"({"Item":{"pk":{"S":"p"},"sk":{"S":"a"}}})");
}

TEST_F(UpdateItemTest, TakesLegacyUpdates) {
  CreateTable("table");
  EXPECT_EQ(Send("UpdateItem", Body(R"(,"AttributeUpdates":{
                     "n":{"Action":"ADD","Value":{"N":"2"}},
                     "s":{"Value":{"S":"x"}}, "gone":{"Action":"DELETE"}},
                     "ReturnValues":"UPDATED_NEW")")),
            R"({"Attributes":{"n":{"N":"2"},"s":{"S":"x"}}})");
}

TEST_F(UpdateItemTest, ChecksParametersBeforeTheTable) {
  EXPECT_EQ(Invalid("UpdateItem", Body(R"(,"AttributeUpdates":{},"UpdateExpression":"REMOVE a",
                                           "ConditionExpression":"a = b")")),
            "Can not use both expression and non-expression parameters in the same request: "
            "Non-expression parameters: {AttributeUpdates} Expression parameters: "
            "{UpdateExpression, ConditionExpression}");
  EXPECT_EQ(Invalid("UpdateItem", Body(R"(,"ExpressionAttributeValues":{":a":{"S":"a"}})")),
            "ExpressionAttributeValues can only be specified when using expressions: "
            "UpdateExpression and ConditionExpression are null");
  EXPECT_EQ(Invalid("UpdateItem", Body(R"(,"UpdateExpression":"")")),
            "Invalid UpdateExpression: The expression can not be empty;");
}

// E17.
TEST_F(UpdateItemTest, LeavesKeysAlone) {
  CreateTable("table");
  EXPECT_EQ(Invalid("UpdateItem", Body(R"(,"UpdateExpression":"SET pk = :p",
                                           "ExpressionAttributeValues":{":p":{"S":"p"}})")),
            "One or more parameter values were invalid: Cannot update attribute pk. This attribute "
            "is part of the key");
}

}  // namespace
}  // namespace stator::api
