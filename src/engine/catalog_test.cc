#include "engine/catalog.h"

#include <atomic>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "base/random.h"
#include "engine/table_codec.h"
#include "storage/open_store.h"

namespace stator::engine {
namespace {

std::unique_ptr<storage::Store> OpenInMemory() {
  return std::move(storage::OpenStore({.in_memory = true, .data_dir = {}, .log = {}})).value();
}

Table MakeTable(const std::string& name, storage::Space space) {
  Table table;
  table.schema.name = name;
  table.schema.space = space;
  table.schema.key.partition = {{"pk", model::ScalarType::kString}};
  return table;
}

// A change that sets the table, whatever it is.
Catalog::Change Set(const Table& table) {
  return [table](const Table* /*current*/) -> base::Result<std::shared_ptr<const Table>> {
    return std::make_shared<Table>(table);
  };
}

base::Result<std::shared_ptr<const Table>> Remove(const Table* /*current*/) {
  return std::shared_ptr<const Table>();
}

TEST(Catalog, FindsTablesByNameAndArn) {
  const auto store = OpenInMemory();
  Catalog catalog(*store, {.region = "eu-west-1", .account = "123456789012"});
  ASSERT_TRUE(catalog.Load().ok());
  ASSERT_TRUE(catalog.Update("table", Set(MakeTable("table", 20))).ok());
  EXPECT_TRUE(catalog.FindForItems("table").ok());
  EXPECT_TRUE(
      catalog.FindForItems("arn:aws:dynamodb:eu-west-1:123456789012:table/table").ok());  // W25
  for (const char* other : {"tables", "arn:aws:dynamodb:eu-west-2:123456789012:table/table",
                            "arn:aws:dynamodb:eu-west-1:999999999999:table/table"}) {
    const auto found = catalog.FindForItems(other);
    ASSERT_FALSE(found.ok());
    EXPECT_EQ(found.error().code, base::ErrorCode::kResourceNotFound);
    EXPECT_EQ(found.error().message, "Requested resource not found");
  }
  EXPECT_EQ(catalog.Find("x").error().message, "Requested resource not found: Table: x not found");
}

TEST(Catalog, KeepsAccountsApart) {
  const auto store = OpenInMemory();
  const Identity identity{.region = "eu-west-1", .account = "123456789012"};
  const std::string other = QualifiedTableName("999999999999", "table");
  EXPECT_EQ(AccountOfName(other), "999999999999");
  EXPECT_EQ(BareTableName(other), "table");
  for (const char* name : {"table", "123456789012", "12345678901:table/a", "a23456789012:table/a",
                           "arn:aws:dynamodb:eu-west-1:123456789012:table/a"}) {
    EXPECT_EQ(AccountOfName(name), "");
    EXPECT_EQ(BareTableName(name), name);
  }
  {
    Catalog catalog(*store, identity);
    ASSERT_TRUE(catalog.Load().ok());
    ASSERT_TRUE(catalog.Update("table", Set(MakeTable("table", 20))).ok());
    ASSERT_TRUE(catalog.Update(other, Set(MakeTable(other, 21))).ok());
  }
  Catalog catalog(*store, identity);
  ASSERT_TRUE(catalog.Load().ok());
  const std::string arn = "arn:aws:dynamodb:eu-west-1:999999999999:table/table";
  EXPECT_EQ(catalog.TableArn(other), arn);
  EXPECT_EQ(catalog.FindForItems("table")->table->schema.space, 20U);
  EXPECT_EQ(catalog.FindForItems(catalog.TableArn("table"))->table->schema.space, 20U);
  EXPECT_EQ(catalog.FindForItems(other)->table->schema.space, 21U);
  EXPECT_EQ(catalog.FindForItems(arn)->table->schema.space, 21U);
  // The server's own account may be named, too.
  EXPECT_EQ(catalog.NameOf("arn:aws:dynamodb:eu-west-1:123456789012:table/x"), "x");
  EXPECT_EQ(catalog.Find(QualifiedTableName("999999999999", "x")).error().message,
            "Requested resource not found: Table: x not found");
}

// K7.
TEST(Catalog, HidesTablesThatAreNotThereYetOrAnyMoreFromItems) {
  const auto store = OpenInMemory();
  Catalog catalog(*store, {});
  for (const TableStatus status : {TableStatus::kCreating, TableStatus::kDeleting}) {
    Table table = MakeTable("table", 20);
    table.status = status;
    ASSERT_TRUE(catalog.Update("table", Set(table)).ok());
    EXPECT_FALSE(catalog.FindForItems("table").ok());
    EXPECT_TRUE(catalog.Find("table").ok());
  }
}

TEST(Catalog, LoadsWhatWasStored) {
  const auto store = OpenInMemory();
  {
    Catalog catalog(*store, {});
    ASSERT_TRUE(catalog.Load().ok());
    ASSERT_TRUE(catalog.Update("b", Set(MakeTable("b", 20))).ok());
    ASSERT_TRUE(catalog.Update("a", Set(MakeTable("a", 21))).ok());
    ASSERT_TRUE(catalog.Update("c", Set(MakeTable("c", 22))).ok());
    ASSERT_TRUE(catalog.Update("c", Remove).ok());
  }
  Catalog catalog(*store, {});
  ASSERT_TRUE(catalog.Load().ok());
  EXPECT_EQ(catalog.Names(), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(catalog.Find("a")->table->schema.space, 21);
  EXPECT_EQ(catalog.Find("a")->epoch, store->CatalogEpoch());
}

TEST(Catalog, KeepsTheTableWhenTheChangeIsRefused) {
  const auto store = OpenInMemory();
  Catalog catalog(*store, {});
  ASSERT_TRUE(catalog.Update("a", Set(MakeTable("a", 20))).ok());
  const auto refuse = [](const Table* current) -> base::Result<std::shared_ptr<const Table>> {
    EXPECT_NE(current, nullptr);
    return base::ValidationError("no");
  };
  const auto result = catalog.Update("a", refuse);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().message, "no");
  EXPECT_TRUE(catalog.Find("a").ok());
}

TEST(Catalog, GivesEachSpaceOnce) {
  const auto store = OpenInMemory();
  Catalog first(*store, {});
  Catalog second(*store, {});  // as after a restart
  EXPECT_EQ(*first.NewSpaces(3), storage::kFirstUserSpace);
  EXPECT_EQ(*second.NewSpaces(1), storage::kFirstUserSpace + 3);
  EXPECT_EQ(*first.NewSpaces(1), storage::kFirstUserSpace + 4);
}

TEST(Catalog, DropsTheSpacesThatAChangeTakesAway) {
  const auto store = OpenInMemory();
  Catalog catalog(*store, {});
  ASSERT_TRUE(catalog.Update("a", Set(MakeTable("a", 20))).ok());
  const storage::Key row{
      .space = 20, .kind = storage::RowKind::kItem, .partition = "p", .sort = ""};
  storage::UpdateRequest request;
  request.keys = {row};
  request.decide = [row](storage::CurrentValues, storage::Mutations& mutations) {
    mutations.Put(row, "value");
    return base::Result<void>();
  };
  store->Update(std::move(request), [](const storage::UpdateResult&) {});
  ASSERT_TRUE(catalog.Update("a", Remove).ok());
  bool found = false;
  ASSERT_TRUE(store->Get(row, {}, [&found](std::string_view) { found = true; }).ok());
  EXPECT_FALSE(found);
  // Nothing is left of the table in the catalog either.
  size_t rows = 0;
  ASSERT_TRUE(
      store
          ->ScanSpace(
              {.space = storage::kCatalogSpace, .kind = storage::RowKind::kSystem, .after = {}}, {},
              [&rows](const storage::RowView&) {
                ++rows;
                return true;
              })
          .ok());
  EXPECT_EQ(rows, 0);
}

// The crash between the change and the drop: the note is there, the rows are, too.
TEST(Catalog, FinishesInterruptedDrops) {
  const auto store = OpenInMemory();
  const storage::Key row{
      .space = 20, .kind = storage::RowKind::kItem, .partition = "p", .sort = ""};
  const storage::Key note{.space = storage::kCatalogSpace,
                          .kind = storage::RowKind::kSystem,
                          .partition = "table/a",
                          .sort = std::string("drop/\0\0\0\x14", 9)};
  storage::UpdateRequest request;
  request.keys = {row, note};
  request.decide = [row, note](storage::CurrentValues, storage::Mutations& mutations) {
    mutations.Put(row, "value");
    mutations.Put(note, "");
    return base::Result<void>();
  };
  store->Update(std::move(request), [](const storage::UpdateResult&) {});
  Catalog catalog(*store, {});
  ASSERT_TRUE(catalog.Load().ok());
  bool found = false;
  for (const storage::Key& key : {row, note}) {
    ASSERT_TRUE(store->Get(key, {}, [&found](std::string_view) { found = true; }).ok());
  }
  EXPECT_FALSE(found);
}

TEST(Catalog, RefusesDamagedRows) {
  const auto store = OpenInMemory();
  const storage::Key row{.space = storage::kCatalogSpace,
                         .kind = storage::RowKind::kSystem,
                         .partition = "table/a",
                         .sort = ""};
  storage::UpdateRequest request;
  request.keys = {row};
  request.decide = [row](storage::CurrentValues, storage::Mutations& mutations) {
    mutations.Put(row, "\x01garbage");
    return base::Result<void>();
  };
  store->Update(std::move(request), [](const storage::UpdateResult&) {});
  Catalog catalog(*store, {});
  const auto loaded = catalog.Load();
  ASSERT_FALSE(loaded.ok());
  EXPECT_EQ(loaded.error().code, base::ErrorCode::kCorruption);
  EXPECT_NE(loaded.error().message.find("table a"), std::string::npos);
}

// Each change writes the epoch that it will get into the table; readers check that they never see
// another pair.
TEST(Catalog, NeverPairsAnEpochWithAnotherTable) {
  const auto store = OpenInMemory();
  Catalog catalog(*store, {});
  ASSERT_TRUE(catalog.Load().ok());
  const auto change = [&store, &catalog] {
    Table table = MakeTable("t", 20);
    table.created_micros = static_cast<int64_t>(store->CatalogEpoch()) + 1;
    return catalog.Update("t", Set(table)).ok();
  };
  ASSERT_TRUE(change());
  std::atomic<bool> stop = false;
  std::vector<std::thread> readers;
  for (int i = 0; i < 3; ++i) {
    readers.emplace_back([&] {
      while (!stop) {
        const auto snapshot = catalog.FindForItems("t");
        ASSERT_TRUE(snapshot.ok());
        ASSERT_EQ(snapshot->table->created_micros, static_cast<int64_t>(snapshot->epoch));
      }
    });
  }
  for (int i = 0; i < 2000; ++i) {
    ASSERT_TRUE(change());
  }
  stop = true;
  for (std::thread& reader : readers) {
    reader.join();
  }
}

}  // namespace
}  // namespace stator::engine
