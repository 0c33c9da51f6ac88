#include "expression/condition_builder.h"

#include <memory>
#include <string>

namespace stator::expression {

void ConditionBuilder::AddPath(Path path, bool size) {
  node_.operands.push_back(Operand{.path = std::move(path), .size = size});
}

void ConditionBuilder::AddValue(model::AttributeValue value) {
  value_operands_.emplace_back(node_.operands.size(), values_.size());
  values_.emplace_back(std::string(), std::move(value));
  node_.operands.emplace_back();
}

void ConditionBuilder::AddTest(ConditionOp op) {
  const auto end = static_cast<uint32_t>(node_.operands.size());
  node_.steps.push_back({op, first_operand_, end - first_operand_});
  first_operand_ = end;
}

size_t ConditionBuilder::BeginJump(ConditionOp jump) {
  node_.steps.push_back({.op = jump});
  return node_.steps.size() - 1;
}

void ConditionBuilder::EndJump(size_t jump) {
  node_.steps[jump].target = static_cast<uint32_t>(node_.steps.size());
}

Condition ConditionBuilder::Build() {
  auto values = std::make_shared<const Placeholders::Values>(std::move(values_));
  for (const auto& [operand, value] : value_operands_) {
    node_.operands[operand].value = &(*values)[value].second;
  }
  node_.values = std::move(values);
  return Condition(std::make_shared<const ConditionNode>(std::move(node_)));
}

}  // namespace stator::expression
