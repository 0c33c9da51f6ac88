// Random operations against the engine and against a reference table: every answer must agree. The
// number of operations and the seed come from STATOR_MODEL_OPERATIONS and STATOR_MODEL_SEED; the
// seed is printed.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <future>
#include <iostream>
#include <memory>
#include <random>
#include <string>

#include <gtest/gtest.h>

#include "base/random.h"
#include "engine/engine.h"
#include "reference_table.h"
#include "storage/open_store.h"
#include "storage/record.h"

namespace stator::model_test {
namespace {

using engine::CapacityDetail;
using engine::ReturnValues;
using expression::Placeholders;
using model::AttributeValue;
using model::Item;
using model::Number;

constexpr char kTable[] = "model";
constexpr uint64_t kPartitions = 6;
constexpr uint64_t kSortKeys = 24;
constexpr uint64_t kGroups = 4;

uint64_t FromEnvironment(const char* name, uint64_t otherwise) {
  const char* text = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): read at start only
  return text != nullptr ? std::strtoull(text, nullptr, 10) : otherwise;
}

AttributeValue N(int64_t integer) { return AttributeValue(Number::FromInteger(integer)); }

Item Decoded(const std::string& record) {
  base::Result<Item> item = storage::DecodeRecord(record);
  EXPECT_TRUE(item.ok());
  return item.ok() ? *item : Item();
}

// Calls an engine operation and waits for its answer.
template <typename T, typename Start>
base::Result<T> Await(Start start) {
  std::promise<base::Result<T>> promise;
  start([&promise](base::Result<T> result) { promise.set_value(std::move(result)); });
  return promise.get_future().get();
}

// What may be random about an update: the expression and the same thing in C++.
struct RandomUpdate {
  std::string text;
  Placeholders::Values values;
  Item expected;
};

class ModelTest : public testing::TestWithParam<bool> {
 protected:
  void SetUp() override {
    directory_ = std::filesystem::temp_directory_path() / ("stator-model-" + base::RandomUuid());
    Open();
    CreateTable();
  }

  void TearDown() override {
    Close();
    std::filesystem::remove_all(directory_);
  }

  void Open() {
    base::Result<std::unique_ptr<storage::Store>> store =
        storage::OpenStore({.in_memory = GetParam(),
                            .data_dir = directory_.string(),
                            .durability = storage::Durability::kNone,
                            .log = {}});
    ASSERT_TRUE(store.ok()) << store.error().message;
    store_ = std::move(store).value();
    engine_ =
        std::make_unique<engine::Engine>(*store_, engine::EngineOptions(), base::Clock::System());
    ASSERT_TRUE(engine_->Start().ok());
  }

  void Close() {
    engine_->Stop();
    engine_.reset();
    store_->Stop();
    store_.reset();
  }

  void CreateTable() {
    engine::CreateTableRequest request;
    request.table = kTable;
    request.attributes = {{"pk", model::ScalarType::kString},
                          {"sk", model::ScalarType::kNumber},
                          {"a", model::ScalarType::kNumber},
                          {"g", model::ScalarType::kString},
                          {"h", model::ScalarType::kNumber}};
    request.key = {{"pk", true}, {"sk", false}};
    engine::IndexSpec local{
        .name = "local",
        .key = {{"pk", true}, {"a", false}},
        .projection = {.type = model::ProjectionType::kKeysOnly, .non_key_attributes = {}},
        .settings = {}};
    engine::IndexSpec group{
        .name = "group",
        .key = {{"g", true}, {"h", false}},
        .projection = {.type = model::ProjectionType::kAll, .non_key_attributes = {}},
        .settings = {}};
    request.local_indexes = {{local}};
    request.global_indexes = {{group}};
    request.billing_mode = engine::BillingMode::kPayPerRequest;
    const auto created = engine_->tables().CreateTable(request);
    ASSERT_TRUE(created.ok()) << created.error().message;
  }

  Item RandomKey() {
    return Item{{"pk", AttributeValue("p" + std::to_string(random_.Below(kPartitions)))},
                {"sk", N(static_cast<int64_t>(random_.Below(kSortKeys)))}};
  }

  Item RandomItem() {
    Item item = RandomKey();
    if (!random_.OneIn(3)) {
      item.Set("g", AttributeValue("g" + std::to_string(random_.Below(kGroups))));
    }
    if (!random_.OneIn(3)) {
      item.Set("h", N(static_cast<int64_t>(random_.Below(10)) - 5));
    }
    if (!random_.OneIn(3)) {
      item.Set("a", N(static_cast<int64_t>(random_.Below(10))));
    }
    if (random_.OneIn(2)) {
      item.Set("s", AttributeValue(std::string(random_.Below(200), 'x')));
    }
    return item;
  }

  // A condition on `a` and what it says about an item.
  std::optional<expression::Condition> RandomCondition(const Item* item, bool& holds) {
    holds = true;
    const std::optional<int64_t> a = item != nullptr ? IntegerOf(*item, "a") : std::nullopt;
    const auto bound = static_cast<int64_t>(random_.Below(10));
    std::string text;
    switch (random_.Below(6)) {
      case 0:
        text = "attribute_exists(pk)";
        holds = item != nullptr;
        break;
      case 1:
        text = "attribute_not_exists(pk)";
        holds = item == nullptr;
        break;
      case 2:
        text = "a < :bound";
        holds = a.has_value() && *a < bound;
        break;
      case 3:
        text = "NOT a = :bound OR attribute_exists(s)";
        holds = a != bound || (item != nullptr && item->Find("s") != nullptr);
        break;
      default:
        return std::nullopt;
    }
    std::optional<Placeholders::Values> values;
    if (text.find(':') != std::string::npos) {
      values = Placeholders::Values{{":bound", N(bound)}};
    }
    Placeholders placeholders = *Placeholders::Create(std::nullopt, std::move(values));
    return *expression::ParseCondition(expression::ExpressionKind::kCondition, text, placeholders);
  }

  RandomUpdate MakeUpdate(const Item& key, const Item* item) {
    RandomUpdate update;
    update.expected = item != nullptr ? *item : key;
    const auto number = static_cast<int64_t>(random_.Below(10));
    const std::optional<int64_t> a = IntegerOf(update.expected, "a");
    switch (random_.Below(4)) {
      case 0:
        update.text = "ADD a :n";
        update.expected.Set("a", N(a.value_or(0) + number));
        break;
      case 1:
        update.text = "SET a = if_not_exists(a, :n) + :n, h = :n REMOVE s";
        update.expected.Set("a", N(a.value_or(number) + number));
        update.expected.Set("h", N(number));
        update.expected.Erase("s");
        break;
      case 2:
        update.text = "REMOVE g, a";
        update.expected.Erase("g");
        update.expected.Erase("a");
        return update;
      default:
        update.text = "SET g = :g";
        const std::string group = "g" + std::to_string(random_.Below(kGroups));
        update.values = {{":g", AttributeValue(group)}};
        update.expected.Set("g", AttributeValue(group));
        return update;
    }
    update.values = {{":n", N(number)}};
    return update;
  }

  expression::Update Parsed(const RandomUpdate& update) {
    std::optional<Placeholders::Values> values;
    if (!update.values.empty()) {
      values = update.values;
    }
    Placeholders placeholders = *Placeholders::Create(std::nullopt, std::move(values));
    base::Result<expression::Update> parsed = expression::ParseUpdate(update.text, placeholders);
    EXPECT_TRUE(parsed.ok()) << parsed.error().message;
    return *parsed;
  }

  void Step();
  void StepPut();
  void StepDelete();
  void StepUpdate();
  void StepGet();
  void StepQuery();
  void StepQueryIndex();
  void StepScan();
  void StepBatch();
  void StepTransaction();
  void VerifyAll();

  std::vector<Item> QueryAll(engine::QueryRequest request);
  std::vector<Item> ScanAll(engine::ScanRequest request);
  expression::KeyCondition KeyCondition(const std::string& text, Placeholders::Values values) {
    Placeholders placeholders = *Placeholders::Create(std::nullopt, std::move(values));
    return *expression::ParseKeyCondition(text, placeholders);
  }
  void CheckWrite(const base::Result<engine::WriteResult>& result, bool holds, const Item* before,
                  const Item* after);

  std::filesystem::path directory_;
  std::unique_ptr<storage::Store> store_;
  std::unique_ptr<engine::Engine> engine_;
  ReferenceTable reference_;
  uint64_t seed_ = FromEnvironment("STATOR_MODEL_SEED", std::random_device()());
  base::Random random_{seed_};
};

// The answer to a write that asked for ALL_OLD.
void ModelTest::CheckWrite(const base::Result<engine::WriteResult>& result, bool holds,
                           const Item* before, const Item* after) {
  if (!holds) {
    ASSERT_FALSE(result.ok());
    ASSERT_EQ(result.error().code, base::ErrorCode::kConditionalCheckFailed);
    return;
  }
  ASSERT_TRUE(result.ok()) << result.error().message;
  ASSERT_EQ(result->attributes.has_value(), before != nullptr);
  if (before != nullptr) {
    ASSERT_EQ(Decoded(*result->attributes), *before);
  }
  if (after != nullptr) {
    reference_.Put(*after);
  } else if (before != nullptr) {
    reference_.Erase(ReferenceTable::KeyOf(*before));
  }
}

void ModelTest::StepPut() {
  engine::PutItemRequest request;
  request.table = kTable;
  request.item = RandomItem();
  const Item item = request.item;
  const Item* before = reference_.Find(ReferenceTable::KeyOf(item));
  bool holds = true;
  request.condition = RandomCondition(before, holds);
  request.return_values = ReturnValues::kAllOld;
  const std::optional<Item> old = before != nullptr ? std::optional<Item>(*before) : std::nullopt;
  const auto result = Await<engine::WriteResult>(
      [&](auto done) { engine_->PutItem(std::move(request), {}, std::move(done)); });
  CheckWrite(result, holds, old ? &*old : nullptr, &item);
}

void ModelTest::StepDelete() {
  engine::DeleteItemRequest request;
  request.table = kTable;
  request.key = RandomKey();
  const Item* before = reference_.Find(ReferenceTable::KeyOf(request.key));
  bool holds = true;
  request.condition = RandomCondition(before, holds);
  request.return_values = ReturnValues::kAllOld;
  const std::optional<Item> old = before != nullptr ? std::optional<Item>(*before) : std::nullopt;
  const auto result = Await<engine::WriteResult>(
      [&](auto done) { engine_->DeleteItem(std::move(request), {}, std::move(done)); });
  CheckWrite(result, holds, old ? &*old : nullptr, nullptr);
}

void ModelTest::StepUpdate() {
  engine::UpdateItemRequest request;
  request.table = kTable;
  request.key = RandomKey();
  const Item* before = reference_.Find(ReferenceTable::KeyOf(request.key));
  bool holds = true;
  request.condition = RandomCondition(before, holds);
  const RandomUpdate update = MakeUpdate(request.key, before);
  request.update = Parsed(update);
  request.return_values = ReturnValues::kAllOld;
  const std::optional<Item> old = before != nullptr ? std::optional<Item>(*before) : std::nullopt;
  const auto result = Await<engine::WriteResult>(
      [&](auto done) { engine_->UpdateItem(std::move(request), {}, std::move(done)); });
  CheckWrite(result, holds, old ? &*old : nullptr, &update.expected);
}

void ModelTest::StepGet() {
  engine::GetItemRequest request;
  request.table = kTable;
  request.key = RandomKey();
  const Item* expected = reference_.Find(ReferenceTable::KeyOf(request.key));
  const auto result = Await<engine::GetItemResult>(
      [&](auto done) { engine_->GetItem(request, {}, std::move(done)); });
  ASSERT_TRUE(result.ok()) << result.error().message;
  ASSERT_EQ(result->item.has_value(), expected != nullptr);
  if (expected != nullptr) {
    ASSERT_EQ(Decoded(*result->item), *expected);
  }
}

// All pages of a query or scan; `run` asks for one.
template <typename Request, typename Run>
std::vector<Item> AllPages(Request request, Run run) {
  std::vector<Item> items;
  for (int pages = 0; pages < 10'000; ++pages) {
    const base::Result<engine::PageResult> page = run(request);
    EXPECT_TRUE(page.ok()) << page.error().message;
    if (!page.ok()) {
      return items;
    }
    for (const std::string& record : page->items) {
      items.push_back(Decoded(record));
    }
    if (!page->last_evaluated_key) {
      return items;
    }
    request.exclusive_start_key = Decoded(*page->last_evaluated_key);
  }
  ADD_FAILURE() << "the pages do not end";
  return items;
}

std::vector<Item> ModelTest::QueryAll(engine::QueryRequest request) {
  return AllPages(std::move(request), [this](const engine::QueryRequest& page) {
    return Await<engine::PageResult>([&](auto done) { engine_->Query(page, {}, std::move(done)); });
  });
}

std::vector<Item> ModelTest::ScanAll(engine::ScanRequest request) {
  return AllPages(std::move(request), [this](const engine::ScanRequest& page) {
    return Await<engine::PageResult>([&](auto done) { engine_->Scan(page, {}, std::move(done)); });
  });
}

void ModelTest::StepQuery() {
  const std::string pk = "p" + std::to_string(random_.Below(kPartitions));
  const auto low = static_cast<int64_t>(random_.Below(kSortKeys));
  const int64_t high = low + static_cast<int64_t>(random_.Below(kSortKeys));
  engine::QueryRequest request;
  request.table = kTable;
  request.key_condition =
      KeyCondition("pk = :p AND sk BETWEEN :low AND :high",
                   {{":p", AttributeValue(pk)}, {":low", N(low)}, {":high", N(high)}});
  request.forward = random_.OneIn(2);
  if (random_.OneIn(2)) {
    request.limit = static_cast<int64_t>(1 + random_.Below(5));
  }
  const bool forward = request.forward;
  std::vector<Item> expected = reference_.Range(pk, low, high);
  if (!forward) {
    std::reverse(expected.begin(), expected.end());
  }
  ASSERT_EQ(QueryAll(std::move(request)), expected);
}

// Whether both hold the same items, and in each the attribute ascends (or descends).
void ExpectSameOrderedBy(std::vector<Item> actual, std::vector<Item> expected,
                         const std::string& attribute, bool forward) {
  for (size_t i = 1; i < actual.size(); ++i) {
    const int64_t first = *IntegerOf(actual[i - 1], attribute);
    const int64_t second = *IntegerOf(actual[i], attribute);
    ASSERT_TRUE(forward ? first <= second : first >= second);
  }
  const auto by_key = [](const Item& left, const Item& right) {
    return ReferenceTable::KeyOf(left) < ReferenceTable::KeyOf(right);
  };
  std::sort(actual.begin(), actual.end(), by_key);
  std::sort(expected.begin(), expected.end(), by_key);
  ASSERT_EQ(actual, expected);
}

void ModelTest::StepQueryIndex() {
  engine::QueryRequest request;
  request.table = kTable;
  request.forward = random_.OneIn(2);
  if (random_.OneIn(2)) {
    request.limit = static_cast<int64_t>(1 + random_.Below(5));
  }
  const bool forward = request.forward;
  if (random_.OneIn(2)) {
    const std::string g = "g" + std::to_string(random_.Below(kGroups));
    request.index = "group";
    request.key_condition = KeyCondition("g = :g", {{":g", AttributeValue(g)}});
    ExpectSameOrderedBy(QueryAll(std::move(request)), reference_.ByGroup(g), "h", forward);
    return;
  }
  const std::string pk = "p" + std::to_string(random_.Below(kPartitions));
  request.index = "local";
  request.select = engine::Select::kAllAttributes;
  request.key_condition = KeyCondition("pk = :p", {{":p", AttributeValue(pk)}});
  ExpectSameOrderedBy(QueryAll(std::move(request)), reference_.ByLocal(pk), "a", forward);
}

void ModelTest::StepScan() {
  const auto segments = static_cast<int64_t>(1 + random_.Below(4));
  std::vector<Item> actual;
  for (int64_t segment = 0; segment < segments; ++segment) {
    engine::ScanRequest request;
    request.table = kTable;
    request.segment = segment;
    request.total_segments = segments;
    if (random_.OneIn(2)) {
      request.limit = static_cast<int64_t>(5 + random_.Below(50));
    }
    std::vector<Item> part = ScanAll(std::move(request));
    actual.insert(actual.end(), part.begin(), part.end());
  }
  std::sort(actual.begin(), actual.end(), [](const Item& left, const Item& right) {
    return ReferenceTable::KeyOf(left) < ReferenceTable::KeyOf(right);
  });
  std::vector<Item> expected;
  for (const auto& [key, item] : reference_.items()) {
    expected.push_back(item);
  }
  ASSERT_EQ(actual, expected);
}

void ModelTest::StepBatch() {
  engine::BatchWriteItemRequest request;
  request.tables.push_back({.table = kTable, .writes = {}});
  ReferenceTable after = reference_;
  std::vector<ReferenceKey> keys;
  for (uint64_t i = 1 + random_.Below(25); i > 0; --i) {
    const Item item = RandomItem();
    const ReferenceKey key = ReferenceTable::KeyOf(item);
    if (std::find(keys.begin(), keys.end(), key) != keys.end()) {
      continue;
    }
    keys.push_back(key);
    engine::BatchWriteItemRequest::Write write;
    if (random_.OneIn(3)) {
      write.remove = Item{{"pk", *item.Find("pk")}, {"sk", *item.Find("sk")}};
      after.Erase(key);
    } else {
      write.put = item;
      after.Put(item);
    }
    request.tables[0].writes.push_back(std::move(write));
  }
  const auto result = Await<engine::BatchWriteItemResult>(
      [&](auto done) { engine_->BatchWriteItem(std::move(request), {}, std::move(done)); });
  ASSERT_TRUE(result.ok()) << result.error().message;
  reference_ = std::move(after);
}

// Updates and checks on several items; all of it happens, or nothing.
void ModelTest::StepTransaction() {
  engine::TransactWriteItemsRequest request;
  ReferenceTable after = reference_;
  std::vector<ReferenceKey> keys;
  std::vector<std::string> codes;
  bool all_hold = true;
  for (uint64_t i = 1 + random_.Below(5); i > 0; --i) {
    const Item key = RandomKey();
    const ReferenceKey reference_key = ReferenceTable::KeyOf(key);
    if (std::find(keys.begin(), keys.end(), reference_key) != keys.end()) {
      continue;
    }
    keys.push_back(reference_key);
    const Item* before = reference_.Find(reference_key);
    engine::TransactWriteItemsRequest::Action action;
    action.table = kTable;
    action.item = key;
    bool holds = true;
    action.condition = RandomCondition(before, holds);
    if (action.condition && random_.OneIn(3)) {
      action.type = engine::TransactAction::kConditionCheck;
    } else {
      const RandomUpdate update = MakeUpdate(key, before);
      action.type = engine::TransactAction::kUpdate;
      action.update = Parsed(update);
      after.Put(update.expected);
    }
    all_hold = all_hold && holds;
    codes.emplace_back(holds ? "None" : "ConditionalCheckFailed");
    request.actions.push_back(std::move(action));
  }
  const auto result = Await<engine::TransactWriteItemsResult>(
      [&](auto done) { engine_->TransactWriteItems(std::move(request), {}, std::move(done)); });
  ASSERT_EQ(result.ok(), all_hold);
  if (all_hold) {
    reference_ = std::move(after);
    return;
  }
  ASSERT_EQ(result.error().code, base::ErrorCode::kTransactionCanceled);
  const auto* cancellation =
      dynamic_cast<const engine::TransactionCancellation*>(result.error().detail.get());
  ASSERT_NE(cancellation, nullptr);
  ASSERT_EQ(cancellation->reasons.size(), codes.size());
  for (size_t i = 0; i < codes.size(); ++i) {
    ASSERT_EQ(cancellation->reasons[i].code, codes[i]);
  }
}

// Counters and both indexes, against everything.
void ModelTest::VerifyAll() {
  const auto description = engine_->tables().DescribeTable(kTable);
  ASSERT_TRUE(description.ok());
  ASSERT_EQ(description->counts.items, static_cast<int64_t>(reference_.size()));
  int64_t bytes = 0;
  int64_t grouped = 0;
  int64_t local = 0;
  for (const auto& [key, item] : reference_.items()) {
    bytes += static_cast<int64_t>(*storage::RecordSizeBytes(storage::EncodeRecord(item)));
    grouped += item.Find("g") != nullptr && item.Find("h") != nullptr ? 1 : 0;
    local += item.Find("a") != nullptr ? 1 : 0;
  }
  ASSERT_EQ(description->counts.bytes, bytes);
  ASSERT_EQ(description->global_indexes[0].items, grouped);
  ASSERT_EQ(description->local_indexes[0].items, local);
  engine::ScanRequest request;
  request.table = kTable;
  request.index = "group";
  ASSERT_EQ(static_cast<int64_t>(ScanAll(std::move(request)).size()), grouped);
}

void ModelTest::Step() {
  const uint64_t choice = random_.Below(100);
  if (choice < 25) {
    StepPut();
  } else if (choice < 35) {
    StepDelete();
  } else if (choice < 60) {
    StepUpdate();
  } else if (choice < 75) {
    StepGet();
  } else if (choice < 85) {
    StepQuery();
  } else if (choice < 92) {
    StepQueryIndex();
  } else if (choice < 93) {
    StepScan();
  } else if (choice < 96) {
    StepBatch();
  } else {
    StepTransaction();
  }
}

TEST_P(ModelTest, AgreesWithTheReference) {
  const uint64_t operations = FromEnvironment("STATOR_MODEL_OPERATIONS", 10'000);
  std::cout << "seed " << seed_ << ", " << operations << " operations" << std::endl;
  constexpr uint64_t kVerifyEvery = 1'000;
  constexpr uint64_t kReopenEvery = 5'000;
  for (uint64_t i = 1; i <= operations; ++i) {
    Step();
    if (i % kVerifyEvery == 0) {
      VerifyAll();
    }
    if (i % kReopenEvery == 0 && !GetParam()) {
      Close();
      Open();
    }
    if (HasFailure()) {
      FAIL() << "at operation " << i << " of seed " << seed_;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Engines, ModelTest, testing::Values(true, false),
                         [](const testing::TestParamInfo<bool>& engine) {
                           return engine.param ? "Memory" : "RocksDb";
                         });

}  // namespace
}  // namespace stator::model_test
