#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "expression/path.h"
#include "expression/placeholders.h"
#include "model/attribute_value.h"

namespace stator::expression {

// One step of the right side of a SET, on a stack of values: kPath and kValue push; the others
// replace their operands by the result.
struct ValueStep {
  enum class Op : uint8_t { kPath, kValue, kIfNotExists, kListAppend, kAdd, kSubtract };
  Op op = Op::kValue;
  Path path;                                     // of kPath and kIfNotExists
  const model::AttributeValue* value = nullptr;  // of kValue
};

// One action of an update; its path is the one of the same number in UpdateActions::paths.
struct UpdateAction {
  enum class Kind : uint8_t { kSet, kRemove, kAdd, kDelete };
  Kind kind = Kind::kSet;
  // Of kSet: ValueSteps in postfix order, so that evaluation does not recurse.
  uint32_t first_step = 0;
  uint32_t step_count = 0;
  const model::AttributeValue* value = nullptr;  // of kAdd and kDelete
};

// A compiled update.
struct UpdateActions {
  std::vector<UpdateAction> actions;
  std::vector<Path> paths;  // no two clash
  std::vector<ValueStep> steps;
  std::shared_ptr<const Placeholders::Values> values;  // what steps and actions point into
  bool legacy = false;  // from AttributeUpdates: ADD takes lists, and messages differ
};

}  // namespace stator::expression
