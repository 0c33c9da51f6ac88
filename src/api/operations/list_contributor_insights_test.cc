#include <string>

#include <gtest/gtest.h>

#include "api/operation_test_fixture.h"

namespace stator::api {
namespace {

using ListContributorInsightsTest = OperationTest;

TEST_F(ListContributorInsightsTest, ListsNone) {
  EXPECT_EQ(Send("ListContributorInsights", "{}"), R"({"ContributorInsightsSummaries":[]})");
}

}  // namespace
}  // namespace stator::api
