#include <string>

#include <gtest/gtest.h>

#include "api/operation_test_fixture.h"

namespace stator::api {
namespace {

using ListBackupsTest = OperationTest;

TEST_F(ListBackupsTest, ListsNone) {
  EXPECT_EQ(Send("ListBackups", "{}"), R"({"BackupSummaries":[]})");
}

}  // namespace
}  // namespace stator::api
