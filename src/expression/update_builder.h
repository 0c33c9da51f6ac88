#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "base/result.h"
#include "expression/path.h"
#include "expression/placeholders.h"
#include "expression/update.h"
#include "expression/update_node.h"
#include "model/attribute_value.h"

namespace stator::expression {

// Builds an update that was not written in the language of expressions. Operand types are the
// caller's to check. Not synchronized.
class UpdateBuilder {
 public:
  // The right side of the next Set, in postfix order.
  void PushPath(Path path);
  void PushValue(model::AttributeValue value);
  void PushOperator(ValueStep::Op op);  // on the two operands before it
  void PushIfNotExists(Path path);      // the path's value, or else the operand before it

  void Set(Path path);  // REQUIRES: a right side
  void Remove(Path path);
  void Add(Path path, model::AttributeValue value);     // a number or a set
  void Delete(Path path, model::AttributeValue value);  // a set

  // The update. Fails with ValidationException when two paths clash (E11). REQUIRES: called once,
  // last.
  base::Result<Update> Build();

 private:
  void Append(UpdateAction::Kind kind, Path path);
  void AppendWithValue(UpdateAction::Kind kind, Path path, model::AttributeValue value);

  UpdateActions update_;
  uint32_t first_step_ = 0;  // of the next Set
  Placeholders::Values values_;
  // Numbers of step or action, and value.
  std::vector<std::pair<size_t, size_t>> value_steps_;
  std::vector<std::pair<size_t, size_t>> value_actions_;
};

}  // namespace stator::expression
