#include <string>

#include <gtest/gtest.h>

#include "api/operation_test_fixture.h"

namespace stator::api {
namespace {

using GetResourcePolicyTest = OperationTest;

TEST_F(GetResourcePolicyTest, FindsNone) {
  CreateTable("table");
  EXPECT_EQ(Refused("GetResourcePolicy",
                    R"({"ResourceArn":"arn:aws:dynamodb:us-east-1:000000000000:table/table"})"),
            R"(PolicyNotFoundException","message":"Resource-based policy not found for the )"
            R"(provided ResourceArn: arn:aws:dynamodb:us-east-1:000000000000:table/table"})");
  EXPECT_TRUE(Refused("GetResourcePolicy",
                      R"({"ResourceArn":"arn:aws:dynamodb:us-east-1:000000000000:table/other"})")
                  .starts_with("ResourceNotFoundException"));
}

}  // namespace
}  // namespace stator::api
