// The item operations of Engine over the in-memory store: what the wire tests cannot see as
// sharply, above all capacity, cancellation reasons and tokens.
#include <chrono>
#include <future>
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "engine/engine.h"
#include "storage/open_store.h"
#include "storage/record.h"

namespace stator::engine {
namespace {

using expression::Placeholders;
using model::AttributeValue;
using model::Item;
using model::Number;

constexpr char kTable[] = "items";

AttributeValue N(int64_t integer) { return AttributeValue(Number::FromInteger(integer)); }

class ItemOperations : public testing::Test {
 protected:
  void SetUp() override {
    store_ = std::move(storage::OpenStore({.in_memory = true, .data_dir = {}, .log = {}})).value();
    engine_ = std::make_unique<Engine>(*store_, EngineOptions(), clock_);
    ASSERT_TRUE(engine_->Start().ok());
    CreateTableRequest request;
    request.table = kTable;
    request.attributes = {{"pk", model::ScalarType::kString},
                          {"sk", model::ScalarType::kNumber},
                          {"g", model::ScalarType::kString}};
    request.key = {{"pk", true}, {"sk", false}};
    const IndexSpec index{
        .name = "byG",
        .key = {{"g", true}},
        .projection = {.type = model::ProjectionType::kKeysOnly, .non_key_attributes = {}},
        .settings = {}};
    request.global_indexes = {{index}};
    request.billing_mode = BillingMode::kPayPerRequest;
    ASSERT_TRUE(engine_->tables().CreateTable(request).ok());
  }

  void TearDown() override {
    engine_->Stop();
    store_->Stop();
  }

  template <typename T, typename Start>
  base::Result<T> Await(Start start) {
    std::promise<base::Result<T>> promise;
    start([&promise](base::Result<T> result) { promise.set_value(std::move(result)); });
    return promise.get_future().get();
  }

  base::Result<WriteResult> Put(const Item& item, CapacityDetail detail = CapacityDetail::kNone) {
    PutItemRequest request;
    request.table = kTable;
    request.item = item;
    request.options.capacity = detail;
    return Await<WriteResult>(
        [&](auto done) { engine_->PutItem(std::move(request), {}, std::move(done)); });
  }

  std::optional<Item> Get(const Item& key) {
    GetItemRequest request;
    request.table = kTable;
    request.key = key;
    auto result =
        Await<GetItemResult>([&](auto done) { engine_->GetItem(request, {}, std::move(done)); });
    EXPECT_TRUE(result.ok());
    if (!result.ok() || !result->item) {
      return std::nullopt;
    }
    return *storage::DecodeRecord(*result->item);
  }

  static Item Key(const std::string& pk, int64_t sk) {
    return Item{{"pk", AttributeValue(pk)}, {"sk", N(sk)}};
  }

  static expression::Condition Condition(const std::string& text) {
    Placeholders placeholders;
    return *expression::ParseCondition(expression::ExpressionKind::kCondition, text, placeholders);
  }

  static TransactWriteItemsRequest::Action Action(TransactAction type, const Item& item) {
    TransactWriteItemsRequest::Action action;
    action.type = type;
    action.table = kTable;
    action.item = item;
    return action;
  }

  base::Result<TransactWriteItemsResult> Transact(TransactWriteItemsRequest request) {
    return Await<TransactWriteItemsResult>(
        [&](auto done) { engine_->TransactWriteItems(std::move(request), {}, std::move(done)); });
  }

  base::ManualClock clock_{1'000'000'000};
  std::unique_ptr<storage::Store> store_;
  std::unique_ptr<Engine> engine_;
};

// C1, C2, C7
TEST_F(ItemOperations, ReportsCapacityByArm) {
  Item item = Key("a", 1);
  item.Set("g", AttributeValue("x"));
  const auto result = Put(item, CapacityDetail::kIndexes);
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->capacity->table_name, kTable);
  EXPECT_EQ(result->capacity->table.write, 1);
  ASSERT_EQ(result->capacity->global_indexes.size(), 1);
  EXPECT_EQ(result->capacity->Total().total(), 2);
}

// E1: a condition on a missing item must not leave anything behind.
TEST_F(ItemOperations, AFailedUpdateCreatesNoGhost) {
  UpdateItemRequest request;
  request.table = kTable;
  request.key = Key("ghost", 1);
  request.condition = Condition("attribute_exists(pk)");
  const auto result = Await<WriteResult>(
      [&](auto done) { engine_->UpdateItem(std::move(request), {}, std::move(done)); });
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, base::ErrorCode::kConditionalCheckFailed);
  EXPECT_FALSE(Get(Key("ghost", 1)).has_value());
}

// E17
TEST_F(ItemOperations, KeyAttributesCannotBeUpdated) {
  UpdateItemRequest request;
  request.table = kTable;
  request.key = Key("a", 1);
  Placeholders placeholders =
      *Placeholders::Create(std::nullopt, Placeholders::Values{{":v", N(1)}});
  request.update = *expression::ParseUpdate("SET sk = :v", placeholders);
  const auto result = Await<WriteResult>(
      [&](auto done) { engine_->UpdateItem(std::move(request), {}, std::move(done)); });
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().message,
            "One or more parameter values were invalid: Cannot update attribute sk. This attribute "
            "is part of the key");
}

// T1, T6
TEST_F(ItemOperations, ReportsEveryFailedConditionByPosition) {
  ASSERT_TRUE(Put(Key("a", 1)).ok());
  TransactWriteItemsRequest request;
  request.actions.push_back(Action(TransactAction::kPut, Key("b", 1)));
  request.actions.push_back(Action(TransactAction::kPut, Key("a", 1)));
  request.actions[1].condition = Condition("attribute_not_exists(pk)");
  request.actions[1].return_item_on_condition_failure = true;
  request.actions.push_back(Action(TransactAction::kConditionCheck, Key("c", 1)));
  request.actions[2].condition = Condition("attribute_exists(pk)");
  const auto result = Transact(std::move(request));
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().message,
            "Transaction cancelled, please refer cancellation reasons for specific reasons [None, "
            "ConditionalCheckFailed, ConditionalCheckFailed]");
  const auto* detail = dynamic_cast<const TransactionCancellation*>(result.error().detail.get());
  ASSERT_NE(detail, nullptr);
  EXPECT_FALSE(detail->reasons[0].message.has_value());
  EXPECT_EQ(detail->reasons[1].message, "The conditional request failed");
  EXPECT_EQ(*storage::DecodeRecord(*detail->reasons[1].item), Key("a", 1));
  EXPECT_FALSE(detail->reasons[2].item.has_value());
  EXPECT_FALSE(Get(Key("b", 1)).has_value());
}

// T2, T3
TEST_F(ItemOperations, AMisfitKeyCancelsAndAnEmptyKeyRefuses) {
  TransactWriteItemsRequest request;
  request.actions.push_back(Action(TransactAction::kConditionCheck, Key("c", 1)));
  request.actions[0].condition = Condition("attribute_exists(pk)");
  request.actions.push_back(Action(TransactAction::kDelete,
                                   Item{{"pk", AttributeValue("x")}, {"sk", AttributeValue("s")}}));
  TransactWriteItemsRequest empty = request;
  auto result = Transact(std::move(request));
  ASSERT_EQ(result.error().code, base::ErrorCode::kTransactionCanceled);
  EXPECT_EQ(result.error().message,
            "Transaction cancelled, please refer cancellation reasons for specific reasons [None, "
            "ValidationError]");
  empty.actions.push_back(Action(TransactAction::kPut, Key("", 1)));
  result = Transact(std::move(empty));
  EXPECT_EQ(result.error().code, base::ErrorCode::kValidation);
}

// T4
TEST_F(ItemOperations, RefusesTwoActionsOnOneItem) {
  TransactWriteItemsRequest request;
  request.actions.push_back(Action(TransactAction::kPut, Key("a", 1)));
  request.actions.push_back(Action(TransactAction::kDelete, Key("a", 1)));
  EXPECT_EQ(Transact(std::move(request)).error().message,
            "Transaction request cannot include multiple operations on one item");
}

// T5, C3
TEST_F(ItemOperations, ATokenMakesATransactionIdempotent) {
  TransactWriteItemsRequest request;
  request.actions.push_back(Action(TransactAction::kUpdate, Key("a", 1)));
  Placeholders placeholders =
      *Placeholders::Create(std::nullopt, Placeholders::Values{{":v", N(1)}});
  request.actions[0].update = *expression::ParseUpdate("ADD n :v", placeholders);
  request.token = "token";
  request.request_digest = "digest";
  request.capacity = CapacityDetail::kTotal;
  const auto first = Transact(request);
  ASSERT_TRUE(first.ok());
  EXPECT_EQ(first->capacity[0].table.write, 2);
  const auto replay = Transact(request);
  ASSERT_TRUE(replay.ok());
  EXPECT_EQ(replay->capacity[0].table.write, 0);
  EXPECT_EQ(replay->capacity[0].table.read, 2);
  EXPECT_EQ(*Get(Key("a", 1))->Find("n"), N(1));

  TransactWriteItemsRequest other = request;
  other.request_digest = "another";
  EXPECT_EQ(Transact(other).error().code, base::ErrorCode::kIdempotentParameterMismatch);
  clock_.AdvanceMicros(kTokenLifeMicros + 1);
  ASSERT_TRUE(Transact(other).ok());
  EXPECT_EQ(*Get(Key("a", 1))->Find("n"), N(2));
}

// C8, C9
TEST_F(ItemOperations, BatchesCheckKeysBeforeDuplicates) {
  const auto write = [this](std::vector<BatchWriteItemRequest::Write> writes) {
    BatchWriteItemRequest request;
    request.tables.push_back({.table = kTable, .writes = std::move(writes)});
    return Await<BatchWriteItemResult>(
        [&](auto done) { engine_->BatchWriteItem(std::move(request), {}, std::move(done)); });
  };
  EXPECT_EQ(write({{.put = Key("a", 1), .remove = {}}, {.put = {}, .remove = Key("a", 1)}})
                .error()
                .message,
            "Provided list of item keys contains duplicates");
  EXPECT_EQ(write({{.put = Item{{"pk", AttributeValue("a")}}, .remove = {}},
                   {.put = Item{{"pk", AttributeValue("a")}}, .remove = {}}})
                .error()
                .message,
            "The provided key element does not match the schema");
  EXPECT_TRUE(write({{.put = Key("a", 1), .remove = {}}, {.put = {}, .remove = Key("a", 2)}}).ok());
}

// Q2, Q3
TEST_F(ItemOperations, PagesEndWithAKeyWhenTheLimitIsReached) {
  for (int i = 0; i < 4; ++i) {
    ASSERT_TRUE(Put(Key("q", i)).ok());
  }
  Placeholders placeholders =
      *Placeholders::Create(std::nullopt, Placeholders::Values{{":p", AttributeValue("q")}});
  QueryRequest request;
  request.table = kTable;
  request.key_condition = *expression::ParseKeyCondition("pk = :p", placeholders);
  request.limit = 4;
  request.capacity = CapacityDetail::kTotal;
  const auto query = [&] {
    return Await<PageResult>([&](auto done) { engine_->Query(request, {}, std::move(done)); });
  };
  const auto page = query();
  ASSERT_TRUE(page.ok());
  EXPECT_EQ(page->count, 4);
  EXPECT_EQ(page->capacity->table.read, 0.5);
  ASSERT_TRUE(page->last_evaluated_key.has_value());
  EXPECT_EQ(*storage::DecodeRecord(*page->last_evaluated_key), Key("q", 3));
  request.exclusive_start_key = Key("q", 3);
  EXPECT_EQ(query()->count, 0);
  EXPECT_FALSE(query()->last_evaluated_key.has_value());
  request.exclusive_start_key = Key("other", 3);
  EXPECT_EQ(query().error().message,
            "The provided starting key is outside query boundaries based on provided conditions");
}

// Q12
TEST_F(ItemOperations, ChargesAScanByPartitionWhenTold) {
  ASSERT_TRUE(Put(Key("a", 1)).ok());
  engine_->Stop();
  EngineOptions options;
  options.scan_partitions = 4;
  engine_ = std::make_unique<Engine>(*store_, options, clock_);
  ASSERT_TRUE(engine_->Start().ok());
  ScanRequest request;
  request.table = kTable;
  request.capacity = CapacityDetail::kTotal;
  const auto units = [&] {
    const auto page =
        Await<PageResult>([&](auto done) { engine_->Scan(request, {}, std::move(done)); });
    return page.ok() ? page->capacity->Total().read : -1;
  };
  EXPECT_EQ(units(), 2);
  request.consistent = true;
  EXPECT_EQ(units(), 4);
  request.total_segments = 4;
  EXPECT_EQ(units(), 1);
  // Two pages, both of which read the partition of the item.
  request.total_segments = 1;
  request.limit = 1;
  const double first = units();
  request.exclusive_start_key = Key("a", 1);
  EXPECT_EQ(first + units(), 5);
}

// V14
// However long it takes from the commit of a change of the catalog until the tables show it.
TEST_F(ItemOperations, AWriteWaitsForTheCatalog) {
  storage::UpdateRequest change;
  const storage::Key row{.space = storage::kCatalogSpace,
                         .kind = storage::RowKind::kSystem,
                         .partition = "spaces",
                         .sort = "none"};
  change.keys = {row};
  change.changes_catalog = true;
  change.decide = [row](storage::CurrentValues, storage::Mutations& mutations) {
    mutations.Erase(row);
    return base::Result<void>();
  };
  store_->Update(std::move(change), [](const storage::UpdateResult& result) {
    EXPECT_EQ(result.outcome, storage::UpdateOutcome::kCommitted);
  });
  auto put = std::async(std::launch::async, [this] { return Put(Key("a", 1)).ok(); });
  EXPECT_EQ(put.wait_for(std::chrono::milliseconds(200)), std::future_status::timeout);
  UpdateTableRequest update;
  update.table = kTable;
  update.deletion_protection = true;
  ASSERT_TRUE(engine_->tables().UpdateTable(update).ok());
  EXPECT_TRUE(put.get());
}

TEST_F(ItemOperations, TellsAMissingIndexFromAMissingTable) {
  ScanRequest request;
  request.table = kTable;
  request.index = "nope";
  const auto scan = [&] {
    return Await<PageResult>([&](auto done) { engine_->Scan(request, {}, std::move(done)); });
  };
  EXPECT_EQ(scan().error().message, "The table does not have the specified index: nope");
  request.table = "nope";
  EXPECT_EQ(scan().error().code, base::ErrorCode::kResourceNotFound);
}

}  // namespace
}  // namespace stator::engine
