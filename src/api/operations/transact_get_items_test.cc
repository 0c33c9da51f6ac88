#include <string>

#include <gtest/gtest.h>

#include "api/operation_test_fixture.h"

namespace stator::api {
namespace {

class TransactGetItemsTest : public OperationTest {};

TEST_F(TransactGetItemsTest, AnswersByPosition) {
  CreateTable("table");
  Put("table", "a", 1);
  const auto get = [](const std::string& sort, const std::string& more = "") {
    return R"({"Get":{"TableName":"table","Key":{"pk":{"S":"p"},"sk":{"S":")" + sort + R"("}})" +
           more + "}}";
  };
  EXPECT_EQ(Send("TransactGetItems", R"({"TransactItems":[)" + get("none") + "," +
                                         get("a", R"(,"ProjectionExpression":"n")") +
                                         R"(],"ReturnConsumedCapacity":"TOTAL"})"),
            R"({"ConsumedCapacity":[{"TableName":"table","CapacityUnits":4.0,)"
            R"("ReadCapacityUnits":4.0}],"Responses":[{},{"Item":{"n":{"N":"1"}}}]})");
  // E21: an item of which nothing is projected is left out.
  EXPECT_EQ(Send("TransactGetItems",
                 R"({"TransactItems":[)" + get("a", R"(,"ProjectionExpression":"x")") + "]}"),
            R"({"Responses":[{}]})");
}

TEST_F(TransactGetItemsTest, ChecksParametersBeforeTheTable) {
  EXPECT_EQ(Invalid("TransactGetItems",
                    R"({"TransactItems":[{"Get":{"TableName":"none","Key":{"pk":{"S":"p"}},
                        "ExpressionAttributeNames":{"#a":"a"}}}]})"),
            "ExpressionAttributeNames can only be specified when using expressions");
}

}  // namespace
}  // namespace stator::api
