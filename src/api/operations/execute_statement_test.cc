#include <string>

#include <gtest/gtest.h>

#include "api/operation_test_fixture.h"
#include "model/json_text.h"

namespace stator::api {
namespace {

class ExecuteStatementTest : public OperationTest {
 protected:
  static std::string Body(const std::string& statement, const std::string& more = "") {
    std::string json = R"({"Statement":)";
    model::AppendJsonString(statement, json);
    return json + more + "}";
  }
  std::string Execute(const std::string& statement, const std::string& more = "") {
    return Send("ExecuteStatement", Body(statement, more));
  }
  std::string Fails(const std::string& statement, const std::string& more = "") {
    return Refused("ExecuteStatement", Body(statement, more));
  }
};

TEST_F(ExecuteStatementTest, WritesAndReads) {
  CreateTable("table");
  EXPECT_EQ(Execute("INSERT INTO \"table\" VALUE {'pk': 'p', 'sk': 'a', 'n': 1, 'm': {'l': [7]}}"),
            R"({"Items":[]})");
  EXPECT_EQ(
      Execute("SELECT * FROM \"table\" WHERE pk = 'p' AND sk = ?", R"(,"Parameters":[{"S":"a"}])"),
      R"({"Items":[{"m":{"M":{"l":{"L":[{"N":"7"}]}}},"n":{"N":"1"},"pk":{"S":"p"},)"
      R"("sk":{"S":"a"}}]})");
  EXPECT_EQ(Execute("SELECT n, m.l[0] FROM \"table\" WHERE pk = 'p'"),
            R"({"Items":[{"l[0]":{"N":"7"},"n":{"N":"1"}}]})");
  EXPECT_EQ(Execute("UPDATE \"table\" SET n = n + 1 WHERE pk = 'p' AND sk = 'a'"),
            R"({"Items":[]})");
  EXPECT_EQ(Execute("DELETE FROM \"table\" WHERE pk = 'p' AND sk = 'a' RETURNING ALL OLD *"),
            R"({"Items":[{"m":{"M":{"l":{"L":[{"N":"7"}]}}},"n":{"N":"2"},"pk":{"S":"p"},)"
            R"("sk":{"S":"a"}}]})");
}

// P1
TEST_F(ExecuteStatementTest, TellsWhatIsThereFromWhatIsNot) {
  CreateTable("table");
  const std::string insert = "INSERT INTO \"table\" VALUE {'pk': 'p', 'sk': 'a'}";
  Execute(insert);
  EXPECT_EQ(Fails(insert),
            R"(DuplicateItemException","message":"Duplicate primary key exists in table"})");
  EXPECT_EQ(Execute(insert + " IF NOT EXISTS", R"(,"ReturnConsumedCapacity":"TOTAL")"),
            R"({"ConsumedCapacity":{"TableName":"table","CapacityUnits":1.0},"Items":[]})");
  EXPECT_EQ(Fails("UPDATE \"table\" SET n = 1 WHERE pk = 'p' AND sk = 'b'"),
            R"(ConditionalCheckFailedException","message":"The conditional request failed"})");
  EXPECT_EQ(Execute("SELECT sk FROM \"table\""), R"({"Items":[{"sk":{"S":"a"}}]})");
  EXPECT_EQ(Execute("DELETE FROM \"table\" WHERE pk = 'p' AND sk = 'b' RETURNING ALL OLD *"),
            R"({"Items":[]})");
}

// P2
TEST_F(ExecuteStatementTest, TakesOtherPredicatesAsConditions) {
  CreateTable("table");
  Put("table", "a", 1);
  const std::string all_old = R"(,"ReturnValuesOnConditionCheckFailure":"ALL_OLD")";
  EXPECT_EQ(Fails("UPDATE \"table\" SET n = 5 WHERE pk = 'p' AND sk = 'a' AND n = 2", all_old),
            R"(ConditionalCheckFailedException","Item":{"n":{"N":"1"},"pk":{"S":"p"},)"
            R"("sk":{"S":"a"}},"message":"The conditional request failed"})");
  EXPECT_TRUE(Fails("DELETE FROM \"table\" WHERE n = 2 AND pk = 'p' AND sk = 'a'")
                  .starts_with("ConditionalCheckFailedException"));
  Execute("UPDATE \"table\" SET n = 5 WHERE pk = 'p' AND (sk = 'a' AND n < 2)");
  Execute("DELETE FROM \"table\" WHERE n = 5 AND pk = 'p' AND sk = 'a'");
  const std::string no_key =
      "Where clause does not contain a mandatory equality on all key attributes";
  for (const char* where :
       {"", " WHERE pk = 'p'", " WHERE pk = 'p' AND sk > 'a'", " WHERE pk = 'p' AND sk IN ['a']",
        " WHERE pk = 'p' AND sk = 'a' OR n = 1"}) {
    EXPECT_EQ(Invalid("ExecuteStatement", Body("DELETE FROM \"table\"" + std::string(where))),
              no_key);
  }
}

// P3
TEST_F(ExecuteStatementTest, ReturnsWhatRETURNINGSays) {
  CreateTable("table");
  Execute("INSERT INTO \"table\" VALUE {'pk': 'p', 'sk': 'a', 'l': [1, 2, 3], 'n': 1}");
  const std::string where = " WHERE pk = 'p' AND sk = 'a' RETURNING ";
  EXPECT_EQ(Execute("UPDATE \"table\" SET l[2] = 9" + where + "MODIFIED OLD *"),
            R"({"Items":[{"l":{"L":[{"N":"3"}]}}]})");
  EXPECT_EQ(Execute("UPDATE \"table\" SET l[2] = 8" + where + "MODIFIED NEW *"),
            R"({"Items":[{"l":{"L":[{"N":"8"}]}}]})");
  EXPECT_EQ(Execute("UPDATE \"table\" REMOVE l" + where + "MODIFIED NEW *"), R"({"Items":[]})");
  EXPECT_EQ(Execute("UPDATE \"table\" SET x = 1" + where + "MODIFIED OLD *"), R"({"Items":[]})");
  EXPECT_EQ(Execute("UPDATE \"table\" SET n = 2" + where + "ALL OLD *"),
            R"({"Items":[{"n":{"N":"1"},"pk":{"S":"p"},"sk":{"S":"a"},"x":{"N":"1"}}]})");
  EXPECT_EQ(Execute("UPDATE \"table\" REMOVE x" + where + "ALL NEW *"),
            R"({"Items":[{"n":{"N":"2"},"pk":{"S":"p"},"sk":{"S":"a"}}]})");
}

// P7
TEST_F(ExecuteStatementTest, PagesByWhatItLooksAt) {
  CreateTable("table");
  for (const char* sort : {"a", "b", "c"}) {
    Put("table", sort, 1);
  }
  Put("table", "d", 2);
  const std::string statement = "SELECT sk FROM \"table\" WHERE pk = 'p' AND n = 2";
  std::string token;
  for (int page = 0; page < 2; ++page) {
    const std::string answer = Execute(statement, R"(,"Limit":2)" + token);
    const size_t begin = answer.find(R"("NextToken":")");
    ASSERT_NE(begin, std::string::npos) << answer;
    EXPECT_NE(answer.find("LastEvaluatedKey"), std::string::npos);
    token = "," + answer.substr(begin, answer.size() - begin - 1);
    EXPECT_TRUE(
        answer.starts_with(page == 0 ? R"({"Items":[],)" : R"({"Items":[{"sk":{"S":"d"}}],)"));
  }
  EXPECT_EQ(Execute(statement, R"(,"Limit":2)" + token), R"({"Items":[]})");
  EXPECT_EQ(Invalid("ExecuteStatement", Body(statement + " ", token)),
            "NextToken does not match request");
  EXPECT_EQ(Invalid("ExecuteStatement", Body("DELETE FROM \"table\" WHERE pk = 'p'", token)),
            "NextToken does not match request");
  EXPECT_EQ(Invalid("ExecuteStatement", Body(statement, R"(,"NextToken":"x")")),
            "Invalid NextToken");
}

// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-operators.html: ten a page.
TEST_F(ExecuteStatementTest, PagesThroughListedKeys) {
  CreateTable("table");
  std::string keys = "['p'";
  for (int i = 0; i < 12; ++i) {
    Put("table", std::to_string(i), i);
    keys += ", 'q" + std::to_string(i) + "'";
  }
  const std::string statement = "SELECT n FROM \"table\" WHERE pk IN " + keys + "]";
  std::string token;
  size_t items = 0;
  int pages = 0;
  do {
    const std::string answer = Execute(statement, token);
    for (size_t at = answer.find(R"("n":)"); at != std::string::npos;
         at = answer.find(R"("n":)", at + 1)) {
      ++items;
    }
    const size_t begin = answer.find(R"("NextToken":")");
    token = begin == std::string::npos ? "" : "," + answer.substr(begin, answer.size() - begin - 1);
    ++pages;
  } while (!token.empty() && pages < 10);
  EXPECT_EQ(items, 12);
  EXPECT_EQ(pages, 3);  // ten rows; two rows and eight empty partitions; four more of those
}

TEST_F(ExecuteStatementTest, OrdersBySortKey) {
  CreateTable("table");
  Put("table", "a", 1);
  Put("table", "b", 2);
  EXPECT_EQ(Execute("SELECT n FROM \"table\" WHERE pk = 'p' ORDER BY sk DESC"),
            R"({"Items":[{"n":{"N":"2"}},{"n":{"N":"1"}}]})");
}

TEST_F(ExecuteStatementTest, ReadsIndexes) {
  CreateTable(
      "table",
      R"(,"LocalSecondaryIndexes":[{"IndexName":"local","KeySchema":[)"
      R"({"AttributeName":"pk","KeyType":"HASH"},{"AttributeName":"sk","KeyType":"RANGE"}],)"
      R"("Projection":{"ProjectionType":"KEYS_ONLY"}}],)"
      R"("GlobalSecondaryIndexes":[{"IndexName":"global","KeySchema":[)"
      R"({"AttributeName":"sk","KeyType":"HASH"}],)"
      R"("Projection":{"ProjectionType":"KEYS_ONLY"}}])");
  Put("table", "a", 1);
  EXPECT_EQ(Execute("SELECT * FROM \"table\".\"global\" WHERE sk = 'a'",
                    R"(,"ReturnConsumedCapacity":"INDEXES")"),
            R"({"ConsumedCapacity":{"TableName":"table","CapacityUnits":0.5,)"
            R"("Table":{"CapacityUnits":0.0},"GlobalSecondaryIndexes":)"
            R"({"global":{"CapacityUnits":0.5}}},"Items":[{"pk":{"S":"p"},"sk":{"S":"a"}}]})");
  EXPECT_EQ(Execute("SELECT n FROM \"table\".\"local\" WHERE pk = 'p'"),
            R"({"Items":[{"n":{"N":"1"}}]})");
  EXPECT_EQ(Invalid("ExecuteStatement", Body("SELECT n FROM \"table\".\"global\" WHERE sk = 'a'")),
            "One or more parameter values were invalid: Global secondary index global does not "
            "project [n]");
}

TEST_F(ExecuteStatementTest, ReportsCapacityLikeTheClassicOperations) {
  CreateTable("table");
  const std::string total = R"(,"ReturnConsumedCapacity":"TOTAL")";
  const auto units = [](const std::string& number) {
    return R"({"ConsumedCapacity":{"TableName":"table","CapacityUnits":)" + number +
           R"(},"Items":[)";
  };
  EXPECT_TRUE(Execute("INSERT INTO \"table\" VALUE {'pk': 'p', 'sk': 'a', 's': ?}",
                      R"(,"Parameters":[{"S":")" + std::string(1500, 'x') + R"("}])" + total)
                  .starts_with(units("2.0")));
  EXPECT_TRUE(Execute("SELECT sk FROM \"table\" WHERE pk = 'p' AND sk = 'a'", total)
                  .starts_with(units("0.5")));
  EXPECT_TRUE(Execute("SELECT * FROM \"table\" WHERE pk = 'p'", R"(,"ConsistentRead":true)" + total)
                  .starts_with(units("1.0")));
  EXPECT_TRUE(
      Execute("SELECT * FROM \"table\" WHERE pk IN ['p', 'q']", total).starts_with(units("1.0")));
  EXPECT_TRUE(Execute("DELETE FROM \"table\" WHERE pk = 'p' AND sk = 'a'", total)
                  .starts_with(units("2.0")));
}

// L1: PartiQL judges the item alone, where UpdateItem adds what its clauses cost.
TEST_F(ExecuteStatementTest, JudgesAnUpdatedItemAlone) {
  CreateTable("table");
  Put("table", "a", 1);
  // pk 3 bytes, sk 3, n 3, s 1
  const auto update = [](size_t bytes) {
    return Body("UPDATE \"table\" SET s = ? WHERE pk = 'p' AND sk = 'a'",
                R"(,"Parameters":[{"S":")" + std::string(bytes, 'x') + R"("}])");
  };
  Send("ExecuteStatement", update(409'600 - 10));
  EXPECT_EQ(Invalid("ExecuteStatement", update(409'600 - 9)),
            "Item size to update has exceeded the maximum allowed size");
}

TEST_F(ExecuteStatementTest, RefusesBeforeItLooksForTheTable) {
  EXPECT_EQ(Invalid("ExecuteStatement", Body("SELEC * FROM none")),
            "Statement wasn't well formed, can't be processed: Expected data manipulation");
  EXPECT_EQ(Invalid("ExecuteStatement", Body("SELECT * FROM none WHERE a < NULL")),
            "Incorrect operand type for operator or function; operator or function: <, operand "
            "type: NULL");
  EXPECT_EQ(Fails("SELECT * FROM none"),
            R"(ResourceNotFoundException","message":"Requested resource not found"})");
  EXPECT_TRUE(Invalid("ExecuteStatement", Body(""))
                  .starts_with("1 validation error detected: Value '' at 'Statement'"));
  EXPECT_TRUE(Invalid("ExecuteStatement", Body(std::string(8193, 'x')))
                  .ends_with("Member must have length less than or equal to 8192"));
  EXPECT_TRUE(Invalid("ExecuteStatement", Body("SELECT * FROM t", R"(,"Parameters":[])"))
                  .starts_with("1 validation error detected: Value '[]' at 'Parameters'"));
  EXPECT_TRUE(Invalid("ExecuteStatement", Body("SELECT * FROM t", R"(,"Limit":0)"))
                  .starts_with("1 validation error detected: Value '0' at 'Limit'"));
}

TEST_F(ExecuteStatementTest, RefusesWhatTheClassicOperationsRefuse) {
  CreateTable("table");
  Put("table", "a", 1);
  EXPECT_EQ(Invalid("ExecuteStatement",
                    Body("UPDATE \"table\" SET sk = 'b' WHERE pk = 'p' AND sk = 'a'")),
            "One or more parameter values were invalid: Cannot update attribute sk. This attribute "
            "is part of the key");
  EXPECT_EQ(Invalid("ExecuteStatement", Body("INSERT INTO \"table\" VALUE {'pk': 'p'}")),
            "Key attribute should be present in the item: Key sk");
  EXPECT_EQ(Invalid("ExecuteStatement", Body("SELECT * FROM \"table\" WHERE pk = 1 AND sk = 'a'")),
            "Key attribute's data type should match its data type in table's schema: Key pk");
  EXPECT_EQ(Invalid("ExecuteStatement", Body("EXISTS(SELECT * FROM \"table\" WHERE pk = 'p')")),
            "EXISTS can only be used in ExecuteTransaction write requests.");
}

// What is in memory needs no waiting, so nothing is answered differently on an event loop.
TEST_F(ExecuteStatementTest, RunsOnEventLoops) {
  CreateTable("table");
  Put("table", "a", 1);
  EXPECT_EQ(
      Call("ExecuteStatement", Body("SELECT n FROM \"table\" WHERE pk IN ['p', 'q']"), false).body,
      R"({"Items":[{"n":{"N":"1"}}]})");
}

}  // namespace
}  // namespace stator::api
