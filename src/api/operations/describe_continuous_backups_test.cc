#include <string>

#include <gtest/gtest.h>

#include "api/operation_test_fixture.h"

namespace stator::api {
namespace {

using DescribeContinuousBackupsTest = OperationTest;

// K12, V15.
TEST_F(DescribeContinuousBackupsTest, AnswersForAnyTable) {
  CreateTable("table");
  EXPECT_EQ(Send("DescribeContinuousBackups", R"({"TableName":"table"})"),
            R"({"ContinuousBackupsDescription":{"ContinuousBackupsStatus":"ENABLED",)"
            R"("PointInTimeRecoveryDescription":{"PointInTimeRecoveryStatus":"DISABLED"}}})");
  EXPECT_EQ(Refused("DescribeContinuousBackups", R"({"TableName":"missing"})"),
            R"(TableNotFoundException","message":"Table not found: missing"})");
}

}  // namespace
}  // namespace stator::api
