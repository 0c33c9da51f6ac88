#include <string>

#include <gtest/gtest.h>

#include "api/operation_test_fixture.h"

namespace stator::api {
namespace {

using DescribeContributorInsightsTest = OperationTest;

TEST_F(DescribeContributorInsightsTest, IsDisabled) {
  CreateTable("table");
  EXPECT_EQ(Send("DescribeContributorInsights", R"({"TableName":"table"})"),
            R"({"TableName":"table","ContributorInsightsStatus":"DISABLED"})");
  EXPECT_TRUE(Refused("DescribeContributorInsights", R"({"TableName":"table","IndexName":"index"})")
                  .starts_with("ResourceNotFoundException"));
}

}  // namespace
}  // namespace stator::api
