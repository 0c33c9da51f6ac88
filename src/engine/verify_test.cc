// What VerifyStore says of stores that were tampered with.
#include "engine/verify.h"

#include <algorithm>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "base/clock.h"
#include "engine/blocking_update.h"
#include "engine/engine.h"
#include "engine/item_change.h"
#include "engine/item_key.h"
#include "engine/table_test_support.h"
#include "storage/open_store.h"
#include "storage/record.h"

namespace stator::engine {
namespace {

using model::AttributeValue;
using model::Item;
using storage::RowKind;

constexpr int kItems = 50;

// A table with a local and a global index and some items, and the means to change single rows.
class VerifyTest : public testing::Test {
 protected:
  VerifyTest()
      : store_(
            std::move(storage::OpenStore({.in_memory = true, .data_dir = {}, .log = {}})).value()),
        engine_(*store_, EngineOptions(), base::Clock::System()) {}

  void SetUp() override {
    ASSERT_TRUE(engine_.Start().ok());
    CreateTableRequest request = PlainTable("shop");
    request.attributes.push_back({"l", model::ScalarType::kString});
    request.attributes.push_back({"g", model::ScalarType::kString});
    request.local_indexes.emplace().push_back(PlainIndex("local", {{"pk", true}, {"l", false}}));
    request.global_indexes.emplace().push_back(PlainIndex("global", {{"g", true}}));
    ASSERT_TRUE(engine_.tables().CreateTable(request).ok());
    table_ = engine_.tables().DescribeTable("shop")->table;
    for (int i = 0; i < kItems; ++i) {
      Put(MakeItem(i));
    }
  }
  void TearDown() override {
    engine_.Stop();
    store_->Stop();
  }

  // Every third item is in both indexes.
  static Item MakeItem(int number) {
    Item item{{"pk", AttributeValue("p" + std::to_string(number % 5))},
              {"sk", AttributeValue("s" + std::to_string(number))}};
    if (number % 3 == 0) {
      item.Set("l", AttributeValue("l" + std::to_string(number % 4)));
      item.Set("g", AttributeValue("g" + std::to_string(number % 7)));
    }
    return item;
  }

  void Put(Item item) {
    std::promise<bool> done;
    PutItemRequest request;
    request.table = "shop";
    request.item = std::move(item);
    engine_.PutItem(std::move(request), {}, [&done](const base::Result<WriteResult>& result) {
      done.set_value(result.ok());
    });
    ASSERT_TRUE(done.get_future().get());
  }

  const model::TableSchema& schema() const { return table_->schema; }
  const model::IndexSchema& global() const { return schema().global_indexes[0]; }
  const model::IndexSchema& local() const { return schema().local_indexes[0]; }

  // Behind the engine's back: sets a row, or erases it, and adds to a counter.
  void Tamper(const storage::Key& key, const std::optional<std::string>& value) {
    storage::UpdateRequest request;
    request.keys.push_back(key);
    request.decide = [key, value](storage::CurrentValues, storage::Mutations& mutations) {
      value ? mutations.Put(key, *value) : mutations.Erase(key);
      return base::Result<void>();
    };
    ASSERT_TRUE(UpdateOrError(*store_, std::move(request)).ok());
  }
  void AddTo(storage::CounterId counter, int64_t delta) {
    storage::UpdateRequest request;
    request.keys.push_back(ItemRowKey(schema(), MakeItem(0)));
    request.decide = [counter, delta](storage::CurrentValues, storage::Mutations& mutations) {
      mutations.Add(counter, delta);
      return base::Result<void>();
    };
    ASSERT_TRUE(UpdateOrError(*store_, std::move(request)).ok());
  }

  VerifyReport Verify(std::vector<storage::Space> spaces = {}) {
    problems_.clear();
    notes_.clear();
    const VerifyObserver observer{
        .problem = [this](std::string problem) { problems_.push_back(std::move(problem)); },
        .note = [this](std::string note) { notes_.push_back(std::move(note)); },
        .progress = [](const VerifyProgress&) {}};
    const base::Result<VerifyReport> report = VerifyStore(*store_, spaces, observer);
    EXPECT_TRUE(report.ok());
    return report.ok() ? *report : VerifyReport();
  }
  void ExpectProblems(const std::vector<std::string>& expected) {
    Verify();
    EXPECT_EQ(problems_, expected);
  }

  const std::unique_ptr<storage::Store> store_;
  Engine engine_;
  std::shared_ptr<const Table> table_;
  std::vector<std::string> problems_;
  std::vector<std::string> notes_;
};

TEST_F(VerifyTest, FindsNothingWrongWithWhatTheEngineWrote) {
  const VerifyReport report = Verify({0, schema().space, global().id});
  EXPECT_EQ(problems_, std::vector<std::string>());
  EXPECT_EQ(notes_, std::vector<std::string>());
  EXPECT_EQ(report.tables, 1U);
  EXPECT_EQ(report.indexes, 2U);
  EXPECT_EQ(report.items, static_cast<uint64_t>(kItems));
  EXPECT_EQ(report.entries, 2U * 17);
}

TEST_F(VerifyTest, NamesARecordThatDoesNotDecode) {
  Tamper(ItemRowKey(schema(), MakeItem(1)), "\x01\x02");
  Verify();
  ASSERT_EQ(problems_.size(), 2U);
  EXPECT_EQ(problems_[0], "table shop: the record in the row 01027031|7331 does not decode");
  EXPECT_NE(problems_[1].find("bytes by the counter"), std::string::npos);
}

TEST_F(VerifyTest, NamesARecordWithAWrongSize) {
  std::string record = storage::EncodeRecord(MakeItem(1));
  record[1] = static_cast<char>(record[1] + 1);
  Tamper(ItemRowKey(schema(), MakeItem(1)), record);
  Verify();
  ASSERT_EQ(problems_.size(), 2U);
  EXPECT_EQ(problems_[0], "table shop: the size of the record in the row 01027031|7331 is wrong");
}

TEST_F(VerifyTest, NamesAnItemInTheRowOfAnother) {
  Tamper(ItemRowKey(schema(), MakeItem(11)), storage::EncodeRecord(MakeItem(16)));
  ExpectProblems(
      {"table shop: the item {\"pk\":{\"S\":\"p1\"},\"sk\":{\"S\":\"s16\"}} stands in the "
       "row 01027031|733131, which is another's"});
}

TEST_F(VerifyTest, NamesAMissingEntry) {
  Tamper(*IndexRowKey(schema(), global(), MakeItem(3)), std::nullopt);
  AddTo(ItemCounterOf(schema(), &global()), -1);
  AddTo(BytesCounterOf(schema(), &global()),
        -static_cast<int64_t>(IndexEntryOf(schema(), global(), MakeItem(3))->size_bytes));
  ExpectProblems(
      {"table shop, index global: no entry for the item "
       "{\"pk\":{\"S\":\"p3\"},\"sk\":{\"S\":\"s3\"}}"});
}

TEST_F(VerifyTest, NamesAnEntryThatNoItemCallsFor) {
  Item gone = MakeItem(3);
  gone.Set("sk", AttributeValue("gone"));
  const IndexEntry entry = *IndexEntryOf(schema(), local(), gone);
  Tamper(entry.key, entry.record);
  Verify();
  ASSERT_EQ(problems_.size(), 3U);
  EXPECT_EQ(problems_[0], "table shop, index local: 17 items by the counter, 18 found");
  EXPECT_EQ(problems_[2].substr(0, 90),
            "table shop, index local: no item calls for the entry of "
            "{\"pk\":{\"S\":\"p3\"},\"sk\":{\"S\":\"gone\"}");
}

TEST_F(VerifyTest, NamesAnEntryWithOtherAttributes) {
  Item other = MakeItem(3);
  other.Set("x", AttributeValue("1"));
  const IndexEntry entry = *IndexEntryOf(schema(), global(), other);
  Tamper(entry.key, entry.record);
  Verify();
  const std::string differs =
      "table shop, index global: the entry for the item "
      "{\"pk\":{\"S\":\"p3\"},\"sk\":{\"S\":\"s3\"}} is not its";
  EXPECT_NE(std::find(problems_.begin(), problems_.end(), differs), problems_.end());
}

TEST_F(VerifyTest, ComparesCounters) {
  AddTo(ItemCounterOf(schema(), nullptr), 2);
  AddTo(BytesCounterOf(schema(), &local()), -1);
  Verify();
  ASSERT_EQ(problems_.size(), 2U);
  EXPECT_EQ(problems_[0], "table shop: 52 items by the counter, 50 found");
  EXPECT_EQ(problems_[1].substr(0, 25), "table shop, index local: ");
}

TEST_F(VerifyTest, NamesRowsThatBelongToNothing) {
  Tamper({.space = schema().space,
          .kind = RowKind::kLocalIndex,
          .partition = "p",
          .sort = std::string("\0\0\0\x09", 4)},
         "");
  Tamper({.space = global().id, .kind = RowKind::kItem, .partition = "p", .sort = ""}, "");
  ExpectProblems({"table shop: the row 70|00000009 is of no local index",
                  "table shop, index global: 1 rows of a kind that does not belong there"});
}

// A space that the catalog has noted as to be dropped is no problem; any other without an owner is.
TEST_F(VerifyTest, TellsLeftoversFromSpacesThatWaitToBeDropped) {
  storage::Key drop{.space = storage::kCatalogSpace,
                    .kind = RowKind::kSystem,
                    .partition = "table/gone",
                    .sort = std::string("drop/\0\0\0\x10", 9)};
  drop.sort.back() = static_cast<char>(global().id + 1);
  Tamper(drop, "");
  Verify({global().id + 1, global().id + 2});
  EXPECT_EQ(notes_, std::vector<std::string>{"space 18: was of the table gone, is dropped at the "
                                             "next start"});
  EXPECT_EQ(problems_,
            std::vector<std::string>{
                "space 19: has rows or counters, but no table, index or stream owns it"});
}

// The expiry index is checked like the others.
TEST_F(VerifyTest, ComparesTheExpiryIndexWithTheItems) {
  ASSERT_TRUE(engine_.tables().UpdateTimeToLive("shop", {.enabled = true, .attribute = "t"}).ok());
  while (engine_.tables().DescribeTimeToLive("shop")->status != "ENABLED") {
    std::this_thread::yield();
  }
  table_ = engine_.tables().DescribeTable("shop")->table;
  Item item = MakeItem(1);
  item.Set("t", AttributeValue(model::Number::FromInteger(4'000'000'000)));
  Put(item);
  const model::IndexSchema& expiry = *schema().expiry_index;
  EXPECT_EQ(Verify({expiry.id}).indexes, 2U);
  EXPECT_EQ(problems_, std::vector<std::string>());
  const IndexEntry entry = *IndexEntryOf(schema(), expiry, item);
  Tamper(entry.key, std::nullopt);
  Verify();
  const std::string missing =
      "table shop, time to live: no entry for the item {\"pk\":{\"S\":\"p1\"},"
      "\"sk\":{\"S\":\"s1\"}}";
  EXPECT_NE(std::find(problems_.begin(), problems_.end(), missing), problems_.end());
  Tamper(entry.key, entry.record);
  item.Set("t", AttributeValue(model::Number::FromInteger(5)));
  const IndexEntry stray = *IndexEntryOf(schema(), expiry, item);
  Tamper(stray.key, stray.record);
  Verify();
  EXPECT_NE(problems_.back().find("table shop, time to live: no item calls for the entry"),
            std::string::npos);
}

TEST_F(VerifyTest, NamesATableThatDoesNotDecode) {
  Tamper({.space = storage::kCatalogSpace,
          .kind = RowKind::kSystem,
          .partition = "table/shop",
          .sort = ""},
         "\x01");
  Verify({schema().space});
  ASSERT_EQ(problems_.size(), 2U);
  EXPECT_EQ(problems_[0].substr(0, 20), "catalog: table shop:");
  EXPECT_EQ(problems_[1].substr(0, 9), "space 16:");
}

// Entries that a backfill has yet to add are not missed, but what is there must be right.
TEST_F(VerifyTest, AnIndexThatIsBeingFilledMayLackEntries) {
  Table table = *table_;
  table.schema.global_indexes[0].backfilling = true;
  Catalog catalog(*store_, {});
  ASSERT_TRUE(catalog.Load().ok());
  ASSERT_TRUE(catalog
                  .Update("shop",
                          [&table](const Table*) -> base::Result<std::shared_ptr<const Table>> {
                            return std::make_shared<Table>(table);
                          })
                  .ok());
  Tamper(*IndexRowKey(schema(), global(), MakeItem(3)), std::nullopt);
  AddTo(ItemCounterOf(schema(), &global()), -1);
  AddTo(BytesCounterOf(schema(), &global()),
        -static_cast<int64_t>(IndexEntryOf(schema(), global(), MakeItem(3))->size_bytes));
  ExpectProblems({});
  Tamper(ItemRowKey(schema(), MakeItem(6)), std::nullopt);
  Verify();
  EXPECT_FALSE(problems_.empty());
  EXPECT_NE(problems_.back().find("no item calls for the entry"), std::string::npos);
}

}  // namespace
}  // namespace stator::engine
