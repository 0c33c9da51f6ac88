#include <string>

#include <gtest/gtest.h>

#include "api/operation_test_fixture.h"

namespace stator::api {
namespace {

using ListExportsTest = OperationTest;

TEST_F(ListExportsTest, ListsNone) {
  EXPECT_EQ(Send("ListExports", "{}"), R"({"ExportSummaries":[]})");
}

}  // namespace
}  // namespace stator::api
