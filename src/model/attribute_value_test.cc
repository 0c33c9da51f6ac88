#include "model/attribute_value.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "model/table_schema.h"

namespace stator::model {
namespace {

TEST(Item, KeepsAttributesSortedByName) {
  Item item;
  item.Set("b", AttributeValue("2"));
  item.Set("a", AttributeValue("1"));
  item.Set("c", AttributeValue("3"));
  item.Set("b", AttributeValue("two"));
  std::string names;
  for (const Attribute& attribute : item) {
    names += attribute.name;
  }
  EXPECT_EQ(names, "abc");
  EXPECT_EQ(*item.Find("b")->Get<std::string>(), "two");
  EXPECT_EQ(item.Find("d"), nullptr);
  EXPECT_TRUE(item.Erase("a"));
  EXPECT_FALSE(item.Erase("a"));
  EXPECT_EQ(item.size(), 2);
}

// N13
TEST(Item, EqualityIgnoresOrderInMapsOnly) {
  EXPECT_EQ((Item{{"a", AttributeValue("1")}, {"b", AttributeValue("2")}}),
            (Item{{"b", AttributeValue("2")}, {"a", AttributeValue("1")}}));
  EXPECT_NE(AttributeValue(List{AttributeValue("1"), AttributeValue("2")}),
            AttributeValue(List{AttributeValue("2"), AttributeValue("1")}));
  EXPECT_NE(AttributeValue("1"), AttributeValue(Number::FromInteger(1)));
}

// N7, N9
TEST(AttributeValue, SortSetFindsDuplicates) {
  std::vector<std::string> strings = {"b", "a"};
  EXPECT_TRUE(SortSet(strings));
  EXPECT_EQ(strings.front(), "a");
  std::vector<Number> numbers = {*Number::Parse("1"), *Number::Parse("1.0")};
  EXPECT_FALSE(SortSet(numbers));
}

TEST(AttributeValue, CountsNesting) {
  EXPECT_EQ(NestingDepth(AttributeValue("a")), 0);
  EXPECT_EQ(NestingDepth(AttributeValue(List{})), 1);
  EXPECT_EQ(NestingDepth(AttributeValue(List{AttributeValue(Item{{"a", AttributeValue(List{})}})})),
            3);
}

TEST(AttributeValue, NamesItsTypes) {
  EXPECT_EQ(ValueTypeName(AttributeValue("a").type()), "S");
  EXPECT_EQ(ValueTypeName(AttributeValue(NumberSet{}).type()), "NS");
  EXPECT_EQ(ValueTypeName(AttributeValue(Null{}).type()), "NULL");
  EXPECT_EQ(ValueTypeName(AttributeValue(false).type()), "BOOL");
  EXPECT_EQ(ValueTypeName(AttributeValue(Item{}).type()), "M");
}

TEST(TableSchema, FindsKeysAndIndexes) {
  TableSchema schema;
  schema.key = {.partition = {{"pk", ScalarType::kString}}, .sort = {{"sk", ScalarType::kNumber}}};
  schema.local_indexes.push_back(
      {.name = "local", .global = false, .key = {}, .non_key_attributes = {}});
  schema.global_indexes.push_back({.name = "global", .key = {}, .non_key_attributes = {}});
  EXPECT_EQ(schema.key.Find("sk")->type, ScalarType::kNumber);
  EXPECT_EQ(schema.key.Find("x"), nullptr);
  EXPECT_EQ(schema.FindIndex("local"), schema.local_indexes.data());
  EXPECT_EQ(schema.FindIndex("global"), schema.global_indexes.data());
  EXPECT_EQ(schema.FindIndex("other"), nullptr);
}

}  // namespace
}  // namespace stator::model
