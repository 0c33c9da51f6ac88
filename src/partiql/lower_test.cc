#include "partiql/lower.h"

#include <string>

#include <gtest/gtest.h>

#include "partiql/test_statements.h"
#include "storage/record.h"

namespace stator::partiql {
namespace {

using model::AttributeValue;
using model::Item;

bool Matches(const std::string& where, const Item& item) {
  return ToCondition(Conjuncts(Parsed<Select>("SELECT * FROM t WHERE " + where).where))
      ->Matches(item);
}

TEST(PartiqlLowering, EvaluatesConditions) {
  const Item item{{"a", N("1")},
                  {"l", AttributeValue(model::List{S("x"), N("2")})},
                  {"m", AttributeValue(Item{{"n", S("text")}})},
                  {"s", S("abc")},
                  {"z", AttributeValue()}};
  for (const char* where : {"a = 1",
                            "1 = a",
                            "a <> 2",
                            "a <= 1.0",
                            "a BETWEEN 0 AND 1",
                            "a IN [3, 1]",
                            "a IN (1)",
                            "NOT a = 2",
                            "NOT (a = 2 OR a = 3)",
                            "a = 2 OR a = 1",
                            "a = 2 OR a = 1 AND s = 'abc'",
                            "(a = 1 OR a = 2) AND (s = 'x' OR s = 'abc')",
                            "z IS NULL",
                            "a IS NOT NULL",
                            "b IS MISSING",
                            "a IS NOT MISSING",
                            "z IS NOT MISSING",
                            "b IS NOT NULL",
                            "begins_with(s, 'ab')",
                            "contains(s, 'bc')",
                            "contains(l, 2)",
                            "attribute_type(l, 'L')",
                            "size(s) = 3",
                            "size(l) < size(s)",
                            "l[0] = 'x'",
                            "m.n = 'text'",
                            "m['n'] = 'text'",
                            "\"m\".\"n\" = 'text'",
                            "a NOT IN [2]",
                            "a NOT BETWEEN 2 AND 3",
                            "b <> 1",
                            "m = {'n': 'text'}",
                            "l = ['x', 2]"}) {
    EXPECT_TRUE(Matches(where, item)) << where;
    EXPECT_FALSE(Matches("NOT (" + std::string(where) + ")", item)) << where;
  }
  for (const char* where : {"a = '1'", "b = 1", "b > 1", "s < 1", "b IS NULL", "a = b"}) {
    EXPECT_FALSE(Matches(where, item)) << where;
  }
}

// P8
TEST(PartiqlLowering, NotKeepsWhatLacksTheAttribute) {
  EXPECT_TRUE(Matches("NOT a = 'x'", Item{{"b", N("1")}}));
  EXPECT_TRUE(Matches("NOT a < 5", Item{{"b", N("1")}}));
}

TEST(PartiqlLowering, TakesTheKeyOutOfWhere) {
  std::vector<Where> conjuncts =
      Conjuncts(Parsed<Select>("SELECT * FROM t WHERE n = 1 AND (sk = 2 AND pk = 'a')").where);
  EXPECT_EQ(TakeKey(TestSchema().key, conjuncts), (Item{{"pk", S("a")}, {"sk", N("2")}}));
  ASSERT_EQ(conjuncts.size(), 1);
  EXPECT_EQ(*conjuncts[0].operands[0].Attribute(), "n");
  EXPECT_FALSE(TakeKey(TestSchema().key, conjuncts));
  EXPECT_EQ(conjuncts.size(), 1);
}

TEST(PartiqlLowering, AppliesUpdates) {
  const auto update = ToUpdate(
      Parsed<Update>("UPDATE t SET a = (b + 1) - 3, b = a REMOVE c SET l = list_append([0], l) "
                     "SET s = set_add(s, <<'y'>>) SET r = set_delete(r, <<'x'>>)")
          .assignments);
  ASSERT_TRUE(update.ok());
  const auto after = update->Apply(Item{{"a", N("1")},
                                        {"b", N("5")},
                                        {"c", N("7")},
                                        {"l", AttributeValue(model::List{N("1")})},
                                        {"r", AttributeValue(model::StringSet{{"x"}})},
                                        {"s", AttributeValue(model::StringSet{{"x"}})}});
  ASSERT_TRUE(after.ok());
  EXPECT_EQ(*after, (Item{{"a", N("3")},
                          {"b", N("1")},
                          {"l", AttributeValue(model::List{N("0"), N("1")})},
                          {"s", AttributeValue(model::StringSet{{"x", "y"}})}}));
  // E11
  const auto twice = ToUpdate(Parsed<Update>("UPDATE t SET a = 1 SET a.b = 2").assignments);
  ASSERT_FALSE(twice.ok());
  EXPECT_TRUE(twice.error().message.starts_with("Two document paths overlap"));
}

TEST(PartiqlLowering, NamesColumnsByTheirLastName) {
  const Item item{{"a", AttributeValue(Item{{"b", AttributeValue(model::List{N("1"), N("2")})}})},
                  {"c", N("3")}};
  const auto row = [&item](const std::string& columns) {
    return *storage::DecodeRecord(*ToRow(storage::EncodeRecord(item),
                                         Parsed<Select>("SELECT " + columns + " FROM t").columns));
  };
  EXPECT_EQ(row("a.b[1], c, a.none"), (Item{{"b[1]", N("2")}, {"c", N("3")}}));
  EXPECT_EQ(row("a.b"), (Item{{"b", AttributeValue(model::List{N("1"), N("2")})}}));
  EXPECT_EQ(row("*"), item);
}

}  // namespace
}  // namespace stator::partiql
