#include "api/dispatcher.h"

#include <string>

#include <gtest/gtest.h>

#include "api/operation_test_fixture.h"

namespace stator::api {
namespace {

class DispatcherTest : public OperationTest {};

// W7.
TEST_F(DispatcherTest, RefusesUnknownTargets) {
  for (const std::string name : {"", "Unknown", "getitem", "GetItem ", "GetItem.GetItem"}) {
    EXPECT_EQ(Refused(name, "{}"), R"(UnknownOperationException"})") << name;
  }
}

TEST_F(DispatcherTest, ChecksJsonThenConstraintsThenMeaning) {
  EXPECT_EQ(Refused("PutItem", R"({"TableName":1,"ReturnValues":"x"})"),  // V1
            R"(SerializationException","message":"NUMBER_VALUE cannot be converted to String"})");
  EXPECT_TRUE(
      Invalid("PutItem", R"({"TableName":"none","Item":{"a":{"N":"x"}},"ReturnValues":"x"})")
          .starts_with("1 validation error detected: Value 'x' at 'ReturnValues'"));
  EXPECT_EQ(Invalid("PutItem", R"({"TableName":"none","Item":{"a":{"N":"x"}}})"),
            "The parameter cannot be converted to a numeric value: x");
  EXPECT_EQ(Refused("PutItem", R"({"TableName":"none","Item":{"a":{"N":"1"}}})"),
            R"(ResourceNotFoundException","message":"Requested resource not found"})");
}

TEST_F(DispatcherTest, LeavesLongCallsToThreadsThatMayWait) {
  for (const std::string name : {"Scan", "BatchGetItem", "BatchWriteItem", "TransactGetItems",
                                 "TransactWriteItems", "CreateTable"}) {
    EXPECT_TRUE(Call(name, "not even looked at", false).retry_blocking) << name;
  }
  EXPECT_FALSE(Call("GetItem", R"({"TableName":"none","Key":{}})", false).retry_blocking);
}

}  // namespace
}  // namespace stator::api
