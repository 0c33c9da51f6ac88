#include <string>

#include <gtest/gtest.h>

#include "api/operation_test_fixture.h"

namespace stator::api {
namespace {

// Every operation that takes an expression, with a path into a key attribute (L7).
class ScalarKeysTest : public OperationTest {
 protected:
  static constexpr char kKey[] = R"("Key":{"pk":{"S":"p"},"sk":{"S":"s"}})";
  static constexpr char kValues[] = R"("ExpressionAttributeValues":{":v":{"S":"v"}})";

  static std::string Refusal(const std::string& key) {
    return "Key attributes must be scalars; list random access '[]' and map lookup '.' are not "
           "allowed: " +
           key;
  }
  static std::string Body(const std::string& members) {
    return R"({"TableName":"table",)" + members + "}";
  }

  void SetUp() override {
    CreateTable("table");
    Send("UpdateTable", Body(R"("AttributeDefinitions":[{"AttributeName":"g","AttributeType":"S"}],
            "GlobalSecondaryIndexUpdates":[{"Create":{"IndexName":"by_g",
            "KeySchema":[{"AttributeName":"g","KeyType":"HASH"}],
            "Projection":{"ProjectionType":"ALL"}}}])"));
  }
};

TEST_F(ScalarKeysTest, Projections) {
  const std::string key = kKey;
  EXPECT_EQ(Invalid("GetItem", Body(key + R"(,"ProjectionExpression":"a.b, sk[0]")")),
            Refusal("Key: sk"));
  EXPECT_EQ(Invalid("BatchGetItem", R"({"RequestItems":{"table":{"Keys":[{"pk":{"S":"p"},)"
                                    R"("sk":{"S":"s"}}],"ProjectionExpression":"g.x"}}})"),
            Refusal("IndexKey: g"));
  EXPECT_EQ(
      Invalid("TransactGetItems", R"({"TransactItems":[{"Get":)" +
                                      Body(key + R"(,"ProjectionExpression":"g[1]")") + "}]}"),
      Refusal("IndexKey: g"));
  EXPECT_EQ(Invalid("Scan", Body(R"("ProjectionExpression":"pk.x")")), Refusal("Key: pk"));
}

TEST_F(ScalarKeysTest, Conditions) {
  const std::string condition = R"(,"ConditionExpression":"attribute_exists(a.b) OR g.x = :v",)";
  EXPECT_EQ(
      Invalid("PutItem", Body(R"("Item":{"pk":{"S":"p"},"sk":{"S":"s"}})" + condition + kValues)),
      Refusal("IndexKey: g"));
  EXPECT_EQ(Invalid("DeleteItem", Body(kKey + condition + kValues)), Refusal("IndexKey: g"));
  EXPECT_EQ(Invalid("UpdateItem", Body(kKey + condition + kValues)), Refusal("IndexKey: g"));
  EXPECT_EQ(Invalid("Scan", Body(std::string(R"("FilterExpression":"pk.x = :v",)") + kValues)),
            Refusal("Key: pk"));
}

TEST_F(ScalarKeysTest, Updates) {
  const std::string key = kKey;
  EXPECT_EQ(Invalid("UpdateItem", Body(key + R"(,"UpdateExpression":"SET a = pk.x")")),
            Refusal("Key: pk"));
  EXPECT_EQ(
      Invalid("UpdateItem",
              Body(key + R"x(,"UpdateExpression":"SET a = if_not_exists(g.x, :v)",)x" + kValues)),
      Refusal("IndexKey: g"));
  EXPECT_EQ(Invalid("UpdateItem", Body(key + R"(,"UpdateExpression":"REMOVE g.x")")),
            Refusal("IndexKey: g"));
}

}  // namespace
}  // namespace stator::api
