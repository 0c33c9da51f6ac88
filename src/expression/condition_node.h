#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "expression/condition.h"
#include "expression/path.h"
#include "expression/placeholders.h"
#include "model/attribute_value.h"

namespace stator::expression {

// What one step of a condition does.
enum class ConditionOp : uint8_t {
  kEqual,
  kNotEqual,
  kLess,
  kLessOrEqual,
  kGreater,
  kGreaterOrEqual,
  kBetween,
  kIn,
  kAttributeExists,
  kAttributeNotExists,
  kAttributeType,
  kBeginsWith,
  kContains,
  kNot,          // turns the result around
  kJumpIfFalse,  // AND: goes on at `target` when the left side decides
  kJumpIfTrue,   // OR
};

// The operator or function as it is written: "<=", "BETWEEN", "begins_with".
std::string_view ConditionOpName(ConditionOp op);

// A part of a comparison: a path, or a value when `value` is not null; or the size of either.
struct Operand {
  Path path;
  const model::AttributeValue* value = nullptr;
  bool size = false;

  bool is_path() const { return value == nullptr && !size; }
};

// A test of `operand_count` operands from `first_operand` on, which sets the result; or a step on
// the result of the steps before.
struct ConditionStep {
  ConditionOp op = ConditionOp::kEqual;
  uint32_t first_operand = 0;
  uint32_t operand_count = 0;
  uint32_t target = 0;  // of a jump: the number of the next step
};

// A condition as a flat program: the tests in textual order, each setting one result, with NOT and
// jumps over what AND and OR need not look at. Evaluation is one loop: linear in the program, and
// without recursion, whatever the nesting was.
struct ConditionNode {
  std::vector<ConditionStep> steps;
  std::vector<Operand> operands;
  std::shared_ptr<const Placeholders::Values> values;  // what operands point into
};

}  // namespace stator::expression
