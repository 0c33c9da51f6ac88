#include <string>

#include <gtest/gtest.h>

#include "api/operation_test_fixture.h"

namespace stator::api {
namespace {

class BatchWriteItemTest : public OperationTest {};

TEST_F(BatchWriteItemTest, PutsAndDeletes) {
  CreateTable("table");
  Put("table", "a", 1);
  EXPECT_EQ(Send("BatchWriteItem", R"({"RequestItems":{"table":[
                     {"DeleteRequest":{"Key":{"pk":{"S":"p"},"sk":{"S":"a"}}}},
                     {"PutRequest":{"Item":{"pk":{"S":"p"},"sk":{"S":"b"}}}}]},
                     "ReturnConsumedCapacity":"TOTAL"})"),
            R"({"UnprocessedItems":{},)"
            R"("ConsumedCapacity":[{"TableName":"table","CapacityUnits":2.0}]})");
  EXPECT_EQ(Send("Scan", R"({"TableName":"table"})"),
            R"({"Items":[{"pk":{"S":"p"},"sk":{"S":"b"}}],"Count":1,"ScannedCount":1})");
}

TEST_F(BatchWriteItemTest, ChecksItsShape) {
  const std::string put = R"({"PutRequest":{"Item":{"pk":{"S":"p"}}}})";
  std::string puts;
  for (int i = 0; i < 13; ++i) {
    puts += (i == 0 ? "" : ",") + put;
  }
  EXPECT_EQ(Invalid("BatchWriteItem",
                    R"({"RequestItems":{"one":[)" + puts + R"(],"two":[)" + puts + "]}}"),
            "Too many items requested for the BatchWriteItem call");
  EXPECT_TRUE(Invalid("BatchWriteItem", R"({"RequestItems":{"one":[{}]}})")
                  .starts_with("Supplied WriteRequest is empty"));
  EXPECT_TRUE(Invalid("BatchWriteItem", R"({"RequestItems":{"one":[
                          {"PutRequest":{"Item":{}},"DeleteRequest":{"Key":{}}}]}})")
                  .starts_with("Supplied WriteRequest has both"));
}

// C8, C9.
TEST_F(BatchWriteItemTest, ChecksKeys) {
  CreateTable("table");
  EXPECT_EQ(Invalid("BatchWriteItem", R"({"RequestItems":{"table":[
                        {"PutRequest":{"Item":{"pk":{"S":"p"},"sk":{"S":"a"}}}},
                        {"DeleteRequest":{"Key":{"pk":{"S":"p"},"sk":{"S":"a"}}}}]}})"),
            "Provided list of item keys contains duplicates");
  EXPECT_EQ(Invalid("BatchWriteItem",
                    R"({"RequestItems":{"table":[{"DeleteRequest":{"Key":{"pk":{"S":"p"}}}}]}})"),
            "The provided key element does not match the schema");
}

}  // namespace
}  // namespace stator::api
