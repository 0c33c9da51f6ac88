#include <string>

#include <gtest/gtest.h>

#include "api/operation_test_fixture.h"

namespace stator::api {
namespace {

using ListTablesTest = OperationTest;

TEST_F(ListTablesTest, ListsInPages) {
  for (const char* name : {"bbb", "aaa", "ccc"}) {
    CreateTable(name);
  }
  EXPECT_EQ(Send("ListTables", R"({"Limit":2})"),
            R"({"LastEvaluatedTableName":"bbb","TableNames":["aaa","bbb"]})");
  EXPECT_EQ(Send("ListTables", R"({"Limit":2,"ExclusiveStartTableName":"bbb"})"),
            R"({"TableNames":["ccc"]})");
}

TEST_F(ListTablesTest, ChecksTheLimit) {
  EXPECT_EQ(Invalid("ListTables", R"({"Limit":101})"),
            "1 validation error detected: Value '101' at 'Limit' failed to satisfy constraint: "
            "Member must have value less than or equal to 100");
  Invalid("ListTables", R"({"Limit":0})");
}

}  // namespace
}  // namespace stator::api
