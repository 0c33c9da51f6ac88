#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "expression/condition.h"
#include "expression/condition_node.h"
#include "expression/path.h"
#include "expression/placeholders.h"
#include "model/attribute_value.h"

namespace stator::expression {

// Builds a condition that was not written in the language of expressions: from left to right, the
// operands of each test before the test. Checks nothing: which operands an operator takes is the
// caller's to know. Not synchronized.
class ConditionBuilder {
 public:
  // Operands of the next test. `size`: not the operand itself counts, but its size().
  void AddPath(Path path, bool size = false);
  void AddValue(model::AttributeValue value);

  // A test of the operands added since the last one. REQUIRES: as many as it takes.
  void AddTest(ConditionOp op);

  // Turns the result of the steps so far, or since the last jump, around.
  void Negate() { node_.steps.push_back({.op = ConditionOp::kNot}); }

  // Stands between the left side and the right side of AND (kJumpIfFalse) or OR (kJumpIfTrue);
  // `EndJump` follows the right side.
  [[nodiscard]] size_t BeginJump(ConditionOp jump);
  void EndJump(size_t jump);

  bool empty() const { return node_.steps.empty(); }

  // The condition. REQUIRES: called once, last; there was a test.
  Condition Build();

 private:
  ConditionNode node_;
  uint32_t first_operand_ = 0;  // of the next test
  Placeholders::Values values_;
  std::vector<std::pair<size_t, size_t>> value_operands_;  // numbers of operand and value
};

}  // namespace stator::expression
