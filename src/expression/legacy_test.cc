#include "expression/legacy.h"

#include <gtest/gtest.h>

#include "expression/test_values.h"

namespace stator::expression {
namespace {

using Op = ComparisonOperator;

bool Matches(Op op, std::vector<model::AttributeValue> operands, const model::Item& item) {
  const auto condition = LowerFilter({{"a", {op, std::move(operands)}}}, ConditionalOperator::kAnd);
  EXPECT_TRUE(condition.ok()) << MessageOf(condition);
  return condition.ok() && condition->Matches(item);
}

std::string Fault(Op op, std::vector<model::AttributeValue> operands) {
  const std::string message =
      MessageOf(LowerFilter({{"a", {op, std::move(operands)}}}, ConditionalOperator::kAnd));
  const std::string prefix = "One or more parameter values were invalid: ";
  return message.starts_with(prefix) ? message.substr(prefix.size()) : message;
}

TEST(LegacyFilter, Compares) {
  const model::Item item = {{"a", N("5")}};
  EXPECT_TRUE(Matches(Op::kEq, {N("5")}, item));
  EXPECT_FALSE(Matches(Op::kEq, {S("5")}, item));
  EXPECT_TRUE(Matches(Op::kNe, {N("6")}, item));
  EXPECT_TRUE(Matches(Op::kLe, {N("5")}, item));
  EXPECT_FALSE(Matches(Op::kLt, {N("5")}, item));
  EXPECT_TRUE(Matches(Op::kGe, {N("5")}, item));
  EXPECT_FALSE(Matches(Op::kGt, {N("5")}, item));
  EXPECT_TRUE(Matches(Op::kBetween, {N("1"), N("5")}, item));
  EXPECT_TRUE(Matches(Op::kIn, {N("1"), N("5")}, item));
  EXPECT_FALSE(Matches(Op::kIn, {N("1"), N("6")}, item));
  EXPECT_TRUE(Matches(Op::kNotNull, {}, item));
  EXPECT_FALSE(Matches(Op::kNull, {}, item));
  EXPECT_TRUE(Matches(Op::kBeginsWith, {S("he")}, {{"a", S("hello")}}));
  EXPECT_TRUE(Matches(Op::kEq, {L({N("1")})}, {{"a", L({N("1")})}}));
}

// E26
TEST(LegacyFilter, Contains) {
  EXPECT_TRUE(Matches(Op::kContains, {S("x")}, {{"a", SS({"x", "y"})}}));
  EXPECT_TRUE(Matches(Op::kContains, {S("x")}, {{"a", S("axa")}}));
  EXPECT_TRUE(Matches(Op::kContains, {Bool(true)}, {{"a", L({Bool(true)})}}));
  EXPECT_FALSE(Matches(Op::kNotContains, {S("x")}, {{"a", SS({"x", "y"})}}));
  EXPECT_TRUE(Matches(Op::kNotContains, {S("z")}, {{"a", SS({"x", "y"})}}));
}

// E26
TEST(LegacyFilter, MissingAttributes) {
  EXPECT_TRUE(Matches(Op::kNe, {N("5")}, {}));
  EXPECT_FALSE(Matches(Op::kEq, {N("5")}, {}));
  EXPECT_FALSE(Matches(Op::kNotContains, {S("x")}, {}));
  EXPECT_TRUE(Matches(Op::kNull, {}, {}));
}

TEST(LegacyFilter, ChecksOperands) {
  EXPECT_EQ(Fault(Op::kBetween, {N("1")}),
            "Invalid number of argument(s) for the BETWEEN ComparisonOperator");
  EXPECT_EQ(Fault(Op::kEq, {}), "Invalid number of argument(s) for the EQ ComparisonOperator");
  EXPECT_EQ(Fault(Op::kIn, {}), "Invalid number of argument(s) for the IN ComparisonOperator");
  EXPECT_EQ(Fault(Op::kNull, {S("x")}),
            "Invalid number of argument(s) for the NULL ComparisonOperator");
  EXPECT_EQ(Fault(Op::kIn, {S("x"), N("1")}),
            "AttributeValues inside AttributeValueList must be of same type");
  EXPECT_EQ(Fault(Op::kLt, {L({})}),
            "ComparisonOperator LT is not valid for L AttributeValue type");
  EXPECT_EQ(Fault(Op::kBeginsWith, {N("1")}),
            "ComparisonOperator BEGINS_WITH is not valid for N AttributeValue type");
  EXPECT_EQ(Fault(Op::kContains, {SS({"x"})}),
            "ComparisonOperator CONTAINS is not valid for SS AttributeValue type");
  EXPECT_EQ(Fault(Op::kIn, {M({})}),
            "ComparisonOperator IN is not valid for M AttributeValue type");
  EXPECT_EQ(Fault(Op::kBetween, {N("2"), N("1")}),
            "The BETWEEN condition was provided a range where the lower bound is greater than the "
            "upper bound");
}

// E26
TEST(LegacyFilter, JoinsWithOneOperator) {
  const LegacyConditions conditions = {
      {"a", {Op::kEq, {N("1")}}}, {"b", {Op::kNotContains, {S("x")}}}, {"c", {Op::kNotNull, {}}}};
  const auto all = LowerFilter(conditions, ConditionalOperator::kAnd);
  const auto any = LowerFilter(conditions, ConditionalOperator::kOr);
  ASSERT_TRUE(all.ok() && any.ok());
  for (int bits = 0; bits < 8; ++bits) {
    model::Item item = {{"a", N((bits & 1) != 0 ? "1" : "2")},
                        {"b", S((bits & 2) != 0 ? "y" : "x")}};
    if ((bits & 4) != 0) {
      item.Set("c", N("0"));
    }
    EXPECT_EQ(all->Matches(item), bits == 7) << bits;
    EXPECT_EQ(any->Matches(item), bits != 0) << bits;
  }
  EXPECT_EQ(all->TopLevelAttributes(), (std::vector<std::string>{"a", "b", "c"}));
}

// E22: legacy parameters know no reserved words and no paths.
TEST(LegacyFilter, TakesNamesLiterally) {
  const auto condition =
      LowerFilter({{"status.x", {Op::kEq, {N("1")}}}}, ConditionalOperator::kAnd);
  ASSERT_TRUE(condition.ok());
  EXPECT_TRUE(condition->Matches({{"status.x", N("1")}}));
}

std::string ExpectedFault(LegacyExpectation expectation) {
  const std::string message =
      MessageOf(LowerExpected({{"a", std::move(expectation)}}, ConditionalOperator::kAnd));
  const std::string prefix = "One or more parameter values were invalid: ";
  return message.starts_with(prefix) ? message.substr(prefix.size()) : message;
}

bool ExpectedMatches(LegacyExpectation expectation, const model::Item& item) {
  const auto condition = LowerExpected({{"a", std::move(expectation)}}, ConditionalOperator::kAnd);
  EXPECT_TRUE(condition.ok()) << MessageOf(condition);
  return condition.ok() && condition->Matches(item);
}

// E26
TEST(LegacyExpected, ValueAndExists) {
  const model::Item item = {{"a", N("1")}};
  EXPECT_TRUE(ExpectedMatches({.value = N("1")}, item));
  EXPECT_FALSE(ExpectedMatches({.value = N("2")}, item));
  EXPECT_FALSE(ExpectedMatches({.value = N("1")}, {}));
  EXPECT_TRUE(ExpectedMatches({.value = N("1"), .exists = true}, item));
  EXPECT_FALSE(ExpectedMatches({.exists = false}, item));
  EXPECT_TRUE(ExpectedMatches({.exists = false}, {}));
}

TEST(LegacyExpected, ComparisonOperators) {
  const model::Item item = {{"a", N("1")}};
  EXPECT_TRUE(ExpectedMatches({.op = Op::kGe, .operands = {{N("1")}}}, item));
  EXPECT_TRUE(ExpectedMatches({.value = N("1"), .op = Op::kEq}, item));
  EXPECT_TRUE(ExpectedMatches({.op = Op::kNull}, {}));
  EXPECT_TRUE(ExpectedMatches({.op = Op::kNotNull}, item));
}

TEST(LegacyExpected, RefusesContradictions) {
  EXPECT_EQ(ExpectedFault({}), "Value must be provided when Exists is null for Attribute: a");
  EXPECT_EQ(ExpectedFault({.exists = true}),
            "Value must be provided when Exists is true for Attribute: a");
  EXPECT_EQ(ExpectedFault({.value = N("1"), .exists = false}),
            "Value cannot be used when Exists is false for Attribute: a");
  EXPECT_EQ(ExpectedFault({.value = N("1"), .operands = {{N("1")}}}),
            "Value and AttributeValueList cannot be used together for Attribute: a");
  EXPECT_EQ(ExpectedFault({.exists = true, .op = Op::kEq, .operands = {{N("1")}}}),
            "Exists and ComparisonOperator cannot be used together for Attribute: a");
  EXPECT_EQ(
      ExpectedFault({.op = Op::kEq}),
      "Value or AttributeValueList must be used with ComparisonOperator: EQ for Attribute: a");
  EXPECT_EQ(ExpectedFault({.operands = {{N("1")}}}),
            "AttributeValueList can only be used with a ComparisonOperator for Attribute: a");
  EXPECT_EQ(ExpectedFault({.value = N("1"), .op = Op::kNull}),
            "Invalid number of argument(s) for the NULL ComparisonOperator");
}

LegacyUpdates Updates(std::optional<model::AttributeValue> value, AttributeAction action) {
  return {{"a", {std::move(value), action}}};
}

model::Item Apply(const LegacyUpdates& updates, const model::Item& item) {
  const auto update = LowerAttributeUpdates(updates);
  EXPECT_TRUE(update.ok()) << MessageOf(update);
  auto after = update->Apply(item);
  EXPECT_TRUE(after.ok()) << MessageOf(after);
  return after.ok() ? *std::move(after) : model::Item();
}

TEST(LegacyUpdates, Apply) {
  EXPECT_EQ(Apply(Updates(S("x"), AttributeAction::kPut), {}), (model::Item{{"a", S("x")}}));
  EXPECT_EQ(Apply(Updates(N("2"), AttributeAction::kAdd), {{"a", N("1")}}),
            (model::Item{{"a", N("3")}}));
  EXPECT_EQ(Apply(Updates(SS({"x"}), AttributeAction::kAdd), {{"a", SS({"y"})}}),
            (model::Item{{"a", SS({"x", "y"})}}));
  // E13: only here ADD takes lists.
  EXPECT_EQ(Apply(Updates(L({N("2")}), AttributeAction::kAdd), {{"a", L({N("1")})}}),
            (model::Item{{"a", L({N("1"), N("2")})}}));
  EXPECT_EQ(Apply(Updates(L({N("2")}), AttributeAction::kAdd), {}),
            (model::Item{{"a", L({N("2")})}}));
  EXPECT_EQ(Apply(Updates(std::nullopt, AttributeAction::kDelete), {{"a", S("x")}}), model::Item());
  EXPECT_EQ(Apply(Updates(SS({"x"}), AttributeAction::kDelete), {{"a", SS({"x", "y"})}}),
            (model::Item{{"a", SS({"y"})}}));
}

TEST(LegacyUpdates, RefuseUnfitValues) {
  const std::string prefix = "One or more parameter values were invalid: ";
  EXPECT_EQ(MessageOf(LowerAttributeUpdates(Updates(std::nullopt, AttributeAction::kPut))),
            prefix + "Only DELETE action is allowed when no attribute value is specified");
  EXPECT_EQ(MessageOf(LowerAttributeUpdates(Updates(S("x"), AttributeAction::kAdd))),
            prefix + "ADD action is not supported for the type S");
  EXPECT_EQ(MessageOf(LowerAttributeUpdates(Updates(N("1"), AttributeAction::kDelete))),
            prefix + "DELETE action with value is not supported for the type N");
  const auto add = LowerAttributeUpdates(Updates(N("1"), AttributeAction::kAdd));
  ASSERT_TRUE(add.ok());
  EXPECT_EQ(MessageOf(add->Apply({{"a", S("x")}})), "Type mismatch for attribute to update");
  const auto remove = LowerAttributeUpdates(Updates(SS({"x"}), AttributeAction::kDelete));
  EXPECT_EQ(MessageOf(remove->Apply({{"a", NS({"1"})}})), "Type mismatch for attribute to update");
}

// E19
TEST(LegacyUpdates, DeleteAloneCreatesNoItem) {
  EXPECT_FALSE(
      LowerAttributeUpdates(Updates(std::nullopt, AttributeAction::kDelete))->CreatesItem());
  EXPECT_FALSE(LowerAttributeUpdates(Updates(SS({"x"}), AttributeAction::kDelete))->CreatesItem());
  EXPECT_TRUE(LowerAttributeUpdates(Updates(N("1"), AttributeAction::kAdd))->CreatesItem());
  LegacyUpdates mixed = Updates(std::nullopt, AttributeAction::kDelete);
  mixed.push_back({"b", {N("1"), AttributeAction::kPut}});
  EXPECT_TRUE(LowerAttributeUpdates(mixed)->CreatesItem());
}

}  // namespace
}  // namespace stator::expression
