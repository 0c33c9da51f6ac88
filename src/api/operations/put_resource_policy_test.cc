#include <string>

#include <gtest/gtest.h>

#include "api/json_writer.h"
#include "api/operation_test_fixture.h"

namespace stator::api {
namespace {

constexpr char kTable[] = "arn:aws:dynamodb:us-east-1:000000000000:table/table";

// Policies of the table `table`.
class PutResourcePolicyTest : public OperationTest {
 protected:
  // A request with that document and further members.
  static std::string Request(const std::string& policy, const std::string& more = "") {
    std::string json;
    ObjectWriter body(json);
    body.String("ResourceArn", kTable);
    body.String("Policy", policy);
    json += more;
    body.End();
    return json;
  }

  static std::string Statement(const std::string& effect, const std::string& action) {
    return R"({"Statement":{"Effect":")" + effect + R"(","Principal":"*","Action":")" + action +
           R"(","Resource":"*"}})";
  }
};

TEST_F(PutResourcePolicyTest, KeepsTheDocumentAsItIs) {
  CreateTable("table");
  const std::string policy = " " + Statement("Allow", "dynamodb:GetItem") + "\n";
  EXPECT_EQ(Send("PutResourcePolicy", Request(policy)), R"({"RevisionId":"1700000000000"})");
  EXPECT_EQ(Send("PutResourcePolicy", Request(policy)), R"({"RevisionId":"1700000000000"})");
  EXPECT_EQ(Send("PutResourcePolicy", Request(Statement("Deny", "dynamodb:GetItem"),
                                              R"(,"ExpectedRevisionId":"1700000000000")")),
            R"({"RevisionId":"1700000000001"})");
  EXPECT_TRUE(Refused("PutResourcePolicy", Request(policy, R"(,"ExpectedRevisionId":"NO_POLICY")"))
                  .starts_with("PolicyNotFoundException"));
}

TEST_F(PutResourcePolicyTest, RefusesWhatIsNoPolicy) {
  CreateTable("table");
  const std::string start = "One or more parameter values were invalid: Invalid policy document: ";
  EXPECT_EQ(Invalid("PutResourcePolicy", Request("{")), start + "the policy is not valid JSON");
  EXPECT_EQ(Invalid("PutResourcePolicy", Request(Statement("Allow", "dynamodb:ListStreams"))),
            start + R"(The following action names are invalid: \"dynamodb:ListStreams\")");
  EXPECT_EQ(Invalid("PutResourcePolicy", Request(std::string(20'481, ' '))),
            start + "the policy has 20481 bytes, 20480 are allowed");
  EXPECT_TRUE(Refused("GetResourcePolicy", R"({"ResourceArn":")" + std::string(kTable) + "\"}")
                  .starts_with("PolicyNotFoundException"));
}

TEST_F(PutResourcePolicyTest, DecidesForCallers) {
  CreateTable("table");
  Put("table", "a", 1);
  Send("PutResourcePolicy", Request(R"({"Statement":{"Effect":"Allow","Principal":{"AWS":)"
                                    R"("arn:aws:iam::000000000000:user/alice"},)"
                                    R"("Action":"dynamodb:GetItem","Resource":"*"}})"));
  CallAsAlice(R"({"Effect":"Allow","Action":"dynamodb:PutItem","Resource":"*"})");
  Send("GetItem", R"({"TableName":"table","Key":{"pk":{"S":"p"},"sk":{"S":"a"}}})");
  EXPECT_TRUE(Refused("Scan", R"({"TableName":"table"})").starts_with("AccessDeniedException"));
}

TEST_F(PutResourcePolicyTest, AsksBeforeItsAuthorLocksHimselfOut) {
  CreateTable("table");
  CallAsAlice(R"({"Effect":"Allow","Action":"*","Resource":"*"})");
  const std::string policy = Statement("Deny", "dynamodb:*ResourcePolicy");
  EXPECT_NE(Invalid("PutResourcePolicy", Request(policy))
                .find("ConfirmRemoveSelfResourceAccess confirms"),
            std::string::npos);
  Send("PutResourcePolicy", Request(policy, R"(,"ConfirmRemoveSelfResourceAccess":true)"));
  EXPECT_NE(Refused("PutResourcePolicy", Request(policy))
                .find("with an explicit deny in a resource-based policy"),
            std::string::npos);
}

TEST_F(PutResourcePolicyTest, IsPartOfCreateTable) {
  std::string policy;
  model::AppendJsonString(Statement("Deny", "dynamodb:Scan"), policy);
  CreateTable("table", R"(,"ResourcePolicy":)" + policy);
  EXPECT_EQ(Send("GetResourcePolicy", R"({"ResourceArn":")" + std::string(kTable) + "\"}"),
            R"({"Policy":)" + policy + R"(,"RevisionId":"1700000000000"})");
  EXPECT_EQ(Invalid("CreateTable",
                    R"({"TableName":"other","KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],)"
                    R"("AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}],)"
                    R"("BillingMode":"PAY_PER_REQUEST","ResourcePolicy":"{}"})"),
            "One or more parameter values were invalid: Invalid policy document: a policy needs a "
            "statement");
}

}  // namespace
}  // namespace stator::api
