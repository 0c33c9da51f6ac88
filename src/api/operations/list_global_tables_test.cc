#include <string>

#include <gtest/gtest.h>

#include "api/operation_test_fixture.h"

namespace stator::api {
namespace {

using ListGlobalTablesTest = OperationTest;

TEST_F(ListGlobalTablesTest, ListsNone) {
  EXPECT_EQ(Send("ListGlobalTables", "{}"), R"({"GlobalTables":[]})");
}

}  // namespace
}  // namespace stator::api
