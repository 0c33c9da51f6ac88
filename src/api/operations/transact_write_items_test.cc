#include <string>

#include <gtest/gtest.h>

#include "api/operation_test_fixture.h"

namespace stator::api {
namespace {

class TransactWriteItemsTest : public OperationTest {
 protected:
  static std::string Key(const std::string& sort) {
    return R"("TableName":"table","Key":{"pk":{"S":"p"},"sk":{"S":")" + sort + R"("}})";
  }
  static std::string PutAction(const std::string& sort, const std::string& more = "") {
    return R"({"Put":{"TableName":"table","Item":{"pk":{"S":"p"},"sk":{"S":")" + sort + R"("}})" +
           more + "}}";
  }
  static std::string Body(const std::string& actions, const std::string& more = "") {
    return R"({"TransactItems":[)" + actions + "]" + more + "}";
  }
};

TEST_F(TransactWriteItemsTest, RunsAllActions) {
  CreateTable("table");
  Put("table", "a", 1);
  Put("table", "b", 2);
  Put("table", "c", 3);
  EXPECT_EQ(
      Send("TransactWriteItems",
           Body(R"({"ConditionCheck":{)" + Key("a") + R"(,"ConditionExpression":"n = :n",)" +
                    R"("ExpressionAttributeValues":{":n":{"N":"1"}}}},{"Delete":{)" + Key("b") +
                    R"(}},{"Update":{)" + Key("c") + R"(,"UpdateExpression":"ADD n :n",)" +
                    R"("ExpressionAttributeValues":{":n":{"N":"1"}}}},)" + PutAction("d"),
                R"(,"ReturnConsumedCapacity":"TOTAL")")),
      R"({"ConsumedCapacity":[{"TableName":"table","CapacityUnits":8.0,)"  // C3, C4
      R"("WriteCapacityUnits":8.0}]})");
  EXPECT_EQ(Send("Query", R"({"TableName":"table","KeyConditionExpression":"pk = :p",
                              "ExpressionAttributeValues":{":p":{"S":"p"}},
                              "ProjectionExpression":"sk, n"})"),
            R"({"Items":[{"n":{"N":"1"},"sk":{"S":"a"}},{"n":{"N":"4"},"sk":{"S":"c"}},)"
            R"({"sk":{"S":"d"}}],"Count":3,"ScannedCount":3})");
}

// T1, T6.
TEST_F(TransactWriteItemsTest, GivesReasonsByPosition) {
  CreateTable("table");
  Put("table", "a", 1);
  const std::string absent = R"(,"ConditionExpression":"attribute_not_exists(pk) ")";
  EXPECT_EQ(
      Refused("TransactWriteItems",
              Body(PutAction("b") + "," +
                   PutAction("a", absent + R"(,"ReturnValuesOnConditionCheckFailure":"ALL_OLD")"))),
      R"(TransactionCanceledException","CancellationReasons":[{"Code":"None"},)"
      R"({"Code":"ConditionalCheckFailed","Item":{"n":{"N":"1"},"pk":{"S":"p"},)"
      R"("sk":{"S":"a"}},"Message":"The conditional request failed"}],"Message":)"
      R"("Transaction cancelled, please refer cancellation reasons for specific reasons )"
      R"([None, ConditionalCheckFailed]"})");
}

// T3.
TEST_F(TransactWriteItemsTest, ChecksItsShape) {
  EXPECT_EQ(Invalid("TransactWriteItems", Body("{}")),
            "Invalid Request: TransactWriteRequest should contain Delete or Put or Update request");
  EXPECT_EQ(Invalid("TransactWriteItems", Body(R"({"Delete":{)" + Key("a") + R"(},"Update":{)" +
                                               Key("a") + R"(,"UpdateExpression":"REMOVE a"}})")),
            "TransactItems can only contain one of Check, Put, Update or Delete");
  EXPECT_EQ(Invalid("TransactWriteItems", Body(R"({"Delete":{)" + Key("a") +
                                               R"(,"ExpressionAttributeNames":{"#a":"a"}}})")),
            "ExpressionAttributeNames can only be specified when using expressions");
  EXPECT_TRUE(Invalid("TransactWriteItems", Body(PutAction("a"), R"(,"ClientRequestToken":"")"))
                  .starts_with("1 validation error detected: Value '' at 'ClientRequestToken'"));
}

// T4.
TEST_F(TransactWriteItemsTest, RefusesTwoActionsOnOneItem) {
  CreateTable("table");
  EXPECT_EQ(
      Invalid("TransactWriteItems", Body(PutAction("a") + R"(,{"Delete":{)" + Key("a") + "}}")),
      "Transaction request cannot include multiple operations on one item");
}

// T5.
TEST_F(TransactWriteItemsTest, RepeatsTheAnswerToAToken) {
  CreateTable("table");
  const std::string add = R"({"Update":{)" + Key("a") + R"(,"UpdateExpression":"ADD n :n",)" +
                          R"("ExpressionAttributeValues":{":n":{"N":"1"}}}})";
  const std::string token = R"(,"ClientRequestToken":"token")";
  EXPECT_EQ(Send("TransactWriteItems", Body(add, token)), "{}");
  EXPECT_EQ(Send("TransactWriteItems", Body(add, token)), "{}");
  EXPECT_EQ(Send("GetItem", "{" + Key("a") + R"(,"ProjectionExpression":"n"})"),
            R"({"Item":{"n":{"N":"1"}}})");
  EXPECT_TRUE(Refused("TransactWriteItems", Body(PutAction("b"), token))
                  .starts_with(R"(IdempotentParameterMismatchException","Message":)"));
}

// L3: what counts is what the request carries.
TEST_F(TransactWriteItemsTest, LimitsThePayload) {
  CreateTable("table");
  std::string puts;
  for (int i = 0; i < 11; ++i) {
    puts += (i == 0 ? "" : ",") +
            (R"({"Put":{"TableName":"table","Item":{"pk":{"S":"p"},"sk":{"S":")" +
             std::to_string(i) + R"("},"s":{"S":")" + std::string(400'000, 'x') + R"("}}}})");
  }
  EXPECT_NE(Invalid("TransactWriteItems", Body(puts)), "");
}

}  // namespace
}  // namespace stator::api
