#include <string>

#include <gtest/gtest.h>

#include "api/operation_test_fixture.h"

namespace stator::api {
namespace {

using DescribeKinesisStreamingDestinationTest = OperationTest;

TEST_F(DescribeKinesisStreamingDestinationTest, HasNone) {
  CreateTable("table");
  EXPECT_EQ(Send("DescribeKinesisStreamingDestination", R"({"TableName":"table"})"),
            R"({"TableName":"table","KinesisDataStreamDestinations":[]})");
  EXPECT_EQ(Refused("DescribeKinesisStreamingDestination", R"({"TableName":"missing"})"),
            R"(ResourceNotFoundException","message":"Requested resource not found: Table: missing )"
            R"(not found"})");
}

}  // namespace
}  // namespace stator::api
