#include <string>

#include <gtest/gtest.h>

#include "api/operation_test_fixture.h"

namespace stator::api {
namespace {

using ListTagsOfResourceTest = OperationTest;

TEST_F(ListTagsOfResourceTest, ListsNone) {
  CreateTable("table");
  EXPECT_EQ(Send("ListTagsOfResource",
                 R"({"ResourceArn":"arn:aws:dynamodb:us-east-1:000000000000:table/table"})"),
            R"({"Tags":[]})");
}

// K9.
TEST_F(ListTagsOfResourceTest, RefusesUnknownArns) {
  EXPECT_TRUE(Refused("ListTagsOfResource",
                      R"({"ResourceArn":"arn:aws:dynamodb:us-east-1:000000000000:table/table"})")
                  .starts_with("AccessDeniedException"));
}

}  // namespace
}  // namespace stator::api
