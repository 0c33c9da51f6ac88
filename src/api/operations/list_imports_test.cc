#include <string>

#include <gtest/gtest.h>

#include "api/operation_test_fixture.h"

namespace stator::api {
namespace {

using ListImportsTest = OperationTest;

TEST_F(ListImportsTest, ListsNone) {
  EXPECT_EQ(Send("ListImports", "{}"), R"({"ImportSummaryList":[]})");
}

}  // namespace
}  // namespace stator::api
