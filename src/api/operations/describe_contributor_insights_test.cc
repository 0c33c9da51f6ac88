#include <string>

#include <gtest/gtest.h>

#include "api/operation_test_fixture.h"

namespace stator::api {
namespace {

using DescribeContributorInsightsTest = OperationTest;

TEST_F(DescribeContributorInsightsTest, IsDisabled) {
  CreateTable("table", R"(,"LocalSecondaryIndexes":[{"IndexName":"local","KeySchema":[)"
                       R"({"AttributeName":"pk","KeyType":"HASH"},)"
                       R"({"AttributeName":"sk","KeyType":"RANGE"}],)"
                       R"("Projection":{"ProjectionType":"ALL"}}])");
  EXPECT_EQ(Send("DescribeContributorInsights", R"({"TableName":"table"})"),
            R"({"TableName":"table","ContributorInsightsStatus":"DISABLED"})");
  for (const std::string name : {"index", "local"}) {
    EXPECT_EQ(Refused("DescribeContributorInsights",
                      R"({"TableName":"table","IndexName":")" + name + R"("})"),
              R"(ResourceNotFoundException","message":"Requested resource not found: Index: )" +
                  name + R"( not found for table: table"})");
  }
}

}  // namespace
}  // namespace stator::api
