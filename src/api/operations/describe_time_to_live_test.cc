#include <string>

#include <gtest/gtest.h>

#include "api/operation_test_fixture.h"

namespace stator::api {
namespace {

using DescribeTimeToLiveTest = OperationTest;

TEST_F(DescribeTimeToLiveTest, IsDisabled) {
  CreateTable("table");
  EXPECT_EQ(Send("DescribeTimeToLive", R"({"TableName":"table"})"),
            R"({"TimeToLiveDescription":{"TimeToLiveStatus":"DISABLED"}})");
  EXPECT_EQ(Refused("DescribeTimeToLive", R"({"TableName":"missing"})"),
            R"(ResourceNotFoundException","message":"Requested resource not found: Table: missing )"
            R"(not found"})");
}

}  // namespace
}  // namespace stator::api
