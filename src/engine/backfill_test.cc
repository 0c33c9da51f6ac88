// New indexes over tables with items, on both engines, while writes go on and across restarts.
#include "engine/backfill.h"

#include <atomic>
#include <chrono>
#include <filesystem>
#include <future>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "base/random.h"
#include "engine/engine.h"
#include "engine/item_change.h"
#include "engine/table_test_support.h"
#include "storage/open_store.h"
#include "storage/record.h"

namespace stator::engine {
namespace {

using model::AttributeValue;
using model::Item;

constexpr char kTable[] = "table";

// The parameter: whether the store is the one in memory.
class BackfillTest : public testing::TestWithParam<bool> {
 protected:
  void SetUp() override {
    directory_ = std::filesystem::temp_directory_path() / ("stator-backfill-" + base::RandomUuid());
    Open();
    ASSERT_TRUE(engine_->tables().CreateTable(PlainTable(kTable)).ok());
  }
  void TearDown() override {
    engine_->Stop();
    store_->Stop();
    engine_.reset();
    store_.reset();
    std::filesystem::remove_all(directory_);
  }

  void Open() {
    store_ = std::move(storage::OpenStore({.in_memory = GetParam(),
                                           .data_dir = directory_.string(),
                                           .durability = storage::Durability::kNone,
                                           .log = {}}))
                 .value();
    StartEngine();
  }
  void StartEngine() {
    engine_ = std::make_unique<Engine>(*store_, EngineOptions(), clock_);
    ASSERT_TRUE(engine_->Start().ok());
  }

  // A new process: the store on disk is opened again, the one in memory stays.
  void Restart() {
    engine_->Stop();
    engine_.reset();
    if (GetParam()) {
      StartEngine();
      return;
    }
    store_->Stop();
    store_.reset();
    Open();
  }

  static Item MakeItem(int number) {
    return Item{{"pk", AttributeValue("p" + std::to_string(number % 50))},
                {"sk", AttributeValue("s" + std::to_string(number))}};
  }

  bool Put(Item item) {
    PutItemRequest request;
    request.table = kTable;
    request.item = std::move(item);
    return Await([&](auto done) { engine_->PutItem(std::move(request), {}, std::move(done)); });
  }
  bool Delete(Item key) {
    DeleteItemRequest request;
    request.table = kTable;
    request.key = std::move(key);
    return Await([&](auto done) { engine_->DeleteItem(std::move(request), {}, std::move(done)); });
  }
  template <typename Start>
  bool Await(Start start) {
    auto promise = std::make_shared<std::promise<bool>>();
    start([promise](const base::Result<WriteResult>& result) { promise->set_value(result.ok()); });
    return promise->get_future().get();
  }

  void Fill(int count) {
    for (int i = 0; i < count; ++i) {
      Item item = MakeItem(i);
      item.Set("g", AttributeValue("g" + std::to_string(i % 7)));
      ASSERT_TRUE(Put(std::move(item)));
    }
  }

  std::shared_ptr<const Table> Described() {
    return engine_->tables().DescribeTable(kTable)->table;
  }
  bool BecomesActive() {
    for (int i = 0; i < 3000; ++i) {
      if (Described()->status == TableStatus::kActive) {
        return true;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return false;
  }

  // All rows of a space: position and value.
  std::map<std::string, std::string> Rows(storage::Space space, storage::RowKind kind) {
    std::map<std::string, std::string> rows;
    EXPECT_TRUE(store_
                    ->ScanSpace({.space = space, .kind = kind, .after = {}}, {},
                                [&rows](const storage::RowView& row) {
                                  rows.emplace(
                                      std::string(row.partition) + '\xff' + std::string(row.sort),
                                      row.value);
                                  return true;
                                })
                    .ok());
    return rows;
  }

  // The index holds exactly the entries that the items call for, and its counters say so.
  void ExpectExactIndex(const std::string& name) {
    const std::shared_ptr<const Table> table = Described();
    const model::IndexSchema* index = table->schema.FindIndex(name);
    ASSERT_NE(index, nullptr);
    EXPECT_EQ(index->status, model::IndexStatus::kActive);
    EXPECT_FALSE(index->backfilling);
    std::map<std::string, std::string> expected;
    int64_t bytes = 0;
    for (const auto& [position, record] : Rows(table->schema.space, storage::RowKind::kItem)) {
      const auto entry = IndexEntryOf(table->schema, *index, *storage::DecodeRecord(record));
      if (entry) {
        expected.emplace(entry->key.partition + '\xff' + entry->key.sort, entry->record);
        bytes += static_cast<int64_t>(entry->size_bytes);
      }
    }
    EXPECT_EQ(Rows(index->id, storage::RowKind::kGlobalIndex), expected);
    const auto description = engine_->tables().DescribeTable(kTable);
    EXPECT_EQ(description->global_indexes.back().items, static_cast<int64_t>(expected.size()));
    EXPECT_EQ(description->global_indexes.back().bytes, bytes);
  }

  base::ManualClock clock_{1'700'000'000'123'456};
  std::filesystem::path directory_;
  std::unique_ptr<storage::Store> store_;
  std::unique_ptr<Engine> engine_;
};

TEST_P(BackfillTest, GivesEachItemItsEntry) {
  Fill(1000);
  ASSERT_TRUE(Put(MakeItem(5000)));  // has no g, so it is in no index (Q8)
  const auto updated = engine_->tables().UpdateTable(AddIndexRequest(kTable, "index"));
  ASSERT_TRUE(updated.ok());
  EXPECT_EQ(updated->table->status, TableStatus::kUpdating);
  EXPECT_TRUE(updated->table->schema.global_indexes[0].backfilling);
  ASSERT_TRUE(BecomesActive());
  ExpectExactIndex("index");
  EXPECT_EQ(engine_->tables().DescribeTable(kTable)->global_indexes[0].items, 1000);
}

// L6: items with unfit index keys are passed over.
TEST_P(BackfillTest, PassesOverUnfitItems) {
  Item item = MakeItem(1);
  item.Set("g", AttributeValue(model::Number::FromInteger(1)));
  ASSERT_TRUE(Put(item));
  ASSERT_TRUE(engine_->tables().UpdateTable(AddIndexRequest(kTable, "index")).ok());
  ASSERT_TRUE(BecomesActive());
  ExpectExactIndex("index");
  EXPECT_EQ(engine_->tables().DescribeTable(kTable)->global_indexes[0].items, 0);
}

TEST_P(BackfillTest, LosesNoConcurrentWrite) {
  constexpr int kItems = 2000;
  constexpr uint64_t kSeed = 42;
  Fill(kItems);
  std::atomic<bool> stop = false;
  std::vector<std::thread> writers;
  for (uint64_t thread = 0; thread < 3; ++thread) {
    writers.emplace_back([&, thread] {
      base::Random random(kSeed + thread);
      while (!stop) {
        Item item = MakeItem(static_cast<int>(random.Below(kItems + 500)));
        if (random.OneIn(4)) {
          EXPECT_TRUE(Delete(item));
          continue;
        }
        if (!random.OneIn(4)) {
          item.Set("g", AttributeValue("g" + std::to_string(random.Below(9))));
        }
        item.Set("x", AttributeValue(std::string(random.Below(40), 'x')));
        EXPECT_TRUE(Put(std::move(item)));
      }
    });
  }
  const auto updated = engine_->tables().UpdateTable(AddIndexRequest(kTable, "index"));
  const bool active = updated.ok() && BecomesActive();
  stop = true;
  for (std::thread& writer : writers) {
    writer.join();
  }
  ASSERT_TRUE(active);
  ExpectExactIndex("index");
}

TEST_P(BackfillTest, GoesOnAfterARestart) {
  Fill(3000);
  ASSERT_TRUE(engine_->tables().UpdateTable(AddIndexRequest(kTable, "index")).ok());
  const storage::Space space = Described()->schema.global_indexes[0].id;
  while (Rows(space, storage::RowKind::kGlobalIndex).size() < 2 * Backfill::kBatchItems) {
    std::this_thread::yield();
  }
  Restart();
  ASSERT_TRUE(BecomesActive());
  ExpectExactIndex("index");
}

TEST_P(BackfillTest, EndsWhenTheIndexIsDeleted) {
  Fill(3000);
  ASSERT_TRUE(engine_->tables().UpdateTable(AddIndexRequest(kTable, "index")).ok());
  const storage::Space space = Described()->schema.global_indexes[0].id;
  ASSERT_TRUE(engine_->tables().UpdateTable(RemoveIndexRequest(kTable, "index")).ok());
  EXPECT_EQ(Described()->status, TableStatus::kActive);
  EXPECT_TRUE(Described()->schema.global_indexes.empty());
  // What the backfill has added goes little by little (Store::DropSpace), but nothing comes after.
  const size_t rows = Rows(space, storage::RowKind::kGlobalIndex).size();
  engine_->Stop();  // the backfill has seen that it is over
  EXPECT_LE(Rows(space, storage::RowKind::kGlobalIndex).size(), rows);
  EXPECT_EQ(store_->Counter({space, kItemCounter}), 0);
}

INSTANTIATE_TEST_SUITE_P(Stores, BackfillTest, testing::Bool(), [](const auto& parameter) {
  return std::string(parameter.param ? "Memory" : "RocksDb");
});

}  // namespace
}  // namespace stator::engine
