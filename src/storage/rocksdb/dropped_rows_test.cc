#include "storage/rocksdb/dropped_rows.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "storage/rocksdb/database.h"
#include "storage/rocksdb/physical_key.h"
#include "storage/store_test_support.h"

namespace stator::storage {
namespace {

constexpr LogId kLog{kTestSpace + 1, 3};

class DroppedRowsTest : public testing::Test {
 protected:
  void Open() {
    database_.reset();
    StoreOptions options;
    options.data_dir = directory_.path();
    Format format;
    format.complete = opened_;
    opened_ = true;
    database_ = Database::Open(directory_.path() + "/rocksdb", options, format, nullptr).value();
  }

  void Put(size_t family, const std::string& key, const std::string& value = "v") {
    ASSERT_TRUE(db().Put(rocksdb::WriteOptions(), database_->family(family), key, value).ok());
  }
  void PutItem(Space space) {
    std::string key;
    AppendRowKey(key, ItemKey("p", "", space), GroupHash("p"));
    Put(FamilyOf(RowKind::kItem), key);
  }

  // The rows of all families once everything has been merged.
  size_t RowsLeft() {
    size_t rows = 0;
    for (size_t i = 0; i < kFamilies; ++i) {
      EXPECT_TRUE(db().CompactRange({}, database_->family(i), nullptr, nullptr).ok());
      rocksdb::ReadOptions options;
      options.total_order_seek = true;
      const std::unique_ptr<rocksdb::Iterator> row(db().NewIterator(options, database_->family(i)));
      for (row->SeekToFirst(); row->Valid(); row->Next()) {
        ++rows;
      }
    }
    return rows;
  }

  rocksdb::DB& db() { return database_->db(); }

  TemporaryDirectory directory_;
  bool opened_ = false;
  std::unique_ptr<Database> database_;
};

TEST_F(DroppedRowsTest, CompactionsLeaveDroppedSpacesOut) {
  Open();
  for (const Space space : {kTestSpace, kTestSpace + 1}) {
    PutItem(space);
    Put(kCounterFamily, CounterKey({space, 0}), CounterValue(1));
    Put(kLogFamily, LogRowKeyOf({space, 1}, 7));
  }
  Put(kCounterFamily, SpaceKeyOf(kTestSpace), "");
  Open();
  EXPECT_EQ(database_->dropped().Spaces(), std::set<Space>{kTestSpace});
  ASSERT_TRUE(database_->ForgetEmptySpaces().ok());
  EXPECT_EQ(RowsLeft(), 4U);  // three of the other space, and the mark
  ASSERT_TRUE(database_->ForgetEmptySpaces().ok());
  EXPECT_TRUE(database_->dropped().Spaces().empty());
  EXPECT_EQ(RowsLeft(), 3U);
}

TEST_F(DroppedRowsTest, CompactionsLeaveTrimmedRecordsOut) {
  Open();
  Put(kLogFamily, SpaceKeyOf(kLog.space), LogPositionValue(1));
  Put(kLogFamily, LogKeyOf(kLog), LogPositionValue(5));
  for (const LogPosition position : {1, 4, 5, 6}) {
    Put(kLogFamily, LogRowKeyOf(kLog, position));
    Put(kLogFamily, LogRowKeyOf({kLog.space, kLog.which + 1}, position));
  }
  EXPECT_EQ(RowsLeft(), 10U);
  database_->dropped().SetLogBegin(kLog, 5);
  EXPECT_EQ(RowsLeft(), 8U);
}

TEST_F(DroppedRowsTest, WholeTablesAreDeletedAtOnce) {
  Open();
  for (const Space space : {kTestSpace, kTestSpace + 1}) {
    PutItem(space);
    ASSERT_TRUE(db().Flush({}, database_->family(RowKind::kItem)).ok());
    // Tables of level 0 stay, because they may overlap.
    const std::string begin = SpaceKeyOf(space);
    const std::string end = SpaceKeyOf(space + 1);
    const rocksdb::Slice first(begin);
    const rocksdb::Slice last(end);
    ASSERT_TRUE(db().CompactRange({}, database_->family(RowKind::kItem), &first, &last).ok());
  }
  database_->DeleteTables(FamilyOf(RowKind::kItem), SpaceKeyOf(kTestSpace),
                          SpaceKeyOf(kTestSpace + 1));
  EXPECT_EQ(RowsLeft(), 1U);
}

}  // namespace
}  // namespace stator::storage
