#include <string>

#include <gtest/gtest.h>

#include "api/operation_test_fixture.h"

namespace stator::api {
namespace {

using DescribeEndpointsTest = OperationTest;

// W26.
TEST_F(DescribeEndpointsTest, GivesTheHostThatWasReached) {
  EXPECT_EQ(Send("DescribeEndpoints", "{}"),
            R"({"Endpoints":[{"Address":"localhost:8000","CachePeriodInMinutes":1440}]})");
}

}  // namespace
}  // namespace stator::api
