#include <chrono>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "api/operation_test_fixture.h"

namespace stator::api {
namespace {

class UpdateTableTest : public OperationTest {
 protected:
  void SetUp() override { CreateTable("table"); }

  static std::string Body(const std::string& more) {
    return R"({"TableName":"table",)" + more + "}";
  }
  std::string Described() { return Send("DescribeTable", R"({"TableName":"table"})"); }
  bool Shows(const std::string& part) { return Described().find(part) != std::string::npos; }
  // Waits, for at most ten seconds, until the description shows the part.
  bool ComesToShow(const std::string& part) {
    for (int i = 0; i < 1000 && !Shows(part); ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return Shows(part);
  }
};

constexpr char kCreateIndex[] =
    R"("AttributeDefinitions":[{"AttributeName":"g","AttributeType":"S"}],)"
    R"("GlobalSecondaryIndexUpdates":[{"Create":{"IndexName":"index","KeySchema":[)"
    R"({"AttributeName":"g","KeyType":"HASH"}],"Projection":{"ProjectionType":"KEYS_ONLY"}}}])";

TEST_F(UpdateTableTest, ChangesSettings) {
  const std::string answer =
      Send("UpdateTable", Body(R"("BillingMode":"PROVISIONED",)"
                               R"("ProvisionedThroughput":{"ReadCapacityUnits":5,)"
                               R"("WriteCapacityUnits":6},"TableClass":"STANDARD",)"
                               R"("DeletionProtectionEnabled":true)"));
  EXPECT_NE(answer.find(R"("TableStatus":"UPDATING")"), std::string::npos) << answer;
  EXPECT_NE(answer.find(R"("ReadCapacityUnits":5)"), std::string::npos) << answer;
  EXPECT_TRUE(Shows(R"("TableStatus":"ACTIVE")"));
  EXPECT_TRUE(Shows(R"("BillingModeSummary":{"BillingMode":"PROVISIONED")"));
  EXPECT_TRUE(Shows(R"("TableClassSummary":{"TableClass":"STANDARD","LastUpdateDateTime":1.7E9})"));
  EXPECT_TRUE(Shows(R"("DeletionProtectionEnabled":true)"));
}

TEST_F(UpdateTableTest, CreatesUpdatesAndDeletesAnIndex) {
  const std::string answer = Send("UpdateTable", Body(kCreateIndex));
  EXPECT_NE(answer.find(R"("IndexStatus":"CREATING","Backfilling":true)"), std::string::npos)
      << answer;
  ASSERT_TRUE(ComesToShow(R"("TableStatus":"ACTIVE")"));
  EXPECT_TRUE(Shows(R"("IndexStatus":"ACTIVE")"));
  EXPECT_FALSE(Shows("Backfilling"));

  Send("UpdateTable", Body(R"("GlobalSecondaryIndexUpdates":[{"Update":{"IndexName":"index",)"
                           R"("OnDemandThroughput":{"MaxReadRequestUnits":7}}}])"));
  EXPECT_TRUE(Shows(R"("OnDemandThroughput":{"MaxReadRequestUnits":7,"MaxWriteRequestUnits":-1})"));

  Send("UpdateTable", Body(R"("GlobalSecondaryIndexUpdates":[{"Delete":{"IndexName":"index"}}])"));
  EXPECT_FALSE(Shows("GlobalSecondaryIndexes"));
  EXPECT_FALSE(Shows(R"("AttributeName":"g")"));
}

// K8.
TEST_F(UpdateTableTest, RefusesAnIndexThatIsNotThere) {
  EXPECT_EQ(Refused("UpdateTable",
                    Body(R"("GlobalSecondaryIndexUpdates":[{"Delete":{"IndexName":"index"}}])")),
            R"(ResourceNotFoundException","message":"Requested resource not found: Index index )"
            R"(for table table"})");
}

TEST_F(UpdateTableTest, RefusesATableThatIsNotThere) {
  EXPECT_EQ(Refused("UpdateTable", R"({"TableName":"missing","TableClass":"STANDARD"})"),
            R"(ResourceNotFoundException","message":"Requested resource not found: Table: missing )"
            R"(not found"})");
}

// V16.
TEST_F(UpdateTableTest, RefusesWhatIsNotSupported) {
  const std::string before = Described();
  for (const auto& [name, value] :
       {std::pair("ReplicaUpdates", R"([{"Create":{"RegionName":"eu-west-1"}}])"),
        std::pair("MultiRegionConsistency", R"("STRONG")"),
        std::pair("GlobalTableWitnessUpdates", "[{}]"),
        std::pair("GlobalTableSettingsReplicationMode", R"("ENABLED")"),
        std::pair("DisassociationProtectionEnabled", "true"),
        std::pair("VectorIndexUpdates", "[{}]")}) {
    EXPECT_EQ(Invalid("UpdateTable", Body(std::string(R"("DeletionProtectionEnabled":true,")") +
                                          name + R"(":)" + value)),
              std::string("One or more parameter values were invalid: ") + name +
                  " is not supported by this server");
  }
  EXPECT_EQ(Described(), before);
}

}  // namespace
}  // namespace stator::api
