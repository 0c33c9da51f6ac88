// Reads of ranges that step over many old versions have them written out.

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "storage/open_store.h"
#include "storage/store_test_support.h"

namespace stator::storage {
namespace {

constexpr int kRows = 20;

class ScanFlushTest : public testing::Test {
 protected:
  ScanFlushTest() {
    StoreOptions options;
    options.data_dir = directory_.path();
    options.durability = Durability::kNone;  // each update waits for the one before
    store_ = OpenStore(options).value();
  }

  void Overwrite(int times) {
    for (int i = 0; i < times; ++i) {
      for (int row = 0; row < kRows; ++row) {
        PutRow(*store_, ItemKey("p", std::to_string(row)), std::to_string(i));
      }
    }
  }

  // How many rows there are with that value.
  int RowsWith(const std::string& value) {
    int rows = 0;
    EXPECT_TRUE(store_
                    ->Scan({.space = kTestSpace,
                            .kind = RowKind::kItem,
                            .partition = "p",
                            .lower = "",
                            .upper = {}},
                           {},
                           [&](const RowView& row) {
                             rows += row.value == value ? 1 : 0;
                             return true;
                           })
                    .ok());
    return rows;
  }

  int Tables() const {
    int tables = 0;
    for (const auto& file : std::filesystem::recursive_directory_iterator(directory_.path())) {
      tables += file.path().extension() == ".sst" ? 1 : 0;
    }
    return tables;
  }
  bool HasTables() const {
    for (int i = 0; i < 1000 && Tables() == 0; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return Tables() > 0;
  }

  TemporaryDirectory directory_;
  std::unique_ptr<Store> store_;
};

TEST_F(ScanFlushTest, ManyOldVersionsAreWrittenOut) {
  Overwrite(40);
  EXPECT_EQ(RowsWith("39"), kRows);
  EXPECT_TRUE(HasTables());
  EXPECT_EQ(RowsWith("39"), kRows);
}

TEST_F(ScanFlushTest, RowsWithFewVersionsAreNot) {
  Overwrite(2);
  EXPECT_EQ(RowsWith("1"), kRows);
  store_->Stop();  // the committer has done what it was asked for
  EXPECT_EQ(Tables(), 0);
}

TEST_F(ScanFlushTest, FlushesComeAfterManyWritesOnly) {
  Overwrite(40);
  EXPECT_EQ(RowsWith("39"), kRows);
  ASSERT_TRUE(HasTables());
  const int tables = Tables();
  Overwrite(40);
  EXPECT_EQ(RowsWith("39"), kRows);
  store_->Stop();
  EXPECT_EQ(Tables(), tables);
}

}  // namespace
}  // namespace stator::storage
