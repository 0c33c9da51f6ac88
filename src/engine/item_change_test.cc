#include "engine/item_change.h"

#include <map>
#include <string>

#include <gtest/gtest.h>

#include "engine/item_key.h"
#include "engine/table.h"
#include "storage/record.h"

namespace stator::engine {
namespace {

using model::AttributeValue;
using model::Item;
using model::Number;
using model::ScalarType;

// A table with a local index on `l` (KEYS_ONLY) and a global one on `g` (INCLUDE `p`).
model::TableSchema MakeSchema() {
  model::TableSchema schema;
  schema.space = 16;
  schema.key = {.partition = {{"pk", ScalarType::kString}}, .sort = {{"sk", ScalarType::kString}}};
  model::IndexSchema local;
  local.name = "local";
  local.global = false;
  local.id = 1;
  local.key = {.partition = {{"pk", ScalarType::kString}}, .sort = {{"l", ScalarType::kString}}};
  local.projection = model::ProjectionType::kKeysOnly;
  schema.local_indexes.push_back(local);
  model::IndexSchema global;
  global.name = "global";
  global.id = 17;
  global.key = {.partition = {{"g", ScalarType::kString}}, .sort = {}};
  global.projection = model::ProjectionType::kInclude;
  global.non_key_attributes = {"p"};
  schema.global_indexes.push_back(global);
  return schema;
}

Item With(std::initializer_list<model::Attribute> attributes) {
  Item item(attributes);
  item.Set("pk", AttributeValue("a"));
  item.Set("sk", AttributeValue("b"));
  return item;
}

// A change and all that it writes.
struct Changed {
  storage::Mutations mutations;
  ConsumedCapacity capacity;

  size_t writes() const { return mutations.writes().size(); }
  int64_t Delta(storage::CounterId counter) const {
    int64_t sum = 0;
    for (const auto& delta : mutations.counters()) {
      sum += delta.counter == counter ? delta.delta : 0;
    }
    return sum;
  }
};

Changed Change(const Item* before, const Item* after, std::vector<uint32_t> missing = {}) {
  const model::TableSchema schema = MakeSchema();
  const storage::Key row = ItemRowKey(schema, before != nullptr ? *before : *after);
  const std::string before_record = before != nullptr ? storage::EncodeRecord(*before) : "";
  const std::string after_record = after != nullptr ? storage::EncodeRecord(*after) : "";
  const ItemImage before_image{before, before_record};
  const ItemImage after_image{after, after_record};
  Changed changed;
  AppendItemChange({.schema = schema,
                    .row = row,
                    .before = before != nullptr ? &before_image : nullptr,
                    .after = after != nullptr ? &after_image : nullptr,
                    .missing_entries = missing},
                   changed.mutations, changed.capacity);
  return changed;
}

constexpr storage::CounterId kItems{16, kItemCounter};
constexpr storage::CounterId kGlobalItems{17, kItemCounter};
constexpr storage::CounterId kLocalItems{16, 2};

TEST(ItemChange, InsertWritesTheItemAndItsEntries) {
  const Item item = With({{"l", AttributeValue("1")}, {"g", AttributeValue("2")}});
  const Changed changed = Change(nullptr, &item);
  EXPECT_EQ(changed.writes(), 3);
  EXPECT_EQ(changed.Delta(kItems), 1);
  EXPECT_EQ(changed.Delta(kGlobalItems), 1);
  EXPECT_EQ(changed.Delta(kLocalItems), 1);
  EXPECT_EQ(changed.capacity.table.write, 1);
  EXPECT_EQ(changed.capacity.Total().write, 3);
}

// Q8: sparse indexes.
TEST(ItemChange, AnItemWithoutTheIndexKeyHasNoEntry) {
  const Item item = With({{"g", AttributeValue("2")}});
  const Changed changed = Change(nullptr, &item);
  EXPECT_EQ(changed.writes(), 2);
  EXPECT_TRUE(changed.capacity.local_indexes.empty());
}

// C2: an identical overwrite costs the table and no index, and writes nothing.
TEST(ItemChange, IdenticalOverwriteWritesNothing) {
  const Item item = With({{"g", AttributeValue("2")}});
  const Changed changed = Change(&item, &item);
  EXPECT_TRUE(changed.mutations.empty());
  EXPECT_EQ(changed.capacity.table.write, 1);
  EXPECT_TRUE(changed.capacity.global_indexes.empty());
}

// C2: a change that an index does not project costs it nothing.
TEST(ItemChange, NonProjectedChangeLeavesTheIndexAlone) {
  const Item before = With({{"g", AttributeValue("2")}, {"x", AttributeValue("1")}});
  const Item after = With({{"g", AttributeValue("2")}, {"x", AttributeValue("2")}});
  const Changed changed = Change(&before, &after);
  EXPECT_EQ(changed.writes(), 1);
  EXPECT_TRUE(changed.capacity.global_indexes.empty());
}

// C2: a projected change is one write, a moved key two, a removal one.
TEST(ItemChange, IndexWritesAreChargedByWhatTheyDo) {
  const Item before = With({{"g", AttributeValue("2")}, {"p", AttributeValue("1")}});
  const Item projected = With({{"g", AttributeValue("2")}, {"p", AttributeValue("2")}});
  const Item moved = With({{"g", AttributeValue("3")}, {"p", AttributeValue("1")}});
  const Item removed = With({{"p", AttributeValue("1")}});
  EXPECT_EQ(Change(&before, &projected).capacity.global_indexes[0].second.write, 1);
  EXPECT_EQ(Change(&before, &moved).capacity.global_indexes[0].second.write, 2);
  EXPECT_EQ(Change(&before, &removed).capacity.global_indexes[0].second.write, 1);
  EXPECT_EQ(Change(&before, &removed).Delta(kGlobalItems), -1);
}

// C1
TEST(ItemChange, ChargesTheLargerImage) {
  const Item small = With({});
  const Item large = With({{"x", AttributeValue(std::string(2500, 'x'))}});
  EXPECT_EQ(Change(&large, &small).capacity.table.write, 3);
  EXPECT_EQ(Change(&small, &large).capacity.table.write, 3);
  EXPECT_EQ(Change(&large, nullptr).capacity.table.write, 3);
}

TEST(ItemChange, DeleteRemovesEverything) {
  const Item item = With({{"l", AttributeValue("1")}, {"g", AttributeValue("2")}});
  const Changed changed = Change(&item, nullptr);
  EXPECT_EQ(changed.writes(), 3);
  for (const auto& write : changed.mutations.writes()) {
    EXPECT_FALSE(write.value.has_value());
  }
  EXPECT_EQ(changed.Delta(kItems), -1);
  EXPECT_EQ(changed.Delta(kLocalItems), -1);
}

TEST(ItemChange, AMissingEntryIsAddedAndNotCountedTwice) {
  const Item before = With({{"g", AttributeValue("2")}, {"p", AttributeValue("1")}});
  const Item after = With({{"g", AttributeValue("2")}, {"p", AttributeValue("2")}});
  EXPECT_EQ(Change(&before, &after, {17}).Delta(kGlobalItems), 1);
  EXPECT_EQ(Change(&before, nullptr, {17}).Delta(kGlobalItems), 0);
}

TEST(ItemChange, ProjectsWhatTheIndexKeeps) {
  const model::TableSchema schema = MakeSchema();
  const Item item = With({{"l", AttributeValue("1")},
                          {"g", AttributeValue("2")},
                          {"p", AttributeValue("3")},
                          {"x", AttributeValue("4")}});
  EXPECT_EQ(ProjectToIndex(schema, schema.local_indexes[0], item),
            With({{"l", AttributeValue("1")}}));
  EXPECT_EQ(ProjectToIndex(schema, schema.global_indexes[0], item),
            With({{"g", AttributeValue("2")}, {"p", AttributeValue("3")}}));
}

TEST(ItemChange, RoundsUnitsUp) {
  EXPECT_EQ(WriteUnits(0), 1);
  EXPECT_EQ(WriteUnits(1024), 1);
  EXPECT_EQ(WriteUnits(1025), 2);
  EXPECT_EQ(ReadUnits(0, false), 0.5);
  EXPECT_EQ(ReadUnits(4097, true), 2);
}

}  // namespace
}  // namespace stator::engine
