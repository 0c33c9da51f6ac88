#include <string>

#include <gtest/gtest.h>

#include "api/operation_test_fixture.h"

namespace stator::api {
namespace {

using UntagResourceTest = OperationTest;

// W6, K9.
TEST_F(UntagResourceTest, AnswersWithAnEmptyBody) {
  CreateTable("table", R"(,"Tags":[{"Key":"a","Value":"1"},{"Key":"b","Value":""}])");
  EXPECT_EQ(Send("UntagResource",
                 R"({"ResourceArn":"arn:aws:dynamodb:us-east-1:000000000000:table/table",)"
                 R"("TagKeys":["a"]})"),
            "");
  EXPECT_EQ(Send("ListTagsOfResource",
                 R"({"ResourceArn":"arn:aws:dynamodb:us-east-1:000000000000:table/table"})"),
            R"({"Tags":[{"Key":"b","Value":""}]})");
}

}  // namespace
}  // namespace stator::api
