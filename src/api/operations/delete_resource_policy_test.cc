#include <string>

#include <gtest/gtest.h>

#include "api/operation_test_fixture.h"

namespace stator::api {
namespace {

using DeleteResourcePolicyTest = OperationTest;

constexpr char kArn[] = R"({"ResourceArn":"arn:aws:dynamodb:us-east-1:000000000000:table/table")";

TEST_F(DeleteResourcePolicyTest, DeletesOnce) {
  CreateTable("table");
  Send("PutResourcePolicy",
       std::string(kArn) + R"(,"Policy":"{\"Statement\":{\"Effect\":\"Deny\",\"Principal\":\"*\",)"
                           R"(\"Action\":\"dynamodb:GetItem\",\"Resource\":\"*\"}}"})");
  EXPECT_TRUE(Refused("DeleteResourcePolicy", std::string(kArn) + R"(,"ExpectedRevisionId":"1"})")
                  .starts_with("PolicyNotFoundException"));
  EXPECT_EQ(Send("DeleteResourcePolicy", std::string(kArn) + "}"),
            R"({"RevisionId":"1700000000000"})");
  EXPECT_EQ(Send("DeleteResourcePolicy", std::string(kArn) + "}"), "{}");
  EXPECT_TRUE(
      Refused("GetResourcePolicy", std::string(kArn) + "}").starts_with("PolicyNotFoundException"));
}

}  // namespace
}  // namespace stator::api
