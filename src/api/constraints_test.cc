#include "api/constraints.h"

#include <string>

#include <gtest/gtest.h>

#include "api/document.h"
#include "api/operation.h"
#include "api/shapes_item.h"

namespace stator::api {
namespace {

std::string Check(const std::string& operation, const std::string& json,
                  ValidationWording wording = ValidationWording::kFirstOnly) {
  Document document;
  const base::Result<Node*> node =
      document.Parse(json, *FindOperation("DynamoDB_20120810." + operation)->input);
  if (!node.ok()) {
    return "no document: " + node.error().message;
  }
  const base::Result<void> checked = CheckConstraints(**node, wording);
  return checked.ok() ? "" : checked.error().message;
}

TEST(Constraints, AcceptsWhatFits) {
  EXPECT_EQ(Check("GetItem", R"({"TableName":"abc","Key":{}})"), "");
  EXPECT_EQ(Check("GetItem", R"({"TableName":"a","Key":{},"AttributesToGet":["a"]})"), "");
  // W25.
  EXPECT_EQ(Check("GetItem",
                  R"({"TableName":"arn:aws:dynamodb:us-east-1:000000000000:table/t","Key":{}})"),
            "");
}

// V2, V5: the newer wording gives the first violation in model order.
TEST(Constraints, ReportsTheFirstViolation) {
  const std::string one = "1 validation error detected: ";
  EXPECT_EQ(
      Check("GetItem", "{}"),
      one + "Value null at 'TableName' failed to satisfy constraint: Member must not be null");
  EXPECT_EQ(Check("GetItem", R"({"TableName":"abc"})"),
            one + "Value null at 'Key' failed to satisfy constraint: Member must not be null");
  EXPECT_EQ(Check("GetItem", R"({"TableName":"","Key":{}})"),
            one +
                "Value '' at 'TableName' failed to satisfy constraint: Member must have length "
                "greater than or equal to 1");
  EXPECT_EQ(Check("GetItem", R"({"TableName":"a b","Key":{}})"),
            one +
                "Value 'a b' at 'TableName' failed to satisfy constraint: Member must satisfy "
                "regular expression pattern: [a-zA-Z0-9_.-]+");
  EXPECT_EQ(Check("PutItem", R"({"TableName":"abc","Item":{},"ReturnValues":"x"})"),
            one +
                "Value 'x' at 'ReturnValues' failed to satisfy constraint: Member must satisfy "
                "enum value set: [NONE, ALL_OLD, UPDATED_OLD, ALL_NEW, UPDATED_NEW]");
  EXPECT_EQ(Check("Query", R"({"TableName":"abc","Limit":0})"),  // V6
            one +
                "Value '0' at 'Limit' failed to satisfy constraint: Member must have value "
                "greater than or equal to 1");
  EXPECT_EQ(Check("Scan", R"({"TableName":"abc","Segment":-1,"TotalSegments":1000001})"),
            one +
                "Value '1000001' at 'TotalSegments' failed to satisfy constraint: Member must "
                "have value less than or equal to 1000000");
}

// V2, V3: the older wording gives all of them, in camelCase.
TEST(Constraints, AggregatesWhenAsked) {
  EXPECT_EQ(
      Check("PutItem",
            R"({"TableName":"abc","Item":{},"ReturnValues":"x","ReturnConsumedCapacity":"y"})",
            ValidationWording::kAggregated),
      "2 validation errors detected: Value 'x' at 'returnValues' failed to satisfy "
      "constraint: Member must satisfy enum value set: [NONE, ALL_OLD, UPDATED_OLD, ALL_NEW, "
      "UPDATED_NEW]; Value 'y' at 'returnConsumedCapacity' failed to satisfy constraint: "
      "Member must satisfy enum value set: [INDEXES, TOTAL, NONE]");
  EXPECT_EQ(Check("GetItem", R"({"TableName":"","Key":{}})", ValidationWording::kAggregated),
            "1 validation error detected: Value '' at 'tableName' failed to satisfy constraint: "
            "Member must have length greater than or equal to 1");
}

TEST(Constraints, NamesNestedMembers) {
  const std::string one = "1 validation error detected: ";
  EXPECT_EQ(Check("TransactGetItems", R"({"TransactItems":[{"Get":{"Key":{}}}]})"),
            one +
                "Value null at 'TransactItems.1.member.Get.TableName' failed to satisfy "
                "constraint: Member must not be null");
  EXPECT_EQ(Check("TransactGetItems", R"({"TransactItems":[]})"),
            one +
                "Value '[]' at 'TransactItems' failed to satisfy constraint: Member must have "
                "length greater than or equal to 1");
  EXPECT_EQ(Check("TransactGetItems", R"({"TransactItems":[null]})"),
            one +
                "Value null at 'TransactItems.1.member' failed to satisfy constraint: Member "
                "must not be null");
  EXPECT_EQ(Check("BatchGetItem", R"({"RequestItems":{"abc":{"Keys":[]}}})"),
            one +
                "Value '[]' at 'RequestItems.abc.member.Keys' failed to satisfy constraint: "
                "Member must have length greater than or equal to 1");
  EXPECT_EQ(Check("Query", R"({"TableName":"abc","KeyConditions":{"a":{}}})",
                  ValidationWording::kAggregated),
            one +
                "Value null at 'keyConditions.a.member.comparisonOperator' failed to satisfy "
                "constraint: Member must not be null");
}

TEST(Constraints, ReportsCollectionsForTheirMembers) {
  const std::string one = "1 validation error detected: ";
  EXPECT_EQ(Check("BatchWriteItem", R"({"RequestItems":{"abc":[]}})"),  // C8
            one +
                "Value '{abc=[]}' at 'RequestItems' failed to satisfy constraint: Map value must "
                "satisfy constraint: [Member must have length less than or equal to 25, Member "
                "must have length greater than or equal to 1]");
  const std::string name(65'536, 'a');
  const std::string error = Check(
      "GetItem", R"({"TableName":"abc","Key":{},"AttributesToGet":["ok",")" + name + R"("]})");
  EXPECT_NE(error.find("' at 'AttributesToGet' failed to satisfy constraint: Member must satisfy "
                       "constraint: [Member must have length less than or equal to 65535]"),
            std::string::npos);
  EXPECT_LT(error.size(), 8192U);  // the value is not shown at any length
}

TEST(Constraints, PrintsStructuresWithTheirNames) {
  std::string items;
  for (int i = 0; i < 101; ++i) {
    items +=
        (i == 0 ? "" : ",") + std::string(R"({"Get":{"TableName":"t","Key":{"k":{"S":"v"}}}})");
  }
  const std::string error = Check("TransactGetItems", R"({"TransactItems":[)" + items + "]}");
  EXPECT_TRUE(error.starts_with(
      R"(1 validation error detected: Value '[TransactGetItem(Get=Get(Key={"k":{"S":"v"}}, )"
      "TableName=t, ProjectionExpression=null, ExpressionAttributeNames=null)), "))
      << error;
}

TEST(Constraints, CountsLengthsInUtf16) {
  // Four astral characters are eight code units; the limit of a token is 36.
  const std::string face = "\xF0\x9F\x98\x80";
  std::string token;
  for (int i = 0; i < 18; ++i) {
    token += face;
  }
  const auto request = [](const std::string& text) {
    return R"({"TransactItems":[{}],"ClientRequestToken":")" + text + R"("})";
  };
  EXPECT_EQ(Check("TransactWriteItems", request(token)), "");
  EXPECT_NE(Check("TransactWriteItems", request(token + "x")), "");
}

}  // namespace
}  // namespace stator::api
