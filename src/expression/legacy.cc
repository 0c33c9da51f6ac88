#include "expression/legacy.h"

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <string_view>

#include "expression/comparison.h"
#include "expression/condition_builder.h"

namespace stator::expression {
namespace {

using base::Error;
using base::Result;
using base::ValidationError;
using model::AttributeValue;
using model::ValueType;

// Which operands a legacy operator takes.
enum class OperandTypes : uint8_t { kAny, kScalar, kOrdered, kBytes };

// What a legacy operator is: its name, operands (`max_operands` 0 means none, `kMany` any number),
// and the step it lowers to.
struct OperatorTraits {
  std::string_view name;
  size_t min_operands;
  size_t max_operands;
  OperandTypes types;
  ConditionOp op;
  std::optional<KeyOperator> key_op;
};

constexpr size_t kMany = SIZE_MAX;

// In the order of ComparisonOperator.
constexpr std::array<OperatorTraits, 13> kOperators = {{
    {"EQ", 1, 1, OperandTypes::kAny, ConditionOp::kEqual, KeyOperator::kEqual},
    {"NE", 1, 1, OperandTypes::kAny, ConditionOp::kNotEqual, std::nullopt},
    {"LE", 1, 1, OperandTypes::kOrdered, ConditionOp::kLessOrEqual, KeyOperator::kLessOrEqual},
    {"LT", 1, 1, OperandTypes::kOrdered, ConditionOp::kLess, KeyOperator::kLess},
    {"GE", 1, 1, OperandTypes::kOrdered, ConditionOp::kGreaterOrEqual,
     KeyOperator::kGreaterOrEqual},
    {"GT", 1, 1, OperandTypes::kOrdered, ConditionOp::kGreater, KeyOperator::kGreater},
    {"NOT_NULL", 0, 0, OperandTypes::kAny, ConditionOp::kAttributeExists, std::nullopt},
    {"NULL", 0, 0, OperandTypes::kAny, ConditionOp::kAttributeNotExists, std::nullopt},
    {"CONTAINS", 1, 1, OperandTypes::kScalar, ConditionOp::kContains, std::nullopt},
    {"NOT_CONTAINS", 1, 1, OperandTypes::kScalar, ConditionOp::kContains, std::nullopt},
    {"BEGINS_WITH", 1, 1, OperandTypes::kBytes, ConditionOp::kBeginsWith, KeyOperator::kBeginsWith},
    {"IN", 1, kMany, OperandTypes::kOrdered, ConditionOp::kIn, std::nullopt},
    {"BETWEEN", 2, 2, OperandTypes::kOrdered, ConditionOp::kBetween, KeyOperator::kBetween},
}};

const OperatorTraits& TraitsOf(ComparisonOperator op) {
  return kOperators[static_cast<size_t>(op)];
}

Error InvalidParameter(std::string_view message) {
  return ValidationError("One or more parameter values were invalid: " + std::string(message));
}

bool Accepts(OperandTypes types, ValueType type) {
  switch (types) {
    case OperandTypes::kAny:
      return true;
    case OperandTypes::kScalar:
      return IsOrdered(type) || type == ValueType::kNull || type == ValueType::kBoolean;
    case OperandTypes::kOrdered:
      return IsOrdered(type);
    case OperandTypes::kBytes:
      return type == ValueType::kString || type == ValueType::kBinary;
  }
  return false;
}

Result<void> CheckOperands(ComparisonOperator op, const std::vector<AttributeValue>& operands) {
  const OperatorTraits& traits = TraitsOf(op);
  const std::string name(traits.name);
  if (operands.size() < traits.min_operands || operands.size() > traits.max_operands) {
    return InvalidParameter("Invalid number of argument(s) for the " + name +
                            " ComparisonOperator");
  }
  for (const AttributeValue& operand : operands) {
    if (operand.type() != operands[0].type()) {
      return InvalidParameter("AttributeValues inside AttributeValueList must be of same type");
    }
  }
  if (!operands.empty() && !Accepts(traits.types, operands[0].type())) {
    return InvalidParameter("ComparisonOperator " + name + " is not valid for " +
                            std::string(model::ValueTypeName(operands[0].type())) +
                            " AttributeValue type");
  }
  if (op == ComparisonOperator::kBetween && Order(operands[0], operands[1]).value_or(0) > 0) {
    return ValidationError(
        "The BETWEEN condition was provided a range where the lower bound is greater than the "
        "upper bound");
  }
  return {};
}

// Builds a condition of tests that are joined by one operator.
class JoinedTests {
 public:
  explicit JoinedTests(ConditionalOperator join)
      : join_(join == ConditionalOperator::kAnd ? ConditionOp::kJumpIfFalse
                                                : ConditionOp::kJumpIfTrue) {}

  void Add(const std::string& attribute, ComparisonOperator op,
           const std::vector<AttributeValue>& operands) {
    if (!builder_.empty()) {
      jumps_.push_back(builder_.BeginJump(join_));
    }
    if (op == ComparisonOperator::kNotContains) {
      // An attribute that is missing does not count as not containing.
      AddTest(ConditionOp::kAttributeExists, attribute, {});
      const size_t jump = builder_.BeginJump(ConditionOp::kJumpIfFalse);
      AddTest(ConditionOp::kContains, attribute, operands);
      builder_.Negate();
      builder_.EndJump(jump);
      return;
    }
    AddTest(TraitsOf(op).op, attribute, operands);
  }

  Condition Build() {
    for (const size_t jump : jumps_) {
      builder_.EndJump(jump);
    }
    return builder_.Build();
  }

 private:
  void AddTest(ConditionOp op, const std::string& attribute,
               const std::vector<AttributeValue>& operands) {
    builder_.AddPath(Path{{attribute}});
    for (const AttributeValue& operand : operands) {
      builder_.AddValue(operand);
    }
    builder_.AddTest(op);
  }

  const ConditionOp join_;
  ConditionBuilder builder_;
  std::vector<size_t> jumps_;
};

// An expectation as the condition it means.
Result<LegacyCondition> ToCondition(const std::string& attribute,
                                    const LegacyExpectation& expectation) {
  const std::string place = " for Attribute: " + attribute;
  if (expectation.value && expectation.operands) {
    return InvalidParameter("Value and AttributeValueList cannot be used together" + place);
  }
  if (expectation.op) {
    const std::string name(TraitsOf(*expectation.op).name);
    if (expectation.exists) {
      return InvalidParameter("Exists and ComparisonOperator cannot be used together" + place);
    }
    if (TraitsOf(*expectation.op).min_operands > 0 && !expectation.value && !expectation.operands) {
      return InvalidParameter(
          "Value or AttributeValueList must be used with ComparisonOperator: " + name + place);
    }
    LegacyCondition condition{*expectation.op,
                              expectation.operands.value_or(std::vector<AttributeValue>())};
    if (expectation.value) {
      condition.operands.push_back(*expectation.value);
    }
    return condition;
  }
  if (expectation.operands) {
    return InvalidParameter("AttributeValueList can only be used with a ComparisonOperator" +
                            place);
  }
  if (expectation.exists.value_or(true)) {
    if (!expectation.value) {
      return InvalidParameter(std::string("Value must be provided when Exists is ") +
                              (expectation.exists ? "true" : "null") + place);
    }
    return LegacyCondition{ComparisonOperator::kEq, {*expectation.value}};
  }
  if (expectation.value) {
    return InvalidParameter("Value cannot be used when Exists is false" + place);
  }
  return LegacyCondition{ComparisonOperator::kNull, {}};
}

}  // namespace

Result<Condition> LowerExpected(const LegacyExpectations& expected, ConditionalOperator op) {
  JoinedTests tests(op);
  for (const auto& [attribute, expectation] : expected) {
    STATOR_ASSIGN_OR_RETURN(const LegacyCondition condition, ToCondition(attribute, expectation));
    STATOR_RETURN_IF_ERROR(CheckOperands(condition.op, condition.operands));
    tests.Add(attribute, condition.op, condition.operands);
  }
  return tests.Build();
}

Result<Condition> LowerFilter(const LegacyConditions& filter, ConditionalOperator op) {
  JoinedTests tests(op);
  for (const auto& [attribute, condition] : filter) {
    STATOR_RETURN_IF_ERROR(CheckOperands(condition.op, condition.operands));
    tests.Add(attribute, condition.op, condition.operands);
  }
  return tests.Build();
}

Result<KeyCondition> LowerKeyConditions(const LegacyConditions& conditions) {
  if (conditions.empty()) {
    return ValidationError("Conditions can be of length 1 or 2 only");
  }
  KeyCondition lowered;
  lowered.legacy = true;
  for (const auto& [attribute, condition] : conditions) {
    STATOR_RETURN_IF_ERROR(CheckOperands(condition.op, condition.operands));
    const auto key_op = TraitsOf(condition.op).key_op;
    if (!key_op) {
      return ValidationError("Attempted conditional constraint is not an indexable operation");
    }
    lowered.predicates.push_back({attribute, *key_op, condition.operands});
  }
  return lowered;
}

}  // namespace stator::expression
