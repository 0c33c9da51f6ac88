#include "expression/update.h"

#include <gtest/gtest.h>

#include "expression/test_values.h"

namespace stator::expression {
namespace {

constexpr char kInvalidPath[] =
    "The document path provided in the update expression is invalid for update";
constexpr char kWrongType[] = "An operand in the update expression has an incorrect data type";
constexpr char kMissing[] =
    "The provided expression refers to an attribute that does not exist in the item";

Update Parse(std::string_view text, Placeholders::Values values = {}) {
  Placeholders placeholders = With({}, std::move(values));
  auto update = ParseUpdate(text, placeholders);
  EXPECT_TRUE(update.ok()) << text << ": " << MessageOf(update);
  return *std::move(update);
}

model::Item Apply(std::string_view text, const model::Item& item,
                  Placeholders::Values values = {}) {
  auto after = Parse(text, std::move(values)).Apply(item);
  EXPECT_TRUE(after.ok()) << text << ": " << MessageOf(after);
  return after.ok() ? *std::move(after) : model::Item();
}

std::string ApplyMessage(std::string_view text, const model::Item& item,
                         Placeholders::Values values = {}) {
  return MessageOf(Parse(text, std::move(values)).Apply(item));
}

TEST(Update, SetsAndReplaces) {
  EXPECT_EQ(Apply("SET a = :v", {}, {{":v", N("1")}}), (model::Item{{"a", N("1")}}));
  EXPECT_EQ(Apply("SET a = :v", {{"a", S("x")}, {"b", S("y")}}, {{":v", N("1")}}),
            (model::Item{{"a", N("1")}, {"b", S("y")}}));
  EXPECT_EQ(Apply("SET m.x = :v", {{"m", M({})}}, {{":v", N("1")}}),
            (model::Item{{"m", M({{"x", N("1")}})}}));
  EXPECT_EQ(Apply("SET l[1].x = b", {{"l", L({N("0"), M({})})}, {"b", N("2")}}),
            (model::Item{{"l", L({N("0"), M({{"x", N("2")}})})}, {"b", N("2")}}));
}

// E9
TEST(Update, ReadsValuesFromBeforeTheUpdate) {
  EXPECT_EQ(Apply("SET a = :v, b = a", {{"a", N("1")}}, {{":v", N("2")}}),
            (model::Item{{"a", N("2")}, {"b", N("1")}}));
  EXPECT_EQ(Apply("SET a = b, b = a", {{"a", N("1")}, {"b", N("2")}}),
            (model::Item{{"a", N("2")}, {"b", N("1")}}));
  EXPECT_EQ(Apply("SET b = a REMOVE a", {{"a", N("1")}}), (model::Item{{"b", N("1")}}));
  EXPECT_EQ(ApplyMessage("SET a = :v, b = a", {}, {{":v", N("2")}}), kMissing);
}

// E9: indices of REMOVE refer to the list before the update.
TEST(Update, RemovesListElementsTogether) {
  const model::Item item = {{"l", L({N("0"), N("1"), N("2"), N("3"), N("4")})}};
  EXPECT_EQ(Apply("REMOVE l[0]", item), (model::Item{{"l", L({N("1"), N("2"), N("3"), N("4")})}}));
  EXPECT_EQ(Apply("REMOVE l[1], l[0], l[3]", item), (model::Item{{"l", L({N("2"), N("4")})}}));
  EXPECT_EQ(Apply("REMOVE l[0] SET l[1] = :v", item, {{":v", S("x")}}),
            (model::Item{{"l", L({S("x"), N("2"), N("3"), N("4")})}}));
  EXPECT_EQ(Apply("REMOVE l[9], l[4]", item),
            (model::Item{{"l", L({N("0"), N("1"), N("2"), N("3")})}}));
  EXPECT_EQ(Apply("REMOVE l[0] SET l[10] = :v", item, {{":v", S("x")}}),
            (model::Item{{"l", L({N("1"), N("2"), N("3"), N("4"), S("x")})}}));
}

TEST(Update, RemovesAtSeveralDepths) {
  const model::Item item = {
      {"l", L({L({N("0"), N("1")}), M({{"x", N("1")}, {"y", N("2")}, {"z", N("3")}}), N("2")})}};
  EXPECT_EQ(Apply("REMOVE l[0][1], l[1].x, l[1].z, l[2]", item),
            (model::Item{{"l", L({L({N("0")}), M({{"y", N("2")}})})}}));
  EXPECT_EQ(Apply("REMOVE l[0], l[1].y", item),
            (model::Item{{"l", L({M({{"x", N("1")}, {"z", N("3")}}), N("2")})}}));
}

TEST(Update, RemovesAttributes) {
  EXPECT_EQ(Apply("REMOVE a, c, absent", {{"a", N("1")}, {"b", N("2")}, {"c", N("3")}}),
            (model::Item{{"b", N("2")}}));
  EXPECT_EQ(Apply("REMOVE a", {}), model::Item());
  EXPECT_EQ(Apply("REMOVE m.x", {{"m", M({})}}), (model::Item{{"m", M({})}}));
}

// E10
TEST(Update, AppendsPastTheEndInIndexOrder) {
  EXPECT_EQ(Apply("SET l[9] = :a, l[5] = :b, l[0] = :c", {{"l", L({N("0"), N("1")})}},
                  {{":a", S("a")}, {":b", S("b")}, {":c", S("c")}}),
            (model::Item{{"l", L({S("c"), N("1"), S("b"), S("a")})}}));
}

// E12
TEST(Update, RequiresTheParentToExist) {
  const Placeholders::Values v = {{":v", N("1")}};
  EXPECT_EQ(ApplyMessage("SET a.b = :v", {}, v), kInvalidPath);
  EXPECT_EQ(ApplyMessage("SET a[0] = :v", {}, v), kInvalidPath);
  EXPECT_EQ(ApplyMessage("SET a.b = :v", {{"a", L({})}}, v), kInvalidPath);
  EXPECT_EQ(ApplyMessage("SET a[0] = :v", {{"a", M({})}}, v), kInvalidPath);
  EXPECT_EQ(ApplyMessage("SET a.b.c = :v", {{"a", M({})}}, v), kInvalidPath);
  EXPECT_EQ(ApplyMessage("SET a[3].c = :v", {{"a", L({M({})})}}, v), kInvalidPath);
  EXPECT_EQ(ApplyMessage("SET a.b = :v", {{"a", N("1")}}, v), kInvalidPath);
  EXPECT_EQ(ApplyMessage("REMOVE a.b", {}), kInvalidPath);
  EXPECT_EQ(ApplyMessage("REMOVE a[0]", {{"a", S("x")}}), kInvalidPath);
  EXPECT_EQ(ApplyMessage("ADD a.b :v", {}, v), kInvalidPath);
  EXPECT_EQ(ApplyMessage("DELETE a.b :s", {}, {{":s", SS({"x"})}}), kInvalidPath);
}

TEST(Update, Calculates) {
  const model::Item item = {{"a", N("10")}, {"b", N("3")}};
  EXPECT_EQ(Apply("SET a = a + :v", item, {{":v", N("5")}}),
            (model::Item{{"a", N("15")}, {"b", N("3")}}));
  EXPECT_EQ(Apply("SET a = b - a", item), (model::Item{{"a", N("-7")}, {"b", N("3")}}));
  EXPECT_EQ(Apply("SET a = (a - :v)", item, {{":v", N("1")}}),
            (model::Item{{"a", N("9")}, {"b", N("3")}}));
  EXPECT_EQ(Apply("SET a = (a - b) - :v", item, {{":v", N("1")}}),
            (model::Item{{"a", N("6")}, {"b", N("3")}}));
  EXPECT_EQ(Apply("SET a = a - (b - :v)", item, {{":v", N("1")}}),
            (model::Item{{"a", N("8")}, {"b", N("3")}}));
}

TEST(Update, RefusesUnfitOperands) {
  const model::Item item = {{"s", S("x")}, {"l", L({})}, {"n", N("1")}};
  const Placeholders::Values v = {{":v", N("1")}};
  EXPECT_EQ(ApplyMessage("SET a = s + :v", item, v), kWrongType);
  EXPECT_EQ(ApplyMessage("SET a = :v - s", item, v), kWrongType);
  EXPECT_EQ(ApplyMessage("SET a = absent + :v", item, v), kMissing);
  EXPECT_EQ(ApplyMessage("SET a = absent", item), kMissing);
  EXPECT_EQ(ApplyMessage("SET a = n.x", item), kMissing);
  EXPECT_EQ(ApplyMessage("SET a = list_append(l, n)", item), kWrongType);
  EXPECT_EQ(ApplyMessage("SET a = list_append(l, absent)", item), kMissing);
}

// N5
TEST(Update, RefusesToRound) {
  EXPECT_FALSE(Parse("SET a = a + :v", {{":v", N("1e-130")}}).Apply({{"a", N("1e125")}}).ok());
  EXPECT_FALSE(Parse("ADD a :v", {{":v", N("9e125")}}).Apply({{"a", N("9e125")}}).ok());
}

// E15
TEST(Update, IfNotExists) {
  const Placeholders::Values v = {{":v", N("1")}, {":l", L({N("9")})}, {":e", L({})}};
  EXPECT_EQ(Apply("SET a = if_not_exists(a, :v)", {}, {{":v", N("1")}}),
            (model::Item{{"a", N("1")}}));
  EXPECT_EQ(Apply("SET a = if_not_exists(a, :v)", {{"a", N("7")}}, {{":v", N("1")}}),
            (model::Item{{"a", N("7")}}));
  EXPECT_EQ(Apply("SET a = if_not_exists(a, :v) + :v", {}, {{":v", N("1")}}),
            (model::Item{{"a", N("2")}}));
  EXPECT_EQ(Apply("SET a = :v + if_not_exists(a, :v)", {{"a", N("7")}}, {{":v", N("1")}}),
            (model::Item{{"a", N("8")}}));
  EXPECT_EQ(Apply("SET a = list_append(if_not_exists(a, :e), :l)", {}, {v[1], v[2]}),
            (model::Item{{"a", L({N("9")})}}));
  EXPECT_EQ(Apply("SET a = if_not_exists(b, if_not_exists(c, :v))", {{"c", N("3")}}, {v[0]}),
            (model::Item{{"a", N("3")}, {"c", N("3")}}));
  // The second operand is not needed.
  EXPECT_EQ(Apply("SET a = if_not_exists(b, absent)", {{"b", N("3")}}),
            (model::Item{{"a", N("3")}, {"b", N("3")}}));
  EXPECT_EQ(ApplyMessage("SET a = if_not_exists(b, absent)", {}), kMissing);
}

TEST(Update, ListAppend) {
  const model::Item item = {{"l", L({N("1")})}};
  EXPECT_EQ(Apply("SET l = list_append(l, :v)", item, {{":v", L({N("2"), N("3")})}}),
            (model::Item{{"l", L({N("1"), N("2"), N("3")})}}));
  EXPECT_EQ(Apply("SET l = list_append(:v, l)", item, {{":v", L({N("0")})}}),
            (model::Item{{"l", L({N("0"), N("1")})}}));
  EXPECT_EQ(Apply("SET l = list_append(l, l)", item), (model::Item{{"l", L({N("1"), N("1")})}}));
}

// E13
TEST(Update, Adds) {
  EXPECT_EQ(Apply("ADD a :v", {}, {{":v", N("5")}}), (model::Item{{"a", N("5")}}));
  EXPECT_EQ(Apply("ADD a :v", {{"a", N("2")}}, {{":v", N("-5")}}), (model::Item{{"a", N("-3")}}));
  EXPECT_EQ(Apply("ADD a :v", {}, {{":v", SS({"x"})}}), (model::Item{{"a", SS({"x"})}}));
  EXPECT_EQ(Apply("ADD a :v", {{"a", SS({"b", "x"})}}, {{":v", SS({"x", "a"})}}),
            (model::Item{{"a", SS({"a", "b", "x"})}}));
  EXPECT_EQ(Apply("ADD a :v", {{"a", NS({"1", "3"})}}, {{":v", NS({"2", "3.0"})}}),
            (model::Item{{"a", NS({"1", "2", "3"})}}));
  EXPECT_EQ(Apply("ADD m.a :v", {{"m", M({{"a", BS({"1"})}})}}, {{":v", BS({"2"})}}),
            (model::Item{{"m", M({{"a", BS({"1", "2"})}})}}));
  EXPECT_EQ(Apply("ADD l[1] :v, l[7] :v", {{"l", L({N("1"), N("2")})}}, {{":v", N("5")}}),
            (model::Item{{"l", L({N("1"), N("7"), N("5")})}}));
  EXPECT_EQ(ApplyMessage("ADD a :v", {{"a", S("x")}}, {{":v", N("5")}}), kWrongType);
  EXPECT_EQ(ApplyMessage("ADD a :v", {{"a", NS({"1"})}}, {{":v", SS({"x"})}}), kWrongType);
  EXPECT_EQ(ApplyMessage("ADD a :v", {{"a", L({})}}, {{":v", N("5")}}), kWrongType);
}

// E14
TEST(Update, Deletes) {
  EXPECT_EQ(Apply("DELETE a :v", {{"a", SS({"x", "y"})}}, {{":v", SS({"y", "z"})}}),
            (model::Item{{"a", SS({"x"})}}));
  EXPECT_EQ(Apply("DELETE a :v", {{"a", SS({"x"})}, {"b", N("1")}}, {{":v", SS({"x"})}}),
            (model::Item{{"b", N("1")}}));
  EXPECT_EQ(Apply("DELETE a :v", {}, {{":v", SS({"x"})}}), model::Item());
  EXPECT_EQ(Apply("DELETE l[0] :v REMOVE l[2]", {{"l", L({NS({"1"}), N("1"), N("2")})}},
                  {{":v", NS({"1"})}}),
            (model::Item{{"l", L({N("1")})}}));
  EXPECT_EQ(ApplyMessage("DELETE a :v", {{"a", NS({"1"})}}, {{":v", SS({"x"})}}), kWrongType);
  EXPECT_EQ(ApplyMessage("DELETE a :v", {{"a", S("x")}}, {{":v", SS({"x"})}}), kWrongType);
}

TEST(Update, BoundsNesting) {
  model::AttributeValue deep = N("1");
  for (int i = 0; i < 31; ++i) {
    deep = L({deep});
  }
  EXPECT_EQ(ApplyMessage("SET a = :v", {}, {{":v", deep}}), "");
  EXPECT_EQ(ApplyMessage("SET m.a = :v", {{"m", M({})}}, {{":v", deep}}), model::kNestedTooDeep);
}

// E18
TEST(Update, TouchedPartsAreTheFragments) {
  const model::Item before = {{"a", M({{"b", N("1")}, {"c", L({N("1"), N("2"), N("3")})}})},
                              {"z", N("9")}};
  const Update update = Parse("SET a.b = :v, a.c[0] = :v", {{":v", N("5")}});
  EXPECT_EQ(update.TouchedParts(before),
            (model::Item{{"a", M({{"b", N("1")}, {"c", L({N("1")})}})}}));
  EXPECT_EQ(update.TouchedParts(*update.Apply(before)),
            (model::Item{{"a", M({{"b", N("5")}, {"c", L({N("5")})}})}}));
}

// E18
TEST(Update, TouchedPartsFollowTheOddCases) {
  const model::Item before = {{"a", M({{"c", L({N("1"), N("2"), N("3")})}})}, {"z", N("9")}};
  const Update remove = Parse("REMOVE z");
  EXPECT_EQ(remove.TouchedParts(before), (model::Item{{"z", N("9")}}));
  EXPECT_TRUE(remove.TouchedParts(*remove.Apply(before)).empty());
  const Update append = Parse("SET a.c[100] = :v", {{":v", N("5")}});
  EXPECT_TRUE(append.TouchedParts(*append.Apply(before)).empty());
  const Update shift = Parse("REMOVE a.c[1]");
  EXPECT_EQ(shift.TouchedParts(*shift.Apply(before)),
            (model::Item{{"a", M({{"c", L({N("3")})}})}}));
}

// E17
TEST(Update, ListsItsPathsInTextualOrder) {
  const Update update = Parse("REMOVE d, c.x SET b = :v", {{":v", N("1")}});
  ASSERT_EQ(update.paths().size(), 3U);
  EXPECT_EQ(PathToString(update.paths()[0]), "[d]");
  EXPECT_EQ(PathToString(update.paths()[1]), "[c, x]");
  EXPECT_EQ(PathToString(update.paths()[2]), "[b]");
}

// E19
TEST(Update, AlwaysCreatesTheItem) {
  EXPECT_TRUE(Parse("REMOVE a").CreatesItem());
  EXPECT_TRUE(Parse("DELETE a :v", {{":v", SS({"x"})}}).CreatesItem());
}

// L1
TEST(Update, CountsOverhead) {
  const Placeholders::Values v = {{":v", N("1")}};
  EXPECT_EQ(Parse("SET a = :v", v).OverheadBytes(), 22U);
  EXPECT_EQ(Parse("REMOVE a").OverheadBytes(), 5U);
  EXPECT_EQ(Parse("SET a = :v, b = :v REMOVE c ADD d :v", v).OverheadBytes(), 3U + 3 * 19 + 2);
  EXPECT_EQ(Parse("SET l[3] = :v", v).OverheadBytes(), 23U);
  EXPECT_EQ(Parse("SET a = b + :v", v).OverheadBytes(), 72U);
}

}  // namespace
}  // namespace stator::expression
