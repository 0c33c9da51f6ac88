#include <string>

#include <gtest/gtest.h>

#include "api/operation_test_fixture.h"

namespace stator::api {
namespace {

using TagResourceTest = OperationTest;

// W6, K9.
TEST_F(TagResourceTest, AnswersWithAnEmptyBody) {
  CreateTable("table");
  EXPECT_EQ(
      Send("TagResource", R"({"ResourceArn":"arn:aws:dynamodb:us-east-1:000000000000:table/table",)"
                          R"("Tags":[{"Key":"a","Value":"1"}]})"),
      "");
  EXPECT_EQ(Send("ListTagsOfResource",
                 R"({"ResourceArn":"arn:aws:dynamodb:us-east-1:000000000000:table/table"})"),
            R"({"Tags":[{"Key":"a","Value":"1"}]})");
}

TEST_F(TagResourceTest, TellsMalformedFromMissing) {
  const std::string tags = R"(","Tags":[{"Key":"a","Value":"1"}]})";
  EXPECT_EQ(Invalid("TagResource", R"({"ResourceArn":"table)" + tags),
            "Invalid TableArn: Invalid ResourceArn provided as input table");
  EXPECT_EQ(
      Refused("TagResource",
              R"({"ResourceArn":"arn:aws:dynamodb:us-east-1:000000000000:table/table)" + tags),
      R"(ResourceNotFoundException","message":"Requested resource not found: ResourcArn: )"
      R"(arn:aws:dynamodb:us-east-1:000000000000:table/table not found"})");
}

}  // namespace
}  // namespace stator::api
