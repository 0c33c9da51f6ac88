#include <string>

#include <gtest/gtest.h>

#include "api/operation_test_fixture.h"

namespace stator::api {
namespace {

using DescribeLimitsTest = OperationTest;

TEST_F(DescribeLimitsTest, GivesTheServicesDefaults) {
  EXPECT_EQ(Send("DescribeLimits", "{}"),
            R"({"AccountMaxReadCapacityUnits":80000,"AccountMaxWriteCapacityUnits":80000,)"
            R"("TableMaxReadCapacityUnits":40000,"TableMaxWriteCapacityUnits":40000})");
}

}  // namespace
}  // namespace stator::api
