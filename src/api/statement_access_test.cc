#include "api/statement_access.h"

#include <string>

#include <gtest/gtest.h>

#include "api/operation_test_fixture.h"
#include "model/json_text.h"

namespace stator::api {
namespace {

// A table with items of alice and bob, of which alice may see and change only some.
class StatementAccessTest : public OperationTest {
 protected:
  StatementAccessTest() {
    CreateTable("notes", R"(,"GlobalSecondaryIndexes":[{"IndexName":"by_sk","KeySchema":[)"
                         R"({"AttributeName":"sk","KeyType":"HASH"}],"Projection":)"
                         R"({"ProjectionType":"KEYS_ONLY"}}])");
    for (const std::string owner : {"alice", "bob"}) {
      Execute("INSERT INTO notes VALUE {'pk': '" + owner + "', 'sk': '1', 'text': 'secret'}");
    }
  }

  std::string Execute(const std::string& statement, const std::string& more = "") {
    return Call("ExecuteStatement", Member(statement, more)).body;
  }
  static std::string Member(const std::string& statement, const std::string& more = "") {
    std::string json = R"({"Statement":)";
    model::AppendJsonString(statement, json);
    return json + more + "}";
  }
  static bool Denied(const std::string& body) {
    return body.find("AccessDeniedException") != std::string::npos;
  }
  bool DeniedStatement(const std::string& statement, const std::string& more = "") {
    return Denied(Execute(statement, more));
  }
  bool DeniedTransaction(const std::string& statement) {
    return Denied(
        Call("ExecuteTransaction", R"({"TransactStatements":[)" + Member(statement) + "]}").body);
  }
  bool DeniedBatch(const std::string& first, const std::string& second) {
    return Denied(Call("BatchExecuteStatement",
                       R"({"Statements":[)" + Member(first) + "," + Member(second) + "]}")
                      .body);
  }

  // Everything, under that condition.
  void Under(const std::string& condition) {
    CallAsAlice(R"({"Effect":"Allow","Action":"dynamodb:*","Resource":"*","Condition":{)" +
                condition + "}}");
  }
};

TEST_F(StatementAccessTest, HasActionsOfItsOwn) {
  const std::pair<std::string, std::string> statements[] = {
      {"PartiQLSelect", "SELECT * FROM notes WHERE pk = 'alice' AND sk = '1'"},
      {"PartiQLInsert", "INSERT INTO notes VALUE {'pk': 'alice', 'sk': '2'}"},
      {"PartiQLUpdate", "UPDATE notes SET n = 1 WHERE pk = 'alice' AND sk = '1'"},
      {"PartiQLDelete", "DELETE FROM notes WHERE pk = 'alice' AND sk = '3'"}};
  for (const auto& [allowed, statement] : statements) {
    CallAsAlice(R"({"Effect":"Allow","Action":"dynamodb:)" + allowed + R"(","Resource":"*"})");
    for (const auto& [action, other] : statements) {
      EXPECT_EQ(DeniedStatement(other), action != allowed) << allowed << " " << other;
    }
  }
  CallAsAlice(R"({"Effect":"Allow","Action":"dynamodb:PartiQLSelect","Resource":"*"})");
  EXPECT_FALSE(DeniedTransaction(
      "EXISTS(SELECT * FROM notes WHERE pk = 'alice' AND sk = '1' AND n IS MISSING)"));
  EXPECT_NE(Execute("DELETE FROM notes WHERE pk = 'alice' AND sk = '1'")
                .find("dynamodb:PartiQLDelete on resource: "
                      "arn:aws:dynamodb:us-east-1:000000000000:table/notes because"),
            std::string::npos);
}

// P11: a policy can forbid what is read without a partition key.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-iam.html
TEST_F(StatementAccessTest, ScansCanBeForbidden) {
  EXPECT_FALSE(DeniedStatement("SELECT * FROM notes"));
  CallAsAlice(R"({"Effect":"Allow","Action":"*","Resource":"*"},{"Effect":"Deny","Action":)"
              R"("dynamodb:PartiQLSelect","Resource":"*","Condition":)"
              R"({"Bool":{"dynamodb:FullTableScan":["true"]}}})");
  EXPECT_TRUE(DeniedStatement("SELECT * FROM notes"));
  EXPECT_TRUE(DeniedStatement("SELECT * FROM notes WHERE text = 'secret'"));
  EXPECT_TRUE(DeniedStatement("SELECT * FROM notes WHERE pk > 'a'"));
  EXPECT_TRUE(DeniedStatement("SELECT * FROM notes WHERE pk = 'alice' OR text = 'secret'"));
  EXPECT_TRUE(DeniedStatement("SELECT * FROM notes.by_sk WHERE pk = 'alice'"));
  EXPECT_FALSE(DeniedStatement("SELECT * FROM notes WHERE pk = 'alice'"));
  EXPECT_FALSE(DeniedStatement("SELECT * FROM notes WHERE pk IN ['alice', 'bob']"));
  EXPECT_FALSE(DeniedStatement("SELECT * FROM notes.by_sk WHERE sk = '1'"));
}

TEST_F(StatementAccessTest, LeadingKeysHoldOnEveryWay) {
  Under(R"("ForAllValues:StringEquals":{"dynamodb:LeadingKeys":["${aws:username}"]})");
  EXPECT_FALSE(DeniedStatement("SELECT * FROM notes WHERE pk = 'alice'"));
  EXPECT_FALSE(DeniedStatement("UPDATE notes SET n = 1 WHERE pk = 'alice' AND sk = '1'"));
  for (const char* statement :
       {"SELECT * FROM notes", "SELECT * FROM notes WHERE pk = 'bob'",
        "SELECT * FROM notes WHERE pk = 'bob' AND sk = '1'",
        "SELECT * FROM notes WHERE pk IN ['alice', 'bob']",
        "SELECT * FROM notes WHERE pk = 'alice' OR pk = 'bob'",
        "SELECT * FROM notes WHERE pk = 'bob' AND pk = 'alice'",
        "SELECT * FROM notes.by_sk WHERE sk = '1'", "SELECT * FROM notes.by_sk WHERE pk = 'alice'",
        "INSERT INTO notes VALUE {'pk': 'bob', 'sk': '1'} IF NOT EXISTS",
        "UPDATE notes SET n = 1 WHERE pk = 'bob' AND sk = '1'",
        "DELETE FROM notes WHERE pk = 'bob' AND sk = '1' RETURNING ALL OLD *",
        "DELETE FROM notes WHERE sk = '1'", "SELECT * FROM none WHERE pk = 'alice'"}) {
    EXPECT_TRUE(DeniedStatement(statement)) << statement;
  }
  EXPECT_TRUE(DeniedTransaction(
      "EXISTS(SELECT * FROM notes WHERE pk = 'bob' AND sk = '1' AND n IS MISSING)"));
  EXPECT_TRUE(DeniedTransaction("SELECT * FROM notes WHERE pk = 'bob' AND sk = '1'"));
  const std::string own = "SELECT * FROM notes WHERE pk = 'alice' AND sk = '1'";
  EXPECT_FALSE(DeniedBatch(own, "SELECT * FROM notes WHERE pk = 'alice' AND sk = '2'"));
  EXPECT_TRUE(DeniedBatch(own, "SELECT * FROM notes WHERE pk = 'bob' AND sk = '1'"));
}

// No condition is an oracle for what may not be read.
TEST_F(StatementAccessTest, AttributesHoldOnEveryWay) {
  Under(R"("ForAllValues:StringEquals":{"dynamodb:Attributes":["pk","sk","n"]})");
  const std::string where = " WHERE pk = 'alice' AND sk = '1'";
  EXPECT_FALSE(DeniedStatement("SELECT n FROM notes" + where));
  EXPECT_FALSE(DeniedStatement("UPDATE notes SET n = 1" + where + " RETURNING MODIFIED OLD *"));
  for (const std::string& statement :
       {"SELECT * FROM notes" + where, "SELECT n, text FROM notes" + where,
        "SELECT n FROM notes" + where + " AND text > 'a'",
        "SELECT n FROM notes" + where + " AND size(text.x[0]) > 1",
        "UPDATE notes SET n = text" + where, "UPDATE notes SET text = 'x'" + where,
        "UPDATE notes SET n = 1" + where + " AND begins_with(text, 's')",
        "UPDATE notes SET n = 1" + where + " RETURNING ALL NEW *",
        "DELETE FROM notes" + where + " RETURNING ALL OLD *",
        std::string("INSERT INTO notes VALUE {'pk': 'alice', 'sk': '5', 'text': 'x'}")}) {
    EXPECT_TRUE(DeniedStatement(statement)) << statement;
  }
  EXPECT_TRUE(DeniedStatement("UPDATE notes SET n = 1" + where,
                              R"(,"ReturnValuesOnConditionCheckFailure":"ALL_OLD")"));
  EXPECT_TRUE(DeniedTransaction("EXISTS(SELECT * FROM notes" + where + " AND text = 'secret')"));
  EXPECT_TRUE(DeniedTransaction("SELECT n FROM notes" + where + " AND text = 'secret'"));
}

TEST_F(StatementAccessTest, TransactionsEnclose) {
  Under(R"("StringEquals":{"dynamodb:EnclosingOperation":"ExecuteTransaction"})");
  const std::string select = "SELECT * FROM notes WHERE pk = 'alice' AND sk = '1'";
  EXPECT_TRUE(DeniedStatement(select));
  EXPECT_FALSE(DeniedTransaction(select));
  EXPECT_FALSE(DeniedTransaction("DELETE FROM notes WHERE pk = 'alice' AND sk = '1'"));
}

// What is no statement is said to be none; it would have accessed nothing.
TEST_F(StatementAccessTest, RefusesNonsenseFirst) {
  CallAsAlice(R"({"Effect":"Deny","Action":"*","Resource":"*"})");
  EXPECT_NE(Execute("nonsense").find("ValidationException"), std::string::npos);
  EXPECT_NE(Call("BatchExecuteStatement", R"({"Statements":[)" + Member("nonsense") + "]}")
                .body.find(R"("Code":"ValidationError")"),
            std::string::npos);
  EXPECT_TRUE(DeniedBatch("nonsense", "SELECT * FROM notes WHERE pk = 'alice' AND sk = '1'"));
}

// Tables of two accounts share names, and nothing else.
TEST_F(StatementAccessTest, NamesTablesOfTheCallersAccount) {
  const std::string select = "SELECT \"text\" FROM notes WHERE pk = 'alice' AND sk = '1'";
  CallAsRootOf("111111111111");
  EXPECT_NE(Execute(select).find("ResourceNotFoundException"), std::string::npos);
  CreateTable("notes");
  EXPECT_EQ(Execute(select), R"({"Items":[]})");
  Execute("INSERT INTO notes VALUE {'pk': 'alice', 'sk': '1', 'text': 'other'}");
  EXPECT_EQ(Execute(select, R"(,"ReturnConsumedCapacity":"TOTAL")"),
            R"({"ConsumedCapacity":{"TableName":"notes","CapacityUnits":0.5},)"
            R"("Items":[{"text":{"S":"other"}}]})");
  EXPECT_EQ(Send("BatchExecuteStatement", R"({"Statements":[)" + Member(select) + "]}"),
            R"({"Responses":[{"Item":{"text":{"S":"other"}},"TableName":"notes"}]})");
  EXPECT_EQ(Send("ExecuteTransaction", R"({"TransactStatements":[)" + Member(select) + "]}"),
            R"({"Responses":[{"Item":{"text":{"S":"other"}}}]})");
  Send("ExecuteTransaction",
       R"({"TransactStatements":[)" +
           Member("EXISTS(SELECT * FROM notes WHERE pk = 'alice' AND sk = '1' AND n IS MISSING)") +
           "," + Member("INSERT INTO notes VALUE {'pk': 'alice', 'sk': '2', 'n': 1}") + "]}");
  CallAsAnyone();
  EXPECT_EQ(Execute(select), R"({"Items":[{"text":{"S":"secret"}}]})");
  EXPECT_EQ(Execute("SELECT n FROM notes WHERE pk = 'alice' AND sk = '2'"), R"({"Items":[]})");
  // How the server names them is nobody's to say.
  EXPECT_NE(Execute("SELECT * FROM \"111111111111:table/notes\"").find("ResourceNotFound"),
            std::string::npos);
}

TEST_F(StatementAccessTest, ReachesOtherAccountsByArn) {
  const std::string arn = "arn:aws:dynamodb:us-east-1:000000000000:table/notes";
  const std::string select = "SELECT \"text\" FROM \"" + arn + "\" WHERE pk = 'bob' AND sk = '1'";
  const std::string erase = "DELETE FROM \"" + arn + "\" WHERE pk = 'bob' AND sk = '1'";
  CallAsRootOf("111111111111");
  EXPECT_TRUE(DeniedStatement(select));
  CallAsAnyone();
  Send("PutResourcePolicy",
       R"({"ResourceArn":")" + arn +
           R"(","Policy":"{\"Statement\":{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":)"
           R"(\"111111111111\"},\"Action\":\"dynamodb:PartiQLSelect\",\"Resource\":\"*\"}}"})");
  CallAsRootOf("111111111111");
  EXPECT_EQ(Execute(select), R"({"Items":[{"text":{"S":"secret"}}]})");
  EXPECT_TRUE(DeniedStatement(erase));
  EXPECT_TRUE(DeniedTransaction(erase));
  EXPECT_TRUE(DeniedBatch(erase, erase));
}

}  // namespace
}  // namespace stator::api
