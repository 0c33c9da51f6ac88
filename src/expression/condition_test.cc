#include "expression/condition.h"

#include <gtest/gtest.h>

#include "expression/test_values.h"

namespace stator::expression {
namespace {

bool Matches(std::string_view text, const model::Item& item, Placeholders::Values values = {},
             Placeholders::Names names = {}) {
  Placeholders placeholders = With(std::move(names), std::move(values));
  const auto condition = ParseCondition(ExpressionKind::kCondition, text, placeholders);
  EXPECT_TRUE(condition.ok()) << text << ": " << MessageOf(condition);
  return condition.ok() && condition->Matches(item);
}

const model::Item& SampleItem() {
  static const model::Item item = {{"n", N("5")},
                                   {"s", S("hello")},
                                   {"b", B("\x01\x80\xFF")},
                                   {"t", Bool(true)},
                                   {"z", NullValue()},
                                   {"ss", SS({"x", "y"})},
                                   {"ns", NS({"1", "2"})},
                                   {"bs", BS({"p", "q"})},
                                   {"l", L({N("1"), S("two"), L({N("3")})})},
                                   {"m", M({{"k", N("7")}, {"inside", M({{"deep", S("d")}})}})}};
  return item;
}

// E1: a condition looks at the item before the write; an absent item has no attributes.
TEST(Condition, TreatsMissingItemAsEmpty) {
  EXPECT_FALSE(Matches("attribute_exists(pk)", {}));
  EXPECT_TRUE(Matches("attribute_not_exists(pk)", {}));
}

TEST(Condition, ComparesNumbersByValue) {
  EXPECT_TRUE(Matches("n = :v", SampleItem(), {{":v", N("5.0")}}));
  EXPECT_TRUE(Matches("n < :v", SampleItem(), {{":v", N("10")}}));
  EXPECT_TRUE(Matches("n <= :v", SampleItem(), {{":v", N("5")}}));
  EXPECT_FALSE(Matches("n > :v", SampleItem(), {{":v", N("5")}}));
  EXPECT_TRUE(Matches("n >= :v", SampleItem(), {{":v", N("-7")}}));
  EXPECT_TRUE(Matches("n <> :v", SampleItem(), {{":v", N("6")}}));
  EXPECT_TRUE(Matches(":v > n", SampleItem(), {{":v", N("6")}}));
}

// N14: strings and binaries compare by unsigned bytes.
TEST(Condition, ComparesBytes) {
  EXPECT_TRUE(Matches("s < :v", SampleItem(), {{":v", S("hellp")}}));
  EXPECT_TRUE(Matches("s > :v", SampleItem(), {{":v", S("hell")}}));
  EXPECT_TRUE(Matches("s < :v", SampleItem(), {{":v", S("\xC3\xA4")}}));
  EXPECT_TRUE(Matches("b < :v", SampleItem(), {{":v", B("\x01\x81")}}));
  EXPECT_TRUE(Matches("b = :v", SampleItem(), {{":v", B("\x01\x80\xFF")}}));
}

// E2
TEST(Condition, MissingOperandMakesOnlyNotEqualTrue) {
  EXPECT_TRUE(Matches("absent <> :v", SampleItem(), {{":v", N("1")}}));
  EXPECT_TRUE(Matches("absent <> another", SampleItem()));
  EXPECT_FALSE(Matches("absent = another", SampleItem()));
  for (const char* op : {"=", "<", "<=", ">", ">="}) {
    EXPECT_FALSE(Matches("absent " + std::string(op) + " :v", SampleItem(), {{":v", N("1")}}))
        << op;
  }
  EXPECT_FALSE(Matches("absent BETWEEN :v AND :w", SampleItem(), {{":v", N("1")}, {":w", N("2")}}));
  EXPECT_FALSE(Matches("absent IN (:v)", SampleItem(), {{":v", N("1")}}));
  EXPECT_TRUE(Matches("NOT absent IN (:v)", SampleItem(), {{":v", N("1")}}));
  EXPECT_TRUE(Matches("size(absent) <> :v", SampleItem(), {{":v", N("1")}}));
  EXPECT_FALSE(Matches("size(n) = :v", SampleItem(), {{":v", N("1")}}));
}

TEST(Condition, DifferentTypesAreUnequalAndUnordered) {
  EXPECT_FALSE(Matches("n = :v", SampleItem(), {{":v", S("5")}}));
  EXPECT_TRUE(Matches("n <> :v", SampleItem(), {{":v", S("5")}}));
  EXPECT_FALSE(Matches("n < :v", SampleItem(), {{":v", S("9")}}));
  EXPECT_FALSE(Matches("n > :v", SampleItem(), {{":v", S("0")}}));
  EXPECT_FALSE(Matches("t > z", SampleItem()));
}

// N12, N13
TEST(Condition, ComparesDocumentsDeeply) {
  EXPECT_TRUE(Matches("ss = :v", SampleItem(), {{":v", SS({"y", "x"})}}));
  EXPECT_TRUE(Matches("ns = :v", SampleItem(), {{":v", NS({"2.0", "1e0"})}}));
  EXPECT_TRUE(Matches("m = :v", SampleItem(),
                      {{":v", M({{"inside", M({{"deep", S("d")}})}, {"k", N("7")}})}}));
  EXPECT_TRUE(Matches("l = :v", SampleItem(), {{":v", L({N("1"), S("two"), L({N("3")})})}}));
  EXPECT_FALSE(Matches("l = :v", SampleItem(), {{":v", L({S("two"), N("1"), L({N("3")})})}}));
  EXPECT_TRUE(Matches("z = :v", SampleItem(), {{":v", NullValue()}}));
  EXPECT_TRUE(Matches("t = :v", SampleItem(), {{":v", Bool(true)}}));
}

TEST(Condition, Between) {
  EXPECT_TRUE(Matches("n BETWEEN :a AND :b", SampleItem(), {{":a", N("5")}, {":b", N("5")}}));
  EXPECT_FALSE(Matches("n BETWEEN :a AND :b", SampleItem(), {{":a", N("6")}, {":b", N("8")}}));
  EXPECT_FALSE(Matches("n BETWEEN :a AND :b", SampleItem(), {{":a", N("1")}, {":b", N("4")}}));
  EXPECT_TRUE(Matches(":a BETWEEN n AND m.k", SampleItem(), {{":a", N("6")}}));
  EXPECT_TRUE(Matches("n between :a and :b and t = :t", SampleItem(),
                      {{":a", N("1")}, {":b", N("9")}, {":t", Bool(true)}}));
}

TEST(Condition, In) {
  EXPECT_TRUE(Matches("n IN (:a, :b)", SampleItem(), {{":a", S("5")}, {":b", N("5")}}));
  EXPECT_FALSE(Matches("n IN (:a, :b)", SampleItem(), {{":a", N("4")}, {":b", N("6")}}));
  EXPECT_TRUE(Matches("m.k IN (n, l[0], :a)", SampleItem(), {{":a", N("7")}}));
  EXPECT_TRUE(Matches("size(s) in (:a)", SampleItem(), {{":a", N("5")}}));
}

// E4
TEST(Condition, Contains) {
  EXPECT_TRUE(Matches("contains(s, :v)", SampleItem(), {{":v", S("ell")}}));
  EXPECT_TRUE(Matches("contains(s, :v)", SampleItem(), {{":v", S("")}}));
  EXPECT_FALSE(Matches("contains(s, :v)", SampleItem(), {{":v", S("elk")}}));
  EXPECT_TRUE(Matches("contains(b, :v)", SampleItem(), {{":v", B("\x80")}}));
  EXPECT_FALSE(Matches("contains(b, :v)", SampleItem(), {{":v", S("\x01")}}));
  EXPECT_TRUE(Matches("contains(ss, :v)", SampleItem(), {{":v", S("x")}}));
  EXPECT_FALSE(Matches("contains(ss, :v)", SampleItem(), {{":v", B("x")}}));
  EXPECT_TRUE(Matches("contains(ns, :v)", SampleItem(), {{":v", N("1.0")}}));
  EXPECT_TRUE(Matches("contains(bs, :v)", SampleItem(), {{":v", B("q")}}));
  EXPECT_FALSE(Matches("contains(bs, :v)", SampleItem(), {{":v", S("q")}}));
  EXPECT_TRUE(Matches("contains(l, :v)", SampleItem(), {{":v", L({N("3")})}}));
  EXPECT_FALSE(Matches("contains(l, :v)", SampleItem(), {{":v", N("3")}}));
  EXPECT_FALSE(Matches("contains(m, :v)", SampleItem(), {{":v", S("k")}}));
  EXPECT_FALSE(Matches("contains(n, :v)", SampleItem(), {{":v", N("5")}}));
  EXPECT_FALSE(Matches("contains(absent, :v)", SampleItem(), {{":v", N("5")}}));
  EXPECT_TRUE(Matches("contains(ns, l[0])", SampleItem()));
}

// E5
TEST(Condition, BeginsWith) {
  EXPECT_TRUE(Matches("begins_with(s, :v)", SampleItem(), {{":v", S("he")}}));
  EXPECT_FALSE(Matches("begins_with(s, :v)", SampleItem(), {{":v", S("e")}}));
  EXPECT_TRUE(Matches("begins_with(b, :v)", SampleItem(), {{":v", B("\x01\x80")}}));
  EXPECT_FALSE(Matches("begins_with(b, :v)", SampleItem(), {{":v", S("\x01")}}));
  EXPECT_FALSE(Matches("begins_with(n, :v)", SampleItem(), {{":v", S("5")}}));
  EXPECT_FALSE(Matches("begins_with(s, n)", SampleItem()));
}

// E3
TEST(Condition, AttributeType) {
  const std::pair<const char*, const char*> types[] = {
      {"s", "S"},   {"n", "N"}, {"b", "B"}, {"ss", "SS"},  {"ns", "NS"},
      {"bs", "BS"}, {"l", "L"}, {"m", "M"}, {"z", "NULL"}, {"t", "BOOL"}};
  for (const auto& [name, type] : types) {
    EXPECT_TRUE(
        Matches("attribute_type(" + std::string(name) + ", :t)", SampleItem(), {{":t", S(type)}}))
        << name;
  }
  EXPECT_FALSE(Matches("attribute_type(s, :t)", SampleItem(), {{":t", S("N")}}));
  EXPECT_FALSE(Matches("attribute_type(absent, :t)", SampleItem(), {{":t", S("S")}}));
}

// N14: size() of a string counts UTF-16 code units.
TEST(Condition, Size) {
  const model::Item item = {{"x", S("a\xC3\xA4\xF0\x9F\x98\x80")}, {"e", S("")}};
  EXPECT_TRUE(Matches("size(x) = :v", item, {{":v", N("4")}}));
  EXPECT_TRUE(Matches("size(e) = :v", item, {{":v", N("0")}}));
  EXPECT_TRUE(Matches("size(b) = :v", SampleItem(), {{":v", N("3")}}));
  EXPECT_TRUE(Matches("size(ss) = :v AND size(ns) = :v AND size(bs) = :v AND size(m) = :v",
                      SampleItem(), {{":v", N("2")}}));
  EXPECT_TRUE(Matches("size(l) >= size(m)", SampleItem()));
  EXPECT_TRUE(Matches(":v < size(l)", SampleItem(), {{":v", N("2")}}));
  EXPECT_TRUE(Matches("size(l) BETWEEN :a AND :b", SampleItem(), {{":a", N("3")}, {":b", N("4")}}));
  EXPECT_TRUE(Matches("size(:s) = size(s)", SampleItem(), {{":s", S("12345")}}));
}

TEST(Condition, FollowsDocumentPaths) {
  EXPECT_TRUE(Matches("m.inside.deep = :v", SampleItem(), {{":v", S("d")}}));
  EXPECT_TRUE(Matches("l[2][0] = :v", SampleItem(), {{":v", N("3")}}));
  EXPECT_TRUE(Matches("attribute_exists(m.k) AND attribute_not_exists(m.k.x)", SampleItem()));
  EXPECT_TRUE(Matches("attribute_not_exists(l[3])", SampleItem()));
  EXPECT_TRUE(
      Matches("#m.#i.deep = :v", SampleItem(), {{":v", S("d")}}, {{"#m", "m"}, {"#i", "inside"}}));
}

// E23: a name behind a placeholder is not split at its dots.
TEST(Condition, KeepsDotsInNames) {
  const model::Item item = {{"a.b", N("1")}, {"a", M({{"b", N("2")}})}};
  EXPECT_TRUE(Matches("#n = :v", item, {{":v", N("1")}}, {{"#n", "a.b"}}));
  EXPECT_TRUE(Matches("a.b = :v", item, {{":v", N("2")}}));
}

// Comparisons bind tightest, then NOT, AND, OR.
TEST(Condition, FollowsPrecedence) {
  const model::Item item = {{"a", N("1")}};
  const Placeholders::Values values = {{":y", N("1")}, {":n", N("0")}};
  EXPECT_TRUE(Matches("a = :y OR a = :n AND a = :n", item, values));
  EXPECT_FALSE(Matches("(a = :y OR a = :n) AND a = :n", item, values));
  EXPECT_TRUE(Matches("NOT a = :n AND a = :y", item, values));
  EXPECT_FALSE(Matches("NOT (a = :n OR a = :y)", item, values));
  EXPECT_TRUE(Matches("NOT NOT a = :y OR a = :n", item, values));
  EXPECT_TRUE(Matches("NOT a = :n OR a = :n", item, values));
  EXPECT_FALSE(Matches("NOT a = :y OR a = :n", item, values));
  EXPECT_TRUE(Matches("a = :n AND a = :n OR a = :y AND a = :y", item, values));
  EXPECT_FALSE(Matches("a = :n AND (a = :y OR a = :y)", item, values));
  EXPECT_TRUE(Matches("a = :n OR NOT (a = :y AND a = :n) AND a = :y", item, values));
}

// Every combination of three results under every shape agrees with plain evaluation.
TEST(Condition, JumpsLandWhereTheyShould) {
  const auto text = [](bool value) {
    return value ? std::string("a = :y") : std::string("a = :n");
  };
  const model::Item item = {{"a", N("1")}};
  const Placeholders::Values values = {{":y", N("1")}, {":n", N("0")}, {":u", N("1")}};
  for (int bits = 0; bits < 8; ++bits) {
    const bool p = (bits & 1) != 0;
    const bool q = (bits & 2) != 0;
    const bool r = (bits & 4) != 0;
    const std::string x = text(p);
    const std::string y = text(q);
    const std::string z = text(r);
    EXPECT_EQ(Matches(x + " OR " + y + " AND " + z, item, values), p || (q && r)) << bits;
    EXPECT_EQ(Matches("(" + x + " OR " + y + ") AND " + z, item, values), (p || q) && r) << bits;
    EXPECT_EQ(Matches(x + " AND " + y + " OR " + z, item, values), (p && q) || r) << bits;
    EXPECT_EQ(Matches(x + " AND (" + y + " OR NOT " + z + ")", item, values), p && (q || !r))
        << bits;
    EXPECT_EQ(Matches("NOT (" + x + " AND " + y + ") OR " + z, item, values), !(p && q) || r)
        << bits;
  }
}

TEST(Condition, AcceptsParenthesizedOperands) {
  EXPECT_TRUE(Matches("(n) = (:v)", SampleItem(), {{":v", N("5")}}));
  EXPECT_TRUE(
      Matches("((size(s)) < :v) AND (n > :w)", SampleItem(), {{":v", N("9")}, {":w", N("1")}}));
}

// E8
TEST(Condition, IgnoresCaseOfKeywords) {
  EXPECT_TRUE(Matches("not n = :v oR n in (:v)", SampleItem(), {{":v", N("5")}}));
}

TEST(Condition, ListsTopLevelAttributes) {
  Placeholders placeholders = With({{"#x", "x.y"}}, {{":v", N("1")}});
  const auto condition = ParseCondition(
      ExpressionKind::kFilter, "m.k = :v AND size(l[0]) < b OR contains(#x, m.j)", placeholders);
  ASSERT_TRUE(condition.ok());
  EXPECT_EQ(condition->TopLevelAttributes(), (std::vector<std::string>{"b", "l", "m", "x.y"}));
}

TEST(Condition, OutlivesItsPlaceholders) {
  auto placeholders = std::make_unique<Placeholders>(With({}, {{":v", S("hello")}}));
  const auto condition = ParseCondition(ExpressionKind::kCondition, "s = :v", *placeholders);
  placeholders.reset();
  ASSERT_TRUE(condition.ok());
  const Condition copy = *condition;
  EXPECT_TRUE(copy.Matches(SampleItem()));
}

}  // namespace
}  // namespace stator::expression
