#include <string>

#include <gtest/gtest.h>

#include "api/operation_test_fixture.h"
#include "model/json_text.h"

namespace stator::api {
namespace {

class ExecuteTransactionTest : public OperationTest {
 protected:
  static std::string Member(const std::string& statement, const std::string& more = "") {
    std::string json = R"({"Statement":)";
    model::AppendJsonString(statement, json);
    return json + more + "}";
  }
  static std::string Body(const std::string& members, const std::string& more = "") {
    return R"({"TransactStatements":[)" + members + "]" + more + "}";
  }
};

TEST_F(ExecuteTransactionTest, RunsWritesAndReads) {
  CreateTable("table");
  Put("table", "b", 1);
  Put("table", "c", 1);
  Put("table", "d", 1);
  const std::string total = R"(,"ReturnConsumedCapacity":"TOTAL")";
  EXPECT_EQ(Send("ExecuteTransaction",
                 Body(Member("INSERT INTO \"table\" VALUE {'pk': 'p', 'sk': 'a', 'n': 7}") + "," +
                          Member("UPDATE \"table\" SET n = n + ? WHERE pk = 'p' AND sk = 'b'",
                                 R"(,"Parameters":[{"N":"4"}])") +
                          "," + Member("DELETE FROM \"table\" WHERE pk = 'p' AND sk = 'c'") + "," +
                          Member("EXISTS(SELECT * FROM \"table\" WHERE pk = 'p' AND sk = 'd' "
                                 "AND n = 1)"),
                      total)),
            R"({"ConsumedCapacity":[{"TableName":"table","CapacityUnits":8.0,)"  // C3, C4
            R"("WriteCapacityUnits":8.0}],"Responses":[]})");
  EXPECT_EQ(
      Send("ExecuteTransaction",
           Body(Member("SELECT n FROM \"table\" WHERE pk = 'p' AND sk = 'a'") + "," +
                    Member("SELECT * FROM \"table\" WHERE pk = 'p' AND sk = 'c'") + "," +
                    Member("SELECT n FROM \"table\" WHERE pk = 'p' AND sk = 'b' AND n = 5") + "," +
                    Member("SELECT n FROM \"table\" WHERE pk = 'p' AND sk = 'd' AND n = 5"),
                total)),
      R"({"ConsumedCapacity":[{"TableName":"table","CapacityUnits":8.0,)"
      R"("ReadCapacityUnits":8.0}],"Responses":[{"Item":{"n":{"N":"7"}}},{},)"
      R"({"Item":{"n":{"N":"5"}}},{}]})");
}

TEST_F(ExecuteTransactionTest, GivesReasonsByPosition) {
  CreateTable("table");
  Put("table", "a", 1);
  EXPECT_EQ(
      Refused(
          "ExecuteTransaction",
          Body(Member("INSERT INTO \"table\" VALUE {'pk': 'p', 'sk': 'b'}") + "," +
               Member("INSERT INTO \"table\" VALUE {'pk': 'p', 'sk': 'a'}") + "," +
               Member("UPDATE \"table\" SET n = 1 WHERE pk = 'p' AND sk = 'c'") + "," +
               Member("EXISTS(SELECT * FROM \"table\" WHERE pk = 'p' AND sk = 'd' AND n = 1)"))),
      R"(TransactionCanceledException","CancellationReasons":[{"Code":"None"},)"
      R"({"Code":"DuplicateItem","Message":"Duplicate primary key exists in table"},)"
      R"({"Code":"ConditionalCheckFailed","Message":"The conditional request failed"},)"
      R"({"Code":"ConditionalCheckFailed","Message":"The conditional request failed"}],"Message":)"
      R"("Transaction cancelled, please refer cancellation reasons for specific reasons )"
      R"([None, DuplicateItem, ConditionalCheckFailed, ConditionalCheckFailed]"})");
  EXPECT_EQ(Send("Scan", R"({"TableName":"table","Select":"COUNT"})"),
            R"({"Count":1,"ScannedCount":1})");
}

TEST_F(ExecuteTransactionTest, ReturnsItemsThatFailed) {  // T6
  CreateTable("table");
  Put("table", "a", 1);
  EXPECT_NE(Refused("ExecuteTransaction",
                    Body(Member("UPDATE \"table\" SET n = 9 WHERE pk = 'p' AND sk = 'a' AND n = 2",
                                R"(,"ReturnValuesOnConditionCheckFailure":"ALL_OLD")")))
                .find(R"({"Code":"ConditionalCheckFailed","Item":{"n":{"N":"1"},)"),
            std::string::npos);
}

// P3, P4
TEST_F(ExecuteTransactionTest, RefusesWhatHasNoPlaceInTransactions) {
  CreateTable("table");
  const std::string insert = Member("INSERT INTO \"table\" VALUE {'pk': 'p', 'sk': 'a'}");
  EXPECT_EQ(
      Invalid("ExecuteTransaction", Body(insert + "," +
                                         Member("DELETE FROM \"table\" WHERE pk = 'p' AND sk = 'b' "
                                                "RETURNING ALL OLD *"))),
      "Validation failed in TransactStatements[1]: RETURNING clause is not supported in "
      "ExecuteTransaction.");
  EXPECT_EQ(Invalid("ExecuteTransaction",
                    Body(Member("SELECT * FROM \"table\".\"i\" WHERE pk = 'p' AND sk = 'a'"))),
            "Validation failed in TransactStatements[0]: Reads on indices are not supported within "
            "transactions.");
  EXPECT_EQ(
      Invalid("ExecuteTransaction",
              Body(insert + "," + Member("SELECT * FROM \"table\" WHERE pk = 'p' AND sk = 'b'"))),
      "ExecuteTransaction API does not support both read and write operations in the same "
      "request.");
  EXPECT_EQ(
      Invalid("ExecuteTransaction",
              Body(Member("INSERT INTO \"table\" VALUE {'pk': 'p', 'sk': 'a'} IF NOT EXISTS"))),
      "Validation failed in TransactStatements[0]: IF NOT EXISTS is not supported in a "
      "transaction");
  EXPECT_EQ(
      Invalid("ExecuteTransaction", Body(Member("SELECT * FROM \"table\" WHERE pk = 'p'"))),
      "Validation failed in TransactStatements[0]: Select statements within ExecuteTransaction "
      "must specify the primary key in the where clause.");
  EXPECT_EQ(Invalid("ExecuteTransaction", Body(insert + "," + insert)),
            "Transaction request cannot include multiple operations on one item");
  EXPECT_TRUE(Invalid("ExecuteTransaction", Body(insert + "," + Member("nonsense")))
                  .starts_with("Statement wasn't well formed, can't be processed: "));
  EXPECT_EQ(Send("Scan", R"({"TableName":"table","Select":"COUNT"})"),
            R"({"Count":0,"ScannedCount":0})");
}

// T5: tokens of this operation and of TransactWriteItems do not meet.
TEST_F(ExecuteTransactionTest, RepeatsTheAnswerToAToken) {
  CreateTable("table");
  Put("table", "a", 1);
  const std::string update = Member("UPDATE \"table\" SET n = n + 1 WHERE pk = 'p' AND sk = 'a'");
  const std::string token = R"(,"ClientRequestToken":"token")";
  EXPECT_EQ(Send("ExecuteTransaction", Body(update, token)), R"({"Responses":[]})");
  EXPECT_EQ(Send("ExecuteTransaction", Body(update, token)), R"({"Responses":[]})");
  EXPECT_EQ(Send("GetItem", R"({"TableName":"table","Key":{"pk":{"S":"p"},"sk":{"S":"a"}},
                                "ProjectionExpression":"n"})"),
            R"({"Item":{"n":{"N":"2"}}})");
  EXPECT_TRUE(
      Refused("ExecuteTransaction",
              Body(Member("UPDATE \"table\" SET n = n + 2 WHERE pk = 'p' AND sk = 'a'"), token))
          .starts_with("IdempotentParameterMismatchException"));
  EXPECT_EQ(Send("TransactWriteItems",
                 R"({"TransactItems":[{"Delete":{"TableName":"table","Key":{"pk":{"S":"p"},
                     "sk":{"S":"a"}}}}])" +
                     token + "}"),
            "{}");
}

// L3
TEST_F(ExecuteTransactionTest, LimitsThePayload) {
  CreateTable("table");
  std::string members;
  for (int i = 0; i < 11; ++i) {
    members +=
        (i == 0 ? "" : ",") +
        Member("INSERT INTO \"table\" VALUE {'pk': 'p', 'sk': '" + std::to_string(i) + "', 's': ?}",
               R"(,"Parameters":[{"S":")" + std::string(400'000, 'x') + R"("}])");
  }
  EXPECT_EQ(Invalid("ExecuteTransaction", Body(members)),
            "Transaction request size has exceeded the maximum of 4 MB");
}

}  // namespace
}  // namespace stator::api
