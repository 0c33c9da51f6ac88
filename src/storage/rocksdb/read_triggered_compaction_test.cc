// Reads of ranges that step over many old versions have them merged.

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

constexpr int kRows = 200;

class ReadTriggeredCompactionTest : public testing::Test {
 protected:
  ReadTriggeredCompactionTest() { Open(); }

  void Open() {
    StoreOptions options;
    options.data_dir = directory_.path();
    options.durability = Durability::kNone;  // each update waits for the one before
    store_ = OpenStore(options).value();
  }

  // A clean stop writes out what is in memory, when it is more than a megabyte.
  void Reopen() {
    store_.reset();
    Open();
  }

  void Overwrite(int times) {
    for (int i = 1; i <= times; ++i) {
      for (int row = 0; row < kRows; ++row) {
        PutRow(*store_, ItemKey("p", std::to_string(row)), std::to_string(i) + padding_);
      }
    }
  }

  // How many rows there are with the value that Overwrite(times) has left.
  int RowsOf(int times) {
    int rows = 0;
    const std::string value = std::to_string(times) + padding_;
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

  // Of the rows, and of the store's own.
  int Tables() const {
    int tables = 0;
    for (const auto& file : std::filesystem::recursive_directory_iterator(directory_.path())) {
      tables += file.path().extension() == ".sst" ? 1 : 0;
    }
    return tables;
  }

  // Reads until there are so many tables; false when that does not happen.
  bool ReadUntilTables(int tables, int times) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (Tables() != tables && std::chrono::steady_clock::now() < end) {
      EXPECT_EQ(RowsOf(times), kRows);
    }
    return Tables() == tables;
  }

  std::string padding_;
  TemporaryDirectory directory_;
  std::unique_ptr<Store> store_;
};

TEST_F(ReadTriggeredCompactionTest, ManyOldVersionsInMemoryAreWrittenOut) {
  Overwrite(200);
  EXPECT_EQ(Tables(), 0);
  EXPECT_TRUE(ReadUntilTables(1, 200));
  EXPECT_EQ(RowsOf(200), kRows);
}

TEST_F(ReadTriggeredCompactionTest, FewWritesAreNot) {
  Overwrite(40);
  for (int i = 0; i < 200; ++i) {
    EXPECT_EQ(RowsOf(40), kRows);
  }
  EXPECT_EQ(Tables(), 0);
}

TEST_F(ReadTriggeredCompactionTest, OverlappingTablesAreMerged) {
  padding_ = std::string(8000, 'x');  // 200 such rows are more than a megabyte
  for (int table = 1; table <= 3; ++table) {
    Overwrite(1);
    Reopen();
    ASSERT_EQ(Tables(), table);
  }
  EXPECT_TRUE(ReadUntilTables(1, 1));
  Reopen();
  EXPECT_EQ(RowsOf(1), kRows);
}

TEST_F(ReadTriggeredCompactionTest, ReadsWithoutOldVersionsMergeNothing) {
  padding_ = std::string(8000, 'x');
  Overwrite(1);
  Reopen();
  for (int i = 0; i < 400; ++i) {
    EXPECT_EQ(RowsOf(1), kRows);
  }
  EXPECT_EQ(Tables(), 1);
}

}  // namespace
}  // namespace stator::storage
