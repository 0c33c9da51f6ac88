#include "api/authorizer.h"

#include <map>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "api/operation.h"
#include "api/operation_test_fixture.h"

namespace stator::api {
namespace {

using AuthorizerTest = OperationTest;

constexpr char kArn[] = "arn:aws:dynamodb:us-east-1:000000000000:table/table";

// A valid request of each operation that is served. An operation without one here fails the test:
// nobody would know whether it is authorized.
const std::map<std::string_view, std::string>& Requests() {
  const std::string table = R"({"TableName":"table"})";
  const std::string destination =
      R"({"TableName":"table","StreamArn":"arn:aws:kinesis:us-east-1:000000000000:stream/changes"})";
  const std::string arn = std::string(R"({"ResourceArn":")") + kArn + "\"";
  const std::string key = R"("Key":{"pk":{"S":"p"},"sk":{"S":"s"}})";
  const std::string item = R"("Item":{"pk":{"S":"p"},"sk":{"S":"s"}})";
  static const std::map<std::string_view, std::string> requests{
      {"GetItem", R"({"TableName":"table",)" + key + "}"},
      {"PutItem", R"({"TableName":"table",)" + item + "}"},
      {"UpdateItem", R"({"TableName":"table",)" + key + "}"},
      {"DeleteItem", R"({"TableName":"table",)" + key + "}"},
      {"Query", R"({"TableName":"table","KeyConditionExpression":"pk = :p",)"
                R"("ExpressionAttributeValues":{":p":{"S":"p"}}})"},
      {"Scan", table},
      {"TransactWriteItems", R"({"TransactItems":[{"Put":{"TableName":"table",)" + item + "}}]}"},
      {"TransactGetItems", R"({"TransactItems":[{"Get":{"TableName":"table",)" + key + "}}]}"},
      {"BatchWriteItem", R"({"RequestItems":{"table":[{"DeleteRequest":{)" + key + "}}]}}"},
      {"BatchGetItem", R"({"RequestItems":{"table":{"Keys":[{"pk":{"S":"p"},"sk":{"S":"s"}}]}}})"},
      {"CreateTable",
       R"({"TableName":"table","KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],)"
       R"("AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}]})"},
      {"UpdateTable", R"({"TableName":"table","DeletionProtectionEnabled":false})"},
      {"DeleteTable", table},
      {"DescribeTable", table},
      {"ListTables", "{}"},
      {"TagResource", arn + R"(,"Tags":[{"Key":"a","Value":"b"}]})"},
      {"UntagResource", arn + R"(,"TagKeys":["a"]})"},
      {"ListTagsOfResource", arn + "}"},
      {"DescribeLimits", "{}"},
      {"DescribeEndpoints", "{}"},
      {"DescribeTimeToLive", table},
      {"UpdateTimeToLive",
       R"({"TableName":"table","TimeToLiveSpecification":{"Enabled":true,"AttributeName":"t"}})"},
      {"ExecuteStatement", R"({"Statement":"SELECT * FROM \"table\""})"},
      {"BatchExecuteStatement",
       R"({"Statements":[{"Statement":"SELECT * FROM \"table\" WHERE pk = 'p' AND sk = 's'"}]})"},
      {"ExecuteTransaction",
       R"({"TransactStatements":[{"Statement":"DELETE FROM \"table\" WHERE pk = 'p' AND sk = 's'"}]})"},
      {"ListStreams", "{}"},
      {"DescribeContinuousBackups", table},
      {"GetResourcePolicy", arn + "}"},
      {"PutResourcePolicy",
       arn + R"(,"Policy":"{\"Statement\":{\"Effect\":\"Deny\",\"Principal\":\"*\",)"
             R"(\"Action\":\"dynamodb:InjectError\",\"Resource\":\"*\"}}"})"},
      {"DeleteResourcePolicy", arn + "}"},
      {"DescribeContributorInsights", table},
      {"ListContributorInsights", "{}"},
      {"DescribeKinesisStreamingDestination", table},
      {"EnableKinesisStreamingDestination", destination},
      {"DisableKinesisStreamingDestination", destination},
      {"UpdateKinesisStreamingDestination", destination},
      {"DescribeTableReplicaAutoScaling", table},
      {"DescribeGlobalTable", R"({"GlobalTableName":"table"})"},
      {"DescribeGlobalTableSettings", R"({"GlobalTableName":"table"})"},
      {"ListGlobalTables", "{}"},
      {"ListBackups", "{}"},
      {"ListExports", "{}"},
      {"ListImports", "{}"},
  };
  return requests;
}

// The first string of that name in an answer.
std::string Text(const std::string& answer, const std::string& name) {
  const size_t begin = answer.find("\"" + name + "\":\"") + name.size() + 4;
  return answer.substr(begin, answer.find('"', begin) - begin);
}

TEST_F(AuthorizerTest, RefusesEveryOperationThatNoPolicyAllows) {
  CreateTable("table",
              R"(,"StreamSpecification":{"StreamEnabled":true,"StreamViewType":"KEYS_ONLY"})");
  const std::string streams = "DynamoDBStreams_20120810.";
  std::map<std::string, std::string> of_stream;
  const std::string stream =
      R"({"StreamArn":")" +
      Text(Send("DescribeTable", R"({"TableName":"table"})"), "LatestStreamArn") + "\"";
  of_stream["DescribeStream"] = stream + "}";
  of_stream["GetShardIterator"] = stream + R"(,"ShardIteratorType":"TRIM_HORIZON","ShardId":")" +
                                  Text(Send(streams + "DescribeStream", stream + "}"), "ShardId") +
                                  "\"}";
  of_stream["GetRecords"] =
      R"({"ShardIterator":")" +
      Text(Send(streams + "GetShardIterator", of_stream["GetShardIterator"]), "ShardIterator") +
      "\"}";
  CallAsAlice(R"({"Effect":"Allow","Action":"s3:*","Resource":"*"})");
  for (const std::string& target : OperationTargets()) {
    const std::string operation = target.substr(target.find('.') + 1);
    const auto request = Requests().find(operation);
    if (!of_stream.contains(operation)) {
      ASSERT_NE(request, Requests().end()) << operation << " has no request in this test";
    }
    const std::string refused =
        Refused(target, of_stream.contains(operation) ? of_stream[operation] : request->second);
    EXPECT_TRUE(refused.starts_with("AccessDeniedException")) << operation << ": " << refused;
    EXPECT_NE(refused.find(" because no identity-based policy allows the dynamodb:"),
              std::string::npos)
        << refused;
  }
  // And it had no effect.
  CallAsAnyone();
  EXPECT_NE(Send("DescribeTable", R"({"TableName":"table"})").find("\"ItemCount\":0"),
            std::string::npos);
}

TEST_F(AuthorizerTest, AllowsEveryOperationToAdministrators) {
  Caller root;
  root.account = "000000000000";
  root.arn = "arn:aws:iam::000000000000:root";
  root.is_administrator = true;
  CreateTable("table");
  CallAs(root);
  for (const auto& [operation, json] : Requests()) {
    if (operation == "DeleteTable") {
      continue;  // tags of a table that is not there are denied to everybody (K9)
    }
    const std::string body = Call(std::string(operation), json).body;
    EXPECT_EQ(body.find("AccessDenied"), std::string::npos) << operation << ": " << body;
  }
}

// W2; the message as in the issue tracker of every SDK.
TEST_F(AuthorizerTest, SaysWhoMayNotDoWhat) {
  CreateTable("table");
  CallAsAlice(R"({"Effect":"Allow","Action":"dynamodb:GetItem","Resource":"*"},)"
              R"({"Effect":"Deny","Action":"dynamodb:DeleteTable","Resource":"*"})");
  const Response response =
      Call("PutItem", R"({"TableName":"table","Item":{"pk":{"S":"p"},"sk":{"S":"s"}}})");
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(response.body,
            R"({"__type":"com.amazon.coral.service#AccessDeniedException","message":"User: )"
            R"(arn:aws:iam::000000000000:user/alice is not authorized to perform: )"
            R"(dynamodb:PutItem on resource: )"
            R"(arn:aws:dynamodb:us-east-1:000000000000:table/table because no identity-based )"
            R"(policy allows the dynamodb:PutItem action"})");
  EXPECT_EQ(Refused("DeleteTable", R"({"TableName":"table"})"),
            R"(AccessDeniedException","message":"User: arn:aws:iam::000000000000:user/alice is )"
            R"(not authorized to perform: dynamodb:DeleteTable on resource: )"
            R"(arn:aws:dynamodb:us-east-1:000000000000:table/table with an explicit deny in an )"
            R"(identity-based policy"})");
  EXPECT_NE(Refused("ListTables", "{}")
                .find("on resource: arn:aws:dynamodb:us-east-1:000000000000:table/* because"),
            std::string::npos);
}

// V1: what is wrong with the request itself is said first, what is wrong with the table afterwards.
TEST_F(AuthorizerTest, ComesAfterValidationAndBeforeTheTable) {
  CallAsAlice(R"({"Effect":"Allow","Action":"dynamodb:Scan","Resource":"*"})");
  Invalid("PutItem", R"({"TableName":"table"})");
  EXPECT_TRUE(Refused("PutItem", R"({"TableName":"nowhere","Item":{"pk":{"S":"p"}}})")
                  .starts_with("AccessDeniedException"));
  EXPECT_TRUE(
      Refused("Scan", R"({"TableName":"nowhere"})").starts_with("ResourceNotFoundException"));
}

TEST_F(AuthorizerTest, DeniesWithAPolicyThatCannotBeRead) {
  CreateTable("table");
  Caller alice;
  alice.account = "000000000000";
  alice.arn = "arn:aws:iam::000000000000:user/alice";
  alice.is_administrator = true;
  alice.identity_policies = {"not a policy"};
  CallAs(alice);
  EXPECT_TRUE(Refused("ListTables", "{}").starts_with("AccessDeniedException"));
}

TEST_F(AuthorizerTest, ChecksBoundariesAndSessionPolicies) {
  CreateTable("table");
  Caller role;
  role.account = "000000000000";
  role.arn = "arn:aws:sts::000000000000:assumed-role/app/s1";
  role.identity_policies = {R"({"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}})"};
  role.permission_boundary =
      R"({"Statement":{"Effect":"Allow","NotAction":"dynamodb:Scan","Resource":"*"}})";
  role.session_policies = {
      R"({"Statement":{"Effect":"Allow","NotAction":"dynamodb:DeleteTable","Resource":"*"}})"};
  CallAs(role);
  Send("DescribeTable", R"({"TableName":"table"})");
  EXPECT_NE(Refused("Scan", R"({"TableName":"table"})").find("because no permissions boundary"),
            std::string::npos);
  EXPECT_NE(Refused("DeleteTable", R"({"TableName":"table"})").find("because no session policy"),
            std::string::npos);
}

TEST_F(AuthorizerTest, NeedsBothSidesAcrossAccounts) {
  CreateTable("table");
  const std::string get =
      std::string(R"({"TableName":")") + kArn + R"(","Key":{"pk":{"S":"p"},"sk":{"S":"a"}}})";
  Caller bob;
  bob.account = "111111111111";
  bob.arn = "arn:aws:iam::111111111111:user/bob";
  bob.identity_policies = {R"({"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}})"};
  CallAs(bob);
  EXPECT_NE(Refused("GetItem", get).find("because no resource-based policy allows"),
            std::string::npos);
  CallAsAnyone();
  Send("PutResourcePolicy",
       std::string(R"({"ResourceArn":")") + kArn +
           R"(","Policy":"{\"Statement\":{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":)"
           R"(\"111111111111\"},\"Action\":\"dynamodb:GetItem\",\"Resource\":\"*\"}}"})");
  CallAs(bob);
  EXPECT_EQ(Send("GetItem", get), "{}");
  // Without an account in its name it is a table of his own.
  EXPECT_TRUE(Refused("GetItem", R"({"TableName":"table","Key":{"pk":{"S":"p"},"sk":{"S":"a"}}})")
                  .starts_with("ResourceNotFoundException"));
  EXPECT_TRUE(Refused("DeleteTable", std::string(R"({"TableName":")") + kArn + R"("})")
                  .starts_with("AccessDeniedException"));
}

TEST_F(AuthorizerTest, KnowsTags) {
  CreateTable("table", R"(,"Tags":[{"Key":"stage","Value":"test"}])");
  CreateTable("live", R"(,"Tags":[{"Key":"stage","Value":"live"}])");
  CallAsAlice(R"({"Effect":"Allow","Action":"dynamodb:*","Resource":"*","Condition":)"
              R"({"StringEquals":{"aws:ResourceTag/stage":"test"}}},)"
              R"({"Effect":"Allow","Action":["dynamodb:TagResource","dynamodb:CreateTable"],)"
              R"("Resource":"*","Condition":{"ForAllValues:StringEquals":{"aws:TagKeys":)"
              R"(["team"]},"StringEquals":{"aws:RequestTag/team":"blue"}}})");
  Send("DescribeTable", R"({"TableName":"table"})");
  Send("Scan", R"({"TableName":"table"})");
  EXPECT_TRUE(Refused("Scan", R"({"TableName":"live"})").starts_with("AccessDeniedException"));
  const auto tag = [](const std::string& key, const std::string& value) {
    return R"({"ResourceArn":"arn:aws:dynamodb:us-east-1:000000000000:table/live","Tags":[{"Key":")" +
           key + R"(","Value":")" + value + R"("}]})";
  };
  Call("TagResource", tag("team", "blue"));
  EXPECT_TRUE(Refused("TagResource", tag("team", "red")).starts_with("AccessDeniedException"));
  EXPECT_TRUE(Refused("TagResource", tag("stage", "test")).starts_with("AccessDeniedException"));
  CreateTable("blue", R"(,"Tags":[{"Key":"team","Value":"blue"}])");
  EXPECT_TRUE(Refused("CreateTable",
                      R"({"TableName":"red","KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],)"
                      R"("AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}],)"
                      R"("BillingMode":"PAY_PER_REQUEST","Tags":[{"Key":"team","Value":"red"}]})")
                  .starts_with("AccessDeniedException"));
}

TEST_F(AuthorizerTest, KnowsTheCall) {
  CreateTable("table");
  const auto allowed = [this](const std::string& condition) {
    CallAsAlice(R"({"Effect":"Allow","Action":"dynamodb:Scan","Resource":"*","Condition":{)" +
                condition + "}}");
    return Call("Scan", R"({"TableName":"table"})").status == 200;
  };
  EXPECT_TRUE(allowed(R"("IpAddress":{"aws:SourceIp":"127.0.0.0/8"})"));
  EXPECT_FALSE(allowed(R"("IpAddress":{"aws:SourceIp":"10.0.0.0/8"})"));
  EXPECT_TRUE(allowed(R"("Bool":{"aws:SecureTransport":"false"})"));
  EXPECT_TRUE(allowed(R"("DateEquals":{"aws:CurrentTime":"2023-11-14T22:13:20Z"})"));
  EXPECT_TRUE(allowed(R"("NumericEquals":{"aws:EpochTime":"1700000000"})"));
  EXPECT_TRUE(
      allowed(R"("StringEquals":{"aws:username":"alice","aws:userid":"AIDAALICE",)"
              R"("aws:PrincipalAccount":"000000000000","aws:PrincipalType":"User",)"
              R"("aws:ResourceAccount":"000000000000","aws:RequestedRegion":"us-east-1"})"));
  EXPECT_TRUE(
      allowed(R"("ArnEquals":{"aws:PrincipalArn":"arn:aws:iam::000000000000:user/alice"})"));
  EXPECT_FALSE(allowed(R"("StringEquals":{"aws:PrincipalTag/team":"blue"})"));
  EXPECT_TRUE(allowed(R"("Bool":{"dynamodb:FullTableScan":"true"})"));
}

}  // namespace
}  // namespace stator::api
