#include <string>

#include <gtest/gtest.h>

#include "api/operation_test_fixture.h"

namespace stator::api {
namespace {

using DeleteTableTest = OperationTest;

// The service leaves out the key, the attributes and the creation time of a table that goes.
TEST_F(DeleteTableTest, DescribesWhatIsLeft) {
  CreateTable("table");
  Put("table", "a", 1);
  const std::string answer = Send("DeleteTable", R"({"TableName":"table"})");
  EXPECT_TRUE(
      answer.starts_with(R"({"TableDescription":{"TableName":"table","TableStatus":"DELETING",)"))
      << answer;
  EXPECT_NE(answer.find(R"("ItemCount":1)"), std::string::npos) << answer;
  EXPECT_EQ(answer.find("KeySchema"), std::string::npos) << answer;
  EXPECT_EQ(Send("ListTables", "{}"), R"({"TableNames":[]})");
  EXPECT_EQ(Refused("DeleteTable", R"({"TableName":"table"})"),
            R"(ResourceNotFoundException","message":"Requested resource not found: Table: table )"
            R"(not found"})");
}

TEST_F(DeleteTableTest, LeavesNothingForATableOfTheSameName) {
  CreateTable("table");
  Put("table", "a", 1);
  Send("DeleteTable", R"({"TableName":"table"})");
  CreateTable("table");
  EXPECT_EQ(Send("GetItem", R"({"TableName":"table","Key":{"pk":{"S":"p"},"sk":{"S":"a"}}})"),
            "{}");
}

// K6.
TEST_F(DeleteTableTest, RefusesAProtectedTable) {
  CreateTable("table", R"(,"DeletionProtectionEnabled":true)");
  EXPECT_EQ(Invalid("DeleteTable", R"({"TableName":"table"})"),
            "Resource cannot be deleted as it is currently protected against deletion. Disable "
            "deletion protection first.");
}

}  // namespace
}  // namespace stator::api
