// What expires and what does not, on both stores; while writes go on, and across restarts.
#include "engine/expiry_sweep.h"

#include <atomic>
#include <chrono>
#include <filesystem>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "base/random.h"
#include "engine/blocking_update.h"
#include "engine/engine.h"
#include "engine/item_change.h"
#include "engine/item_key.h"
#include "engine/table_test_support.h"
#include "engine/verify.h"
#include "storage/open_store.h"
#include "storage/record.h"

namespace stator::engine {
namespace {

using model::AttributeValue;
using model::Item;
using model::Number;

constexpr char kTable[] = "table";
constexpr int64_t kNow = 1'700'000'000;  // seconds
constexpr int64_t kYear = 365 * 24 * 3600;

AttributeValue N(int64_t integer) { return AttributeValue(Number::FromInteger(integer)); }
AttributeValue N(const std::string& text) { return AttributeValue(*Number::Parse(text)); }

Item Named(const std::string& name) {
  return Item{{"pk", AttributeValue(name)}, {"sk", AttributeValue("s")}};
}
Item Expiring(const std::string& name, AttributeValue when) {
  Item item = Named(name);
  item.Set("t", std::move(when));
  return item;
}

// Sweeps come when a test asks for them.
EngineOptions SweepingWhenTold() {
  EngineOptions options;
  options.ttl_sweep_millis = 3'600'000;
  return options;
}

// The parameter: whether the store is the one in memory.
class ExpirySweepTest : public testing::TestWithParam<bool> {
 protected:
  void SetUp() override {
    directory_ = std::filesystem::temp_directory_path() / ("stator-expiry-" + base::RandomUuid());
    OpenStore();
    StartEngine();
    CreateTable();
  }
  void TearDown() override {
    StopEngine();
    store_->Stop();
    store_.reset();
    std::filesystem::remove_all(directory_);
  }

  void OpenStore() {
    store_ = std::move(storage::OpenStore({.in_memory = GetParam(),
                                           .data_dir = directory_.string(),
                                           .durability = storage::Durability::kNone,
                                           .log = {}}))
                 .value();
  }
  void StartEngine() {
    engine_ = std::make_unique<Engine>(*store_, options_, clock_);
    ASSERT_TRUE(engine_->Start().ok());
  }
  void StopEngine() {
    engine_->Stop();
    engine_.reset();
  }
  // A new process: the store on disk is opened again, the one in memory stays.
  void Restart() {
    StopEngine();
    if (!GetParam()) {
      store_->Stop();
      store_.reset();
      OpenStore();
    }
    StartEngine();
  }

  // With a local index by `l` and a global one by `g`.
  void CreateTable() {
    CreateTableRequest request = PlainTable(kTable);
    request.attributes.push_back({"l", model::ScalarType::kString});
    request.attributes.push_back({"g", model::ScalarType::kString});
    request.local_indexes.emplace().push_back(PlainIndex("local", {{"pk", true}, {"l", false}}));
    request.global_indexes.emplace().push_back(PlainIndex("global", {{"g", true}}));
    ASSERT_TRUE(engine_->tables().CreateTable(request).ok());
  }

  void StartEnabling(const std::string& attribute = "t") {
    ASSERT_TRUE(
        engine_->tables().UpdateTimeToLive(kTable, {.enabled = true, .attribute = attribute}).ok());
  }
  bool BecomesEnabled() {
    for (int i = 0; i < 3000; ++i) {
      if (engine_->tables().DescribeTimeToLive(kTable)->status == "ENABLED") {
        return true;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return false;
  }
  void Enable(const std::string& attribute = "t") {
    StartEnabling(attribute);
    ASSERT_TRUE(BecomesEnabled());
  }
  void Disable(const std::string& attribute = "t") {
    ASSERT_TRUE(engine_->tables()
                    .UpdateTimeToLive(kTable, {.enabled = false, .attribute = attribute})
                    .ok());
  }

  template <typename Start>
  bool Await(Start start) {
    auto promise = std::make_shared<std::promise<bool>>();
    start([promise](const base::Result<WriteResult>& result) { promise->set_value(result.ok()); });
    return promise->get_future().get();
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
  bool Has(const std::string& name) {
    GetItemRequest request;
    request.table = kTable;
    request.key = Named(name);
    std::promise<bool> has;
    engine_->GetItem(request, {}, [&has](const base::Result<GetItemResult>& result) {
      has.set_value(result.ok() && result->item.has_value());
    });
    return has.get_future().get();
  }

  void Sweep() { ASSERT_TRUE(engine_->expiry_sweep().Run().ok()); }
  std::shared_ptr<const Table> Described() {
    return engine_->tables().DescribeTable(kTable)->table;
  }

  size_t RowsOf(storage::Space space, storage::RowKind kind) {
    size_t rows = 0;
    EXPECT_TRUE(store_
                    ->ScanSpace({.space = space, .kind = kind, .after = {}}, {},
                                [&rows](const storage::RowView&) {
                                  ++rows;
                                  return true;
                                })
                    .ok());
    return rows;
  }
  size_t Entries() {
    return RowsOf(Described()->schema.expiry_index->id, storage::RowKind::kGlobalIndex);
  }

  // Items, entries of all indexes and counters fit together.
  void ExpectSound() {
    std::vector<std::string> problems;
    const VerifyObserver observer{
        .problem = [&problems](std::string problem) { problems.push_back(std::move(problem)); },
        .note = [](const std::string&) {},
        .progress = [](const VerifyProgress&) {}};
    ASSERT_TRUE(VerifyStore(*store_, {}, observer).ok());
    EXPECT_EQ(problems, std::vector<std::string>());
  }

  EngineOptions options_ = SweepingWhenTold();
  base::ManualClock clock_{kNow * 1'000'000};
  std::filesystem::path directory_;
  std::unique_ptr<storage::Store> store_;
  std::unique_ptr<Engine> engine_;
};

// R11
TEST_P(ExpirySweepTest, DeletesWhatItsAttributeSays) {
  Enable();
  const std::vector<std::pair<std::string, AttributeValue>> expired = {
      {"just now", N(kNow - 1)},
      {"a fraction", N("1699999999.25")},
      {"an exponent", N("169999999e1")},
      {"nearly five years", N(kNow - 5 * kYear)},
  };
  Item nested = Named("in a map");
  nested.Set("m", AttributeValue(Item{{"t", N(kNow - 1)}}));
  const std::vector<Item> kept = {
      Named("no attribute"),
      nested,
      Expiring("this second", N(kNow)),
      Expiring("later", N(kNow + 1)),
      Expiring("the second's fraction", N("1700000000.5")),
      Expiring("milliseconds", N(kNow * 1000)),
      Expiring("more than five years", N(kNow - 5 * kYear - 1)),
      Expiring("zero", N(0)),
      Expiring("negative", N(-kNow)),
      Expiring("huge", N("1e125")),
      Expiring("text", AttributeValue(std::to_string(kNow - 1))),
      Expiring("a list", AttributeValue(model::List{N(kNow - 1)})),
  };
  for (const auto& [name, when] : expired) {
    ASSERT_TRUE(Put(Expiring(name, when)));
  }
  for (const Item& item : kept) {
    ASSERT_TRUE(Put(item));
  }
  ExpectSound();
  for (const auto& entry : expired) {
    EXPECT_TRUE(Has(entry.first)) << entry.first << ": is still there before the sweep";
  }
  Sweep();
  for (const auto& entry : expired) {
    EXPECT_FALSE(Has(entry.first)) << entry.first;
  }
  for (const Item& item : kept) {
    const std::string& name = *item.Find("pk")->Get<std::string>();
    EXPECT_TRUE(Has(name)) << name;
  }
  EXPECT_EQ(engine_->expiry_sweep().deleted_items(), expired.size());
  EXPECT_EQ(engine_->expiry_sweep().entries_read(), expired.size());
  EXPECT_NEAR(engine_->expiry_sweep().lag_seconds(), 5 * kYear, 1);
  ExpectSound();

  clock_.AdvanceMicros(1'000'000);
  Sweep();
  EXPECT_FALSE(Has("this second"));
  EXPECT_FALSE(Has("the second's fraction"));
  EXPECT_TRUE(Has("later"));
  EXPECT_NEAR(engine_->expiry_sweep().lag_seconds(), 1, 0.001);
  Sweep();
  EXPECT_EQ(engine_->expiry_sweep().lag_seconds(), 0);
}

// R11: it may be a key attribute.
TEST_P(ExpirySweepTest, TakesAKeyAttribute) {
  CreateTableRequest request = PlainTable("by-time");
  request.attributes = {{"pk", model::ScalarType::kString}, {"t", model::ScalarType::kNumber}};
  request.key = {{"pk", true}, {"t", false}};
  ASSERT_TRUE(engine_->tables().CreateTable(request).ok());
  ASSERT_TRUE(
      engine_->tables().UpdateTimeToLive("by-time", {.enabled = true, .attribute = "t"}).ok());
  for (const int64_t when : {kNow - 2, kNow - 1, kNow + 1}) {
    PutItemRequest put;
    put.table = "by-time";
    put.item = Item{{"pk", AttributeValue("p")}, {"t", N(when)}};
    ASSERT_TRUE(Await([&](auto done) { engine_->PutItem(std::move(put), {}, std::move(done)); }));
  }
  while (engine_->tables().DescribeTimeToLive("by-time")->status != "ENABLED") {
    std::this_thread::yield();
  }
  Sweep();
  EXPECT_EQ(engine_->tables().DescribeTable("by-time")->counts.items, 1);
  ExpectSound();
}

// R12
TEST_P(ExpirySweepTest, TakesItemsOutOfTheirIndexes) {
  Enable();
  for (int i = 0; i < 250; ++i) {
    Item item = Expiring("p" + std::to_string(i % 30), N(i % 2 == 0 ? kNow - 1 : kNow + 1));
    item.Set("sk", AttributeValue("s" + std::to_string(i)));
    item.Set("l", AttributeValue("l"));
    item.Set("g", AttributeValue("g" + std::to_string(i % 3)));
    ASSERT_TRUE(Put(std::move(item)));
  }
  EXPECT_EQ(Entries(), 250U);
  Sweep();
  const auto description = engine_->tables().DescribeTable(kTable);
  EXPECT_EQ(description->counts.items, 125);
  EXPECT_EQ(description->local_indexes[0].items, 125);
  EXPECT_EQ(description->global_indexes[0].items, 125);
  EXPECT_EQ(Entries(), 125U);
  ExpectSound();
}

// R11: expired items can be written and come back to life.
TEST_P(ExpirySweepTest, LetsItemsComeBack) {
  Enable();
  ASSERT_TRUE(Put(Expiring("later", N(kNow - 1))));
  ASSERT_TRUE(Put(Expiring("never", N(kNow - 1))));
  ASSERT_TRUE(Put(Expiring("later", N(kNow + 100))));
  ASSERT_TRUE(Put(Named("never")));
  Sweep();
  EXPECT_TRUE(Has("later"));
  EXPECT_TRUE(Has("never"));
  EXPECT_EQ(engine_->expiry_sweep().deleted_items(), 0U);
  ExpectSound();
}

// R11: the deletion is conditional on the value that was seen. Items expire and come back while
// sweeps run; whoever was acknowledged as not expired must be there.
TEST_P(ExpirySweepTest, DeletesNothingThatHasChanged) {
  constexpr int kThreads = 3;
  constexpr int kItems = 40;
  constexpr int kWrites = 1500;
  Enable();
  std::atomic<int> running = kThreads;
  std::vector<std::thread> writers;
  for (int thread = 0; thread < kThreads; ++thread) {
    writers.emplace_back([&, thread] {
      base::Random random(static_cast<uint64_t>(thread));
      for (int i = 0; i < kWrites; ++i) {
        const std::string name =
            std::to_string(thread) + "-" + std::to_string(random.Below(kItems));
        const bool lives = random.OneIn(2);
        EXPECT_TRUE(Put(Expiring(name, N(lives ? kNow + 100 : kNow - 1 - i % 7))));
        EXPECT_TRUE(!lives || Has(name)) << name;
      }
      --running;
    });
  }
  while (running > 0) {
    Sweep();
  }
  for (std::thread& writer : writers) {
    writer.join();
  }
  EXPECT_GT(engine_->expiry_sweep().deleted_items(), 0U);
  Sweep();
  EXPECT_EQ(Entries(), RowsOf(Described()->schema.space, storage::RowKind::kItem));
  ExpectSound();
}

TEST_P(ExpirySweepTest, FindsItemsThatWereThereBefore) {
  for (int i = 0; i < 1000; ++i) {
    ASSERT_TRUE(Put(Expiring("p" + std::to_string(i), N(i % 10 == 0 ? kNow - 1 : kNow + 1))));
  }
  Sweep();
  EXPECT_EQ(engine_->expiry_sweep().deleted_items(), 0U);
  Enable();
  ExpectSound();
  EXPECT_EQ(Entries(), 1000U);
  Sweep();
  EXPECT_EQ(engine_->tables().DescribeTable(kTable)->counts.items, 900);
  // The cost is that of what expired.
  EXPECT_EQ(engine_->expiry_sweep().entries_read(), 100U);
  ExpectSound();
}

TEST_P(ExpirySweepTest, EnablesWhileWritesGoOn) {
  constexpr int kItems = 2000;
  for (int i = 0; i < kItems; ++i) {
    ASSERT_TRUE(Put(Expiring("p" + std::to_string(i), N(kNow + i))));
  }
  std::atomic<bool> stop = false;
  std::vector<std::thread> writers;
  for (uint64_t thread = 0; thread < 3; ++thread) {
    writers.emplace_back([&, thread] {
      base::Random random(thread);
      while (!stop) {
        const std::string name = "p" + std::to_string(random.Below(kItems + 500));
        switch (random.Below(4)) {
          case 0:
            EXPECT_TRUE(Delete(Named(name)));
            break;
          case 1:
            EXPECT_TRUE(Put(Named(name)));
            break;
          default:
            EXPECT_TRUE(Put(Expiring(name, N(kNow + static_cast<int64_t>(random.Below(100))))));
        }
      }
    });
  }
  StartEnabling();
  const bool enabled = BecomesEnabled();
  stop = true;
  for (std::thread& writer : writers) {
    writer.join();
  }
  ASSERT_TRUE(enabled);
  ExpectSound();
}

TEST_P(ExpirySweepTest, DropsTheEntriesWhenItIsDisabled) {
  Enable();
  ASSERT_TRUE(Put(Expiring("a", N(kNow - 1))));
  const storage::Space space = Described()->schema.expiry_index->id;
  Disable();
  EXPECT_EQ(store_->Counter({space, kItemCounter}), 0);
  Sweep();
  EXPECT_TRUE(Has("a"));
  ASSERT_TRUE(Put(Expiring("b", N(kNow - 1))));
  ExpectSound();
  Enable("u");
  Sweep();
  EXPECT_TRUE(Has("a"));
  EXPECT_EQ(Entries(), 0U);
  Disable("u");
  Enable();
  Sweep();
  EXPECT_FALSE(Has("a"));
  EXPECT_FALSE(Has("b"));
}

TEST_P(ExpirySweepTest, EndsItsBackfillWhenItIsDisabled) {
  for (int i = 0; i < 2000; ++i) {
    ASSERT_TRUE(Put(Expiring("p" + std::to_string(i), N(kNow - 1))));
  }
  StartEnabling();
  const storage::Space space = Described()->schema.expiry_index->id;
  Disable();
  EXPECT_EQ(engine_->tables().DescribeTimeToLive(kTable)->status, "DISABLED");
  engine_->tables().Stop();  // the backfill has seen that it is over
  EXPECT_EQ(store_->Counter({space, kItemCounter}), 0);
  ExpectSound();
}

TEST_P(ExpirySweepTest, GoesOnAfterARestart) {
  for (int i = 0; i < 2000; ++i) {
    ASSERT_TRUE(Put(Expiring("p" + std::to_string(i), N(kNow - 1))));
  }
  StartEnabling();
  Restart();
  ASSERT_TRUE(BecomesEnabled());
  EXPECT_EQ(engine_->tables().DescribeTimeToLive(kTable)->attribute, "t");
  ExpectSound();
  Sweep();
  EXPECT_EQ(engine_->tables().DescribeTable(kTable)->counts.items, 0);
  Restart();
  EXPECT_EQ(engine_->tables().DescribeTimeToLive(kTable)->status, "ENABLED");
}

// A table that is deleted and made again under its name is another one.
TEST_P(ExpirySweepTest, LeavesAnotherTableOfTheNameAlone) {
  Enable();
  const storage::Space space = Described()->schema.expiry_index->id;
  ASSERT_TRUE(engine_->tables().DeleteTable(kTable).ok());
  CreateTable();
  ASSERT_TRUE(Put(Expiring("a", N(kNow - 1))));
  EXPECT_EQ(store_->Counter({space, kItemCounter}), 0);

  Catalog catalog(*store_, {});
  ASSERT_TRUE(catalog.Load().ok());
  base::TaskRunner retries("retries", 1, 10);
  ItemWriter writer(*store_, catalog, retries, clock_);
  WriteBatch batch;
  batch.origin = WriteOrigin::kTimeToLive;
  batch.expiry_space = space;
  batch.actions.emplace_back();
  batch.actions[0].type = TransactAction::kDelete;
  batch.actions[0].table = kTable;
  batch.actions[0].item = Named("a");
  Meeting<base::Result<WriteBatchResult>> meeting;
  writer.Write(std::move(batch), {}, [&meeting](base::Result<WriteBatchResult> result) {
    meeting.Set(std::move(result));
  });
  EXPECT_EQ(meeting.Wait().error().code, base::ErrorCode::kResourceNotFound);
  EXPECT_TRUE(Has("a"));
}

// The index is nothing that a client sees.
TEST_P(ExpirySweepTest, ShowsNoIndex) {
  Enable();
  EXPECT_EQ(Described()->schema.FindIndex("time to live"), nullptr);
  EXPECT_EQ(Described()->schema.global_indexes.size(), 1U);
  EXPECT_EQ(Described()->status, TableStatus::kActive);
  PutItemRequest request;
  request.table = kTable;
  request.item = Expiring("a", N(kNow + 1));
  request.options.capacity = CapacityDetail::kIndexes;
  std::promise<ConsumedCapacity> capacity;
  engine_->PutItem(std::move(request), {}, [&capacity](const base::Result<WriteResult>& result) {
    capacity.set_value(*result->capacity);
  });
  const ConsumedCapacity consumed = capacity.get_future().get();
  EXPECT_EQ(consumed.table.write, 1);
  EXPECT_TRUE(consumed.global_indexes.empty());
}

TEST_P(ExpirySweepTest, IsDoneAgainAndAgain) {
  StopEngine();
  options_.ttl_sweep_millis = 10;
  StartEngine();
  Enable();
  ASSERT_TRUE(Put(Expiring("a", N(kNow - 1))));
  for (int i = 0; i < 1000 && Has("a"); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  EXPECT_FALSE(Has("a"));
}

INSTANTIATE_TEST_SUITE_P(Stores, ExpirySweepTest, testing::Bool(), [](const auto& parameter) {
  return std::string(parameter.param ? "Memory" : "RocksDb");
});

}  // namespace
}  // namespace stator::engine
