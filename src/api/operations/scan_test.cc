#include <string>

#include <gtest/gtest.h>

#include "api/operation_test_fixture.h"

namespace stator::api {
namespace {

class ScanTest : public OperationTest {};

TEST_F(ScanTest, FiltersAndPages) {
  CreateTable("table");
  Put("table", "a", 1);
  Put("table", "b", 2);
  EXPECT_EQ(Send("Scan", R"({"TableName":"table","FilterExpression":"n > :n",
                             "ExpressionAttributeValues":{":n":{"N":"1"}}})"),
            R"({"Items":[{"n":{"N":"2"},"pk":{"S":"p"},"sk":{"S":"b"}}],)"
            R"("Count":1,"ScannedCount":2})");
  EXPECT_EQ(Send("Scan", R"({"TableName":"table","Limit":1,"AttributesToGet":["n"]})"),
            R"({"Items":[{"n":{"N":"1"}}],"Count":1,"ScannedCount":1,)"
            R"("LastEvaluatedKey":{"pk":{"S":"p"},"sk":{"S":"a"}}})");
  EXPECT_EQ(Send("Scan", R"({"TableName":"table","Select":"COUNT","ScanFilter":{
                             "n":{"ComparisonOperator":"IN",
                                  "AttributeValueList":[{"N":"1"},{"N":"7"}]}}})"),
            R"({"Count":1,"ScannedCount":2})");
}

// Q11.
TEST_F(ScanTest, SegmentsCoverTheTableOnce) {
  CreateTable("table");
  Put("table", "a", 1);
  int found = 0;
  for (int segment = 0; segment < 3; ++segment) {
    const std::string answer = Send("Scan", R"({"TableName":"table","TotalSegments":3,"Segment":)" +
                                                std::to_string(segment) + "}");
    found += answer.starts_with(R"({"Items":[{)") ? 1 : 0;
  }
  EXPECT_EQ(found, 1);
}

TEST_F(ScanTest, ChecksParametersBeforeTheTable) {
  const std::string table = R"({"TableName":"none",)";
  EXPECT_EQ(Invalid("Scan", table + R"("Segment":1})"),
            "The TotalSegments parameter is required but was not present in the request when "
            "Segment parameter is present");
  EXPECT_EQ(Invalid("Scan", table + R"("TotalSegments":1})"),
            "The Segment parameter is required but was not present in the request when parameter "
            "TotalSegments is present");
  EXPECT_EQ(Invalid("Scan", table + R"("Segment":2,"TotalSegments":2})"),
            "The Segment parameter is zero-based and must be less than parameter TotalSegments: "
            "Segment: 2 is not less than TotalSegments: 2");
  EXPECT_EQ(Invalid("Scan", table + R"("Limit":0})"),  // V6
            "Limit must be greater than or equal to 1");
  EXPECT_EQ(Invalid("Scan", table + R"("Select":"SPECIFIC_ATTRIBUTES"})"),  // V4
            "Must specify the AttributesToGet or ProjectionExpression when choosing to get "
            "SPECIFIC_ATTRIBUTES");
}

}  // namespace
}  // namespace stator::api
