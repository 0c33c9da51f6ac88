#include "expression/key_condition.h"

#include <gtest/gtest.h>

#include "expression/legacy.h"
#include "expression/test_values.h"

namespace stator::expression {
namespace {

using model::ScalarType;

Placeholders::Values Two() { return {{":p", S("x")}, {":v", N("1")}}; }

base::Result<KeyCondition> Parse(std::string_view text, Placeholders::Values values = Two()) {
  Placeholders placeholders = With({}, std::move(values));
  return ParseKeyCondition(text, placeholders);
}

const model::KeySchema& SimpleKey() {
  static const model::KeySchema key{{{"pk", ScalarType::kString}}, {{"sk", ScalarType::kNumber}}};
  return key;
}

std::string Resolve(std::string_view text, Placeholders::Values values = Two(),
                    const model::KeySchema& key = SimpleKey()) {
  const auto condition = Parse(text, std::move(values));
  EXPECT_TRUE(condition.ok()) << MessageOf(condition);
  return condition.ok() ? MessageOf(ResolveKeyCondition(*condition, key)) : "";
}

TEST(KeyCondition, ReadsPredicates) {
  const auto condition = Parse("pk = :p AND sk >= :v");
  ASSERT_TRUE(condition.ok());
  ASSERT_EQ(condition->predicates.size(), 2U);
  EXPECT_EQ(condition->predicates[0].attribute, "pk");
  EXPECT_EQ(condition->predicates[0].op, KeyOperator::kEqual);
  EXPECT_EQ(condition->predicates[0].operands, (std::vector{S("x")}));
  EXPECT_EQ(condition->predicates[1].op, KeyOperator::kGreaterOrEqual);
  EXPECT_FALSE(condition->legacy);
}

// E24: operands may stand on either side, and parentheses around each.
TEST(KeyCondition, TurnsOperandsAround) {
  const std::pair<const char*, KeyOperator> cases[] = {
      {":v = sk", KeyOperator::kEqual},           {":v < sk", KeyOperator::kGreater},
      {":v <= sk", KeyOperator::kGreaterOrEqual}, {":v > sk", KeyOperator::kLess},
      {"(:v >= sk)", KeyOperator::kLessOrEqual},  {"sk < :v", KeyOperator::kLess}};
  for (const auto& [text, op] : cases) {
    const auto condition = Parse(std::string("(pk = :p) AND ") + text);
    ASSERT_TRUE(condition.ok()) << text << MessageOf(condition);
    EXPECT_EQ(condition->predicates[1].op, op) << text;
  }
}

TEST(KeyCondition, ReadsBetweenAndBeginsWith) {
  const auto between =
      Parse("sk BETWEEN :v AND :w AND pk = :p", {{":v", N("1")}, {":w", N("2")}, {":p", S("x")}});
  ASSERT_TRUE(between.ok());
  EXPECT_EQ(between->predicates[0].op, KeyOperator::kBetween);
  EXPECT_EQ(between->predicates[0].operands, (std::vector{N("1"), N("2")}));
  const auto begins = Parse("begins_with(sk, :p)");
  ASSERT_TRUE(begins.ok());
  EXPECT_EQ(begins->predicates[0].op, KeyOperator::kBeginsWith);
}

// E24
TEST(KeyCondition, RefusesOtherOperators) {
  const std::string wrong = "Invalid operator used in KeyConditionExpression: ";
  EXPECT_EQ(MessageOf(Parse("pk = :p OR sk = :v")), wrong + "OR");
  EXPECT_EQ(MessageOf(Parse("NOT pk = :p")), wrong + "NOT");
  EXPECT_EQ(MessageOf(Parse("pk = :p AND sk <> :v")), wrong + "<>");
  EXPECT_EQ(MessageOf(Parse("pk IN (:p)")), wrong + "IN");
  EXPECT_EQ(MessageOf(Parse("contains(pk, :p)")), wrong + "contains");
  EXPECT_EQ(MessageOf(Parse("attribute_exists(pk)")), wrong + "attribute_exists");
}

// E24
TEST(KeyCondition, RefusesOtherShapes) {
  EXPECT_EQ(MessageOf(Parse("pk = :p AND sk > :v AND sk < :v")),
            "KeyConditionExpressions must only contain one condition per key");
  EXPECT_EQ(MessageOf(Parse("pk.x = :p")),
            "KeyConditionExpressions cannot have conditions on nested attributes");
  EXPECT_EQ(MessageOf(Parse("size(pk) = :v")),
            "KeyConditionExpressions cannot contain nested operations");
  EXPECT_EQ(MessageOf(Parse("pk = sk")),
            "Invalid condition in KeyConditionExpression: Multiple attribute names used in one "
            "condition");
  EXPECT_EQ(MessageOf(Parse(":p = :v")),
            "Invalid condition in KeyConditionExpression: No key attribute specified");
  EXPECT_EQ(MessageOf(Parse("begins_with(:p, pk)")),
            "Invalid condition in KeyConditionExpression: begins_with operator must have the key "
            "attribute as its first operand");
}

TEST(KeyCondition, ReportsExpressionErrors) {
  EXPECT_EQ(MessageOf(Parse("")),
            "Invalid KeyConditionExpression: The expression can not be empty;");
  EXPECT_EQ(MessageOf(Parse("begins_with(sk, :v)")),
            "Invalid KeyConditionExpression: Incorrect operand type for operator or function; "
            "operator or function: begins_with, operand type: N");
  // E6
  EXPECT_EQ(MessageOf(Parse("sk BETWEEN :a AND :b", {{":a", N("5")}, {":b", N("1")}})),
            "Invalid KeyConditionExpression: The BETWEEN operator requires upper bound to be "
            "greater than or equal to lower bound; lower bound operand: AttributeValue: {N:5}, "
            "upper bound operand: AttributeValue: {N:1}");
}

TEST(KeyCondition, ResolvesAgainstTheKey) {
  const auto condition = Parse("sk > :v AND pk = :p");
  const auto resolved = ResolveKeyCondition(*condition, SimpleKey());
  ASSERT_TRUE(resolved.ok()) << MessageOf(resolved);
  EXPECT_EQ(resolved->partition, (std::vector{S("x")}));
  ASSERT_EQ(resolved->sort.size(), 1U);
  EXPECT_EQ(resolved->sort[0].op, KeyOperator::kGreater);
  EXPECT_EQ(Resolve("pk = :p"), "");
}

TEST(KeyCondition, RequiresThePartitionKey) {
  EXPECT_EQ(Resolve("sk = :v"), "Query condition missed key schema element: pk");
  EXPECT_EQ(Resolve("pk > :p"), "Query key condition not supported");
  EXPECT_EQ(Resolve("pk = :p AND another = :v"), "Query condition missed key schema element: sk");
  EXPECT_EQ(Resolve("pk = :p AND another = :v", Two(), {{{"pk", ScalarType::kString}}, {}}),
            "Query key condition not supported");
  EXPECT_EQ(Resolve("pk = :p AND sk = :v AND another = :v"),
            "Conditions can be of length 1 or 2 only");
}

TEST(KeyCondition, ChecksTypesOfOperands) {
  const std::string wrong =
      "One or more parameter values were invalid: Condition parameter type does not match schema "
      "type";
  EXPECT_EQ(Resolve("pk = :v"), wrong);
  EXPECT_EQ(Resolve("pk = :p AND sk = :p"), wrong);
  EXPECT_EQ(Resolve("pk = :p AND sk = :l", {{":p", S("x")}, {":l", L({})}}), wrong);
}

// N11
TEST(KeyCondition, RefusesEmptyOperands) {
  const std::string wrong =
      "One or more parameter values are not valid. The AttributeValue for a key attribute cannot "
      "contain an empty ";
  EXPECT_EQ(Resolve("pk = :p", {{":p", S("")}}), wrong + "string value. Key: pk");
  EXPECT_EQ(Resolve("pk = :p", {{":p", B("")}}, {{{"pk", ScalarType::kBinary}}, {}}),
            wrong + "binary value. Key: pk");
}

// L4
TEST(KeyCondition, BoundsOperandSizes) {
  const model::KeySchema key{{{"pk", ScalarType::kString}}, {{"sk", ScalarType::kString}}};
  const std::string pk(2048, 'p');
  const std::string sk(1024, 's');
  EXPECT_EQ(Resolve("pk = :p AND sk = :v", {{":p", S(pk)}, {":v", S(sk)}}, key), "");
  EXPECT_EQ(Resolve("pk = :p", {{":p", S(pk + "p")}}, key),
            "One or more parameter values were invalid: Size of hashkey has exceeded the maximum "
            "size limit of2048 bytes");
  EXPECT_EQ(Resolve("pk = :p AND sk = :v", {{":p", S(pk)}, {":v", S(sk + "s")}}, key),
            "One or more parameter values were invalid: Aggregated size of all range keys has "
            "exceeded the size limit of 1024 bytes");
}

// Q10
TEST(KeyCondition, MatchesKeysOfSeveralAttributes) {
  const model::KeySchema key{{{"a", ScalarType::kString}, {"b", ScalarType::kString}},
                             {{"c", ScalarType::kNumber}, {"d", ScalarType::kNumber}}};
  const Placeholders::Values v = Two();
  EXPECT_EQ(Resolve("a = :p AND b = :p", v, key), "");
  EXPECT_EQ(Resolve("d > :v AND c = :v AND b = :p AND a = :p", v, key), "");
  EXPECT_EQ(Resolve("a = :p AND c = :v", v, key),
            "HASH key attributes b must have equality conditions specified in the query");
  const std::string gap =
      "RANGE key attributes c must have equality conditions specified in the query because a "
      "condition is present on key attribute d";
  EXPECT_EQ(Resolve("a = :p AND b = :p AND d = :v", v, key), gap);
  EXPECT_EQ(Resolve("a = :p AND b = :p AND c > :v AND d = :v", v, key), gap);
  const auto condition = Parse("b = :q AND a = :p AND c = :v AND d BETWEEN :v AND :w",
                               {{":p", S("x")}, {":q", S("y")}, {":v", N("1")}, {":w", N("2")}});
  const auto resolved = ResolveKeyCondition(*condition, key);
  ASSERT_TRUE(resolved.ok());
  EXPECT_EQ(resolved->partition, (std::vector{S("x"), S("y")}));
  ASSERT_EQ(resolved->sort.size(), 2U);
  EXPECT_EQ(resolved->sort[0].attribute, "c");
  EXPECT_EQ(resolved->sort[1].op, KeyOperator::kBetween);
}

TEST(KeyCondition, LowersKeyConditions) {
  const auto condition = LowerKeyConditions(
      {{"pk", {ComparisonOperator::kEq, {S("x")}}}, {"sk", {ComparisonOperator::kLe, {N("1")}}}});
  ASSERT_TRUE(condition.ok());
  EXPECT_TRUE(condition->legacy);
  const auto resolved = ResolveKeyCondition(*condition, SimpleKey());
  ASSERT_TRUE(resolved.ok());
  EXPECT_EQ(resolved->sort[0].op, KeyOperator::kLessOrEqual);
  EXPECT_EQ(MessageOf(LowerKeyConditions({})), "Conditions can be of length 1 or 2 only");
  EXPECT_EQ(MessageOf(LowerKeyConditions({{"pk", {ComparisonOperator::kNe, {S("x")}}}})),
            "Attempted conditional constraint is not an indexable operation");
  EXPECT_EQ(MessageOf(LowerKeyConditions({{"pk", {ComparisonOperator::kEq, {}}}})),
            "One or more parameter values were invalid: Invalid number of argument(s) for the EQ "
            "ComparisonOperator");
}

}  // namespace
}  // namespace stator::expression
