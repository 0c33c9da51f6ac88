#include <string>

#include <gtest/gtest.h>

#include "api/operation_test_fixture.h"

namespace stator::api {
namespace {

class QueryTest : public OperationTest {
 protected:
  void SetUp() override {
    CreateTable("table");
    for (int i = 1; i <= 4; ++i) {
      Put("table", "s" + std::to_string(i), i);
    }
  }

  static std::string Body(const std::string& more) {
    return R"({"TableName":"table","KeyConditionExpression":"pk = :p",)"
           R"("ExpressionAttributeValues":{":p":{"S":"p"}})" +
           more + "}";
  }
  static std::string Item(int i) {
    const std::string n = std::to_string(i);
    return R"({"n":{"N":")" + n + R"("},"pk":{"S":"p"},"sk":{"S":"s)" + n + R"("}})";
  }
};

TEST_F(QueryTest, PagesInBothDirections) {
  EXPECT_EQ(Send("Query", Body(R"(,"Limit":2)")),
            R"({"Items":[)" + Item(1) + "," + Item(2) +
                R"(],"Count":2,"ScannedCount":2,"LastEvaluatedKey":{"pk":{"S":"p"},)"
                R"("sk":{"S":"s2"}}})");
  EXPECT_EQ(Send("Query", Body(R"(,"ExclusiveStartKey":{"pk":{"S":"p"},"sk":{"S":"s2"}})")),
            R"({"Items":[)" + Item(3) + "," + Item(4) + R"(],"Count":2,"ScannedCount":2})");
  EXPECT_EQ(Send("Query", Body(R"(,"ScanIndexForward":false,"Limit":1)")),
            R"({"Items":[)" + Item(4) +
                R"(],"Count":1,"ScannedCount":1,"LastEvaluatedKey":{"pk":{"S":"p"},)"
                R"("sk":{"S":"s4"}}})");
}

TEST_F(QueryTest, FiltersProjectsAndCounts) {
  EXPECT_EQ(Send("Query", R"({"TableName":"table",
                  "KeyConditionExpression":"begins_with(sk, :s) AND pk = :p",
                  "FilterExpression":"n >= :n","ProjectionExpression":"#n",
                  "ExpressionAttributeNames":{"#n":"n"},"ReturnConsumedCapacity":"TOTAL",
                  "ExpressionAttributeValues":{":p":{"S":"p"},":s":{"S":"s"},":n":{"N":"4"}}})"),
            R"({"Items":[{"n":{"N":"4"}}],"Count":1,"ScannedCount":4,)"
            R"("ConsumedCapacity":{"TableName":"table","CapacityUnits":0.5}})");
  EXPECT_EQ(Send("Query", Body(R"(,"Select":"COUNT")")), R"({"Count":4,"ScannedCount":4})");
}

TEST_F(QueryTest, TakesLegacyConditions) {
  EXPECT_EQ(Send("Query", R"({"TableName":"table","KeyConditions":{
                  "pk":{"ComparisonOperator":"EQ","AttributeValueList":[{"S":"p"}]},
                  "sk":{"ComparisonOperator":"GE","AttributeValueList":[{"S":"s2"}]}},
                  "QueryFilter":{"n":{"ComparisonOperator":"LT","AttributeValueList":[{"N":"3"}]}},
                  "AttributesToGet":["n"]})"),
            R"({"Items":[{"n":{"N":"2"}}],"Count":1,"ScannedCount":3})");
}

// Q5, V4.
TEST_F(QueryTest, ChecksSelect) {
  EXPECT_EQ(Invalid("Query", Body(R"(,"Select":"SPECIFIC_ATTRIBUTES")")),
            "1 validation error detected: Must specify the AttributesToGet or ProjectionExpression "
            "when choosing to get SPECIFIC_ATTRIBUTES");
  EXPECT_EQ(Invalid("Query", Body(R"(,"Select":"COUNT","ProjectionExpression":"n")")),
            "Cannot specify the ProjectionExpression when choosing to get only the Count");
  EXPECT_EQ(Invalid("Query", Body(R"(,"Select":"ALL_PROJECTED_ATTRIBUTES")")),
            "ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName");
}

TEST_F(QueryTest, ChecksParametersBeforeTheTable) {
  EXPECT_EQ(Invalid("Query", R"({"TableName":"none"})"),
            "Either the KeyConditions or KeyConditionExpression parameter must be specified in the "
            "request.");
  EXPECT_EQ(Invalid("Query", R"({"TableName":"none","KeyConditions":{},"QueryFilter":{},
                                 "FilterExpression":"a = b"})"),
            "Can not use both expression and non-expression parameters in the same request: "
            "Non-expression parameters: {QueryFilter, KeyConditions} Expression parameters: "
            "{FilterExpression}");
  EXPECT_EQ(Invalid("Query", R"({"TableName":"none","ProjectionExpression":"a",
                                 "ExpressionAttributeValues":{":a":{"S":"a"}}})"),
            "ExpressionAttributeValues can only be specified when using expressions: "
            "FilterExpression and KeyConditionExpression are null");
}

// L7, E25: what a Scan of the index may filter by, too, a Query may not.
TEST_F(QueryTest, RefusesFiltersThatTheIndexCannotAnswer) {
  Send("CreateTable", R"({"TableName":"indexed","BillingMode":"PAY_PER_REQUEST",
          "AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},
              {"AttributeName":"sk","AttributeType":"S"},{"AttributeName":"g","AttributeType":"S"}],
          "KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],
          "GlobalSecondaryIndexes":[{"IndexName":"inverted",
          "KeySchema":[{"AttributeName":"sk","KeyType":"HASH"},
                       {"AttributeName":"g","KeyType":"RANGE"}],
          "Projection":{"ProjectionType":"KEYS_ONLY"}}]})");
  const std::string query =
      R"({"TableName":"indexed","IndexName":"inverted","KeyConditionExpression":"sk = :s",)"
      R"("ExpressionAttributeValues":{":s":{"S":"s1"}},"FilterExpression":")";
  EXPECT_EQ(Invalid("Query", query + R"(n = :s OR pk = :s OR a.b = :s"})"),
            "One or more parameter values were invalid: Secondary index inverted does not project "
            "one or more filter attributes: [a, n]");
  EXPECT_EQ(Invalid("Query", query + R"(g = :s"})"),
            "Filter Expression can only contain non-primary key attributes: Primary key attribute: "
            "g");
  EXPECT_EQ(Invalid("Query", query + R"(pk.x = :s"})"),
            "Key attributes must be scalars; list random access '[]' and map lookup '.' are not "
            "allowed: Key: pk");
  EXPECT_EQ(Send("Scan", R"({"TableName":"indexed","IndexName":"inverted",)"
                         R"("ExpressionAttributeValues":{":s":{"S":"s1"}},)"
                         R"("FilterExpression":"n = :s"})"),
            R"({"Items":[],"Count":0,"ScannedCount":0})");
}

// V14.
TEST_F(QueryTest, RefusesUnknownIndexes) {
  EXPECT_EQ(Invalid("Query", Body(R"(,"IndexName":"none")")),
            "The table does not have the specified index: none");
}

}  // namespace
}  // namespace stator::api
