#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/function_ref.h"
#include "base/result.h"
#include "expression/path.h"
#include "expression/placeholders.h"
#include "model/attribute_value.h"

namespace stator::expression {

struct UpdateActions;  // the tree; update_node.h, for this folder and for UpdateBuilder

// A compiled UpdateExpression or AttributeUpdates. Immutable; copies share the tree.
class Update {
 public:
  explicit Update(std::shared_ptr<const UpdateActions> actions) : actions_(std::move(actions)) {}

  // The item after the update; all operands are read from `item` as it was before (E9). Fails with
  // ValidationException when a path or an operand does not fit the item (E12, E13); sizes are the
  // caller's to check.
  base::Result<model::Item> Apply(const model::Item& item) const;

  // The parts of `item` (the item before or after the update) that the update touches, for
  // UPDATED_OLD and UPDATED_NEW (E18); empty when there are none.
  model::Item TouchedParts(const model::Item& item) const;

  // The paths written, in textual order; for the checks against key attributes (E17, L7).
  const std::vector<Path>& paths() const;

  // Calls `visit` with each path that the right side of a SET reads.
  void ForEachReadPath(base::FunctionRef<void(const Path&)> visit) const;

  // Whether applying it to a missing item creates the item. False only for legacy AttributeUpdates
  // whose actions are all DELETE (E19).
  bool CreatesItem() const;

  // What L1 adds to the size of the item less its key attributes: 3 + 19 for each value-writing
  // action + 2 for each clearing action, + 1 for a list index, + 50 for arithmetic.
  size_t OverheadBytes() const;

 private:
  std::shared_ptr<const UpdateActions> actions_;
};

// Compiles an UpdateExpression (E9-E16, E22, limits); marks the placeholders that it uses.
base::Result<Update> ParseUpdate(std::string_view text, Placeholders& placeholders);

}  // namespace stator::expression
