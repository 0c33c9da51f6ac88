#include <regex>
#include <string>

#include <gtest/gtest.h>

#include "api/operation_test_fixture.h"

namespace stator::api {
namespace {

class CreateTableTest : public OperationTest {
 protected:
  // The answer with a fixed TableId.
  std::string Created(const std::string& body) {
    return std::regex_replace(
        Send("CreateTable", body),
        std::regex("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"), "ID");
  }
};

constexpr char kKey[] = R"("KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],)"
                        R"("AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}])";

std::string Body(const std::string& more) {
  return std::string(R"({"TableName":"table",)") + kKey + more + "}";
}

TEST_F(CreateTableTest, DescribesAnOnDemandTable) {
  EXPECT_EQ(
      Created(Body(R"(,"BillingMode":"PAY_PER_REQUEST")")),
      R"({"TableDescription":{"AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}],)"
      R"("TableName":"table","KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],)"
      R"("TableStatus":"CREATING","CreationDateTime":1.7E9,)"
      R"("ProvisionedThroughput":{"NumberOfDecreasesToday":0,"ReadCapacityUnits":0,)"
      R"("WriteCapacityUnits":0},"TableSizeBytes":0,"ItemCount":0,)"
      R"("TableArn":"arn:aws:dynamodb:us-east-1:000000000000:table/table","TableId":"ID",)"
      R"("BillingModeSummary":{"BillingMode":"PAY_PER_REQUEST",)"
      R"("LastUpdateToPayPerRequestDateTime":1.7E9},"DeletionProtectionEnabled":false,)"
      R"("WarmThroughput":{"ReadUnitsPerSecond":12000,"WriteUnitsPerSecond":4000,)"
      R"("Status":"CREATING"}}})");
}

// K4: no BillingModeSummary before the table was on-demand.
TEST_F(CreateTableTest, DescribesAProvisionedTableWithAllSettings) {
  const std::string answer = Created(
      Body(R"(,"ProvisionedThroughput":{"ReadCapacityUnits":5,"WriteCapacityUnits":6},)"
           R"("StreamSpecification":{"StreamEnabled":true,"StreamViewType":"OLD_IMAGE"},)"
           R"("SSESpecification":{"Enabled":true,"SSEType":"KMS","KMSMasterKeyId":"alias/k"},)"
           R"("TableClass":"STANDARD","DeletionProtectionEnabled":true,)"
           R"("Tags":[{"Key":"a","Value":"b"}])"));
  for (const char* part :
       {R"("ReadCapacityUnits":5,"WriteCapacityUnits":6)",
        R"("StreamSpecification":{"StreamEnabled":true,"StreamViewType":"OLD_IMAGE"})",
        R"("LatestStreamLabel":"2023-11-14T22:13:20.000")",
        R"(table/table/stream/2023-11-14T22:13:20.000")",
        R"("KMSMasterKeyArn":"arn:aws:kms:us-east-1:000000000000:alias/k")",
        R"("TableClassSummary":{"TableClass":"STANDARD"})", R"("DeletionProtectionEnabled":true)",
        R"("WarmThroughput":{"ReadUnitsPerSecond":5,"WriteUnitsPerSecond":6)"}) {
    EXPECT_NE(answer.find(part), std::string::npos) << part << " in " << answer;
  }
  EXPECT_EQ(answer.find("BillingModeSummary"), std::string::npos);
}

TEST_F(CreateTableTest, DescribesIndexes) {
  const std::string answer = Created(
      R"({"TableName":"table","KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},)"
      R"({"AttributeName":"sk","KeyType":"RANGE"}],)"
      R"("AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},)"
      R"({"AttributeName":"sk","AttributeType":"N"},{"AttributeName":"l","AttributeType":"B"}],)"
      R"("LocalSecondaryIndexes":[{"IndexName":"lsi","KeySchema":[{"AttributeName":"pk",)"
      R"("KeyType":"HASH"},{"AttributeName":"l","KeyType":"RANGE"}],)"
      R"("Projection":{"ProjectionType":"INCLUDE","NonKeyAttributes":["x"]}}],)"
      R"("GlobalSecondaryIndexes":[{"IndexName":"gsi","KeySchema":[{"AttributeName":"l",)"
      R"("KeyType":"HASH"},{"AttributeName":"sk","KeyType":"HASH"},)"
      R"({"AttributeName":"pk","KeyType":"RANGE"}],"Projection":{"ProjectionType":"ALL"}}],)"
      R"("BillingMode":"PAY_PER_REQUEST"})");
  EXPECT_NE(answer.find(
                R"("LocalSecondaryIndexes":[{"IndexName":"lsi","KeySchema":[{"AttributeName":"pk",)"
                R"("KeyType":"HASH"},{"AttributeName":"l","KeyType":"RANGE"}],)"
                R"("Projection":{"ProjectionType":"INCLUDE","NonKeyAttributes":["x"]},)"
                R"("IndexSizeBytes":0,"ItemCount":0,)"
                R"("IndexArn":"arn:aws:dynamodb:us-east-1:000000000000:table/table/index/lsi"}])"),
            std::string::npos)
      << answer;
  // Q10, K11.
  EXPECT_NE(
      answer.find(
          R"("GlobalSecondaryIndexes":[{"IndexName":"gsi","KeySchema":[{"AttributeName":"l",)"
          R"("KeyType":"HASH"},{"AttributeName":"sk","KeyType":"HASH"},)"
          R"({"AttributeName":"pk","KeyType":"RANGE"}],"Projection":{"ProjectionType":"ALL"},)"
          R"("IndexStatus":"CREATING","ProvisionedThroughput":{"NumberOfDecreasesToday":0,)"
          R"("ReadCapacityUnits":0,"WriteCapacityUnits":0},"IndexSizeBytes":0,"ItemCount":0,)"
          R"("IndexArn":"arn:aws:dynamodb:us-east-1:000000000000:table/table/index/gsi",)"
          R"("WarmThroughput":{"ReadUnitsPerSecond":12000,"WriteUnitsPerSecond":4000,)"
          R"("Status":"CREATING"}}])"),
      std::string::npos)
      << answer;
}

TEST_F(CreateTableTest, RefusesATableThatExists) {
  CreateTable("table");
  EXPECT_EQ(Refused("CreateTable", Body(R"(,"BillingMode":"PAY_PER_REQUEST")")),
            R"(ResourceInUseException","message":"Table already exists: table"})");
}

TEST_F(CreateTableTest, RefusesWhatTheModelForbids) {
  EXPECT_EQ(Invalid("CreateTable", Body(R"(,"BillingMode":"FREE")")),
            "1 validation error detected: Value 'FREE' at 'BillingMode' failed to satisfy "
            "constraint: Member must satisfy enum value set: [PROVISIONED, PAY_PER_REQUEST]");
  Invalid("CreateTable", R"({"TableName":"table"})");
  Invalid("CreateTable", Body(R"(,"ProvisionedThroughput":{"ReadCapacityUnits":0,)"
                              R"("WriteCapacityUnits":1})"));
}

// V16.
TEST_F(CreateTableTest, RefusesWhatIsNotSupported) {
  for (const auto& [name, value] :
       {std::pair("VectorIndexes", "[{}]"),
        std::pair("GlobalTableSourceArn", R"("arn:aws:dynamodb:us-east-1:1:table/x")"),
        std::pair("GlobalTableSettingsReplicationMode", R"("ENABLED")")}) {
    EXPECT_EQ(Invalid("CreateTable", Body(std::string(R"(,"BillingMode":"PAY_PER_REQUEST",")") +
                                          name + R"(":)" + value)),
              std::string("One or more parameter values were invalid: ") + name +
                  " is not supported by this server");
  }
  EXPECT_EQ(Send("ListTables", "{}"), R"({"TableNames":[]})");
}

TEST_F(CreateTableTest, NeverRunsOnAnEventLoop) {
  EXPECT_TRUE(
      Call("CreateTable", Body(R"(,"BillingMode":"PAY_PER_REQUEST")"), false).retry_blocking);
}

}  // namespace
}  // namespace stator::api
