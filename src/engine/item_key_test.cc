#include "engine/item_key.h"

#include <string>

#include <gtest/gtest.h>

namespace stator::engine {
namespace {

using model::AttributeValue;
using model::Item;
using model::Number;
using model::ScalarType;

model::TableSchema MakeSchema() {
  model::TableSchema schema;
  schema.name = "t";
  schema.space = 16;
  schema.key = {.partition = {{"pk", ScalarType::kString}}, .sort = {{"sk", ScalarType::kNumber}}};
  model::IndexSchema index;
  index.name = "byG";
  index.id = 17;
  index.key = {.partition = {{"g1", ScalarType::kString}, {"g2", ScalarType::kString}},
               .sort = {{"r", ScalarType::kNumber}}};
  schema.global_indexes.push_back(index);
  return schema;
}

Item MakeItem() {
  return Item{{"pk", AttributeValue("a")}, {"sk", AttributeValue(Number::FromInteger(1))}};
}

std::string MessageOf(const base::Result<void>& result) {
  return result.ok() ? "" : result.error().message;
}

TEST(ItemKey, KeyMustHaveExactlyTheKeyAttributes) {
  const model::TableSchema schema = MakeSchema();
  constexpr char kMismatch[] = "The provided key element does not match the schema";
  EXPECT_EQ(MessageOf(CheckKeyShape(schema, MakeItem())), "");
  Item more = MakeItem();
  more.Set("x", AttributeValue("y"));
  EXPECT_EQ(MessageOf(CheckKeyShape(schema, more)), kMismatch);
  Item wrong = MakeItem();
  wrong.Set("sk", AttributeValue("text"));
  EXPECT_EQ(MessageOf(CheckKeyShape(schema, wrong)), kMismatch);
  EXPECT_EQ(MessageOf(CheckKeyShape(schema, Item{{"pk", AttributeValue("a")}})), kMismatch);
}

TEST(ItemKey, PutNamesTheMissingOrMistypedKey) {
  const model::TableSchema schema = MakeSchema();
  EXPECT_EQ(MessageOf(CheckItemKey(schema, Item{{"pk", AttributeValue("a")}})),
            "One or more parameter values were invalid: Missing the key sk in the item");
  Item wrong = MakeItem();
  wrong.Set("pk", AttributeValue(Number()));
  EXPECT_EQ(MessageOf(CheckItemKey(schema, wrong)),
            "One or more parameter values were invalid: Type mismatch for key pk expected: S "
            "actual: N");
}

// N11, L4
TEST(ItemKey, RefusesEmptyAndLongValues) {
  const model::TableSchema schema = MakeSchema();
  Item item = MakeItem();
  item.Set("pk", AttributeValue(""));
  EXPECT_EQ(MessageOf(CheckKeyValues(schema.key, item)),
            "One or more parameter values are not valid. The AttributeValue for a key attribute "
            "cannot contain an empty string value. Key: pk");
  item.Set("pk", AttributeValue(std::string(2049, 'x')));
  EXPECT_EQ(MessageOf(CheckKeyValues(schema.key, item)),
            "One or more parameter values were invalid: Size of hashkey has exceeded the maximum "
            "size limit of2048 bytes");
  item.Set("pk", AttributeValue(std::string(2048, 'x')));
  EXPECT_EQ(MessageOf(CheckKeyValues(schema.key, item)), "");
}

// Q8
TEST(ItemKey, RefusesUnfitIndexKeys) {
  const model::TableSchema schema = MakeSchema();
  Item item = MakeItem();
  EXPECT_EQ(MessageOf(CheckIndexKeys(schema, WriteKind::kPut, nullptr, item)), "");
  item.Set("g2", AttributeValue(Number()));
  EXPECT_EQ(MessageOf(CheckIndexKeys(schema, WriteKind::kPut, nullptr, item)),
            "One or more parameter values were invalid: Type mismatch for Index Key g2 Expected: S "
            "Actual: N IndexName: byG");
  EXPECT_EQ(MessageOf(CheckIndexKeys(schema, WriteKind::kUpdate, nullptr, item)),
            "The update expression attempted to update the secondary index key to unsupported "
            "type");
  // L6: what an update leaves as it was is not judged again.
  EXPECT_EQ(MessageOf(CheckIndexKeys(schema, WriteKind::kUpdate, &item, item)), "");
  item.Set("g2", AttributeValue(""));
  EXPECT_EQ(MessageOf(CheckIndexKeys(schema, WriteKind::kPut, nullptr, item)),
            "One or more parameter values are not valid. A value specified for a secondary index "
            "key is not supported. The AttributeValue for a key attribute cannot contain an empty "
            "string value. IndexName: byG, IndexKey: g2");
}

// Q8, Q10: all key attributes must be there.
TEST(ItemKey, AnIndexHoldsOnlyItemsWithItsWholeKey) {
  const model::TableSchema schema = MakeSchema();
  const model::IndexSchema& index = schema.global_indexes[0];
  Item item = MakeItem();
  item.Set("g1", AttributeValue("x"));
  item.Set("g2", AttributeValue("y"));
  EXPECT_FALSE(IndexRowKey(schema, index, item).has_value());
  item.Set("r", AttributeValue(Number::FromInteger(3)));
  const auto row = IndexRowKey(schema, index, item);
  ASSERT_TRUE(row.has_value());
  EXPECT_EQ(row->space, 17);
  EXPECT_EQ(row->kind, storage::RowKind::kGlobalIndex);
  // Another item with the same index key has another row, after or before it.
  item.Set("sk", AttributeValue(Number::FromInteger(2)));
  const auto other = IndexRowKey(schema, index, item);
  EXPECT_EQ(other->partition, row->partition);
  EXPECT_GT(other->sort, row->sort);
}

TEST(ItemKey, KeysOfSeveralAttributesDoNotRunTogether) {
  const model::TableSchema schema = MakeSchema();
  const model::IndexSchema& index = schema.global_indexes[0];
  Item left = MakeItem();
  left.Set("r", AttributeValue(Number()));
  Item right = left;
  left.Set("g1", AttributeValue("ab"));
  left.Set("g2", AttributeValue("c"));
  right.Set("g1", AttributeValue("a"));
  right.Set("g2", AttributeValue("bc"));
  EXPECT_NE(IndexRowKey(schema, index, left)->partition,
            IndexRowKey(schema, index, right)->partition);
}

}  // namespace
}  // namespace stator::engine
