#include <string>

#include <gtest/gtest.h>

#include "api/operation_test_fixture.h"
#include "model/json_text.h"

namespace stator::api {
namespace {

class BatchExecuteStatementTest : public OperationTest {
 protected:
  static std::string Member(const std::string& statement, const std::string& more = "") {
    std::string json = R"({"Statement":)";
    model::AppendJsonString(statement, json);
    return json + more + "}";
  }
  static std::string Body(const std::string& members, const std::string& more = "") {
    return R"({"Statements":[)" + members + "]" + more + "}";
  }
};

TEST_F(BatchExecuteStatementTest, AnswersByPosition) {
  CreateTable("table");
  CreateTable("other");
  EXPECT_EQ(Send("BatchExecuteStatement",
                 Body(Member("INSERT INTO \"table\" VALUE {'pk': 'p', 'sk': 'a', 'n': 1}") + "," +
                          Member("INSERT INTO \"other\" VALUE {'pk': 'p', 'sk': ?}",
                                 R"(,"Parameters":[{"S":"b"}])") +
                          "," + Member("INSERT INTO \"table\" VALUE {'pk': 'p', 'sk': 'c'}"),
                      R"(,"ReturnConsumedCapacity":"TOTAL")")),
            R"({"ConsumedCapacity":[{"TableName":"table","CapacityUnits":2.0},)"
            R"({"TableName":"other","CapacityUnits":1.0}],"Responses":[{"TableName":"table"},)"
            R"({"TableName":"other"},{"TableName":"table"}]})");
  EXPECT_EQ(
      Send("BatchExecuteStatement",
           Body(Member("SELECT n FROM \"table\" WHERE pk = 'p' AND sk = 'none'") + "," +
                    Member("SELECT n FROM \"table\" WHERE pk = 'p' AND sk = 'a'",
                           R"(,"ConsistentRead":true)") +
                    "," + Member("SELECT n FROM \"table\" WHERE pk = 'p' AND sk = 'c' AND n = 1"),
                R"(,"ReturnConsumedCapacity":"TOTAL")")),
      R"({"ConsumedCapacity":[{"TableName":"table","CapacityUnits":2.0}],)"
      R"("Responses":[{"TableName":"table"},{"Item":{"n":{"N":"1"}},"TableName":"table"},)"
      R"({"TableName":"table"}]})");
}

// P5: a member that fails leaves the others alone; one that failed before it ran has no TableName.
TEST_F(BatchExecuteStatementTest, ReportsErrorsByMember) {
  CreateTable("table");
  Put("table", "a", 1);
  EXPECT_EQ(
      Send("BatchExecuteStatement",
           Body(Member("nonsense") + "," +
                Member("INSERT INTO \"table\" VALUE {'pk': 'p', 'sk': 'a'}") + "," +
                Member("UPDATE \"table\" SET n = 2 WHERE pk = 'p' AND sk = 'b'",
                       R"(,"ReturnValuesOnConditionCheckFailure":"ALL_OLD")") +
                "," + Member("DELETE FROM none WHERE pk = 'p'") + "," +
                Member("DELETE FROM \"table\" WHERE pk = 'p'") + "," +
                Member("DELETE FROM \"table\" WHERE pk = 'p' AND sk = 'c' RETURNING ALL OLD *") +
                "," + Member("EXISTS(SELECT * FROM \"table\")"))),
      R"({"Responses":[{"Error":{"Code":"ValidationError","Message":"Statement wasn't well )"
      R"(formed, can't be processed: Expected data manipulation"}},)"
      R"({"Error":{"Code":"DuplicateItem","Message":"Duplicate primary key exists in table"},)"
      R"("TableName":"table"},)"
      R"({"Error":{"Code":"ConditionalCheckFailed","Message":"The conditional request failed"},)"
      R"("TableName":"table"},)"
      R"({"Error":{"Code":"ResourceNotFound","Message":"Requested resource not found"}},)"
      R"({"Error":{"Code":"ValidationError","Message":"Where clause does not contain a mandatory )"
      R"(equality on all key attributes"}},{"TableName":"table"},)"
      R"({"Error":{"Code":"ValidationError","Message":"EXISTS can only be used in )"
      R"(ExecuteTransaction write requests."}}]})");
}

TEST_F(BatchExecuteStatementTest, ReturnsWhatMembersAskFor) {  // P3, P5
  CreateTable("table");
  Put("table", "a", 1);
  EXPECT_EQ(Send("BatchExecuteStatement",
                 Body(Member("UPDATE \"table\" SET n = 2 WHERE pk = 'p' AND sk = 'a' "
                             "RETURNING MODIFIED OLD *"))),
            R"({"Responses":[{"Item":{"n":{"N":"1"}},"TableName":"table"}]})");
}

// P4, P5
TEST_F(BatchExecuteStatementTest, ReadsByWholeKeysOnly) {
  CreateTable(
      "table",
      R"(,"GlobalSecondaryIndexes":[{"IndexName":"global","KeySchema":[)"
      R"({"AttributeName":"sk","KeyType":"HASH"}],"Projection":{"ProjectionType":"ALL"}}])");
  const std::string refused =
      R"({"Responses":[{"Error":{"Code":"ValidationError","Message":"Select statements within )"
      R"(BatchExecuteStatement must specify the primary key in the where clause."}}]})";
  for (const char* rest :
       {"\"table\"", "\"table\" WHERE pk = 'p'", "\"table\" WHERE pk = 'p' AND sk > 'a'",
        "\"table\" WHERE pk IN ['p'] AND sk = 'a'", "\"table\".\"global\" WHERE sk = 'a'",
        "\"table\".\"global\" WHERE sk = 'a' AND pk = 'p'"}) {
    EXPECT_EQ(Send("BatchExecuteStatement", Body(Member("SELECT * FROM " + std::string(rest)))),
              refused);
  }
}

// P5
TEST_F(BatchExecuteStatementTest, RefusesMixturesAndRepetitions) {
  CreateTable("table");
  const std::string insert = Member("INSERT INTO \"table\" VALUE {'pk': 'p', 'sk': 'a'}");
  const std::string select = Member("SELECT * FROM \"table\" WHERE pk = 'p' AND sk = 'a'");
  EXPECT_EQ(Invalid("BatchExecuteStatement", Body(insert + "," + select)),
            "Read and write requests together in the same batch is not supported.");
  const std::string duplicates = "Provided list of item keys contains duplicates";
  EXPECT_EQ(Invalid("BatchExecuteStatement", Body(select + "," + select)), duplicates);
  EXPECT_EQ(
      Invalid("BatchExecuteStatement",
              Body(insert + "," + Member("DELETE FROM \"table\" WHERE sk = 'a' AND pk = 'p'"))),
      duplicates);
  EXPECT_EQ(Send("Scan", R"({"TableName":"table","Select":"COUNT"})"),
            R"({"Count":0,"ScannedCount":0})");
}

TEST_F(BatchExecuteStatementTest, ChecksItsShape) {
  std::string many = Member("SELECT 1");
  for (int i = 0; i < 25; ++i) {
    many += "," + Member("SELECT 1");
  }
  EXPECT_TRUE(Invalid("BatchExecuteStatement", Body(many))
                  .ends_with("Member must have length less than or equal to 25"));
  EXPECT_TRUE(Invalid("BatchExecuteStatement", Body(""))
                  .ends_with("Member must have length greater than or equal to 1"));
  // It waits, so event loops do not run it.
  EXPECT_TRUE(Call("BatchExecuteStatement", Body(many), false).retry_blocking);
}

}  // namespace
}  // namespace stator::api
