#include <string>

#include <gtest/gtest.h>

#include "api/operation_test_fixture.h"

namespace stator::api {
namespace {

using DescribeGlobalTableTest = OperationTest;

TEST_F(DescribeGlobalTableTest, FindsNone) {
  EXPECT_EQ(Refused("DescribeGlobalTable", R"({"GlobalTableName":"table"})"),
            R"(GlobalTableNotFoundException","message":"Global table not found: Global table )"
            R"(with name: 'table' does not exist."})");
}

}  // namespace
}  // namespace stator::api
