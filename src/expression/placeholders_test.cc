#include "expression/placeholders.h"

#include <gtest/gtest.h>

#include "expression/test_values.h"
#include "model/limits.h"

namespace stator::expression {
namespace {

std::string NamesMessage(Placeholders::Names names) {
  return MessageOf(Placeholders::Create(std::move(names), std::nullopt));
}

std::string ValuesMessage(Placeholders::Values values) {
  return MessageOf(Placeholders::Create(std::nullopt, std::move(values)));
}

// V8
TEST(Placeholders, RefusesEmptyMaps) {
  EXPECT_EQ(NamesMessage({}), "ExpressionAttributeNames must not be empty");
  EXPECT_EQ(ValuesMessage({}), "ExpressionAttributeValues must not be empty");
}

// V8
TEST(Placeholders, RefusesMalformedKeys) {
  EXPECT_EQ(NamesMessage({{"x", "a"}}),
            "ExpressionAttributeNames contains invalid key: Syntax error; key: \"x\"");
  EXPECT_EQ(NamesMessage({{"#", "a"}}),
            "ExpressionAttributeNames contains invalid key: Syntax error; key: \"#\"");
  EXPECT_EQ(NamesMessage({{"#a-b", "a"}}),
            "ExpressionAttributeNames contains invalid key: Syntax error; key: \"#a-b\"");
  EXPECT_EQ(NamesMessage({{"", "a"}}),
            "ExpressionAttributeNames contains invalid key: Syntax error; key: \"\"");
  EXPECT_EQ(ValuesMessage({{"v", S("a")}}),
            "ExpressionAttributeValues contains invalid key: Syntax error; key: \"v\"");
  EXPECT_EQ(ValuesMessage({{"#v", S("a")}}),
            "ExpressionAttributeValues contains invalid key: Syntax error; key: \"#v\"");
}

TEST(Placeholders, RefusesLongKeysAndEmptyNames) {
  const std::string longest = "#" + std::string(254, 'a');
  EXPECT_EQ(NamesMessage({{longest, "a"}}), "");
  EXPECT_NE(NamesMessage({{longest + "a", "a"}}), "");
  EXPECT_NE(NamesMessage({{"#a", ""}}), "");
}

// V13
TEST(Placeholders, RefusesDeepValues) {
  model::AttributeValue value = S("x");
  for (int i = 0; i < 31; ++i) {
    value = L({value});
  }
  EXPECT_EQ(ValuesMessage({{":v", value}}), "");
  EXPECT_NE(
      ValuesMessage({{":v", L({value})}}).find("Nesting Levels have exceeded supported limits"),
      std::string::npos);
}

TEST(Placeholders, BoundsTheSumOfSizes) {
  const std::string half(model::limits::kSubstitutionBytes / 2, 'x');
  EXPECT_EQ(ValuesMessage({{":v", S(half)}}), "");
  EXPECT_EQ(ValuesMessage({{":v", S(half)}, {":w", S(half)}}),
            "ExpressionAttributeValues exceeds max size");
}

TEST(Placeholders, FindsAndMarks) {
  Placeholders placeholders =
      With({{"#b", "beta"}, {"#a", "alpha"}}, {{":y", N("2")}, {":x", N("1")}});
  ASSERT_NE(placeholders.UseName("#a"), nullptr);
  EXPECT_EQ(*placeholders.UseName("#a"), "alpha");
  EXPECT_EQ(placeholders.UseName("#c"), nullptr);
  EXPECT_EQ(placeholders.UseName("a"), nullptr);
  EXPECT_EQ(*placeholders.UseValue(":y"), N("2"));
  EXPECT_EQ(placeholders.UseValue(":z"), nullptr);
  EXPECT_EQ(MessageOf(placeholders.CheckAllUsed()),
            "Value provided in ExpressionAttributeNames unused in expressions: keys: {#b}");
  EXPECT_NE(placeholders.UseName("#b"), nullptr);
  EXPECT_EQ(MessageOf(placeholders.CheckAllUsed()),
            "Value provided in ExpressionAttributeValues unused in expressions: keys: {:x}");
  EXPECT_NE(placeholders.UseValue(":x"), nullptr);
  EXPECT_TRUE(placeholders.CheckAllUsed().ok());
}

TEST(Placeholders, ListsAllUnused) {
  const Placeholders placeholders = With({}, {{":a", N("1")}, {":b", N("1")}});
  EXPECT_EQ(MessageOf(placeholders.CheckAllUsed()),
            "Value provided in ExpressionAttributeValues unused in expressions: keys: {:a, :b}");
}

TEST(Placeholders, MayBeAbsent) {
  Placeholders placeholders;
  EXPECT_FALSE(placeholders.has_names());
  EXPECT_FALSE(placeholders.has_values());
  EXPECT_EQ(placeholders.UseName("#a"), nullptr);
  EXPECT_EQ(placeholders.UseValue(":a"), nullptr);
  EXPECT_TRUE(placeholders.CheckAllUsed().ok());
  EXPECT_TRUE(With({{"#a", "x"}}, {}).has_names());
  EXPECT_TRUE(With({}, {{":a", N("1")}}).has_values());
}

}  // namespace
}  // namespace stator::expression
