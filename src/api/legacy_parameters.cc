#include "api/legacy_parameters.h"

#include <string>
#include <utility>
#include <vector>

#include "api/shapes_legacy.h"

namespace stator::api {
namespace {

using expression::AttributeAction;
using expression::ComparisonOperator;
using expression::ConditionalOperator;

// In the order of shapes::kComparisonOperatorNames.
constexpr ComparisonOperator kComparisonOperators[] = {
    ComparisonOperator::kEq,        ComparisonOperator::kNe,       ComparisonOperator::kIn,
    ComparisonOperator::kLe,        ComparisonOperator::kLt,       ComparisonOperator::kGe,
    ComparisonOperator::kGt,        ComparisonOperator::kBetween,  ComparisonOperator::kNotNull,
    ComparisonOperator::kNull,      ComparisonOperator::kContains, ComparisonOperator::kNotContains,
    ComparisonOperator::kBeginsWith};

// In the order of shapes::kAttributeActionNames.
constexpr AttributeAction kAttributeActions[] = {AttributeAction::kAdd, AttributeAction::kPut,
                                                 AttributeAction::kDelete};

std::optional<ComparisonOperator> ReadComparison(const Node& structure, size_t member) {
  const std::optional<size_t> position = structure.Enum(member);
  return position ? std::optional(kComparisonOperators[*position]) : std::nullopt;
}

// The operator, AND by default; an error when there is nothing that it could combine.
base::Result<ConditionalOperator> ReadConditionalOperator(const Node& structure, size_t op,
                                                          size_t conditions) {
  if (structure.Has(op) && structure.Map(conditions).empty()) {
    return base::ValidationError("ConditionalOperator cannot be used without Filter or Expected");
  }
  return structure.Text(op) == "OR" ? ConditionalOperator::kOr : ConditionalOperator::kAnd;
}

base::Result<std::vector<model::AttributeValue>> ReadOperands(const Node& structure,
                                                              size_t member) {
  std::vector<model::AttributeValue> operands;
  for (Node* element : structure.List(member)) {
    STATOR_ASSIGN_OR_RETURN(model::AttributeValue operand, element->TakeValue());
    operands.push_back(std::move(operand));
  }
  return operands;
}

base::Result<expression::LegacyConditions> ReadConditions(const Node& structure, size_t member) {
  expression::LegacyConditions conditions;
  for (const NodeEntry& entry : structure.Map(member)) {
    expression::LegacyCondition condition;
    condition.op = *ReadComparison(*entry.value, shapes::kConditionOperator);
    STATOR_ASSIGN_OR_RETURN(condition.operands,
                            ReadOperands(*entry.value, shapes::kConditionValues));
    conditions.emplace_back(entry.key, std::move(condition));
  }
  return conditions;
}

base::Result<expression::LegacyExpectation> ReadExpectation(const Node& structure) {
  expression::LegacyExpectation expectation;
  if (structure.Has(shapes::kExpectedValue)) {
    STATOR_ASSIGN_OR_RETURN(expectation.value, structure.TakeValue(shapes::kExpectedValue));
  }
  expectation.exists = structure.Boolean(shapes::kExists);
  expectation.op = ReadComparison(structure, shapes::kExpectedOperator);
  if (structure.Has(shapes::kExpectedValues)) {
    STATOR_ASSIGN_OR_RETURN(expectation.operands, ReadOperands(structure, shapes::kExpectedValues));
  }
  return expectation;
}

}  // namespace

base::Result<std::optional<expression::Condition>> ReadExpected(const Node& structure,
                                                                size_t member, size_t op) {
  STATOR_ASSIGN_OR_RETURN(const ConditionalOperator conditional,
                          ReadConditionalOperator(structure, op, member));
  if (structure.Map(member).empty()) {
    return std::optional<expression::Condition>();
  }
  expression::LegacyExpectations expected;
  for (const NodeEntry& entry : structure.Map(member)) {
    STATOR_ASSIGN_OR_RETURN(expression::LegacyExpectation expectation,
                            ReadExpectation(*entry.value));
    expected.emplace_back(entry.key, std::move(expectation));
  }
  STATOR_ASSIGN_OR_RETURN(expression::Condition condition,
                          expression::LowerExpected(expected, conditional));
  return std::optional(std::move(condition));
}

base::Result<std::optional<expression::Condition>> ReadLegacyFilter(const Node& structure,
                                                                    size_t member, size_t op) {
  STATOR_ASSIGN_OR_RETURN(const ConditionalOperator conditional,
                          ReadConditionalOperator(structure, op, member));
  if (structure.Map(member).empty()) {
    return std::optional<expression::Condition>();
  }
  STATOR_ASSIGN_OR_RETURN(const expression::LegacyConditions filter,
                          ReadConditions(structure, member));
  STATOR_ASSIGN_OR_RETURN(expression::Condition condition,
                          expression::LowerFilter(filter, conditional));
  return std::optional(std::move(condition));
}

base::Result<std::optional<expression::KeyCondition>> ReadKeyConditions(const Node& structure,
                                                                        size_t member) {
  if (!structure.Has(member)) {
    return std::optional<expression::KeyCondition>();
  }
  STATOR_ASSIGN_OR_RETURN(const expression::LegacyConditions conditions,
                          ReadConditions(structure, member));
  STATOR_ASSIGN_OR_RETURN(expression::KeyCondition key_condition,
                          expression::LowerKeyConditions(conditions));
  return std::optional(std::move(key_condition));
}

base::Result<std::optional<expression::Update>> ReadAttributeUpdates(const Node& structure,
                                                                     size_t member) {
  if (structure.Map(member).empty()) {
    return std::optional<expression::Update>();
  }
  expression::LegacyUpdates updates;
  for (const NodeEntry& entry : structure.Map(member)) {
    expression::LegacyUpdate update;
    if (entry.value->Has(shapes::kUpdateValue)) {
      STATOR_ASSIGN_OR_RETURN(update.value, entry.value->TakeValue(shapes::kUpdateValue));
    }
    if (const std::optional<size_t> action = entry.value->Enum(shapes::kAction)) {
      update.action = kAttributeActions[*action];
    }
    updates.emplace_back(entry.key, std::move(update));
  }
  STATOR_ASSIGN_OR_RETURN(expression::Update update, expression::LowerAttributeUpdates(updates));
  return std::optional(std::move(update));
}

}  // namespace stator::api
