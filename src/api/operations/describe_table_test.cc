#include <string>

#include <gtest/gtest.h>

#include "api/operation_test_fixture.h"

namespace stator::api {
namespace {

using DescribeTableTest = OperationTest;

// Q14: counts are live.
TEST_F(DescribeTableTest, ShowsLiveCounts) {
  CreateTable("table");
  Put("table", "a", 1);
  Put("table", "b", 1);
  const std::string answer = Send("DescribeTable", R"({"TableName":"table"})");
  EXPECT_TRUE(answer.starts_with(R"({"Table":{"AttributeDefinitions":)")) << answer;
  EXPECT_NE(answer.find(R"("TableStatus":"ACTIVE")"), std::string::npos) << answer;
  EXPECT_NE(answer.find(R"("TableSizeBytes":18,"ItemCount":2)"), std::string::npos) << answer;
}

// W25.
TEST_F(DescribeTableTest, AcceptsArns) {
  CreateTable("table");
  EXPECT_EQ(Send("DescribeTable",
                 R"({"TableName":"arn:aws:dynamodb:us-east-1:000000000000:table/table"})"),
            Send("DescribeTable", R"({"TableName":"table"})"));
}

TEST_F(DescribeTableTest, NamesTheTableThatIsNotThere) {
  EXPECT_EQ(Refused("DescribeTable", R"({"TableName":"missing"})"),
            R"(ResourceNotFoundException","message":"Requested resource not found: Table: missing )"
            R"(not found"})");
}

}  // namespace
}  // namespace stator::api
