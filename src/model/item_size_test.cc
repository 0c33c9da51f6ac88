#include "model/item_size.h"

#include <string>

#include <gtest/gtest.h>

namespace stator::model {
namespace {

TEST(ItemSize, CountsEachTypeAsBilled) {
  EXPECT_EQ(ValueSizeBytes(AttributeValue("h\xc3\xa9")), 3);  // UTF-8 bytes, not characters (N14)
  EXPECT_EQ(ValueSizeBytes(AttributeValue(Binary{"abcd"})), 4);
  EXPECT_EQ(ValueSizeBytes(AttributeValue(Null{})), 1);
  EXPECT_EQ(ValueSizeBytes(AttributeValue(true)), 1);
  EXPECT_EQ(ValueSizeBytes(AttributeValue(Number::FromInteger(-123))), 4);
  EXPECT_EQ(ValueSizeBytes(AttributeValue(StringSet{{"a", "bc"}})), 3);
  EXPECT_EQ(ValueSizeBytes(AttributeValue(NumberSet{{Number::FromInteger(5)}})), 2);
  EXPECT_EQ(ValueSizeBytes(AttributeValue(List{})), 3);
  EXPECT_EQ(ValueSizeBytes(AttributeValue(List{AttributeValue("ab")})), 3 + 1 + 2);
  EXPECT_EQ(ValueSizeBytes(AttributeValue(Item{{"k", AttributeValue("ab")}})), 3 + 1 + 1 + 2);
}

TEST(ItemSize, AddsNamesAndValues) {
  EXPECT_EQ(ItemSizeBytes(Item{{"pk", AttributeValue("a")}, {"n", AttributeValue(Number())}}),
            2 + 1 + 1 + 1);
}

}  // namespace
}  // namespace stator::model
