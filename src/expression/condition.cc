#include "expression/condition.h"

#include <algorithm>
#include <memory>
#include <span>
#include <utility>

#include "expression/comparison.h"
#include "expression/condition_node.h"
#include "expression/condition_parser.h"

namespace stator::expression {
namespace {

using model::AttributeValue;

// An operand's value: a pointer into the item or the request, or null when it is missing. `scratch`
// holds what exists nowhere, a size.
const AttributeValue* Resolve(const Operand& operand, const model::Item& item,
                              AttributeValue& scratch) {
  const AttributeValue* value =
      operand.value != nullptr ? operand.value : FindPath(item, operand.path);
  if (!operand.size || value == nullptr) {
    return value;
  }
  const auto size = SizeOf(*value);
  if (!size) {
    return nullptr;
  }
  scratch = AttributeValue(model::Number::FromInteger(static_cast<int64_t>(*size)));
  return &scratch;
}

// A comparison with a missing operand is false, but `<>` is true (E2).
bool Compare(ConditionOp op, const AttributeValue* left, const AttributeValue* right) {
  if (left == nullptr || right == nullptr) {
    return op == ConditionOp::kNotEqual;
  }
  if (op == ConditionOp::kEqual) {
    return *left == *right;
  }
  if (op == ConditionOp::kNotEqual) {
    return !(*left == *right);
  }
  const auto order = Order(*left, *right);
  if (!order) {
    return false;
  }
  switch (op) {
    case ConditionOp::kLess:
      return *order < 0;
    case ConditionOp::kLessOrEqual:
      return *order <= 0;
    case ConditionOp::kGreater:
      return *order > 0;
    default:
      return *order >= 0;
  }
}

bool TestFunction(ConditionOp op, const AttributeValue& value, const AttributeValue& argument) {
  switch (op) {
    case ConditionOp::kBeginsWith:
      return BeginsWith(value, argument);
    case ConditionOp::kContains:
      return Contains(value, argument);
    default: {
      const auto* name = argument.Get<std::string>();
      return name != nullptr && model::ValueTypeName(value.type()) == *name;
    }
  }
}

bool Test(ConditionOp op, std::span<const Operand> operands, const model::Item& item) {
  AttributeValue first_scratch;
  const AttributeValue* first = Resolve(operands[0], item, first_scratch);
  if (op == ConditionOp::kAttributeExists || op == ConditionOp::kAttributeNotExists) {
    return (first != nullptr) == (op == ConditionOp::kAttributeExists);
  }
  AttributeValue scratch;
  if (op == ConditionOp::kIn) {
    return std::any_of(operands.begin() + 1, operands.end(), [&](const Operand& operand) {
      return Compare(ConditionOp::kEqual, first, Resolve(operand, item, scratch));
    });
  }
  const AttributeValue* second = Resolve(operands[1], item, scratch);
  if (op == ConditionOp::kBetween) {
    return Compare(ConditionOp::kGreaterOrEqual, first, second) &&
           Compare(ConditionOp::kLessOrEqual, first, Resolve(operands[2], item, scratch));
  }
  if (op <= ConditionOp::kGreaterOrEqual) {
    return Compare(op, first, second);
  }
  return first != nullptr && second != nullptr && TestFunction(op, *first, *second);
}

}  // namespace

std::string_view ConditionOpName(ConditionOp op) {
  static constexpr std::string_view kNames[] = {"=",
                                                "<>",
                                                "<",
                                                "<=",
                                                ">",
                                                ">=",
                                                "BETWEEN",
                                                "IN",
                                                "attribute_exists",
                                                "attribute_not_exists",
                                                "attribute_type",
                                                "begins_with",
                                                "contains",
                                                "NOT",
                                                "AND",
                                                "OR"};
  return kNames[static_cast<size_t>(op)];
}

bool Condition::Matches(const model::Item& item) const {
  const std::vector<ConditionStep>& steps = root_->steps;
  bool result = true;
  for (size_t i = 0; i < steps.size(); ++i) {
    const ConditionStep& step = steps[i];
    switch (step.op) {
      case ConditionOp::kNot:
        result = !result;
        break;
      case ConditionOp::kJumpIfFalse:
      case ConditionOp::kJumpIfTrue:
        if (result == (step.op == ConditionOp::kJumpIfTrue)) {
          i = step.target - 1;
        }
        break;
      default:
        result = Test(step.op, {&root_->operands[step.first_operand], step.operand_count}, item);
    }
  }
  return result;
}

void Condition::ForEachPath(base::FunctionRef<void(const Path&)> visit) const {
  for (const Operand& operand : root_->operands) {
    if (operand.value == nullptr) {
      visit(operand.path);
    }
  }
}

std::vector<std::string> Condition::TopLevelAttributes() const {
  std::vector<std::string> names;
  ForEachPath([&names](const Path& path) { names.push_back(path.attribute()); });
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

base::Result<Condition> ParseCondition(ExpressionKind kind, std::string_view text,
                                       Placeholders& placeholders) {
  STATOR_ASSIGN_OR_RETURN(ConditionNode node, ParseConditionNode(kind, text, placeholders));
  return Condition(std::make_shared<const ConditionNode>(std::move(node)));
}

}  // namespace stator::expression
