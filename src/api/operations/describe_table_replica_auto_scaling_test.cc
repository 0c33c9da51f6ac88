#include <string>

#include <gtest/gtest.h>

#include "api/operation_test_fixture.h"

namespace stator::api {
namespace {

using DescribeTableReplicaAutoScalingTest = OperationTest;

TEST_F(DescribeTableReplicaAutoScalingTest, HasNoReplicas) {
  CreateTable("table");
  EXPECT_EQ(
      Send("DescribeTableReplicaAutoScaling", R"({"TableName":"table"})"),
      R"({"TableAutoScalingDescription":{"TableName":"table","TableStatus":"ACTIVE","Replicas":[]}})");
  EXPECT_EQ(Refused("DescribeTableReplicaAutoScaling", R"({"TableName":"missing"})"),
            R"(ResourceNotFoundException","message":"Requested resource not found: Table: missing )"
            R"(not found"})");
}

}  // namespace
}  // namespace stator::api
