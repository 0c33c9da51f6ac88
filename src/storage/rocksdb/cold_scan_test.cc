// Scans that must not wait for the device, over rows that are not in the cache.

#include <memory>
#include <optional>
#include <string>

#include <gtest/gtest.h>

#include "base/random.h"
#include "storage/open_store.h"
#include "storage/rocksdb/data_directory.h"
#include "storage/rocksdb/database.h"
#include "storage/store_test_support.h"

namespace stator::storage {
namespace {

// One group over several tables of 64 MB, each row in a block of its own.
constexpr int kRows = 600;
constexpr size_t kValueBytes = size_t{256} * 1024;

class ColdScanTest : public testing::Test {
 protected:
  ColdScanTest() {
    options_.data_dir = directory_.path();
    options_.durability = Durability::kNone;
    base::Random random(1);
    const std::unique_ptr<Store> store = OpenStore(options_).value();
    for (int row = 0; row < kRows; ++row) {
      std::string value(kValueBytes, '\0');
      for (char& byte : value) {
        byte = static_cast<char>(random.Next());
      }
      PutRow(*store, ItemKey("p", SortOf(row)), value);
    }
  }

  // Merges all into tables of the last level.
  void Merge() const {
    Format format;
    format.complete = true;
    const auto database =
        Database::Open(directory_.path() + "/rocksdb", options_, format, nullptr).value();
    ASSERT_TRUE(
        database->db().CompactRange({}, database->family(RowKind::kItem), nullptr, nullptr).ok());
  }

  static std::string SortOf(int row) { return std::to_string(1000 + row); }

  // Reads `most` rows from `first` on. Returns how many there are; nullopt when that would block.
  static std::optional<int> Read(Store& store, int first, int most, bool cache_only) {
    int rows = 0;
    const base::Result<void> scanned =
        store.Scan({.space = kTestSpace,
                    .kind = RowKind::kItem,
                    .partition = "p",
                    .lower = SortOf(first),
                    .upper = {}},
                   {.cache_only = cache_only}, [&](const RowView&) { return ++rows < most; });
    EXPECT_TRUE(scanned.ok() || scanned.error().code == base::ErrorCode::kWouldBlock);
    return scanned.ok() ? std::optional(rows) : std::nullopt;
  }

  const TemporaryDirectory directory_;
  StoreOptions options_;
};

// See Database::NewIterator.
TEST_F(ColdScanTest, DoesNotEndBeforeATableThatIsNotInTheCache) {
  Merge();
  const std::unique_ptr<Store> store = OpenStore(options_).value();
  int blocked = 0;
  for (int row = 0; row + 1 < kRows; ++row) {
    ASSERT_EQ(Read(*store, row, 1, false), 1);
    if (!DropFromPageCache(directory_.path())) {
      GTEST_SKIP() << "the file system is in memory";
    }
    const std::optional<int> both = Read(*store, row, 2, true);
    blocked += both ? 0 : 1;
    ASSERT_EQ(both.value_or(2), 2) << row;
  }
  EXPECT_GT(blocked, kRows / 2);
  EXPECT_EQ(Read(*store, 0, kRows + 1, false), kRows);
}

}  // namespace
}  // namespace stator::storage
