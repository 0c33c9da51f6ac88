// Every refusal of UpdateTable, and what it makes of a table (K1 to K5, K8).
#include "engine/table_update.h"

#include <string>

#include <gtest/gtest.h>

#include "engine/table_test_support.h"

namespace stator::engine {
namespace {

constexpr std::string_view kInvalid = "One or more parameter values were invalid: ";
constexpr int64_t kNow = 1'700'000'000'123'456;
const Identity kIdentity;
const ChangeContext kContext{.now_micros = kNow, .identity = kIdentity};

Table Settle(const Table& table) { return *Settled(table); }

Table Make(const CreateTableRequest& request) {
  base::Result<Table> table = BuildTable(request, kContext);
  EXPECT_TRUE(table.ok());
  return Settle(*table);
}

Table Provisioned() {
  CreateTableRequest request = PlainTable("table");
  request.billing_mode.reset();
  request.provisioned = ThroughputSpec{.read_units = 5, .write_units = 6};
  return Make(request);
}

Table WithIndex() {
  CreateTableRequest request = PlainTable("table");
  request.attributes.push_back({"g", model::ScalarType::kNumber});
  request.global_indexes.emplace().push_back(PlainIndex("index", {{"g", true}}));
  return Make(request);
}

base::Result<Table> Update(const Table& table, const UpdateTableRequest& request) {
  STATOR_RETURN_IF_ERROR(CheckUpdateRequest(request));
  return UpdatedTable(table, request, kContext, 77);
}

std::string Refusal(const Table& table, const UpdateTableRequest& request,
                    base::ErrorCode code = base::ErrorCode::kValidation) {
  const base::Result<Table> updated = Update(table, request);
  if (updated.ok()) {
    return "accepted";
  }
  EXPECT_EQ(updated.error().code, code);
  std::string message = updated.error().message;
  if (message.starts_with(kInvalid)) {
    message = "..." + message.substr(kInvalid.size());
  }
  return message;
}

TEST(UpdateTable, RefusesRequestsThatAskForNothing) {
  UpdateTableRequest request;
  request.table = "table";
  const char kNothing[] =
      "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, "
      "GlobalSecondaryIndexUpdates or SSESpecification or ReplicaUpdates is required";
  EXPECT_EQ(Refusal(Provisioned(), request), kNothing);
  request.index_updates.emplace();
  EXPECT_EQ(Refusal(Provisioned(), request), kNothing);
}

TEST(UpdateTable, RefusesThroughputThatStaysAsItIs) {
  UpdateTableRequest request;
  request.provisioned = ThroughputSpec{.read_units = 5, .write_units = 6};
  EXPECT_EQ(Refusal(Provisioned(), request),
            "The provisioned throughput for the table will not change. The requested value equals "
            "the current value. Current ReadCapacityUnits provisioned for the table: 5. Requested "
            "ReadCapacityUnits: 5. Current WriteCapacityUnits provisioned for the table: 6. "
            "Requested WriteCapacityUnits: 6. Refer to the Amazon DynamoDB Developer Guide for "
            "current limits and how to request higher limits.");
}

TEST(UpdateTable, KeepsTheHistoryOfThroughput) {
  UpdateTableRequest request;
  request.provisioned = ThroughputSpec{.read_units = 9, .write_units = 1};
  const base::Result<Table> updated = Update(Provisioned(), request);
  ASSERT_TRUE(updated.ok());
  EXPECT_EQ(updated->status, TableStatus::kUpdating);
  EXPECT_EQ(updated->provisioned.read_units, 9);
  EXPECT_EQ(updated->provisioned.write_units, 1);
  EXPECT_EQ(updated->provisioned.last_increase_micros, kNow);
  EXPECT_EQ(updated->provisioned.last_decrease_micros, kNow);
  EXPECT_EQ(updated->provisioned.decreases_today, 1);
}

// K2, K4.
TEST(UpdateTable, SwitchesTheBillingMode) {
  UpdateTableRequest request;
  request.billing_mode = BillingMode::kPayPerRequest;
  const base::Result<Table> on_demand = Update(Provisioned(), request);
  ASSERT_TRUE(on_demand.ok());
  EXPECT_EQ(on_demand->on_demand_since_micros, kNow);
  EXPECT_EQ(on_demand->provisioned.read_units, 0);
  EXPECT_EQ(on_demand->warm.read_units, 12'000);

  request.provisioned = ThroughputSpec{.read_units = 1, .write_units = 1};
  EXPECT_EQ(Refusal(Provisioned(), request),
            "...Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode "
            "is PAY_PER_REQUEST");

  UpdateTableRequest back;
  back.billing_mode = BillingMode::kProvisioned;
  EXPECT_EQ(Refusal(Settle(*on_demand), back),
            "...ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode "
            "is PROVISIONED");
  EXPECT_EQ(Refusal(WithIndex(),
                    [&back] {
                      UpdateTableRequest with_units = back;
                      with_units.provisioned = ThroughputSpec{.read_units = 1, .write_units = 1};
                      return with_units;
                    }()),
            "...Both ReadCapacityUnits and WriteCapacityUnits must be specified for index: index");
}

// K2: members merge; -1 removes; a switch to provisioned clears.
TEST(UpdateTable, MergesOnDemandThroughput) {
  Table table = Make(PlainTable("table"));
  const auto set = [&table](std::optional<int64_t> read, std::optional<int64_t> write) {
    UpdateTableRequest request;
    request.on_demand = OnDemandThroughput{.max_read_units = read, .max_write_units = write};
    base::Result<Table> updated = Update(table, request);
    ASSERT_TRUE(updated.ok());
    table = Settle(*updated);
  };
  set(10, {});
  set({}, 20);
  ASSERT_TRUE(table.on_demand.has_value());
  EXPECT_EQ(table.on_demand->max_read_units, 10);
  EXPECT_EQ(table.on_demand->max_write_units, 20);
  set(-1, {});
  EXPECT_FALSE(table.on_demand->max_read_units.has_value());
  set({}, -1);
  EXPECT_FALSE(table.on_demand.has_value());
  set(10, {});
  UpdateTableRequest provisioned;
  provisioned.billing_mode = BillingMode::kProvisioned;
  provisioned.provisioned = ThroughputSpec{.read_units = 1, .write_units = 1};
  const base::Result<Table> updated = Update(table, provisioned);
  ASSERT_TRUE(updated.ok());
  EXPECT_FALSE(updated->on_demand.has_value());
}

// K3, K5.
TEST(UpdateTable, EnablesAndDisablesTheStream) {
  UpdateTableRequest enable;
  enable.stream = StreamSpec{.enabled = true, .view = StreamViewType::kNewImage};
  UpdateTableRequest disable;
  disable.stream = StreamSpec{.enabled = false, .view = {}};

  const Table off = Provisioned();
  EXPECT_EQ(Refusal(off, disable), "Table does not have an enabled stream: TableName: table");
  const base::Result<Table> on = Update(off, enable);
  ASSERT_TRUE(on.ok());
  EXPECT_TRUE(on->stream_enabled);
  EXPECT_EQ(on->stream_label, "2023-11-14T22:13:20.123");
  EXPECT_EQ(Refusal(Settle(*on), enable), "Table already has an enabled stream: TableName: table");
  const base::Result<Table> off_again = Update(Settle(*on), disable);
  ASSERT_TRUE(off_again.ok());
  EXPECT_FALSE(off_again->stream_enabled);
  EXPECT_EQ(off_again->stream_label, on->stream_label);

  enable.provisioned = ThroughputSpec{.read_units = 1, .write_units = 1};
  EXPECT_EQ(Refusal(off, enable), "...You cannot modify stream status while updating table IOPS");
}

TEST(UpdateTable, RefusesIndexUpdates) {
  const Table table = WithIndex();
  UpdateTableRequest request;
  request.index_updates.emplace().emplace_back();
  EXPECT_EQ(Refusal(table, request),
            "...One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, "
            "GlobalSecondaryIndexUpdate.Delete must not be null");
  request.index_updates->front().remove = "index";
  request.index_updates->push_back(request.index_updates->front());
  EXPECT_EQ(Refusal(table, request),
            "...Only one global secondary index update per index is allowed simultaneously. Index: "
            "index");
  request.index_updates->back().remove = "other";
  EXPECT_EQ(Refusal(table, request, base::ErrorCode::kLimitExceeded),
            "Subscriber limit exceeded: Only 1 online index can be created or deleted "
            "simultaneously per table");
  EXPECT_EQ(Refusal(table, AddIndexRequest("table", "index")),
            "Attempting to create an index which already exists");
  EXPECT_EQ(Refusal(table, RemoveIndexRequest("table", "x"), base::ErrorCode::kResourceNotFound),
            "Requested resource not found: Index x for table table");
  request = AddIndexRequest("table", "new");
  request.attributes.clear();
  EXPECT_EQ(Refusal(table, request),
            "Invalid KeySchema: Some index key attribute have no definition");
}

TEST(UpdateTable, AddsAnIndexThatWaitsForItsBackfill) {
  const base::Result<Table> updated =
      Update(Make(PlainTable("table")), AddIndexRequest("table", "new"));
  ASSERT_TRUE(updated.ok());
  const model::IndexSchema* index = updated->schema.FindIndex("new");
  ASSERT_NE(index, nullptr);
  EXPECT_EQ(index->id, 77);
  EXPECT_EQ(index->status, model::IndexStatus::kCreating);
  EXPECT_TRUE(index->backfilling);
  EXPECT_EQ(updated->attributes.back().name, "g");
  const Table settled = Settle(*updated);
  EXPECT_EQ(settled.status, TableStatus::kUpdating);
  EXPECT_EQ(settled.schema.global_indexes[0].status, model::IndexStatus::kCreating);
  EXPECT_TRUE(IsSettled(settled));
}

// K1: the type of an attribute in use stays, and definitions without use go.
TEST(UpdateTable, KeepsTypesAndPrunesDefinitions) {
  UpdateTableRequest request = AddIndexRequest("table", "new");  // says that g is a string
  request.attributes.push_back({"unused", model::ScalarType::kBinary});
  const base::Result<Table> updated = Update(WithIndex(), request);
  ASSERT_TRUE(updated.ok());
  EXPECT_EQ(updated->schema.FindIndex("new")->key.partition[0].type, model::ScalarType::kNumber);
  EXPECT_EQ(updated->attributes.size(), 3);

  const base::Result<Table> removed = Update(WithIndex(), RemoveIndexRequest("table", "index"));
  ASSERT_TRUE(removed.ok());
  EXPECT_EQ(removed->attributes.size(), 2);
  EXPECT_EQ(removed->schema.global_indexes[0].status, model::IndexStatus::kDeleting);
  EXPECT_TRUE(Settle(*removed).schema.global_indexes.empty());
  EXPECT_TRUE(Settle(*removed).global_index_settings.empty());
}

// K8.
TEST(UpdateTable, RefusesChangesOfATableInUse) {
  const Table busy = Settle(*Update(Make(PlainTable("table")), AddIndexRequest("table", "new")));
  UpdateTableRequest class_change;
  class_change.table_class = "STANDARD";
  EXPECT_EQ(Refusal(busy, class_change, base::ErrorCode::kResourceInUse),
            "Attempt to change a resource which is still in use: Table is being updated: table");
  EXPECT_EQ(Refusal(busy, AddIndexRequest("table", "second"), base::ErrorCode::kLimitExceeded),
            "Subscriber limit exceeded: Only 1 online index can be created or deleted "
            "simultaneously per table");
  EXPECT_EQ(Refusal(busy, RemoveIndexRequest("table", "new")), "accepted");
}

}  // namespace
}  // namespace stator::engine
