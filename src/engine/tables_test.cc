#include "engine/tables.h"

#include <chrono>
#include <memory>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "engine/table_test_support.h"
#include "storage/open_store.h"

namespace stator::engine {
namespace {

// The control plane over the in-memory store.
class TablesTest : public testing::Test {
 protected:
  TablesTest()
      : store_(
            std::move(storage::OpenStore({.in_memory = true, .data_dir = {}, .log = {}})).value()) {
    Restart(0);
  }
  ~TablesTest() override {
    tables_->Stop();
    store_->Stop();
  }

  void Restart(int64_t delay_millis) {
    tables_.reset();
    catalog_ = std::make_unique<Catalog>(*store_, Identity());
    ASSERT_TRUE(catalog_->Load().ok());
    tables_ = std::make_unique<Tables>(*store_, *catalog_,
                                       TablesOptions{.status_delay_millis = delay_millis}, clock_);
    ASSERT_TRUE(tables_->Start().ok());
  }

  // Waits, for at most ten seconds, until the table is as wanted or, with no status, gone.
  bool Becomes(const std::string& name, std::optional<TableStatus> status) {
    for (int i = 0; i < 1000; ++i) {
      const auto table = tables_->DescribeTable(name);
      if (status ? table.ok() && table->table->status == *status : !table.ok()) {
        return true;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return false;
  }

  static std::string Arn(const std::string& name) {
    return "arn:aws:dynamodb:us-east-1:000000000000:table/" + name;
  }

  base::ManualClock clock_{1'700'000'000'123'456};
  std::unique_ptr<storage::Store> store_;
  std::unique_ptr<Catalog> catalog_;
  std::unique_ptr<Tables> tables_;
};

TEST_F(TablesTest, CreatesATableThatIsActiveAtOnce) {
  CreateTableRequest request = PlainTable("table");
  request.attributes.push_back({"g", model::ScalarType::kString});
  request.global_indexes.emplace().push_back(PlainIndex("index", {{"g", true}}));
  const auto created = tables_->CreateTable(request);
  ASSERT_TRUE(created.ok());
  // The answer is as the service's; the next call finds the table active.
  EXPECT_EQ(created->table->status, TableStatus::kCreating);
  EXPECT_EQ(created->table->schema.global_indexes[0].status, model::IndexStatus::kCreating);
  const auto described = tables_->DescribeTable("table");
  ASSERT_TRUE(described.ok());
  EXPECT_EQ(described->table->status, TableStatus::kActive);
  EXPECT_EQ(described->table->schema.global_indexes[0].status, model::IndexStatus::kActive);
  EXPECT_EQ(described->table->id, created->table->id);
  EXPECT_EQ(described->arn, Arn("table"));
  EXPECT_NE(described->table->schema.space, described->table->schema.global_indexes[0].id);
}

TEST_F(TablesTest, RefusesATableThatExists) {
  ASSERT_TRUE(tables_->CreateTable(PlainTable("table")).ok());
  const auto again = tables_->CreateTable(PlainTable("table"));
  ASSERT_FALSE(again.ok());
  EXPECT_EQ(again.error().code, base::ErrorCode::kResourceInUse);
  EXPECT_EQ(again.error().message, "Table already exists: table");
}

// K5: a table of the same name is another table.
TEST_F(TablesTest, ARecreatedTableHasANewIdAndSpace) {
  const auto first = tables_->CreateTable(PlainTable("table"));
  const auto removed = tables_->DeleteTable("table");
  ASSERT_TRUE(removed.ok());
  EXPECT_EQ(removed->table->status, TableStatus::kDeleting);
  EXPECT_FALSE(tables_->DescribeTable("table").ok());
  const auto second = tables_->CreateTable(PlainTable("table"));
  ASSERT_TRUE(second.ok());
  EXPECT_NE(first->table->id, second->table->id);
  EXPECT_NE(first->table->schema.space, second->table->schema.space);
}

// K6.
TEST_F(TablesTest, ProtectsAgainstDeletion) {
  CreateTableRequest request = PlainTable("table");
  request.deletion_protection = true;
  ASSERT_TRUE(tables_->CreateTable(request).ok());
  const auto refused = tables_->DeleteTable("table");
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, base::ErrorCode::kValidation);
  EXPECT_EQ(refused.error().message,
            "Resource cannot be deleted as it is currently protected against deletion. Disable "
            "deletion protection first.");
  UpdateTableRequest unprotect;
  unprotect.table = "table";
  unprotect.deletion_protection = false;
  ASSERT_TRUE(tables_->UpdateTable(unprotect).ok());
  EXPECT_TRUE(tables_->DeleteTable("table").ok());
}

TEST_F(TablesTest, NamesTheTableThatIsNotThere) {
  UpdateTableRequest update;
  update.table = "missing";
  update.table_class = "STANDARD";
  for (const auto& result : {tables_->DescribeTable("missing"), tables_->DeleteTable("missing"),
                             tables_->UpdateTable(update)}) {
    ASSERT_FALSE(result.ok());
    EXPECT_EQ(result.error().code, base::ErrorCode::kResourceNotFound);
    EXPECT_EQ(result.error().message, "Requested resource not found: Table: missing not found");
  }
}

TEST_F(TablesTest, ListsTablesInPages) {
  for (const char* name : {"ccc", "aaa", "bbb"}) {
    ASSERT_TRUE(tables_->CreateTable(PlainTable(name)).ok());
  }
  const ListTablesResult first = tables_->ListTables({.exclusive_start = {}, .limit = 2});
  EXPECT_EQ(first.names, (std::vector<std::string>{"aaa", "bbb"}));
  EXPECT_EQ(first.last_evaluated, "bbb");
  const ListTablesResult second = tables_->ListTables({.exclusive_start = "bbb", .limit = 2});
  EXPECT_EQ(second.names, std::vector<std::string>{"ccc"});
  EXPECT_FALSE(second.last_evaluated.has_value());
  // The start need not be a table's name.
  EXPECT_EQ(tables_->ListTables({.exclusive_start = "abc", .limit = {}}).names.size(), 2);
  EXPECT_TRUE(tables_->ListTables({.exclusive_start = "zzz", .limit = {}}).names.empty());
}

// K9.
TEST_F(TablesTest, KeepsTags) {
  ASSERT_TRUE(tables_->CreateTable(PlainTable("table")).ok());
  ASSERT_TRUE(tables_->TagResource(Arn("table"), {{"a", "1"}, {"b", "2"}}).ok());
  ASSERT_TRUE(tables_->TagResource(Arn("table"), {{"a", "3"}}).ok());
  ASSERT_TRUE(tables_->UntagResource(Arn("table"), {"b", "unknown"}).ok());
  Restart(0);
  const auto tags = tables_->ListTagsOfResource(Arn("table"));
  ASSERT_TRUE(tags.ok());
  EXPECT_EQ(*tags, (std::vector<Tag>{{"a", "3"}}));
}

TEST_F(TablesTest, RefusesTags) {
  EXPECT_EQ(tables_->TagResource(Arn("table"), {}).error().message,
            "Atleast one Tag needs to be provided as Input.");
  EXPECT_EQ(tables_->UntagResource(Arn("table"), {}).error().message,
            "Atleast one Tag Key needs to be provided as Input.");
  const auto missing = tables_->TagResource(Arn("missing"), {{"a", "1"}});
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().code, base::ErrorCode::kResourceNotFound);
  EXPECT_EQ(missing.error().message,
            "Requested resource not found: ResourcArn: " + Arn("missing") + " not found");
  for (const std::string& malformed : {std::string("table"), Arn("table/index/i")}) {
    const auto refused = tables_->ListTagsOfResource(malformed);
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().message,
              "Invalid TableArn: Invalid ResourceArn provided as input " + malformed);
  }
  EXPECT_EQ(tables_->ListTagsOfResource(Arn("missing")).error().code,
            base::ErrorCode::kAccessDenied);
}

TEST_F(TablesTest, StaysInTransitionForTheDelay) {
  Restart(100);
  ASSERT_TRUE(tables_->CreateTable(PlainTable("table")).ok());
  EXPECT_EQ(tables_->DescribeTable("table")->table->status, TableStatus::kCreating);
  const auto refused = tables_->DeleteTable("table");
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, base::ErrorCode::kResourceInUse);
  EXPECT_EQ(refused.error().message,
            "Attempt to change a resource which is still in use: Table is being created: table");
  ASSERT_TRUE(Becomes("table", TableStatus::kActive));
  ASSERT_TRUE(tables_->DeleteTable("table").ok());
  EXPECT_EQ(tables_->DescribeTable("table")->table->status, TableStatus::kDeleting);
  EXPECT_TRUE(Becomes("table", std::nullopt));
}

TEST_F(TablesTest, SettlesAfterARestart) {
  Restart(3'600'000);
  ASSERT_TRUE(tables_->CreateTable(PlainTable("created")).ok());
  tables_->Stop();  // does not wait for the hour
  EXPECT_EQ(tables_->DescribeTable("created")->table->status, TableStatus::kCreating);
  Restart(0);
  EXPECT_TRUE(Becomes("created", TableStatus::kActive));
}

}  // namespace
}  // namespace stator::engine
