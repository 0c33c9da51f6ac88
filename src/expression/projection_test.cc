#include "expression/projection.h"

#include <gtest/gtest.h>

#include "expression/test_values.h"

namespace stator::expression {
namespace {

model::Item Project(std::string_view text, const model::Item& item,
                    Placeholders::Names names = {}) {
  Placeholders placeholders = With(std::move(names), {});
  const auto projection = ParseProjection(text, placeholders);
  EXPECT_TRUE(projection.ok()) << text << ": " << MessageOf(projection);
  return projection.ok() ? projection->Apply(item) : model::Item();
}

std::string Fault(std::string_view text, Placeholders::Names names = {}) {
  Placeholders placeholders = With(std::move(names), {});
  return MessageOf(ParseProjection(text, placeholders));
}

const model::Item& SampleItem() {
  static const model::Item item = {
      {"a", N("1")},
      {"l", L({S("0"), S("1"), L({N("20"), N("21")}), M({{"x", N("3")}, {"y", N("4")}})})},
      {"m", M({{"p", N("1")}, {"q", M({{"r", N("2")}, {"s", N("3")}})}})}};
  return item;
}

TEST(Projection, SelectsTopLevelAttributes) {
  EXPECT_EQ(Project("a", SampleItem()), (model::Item{{"a", N("1")}}));
  EXPECT_EQ(Project("a, absent", SampleItem()), (model::Item{{"a", N("1")}}));
  EXPECT_EQ(Project("#x", SampleItem(), {{"#x", "a"}}), (model::Item{{"a", N("1")}}));
}

// E20
TEST(Projection, MergesPartsOfOneMap) {
  EXPECT_EQ(Project("m.q.s, m.p", SampleItem()),
            (model::Item{{"m", M({{"p", N("1")}, {"q", M({{"s", N("3")}})}})}}));
}

// E20
TEST(Projection, CompactsListsInAscendingOrder) {
  EXPECT_EQ(Project("l[1], l[0]", SampleItem()), (model::Item{{"l", L({S("0"), S("1")})}}));
  EXPECT_EQ(Project("l[3].y, l[2][1], l[3].x", SampleItem()),
            (model::Item{{"l", L({L({N("21")}), M({{"x", N("3")}, {"y", N("4")}})})}}));
  EXPECT_EQ(Project("l[10], l[2]", SampleItem()), (model::Item{{"l", L({L({N("20"), N("21")})})}}));
}

// E21
TEST(Projection, SelectsNothingWhereNothingIs) {
  EXPECT_EQ(Project("x", SampleItem()), model::Item());
  EXPECT_EQ(Project("m.x, l[9], a.b, m.p.q", SampleItem()), model::Item());
  EXPECT_EQ(Project("a[0], m[0], l.x", SampleItem()), model::Item());
}

// E11, E22
TEST(Projection, RefusesBadExpressions) {
  EXPECT_EQ(Fault(""), "Invalid ProjectionExpression: The expression can not be empty;");
  EXPECT_EQ(Fault("a,"),
            "Invalid ProjectionExpression: Syntax error; token: \"<EOF>\", near: \",\"");
  EXPECT_EQ(Fault("a b"),
            "Invalid ProjectionExpression: Syntax error; token: \"b\", near: \"a b\"");
  EXPECT_EQ(Fault(":v"), "Invalid ProjectionExpression: Syntax error; token: \":v\", near: \":v\"");
  EXPECT_EQ(Fault("a-type"),
            "Invalid ProjectionExpression: Syntax error; token: \"-\", near: \"a-type\"");
  EXPECT_EQ(Fault("#n"),
            "Invalid ProjectionExpression: An expression attribute name used in the document path "
            "is not defined; attribute name: #n");
  EXPECT_EQ(Fault("a, m.name"),
            "Invalid ProjectionExpression: Attribute name is a reserved keyword; reserved keyword: "
            "name");
  EXPECT_EQ(Fault("a, b, a"),
            "Invalid ProjectionExpression: Two document paths overlap with each other; must remove "
            "or rewrite one of these paths; path one: [a], path two: [a]");
  EXPECT_EQ(Fault("a.b, #a", {{"#a", "a"}}),
            "Invalid ProjectionExpression: Two document paths overlap with each other; must remove "
            "or rewrite one of these paths; path one: [a, b], path two: [a]");
  EXPECT_EQ(
      Fault("a.b, a[1]"),
      "Invalid ProjectionExpression: Two document paths conflict with each other; must remove "
      "or rewrite one of these paths; path one: [a, b], path two: [a, [1]]");
  EXPECT_EQ(Fault(std::string(4097, 'a')),
            "Invalid ProjectionExpression: Expression size has exceeded the maximum allowed size; "
            "expression size: 4097");
}

TEST(Projection, LowersAttributesToGet) {
  // Legacy names are neither parsed nor reserved.
  const auto projection = LowerAttributesToGet({"m.q", "status", "a"});
  ASSERT_TRUE(projection.ok());
  EXPECT_EQ(projection->Apply({{"a", N("1")}, {"m.q", N("2")}, {"m", M({{"q", N("3")}})}}),
            (model::Item{{"a", N("1")}, {"m.q", N("2")}}));
  EXPECT_EQ(MessageOf(LowerAttributesToGet({"a", "b", "a"})),
            "One or more parameter values were invalid: Duplicate value in attribute name: a");
}

}  // namespace
}  // namespace stator::expression
