#include <string>

#include <gtest/gtest.h>

#include "api/operation_test_fixture.h"

namespace stator::api {
namespace {

using DescribeGlobalTableSettingsTest = OperationTest;

TEST_F(DescribeGlobalTableSettingsTest, FindsNone) {
  EXPECT_EQ(Refused("DescribeGlobalTableSettings", R"({"GlobalTableName":"table"})"),
            R"(GlobalTableNotFoundException","message":"Global table not found: Global table )"
            R"(with name: 'table' does not exist."})");
}

}  // namespace
}  // namespace stator::api
