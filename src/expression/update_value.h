#pragma once

#include <optional>
#include <span>

#include "base/result.h"
#include "expression/update_node.h"
#include "model/attribute_value.h"

namespace stator::expression {

inline constexpr char kWrongOperandType[] =
    "An operand in the update expression has an incorrect data type";

// The value of a SET's right side on the item as it was before the update (E9).
base::Result<model::AttributeValue> EvaluateUpdateValue(std::span<const ValueStep> steps,
                                                        const model::Item& item);

// What ADD makes of a present value: the sum, the union of sets, or, when `append_lists`, both
// lists (E13). Nothing when the types do not fit.
base::Result<std::optional<model::AttributeValue>> AddToValue(const model::AttributeValue& present,
                                                              const model::AttributeValue& operand,
                                                              bool append_lists);

// Removes the members of one set from another of its type, in place (E14). False when the types do
// not fit.
bool RemoveMembers(model::AttributeValue& set, const model::AttributeValue& members);

// Whether the value is a set, without members.
bool IsEmptySet(const model::AttributeValue& value);

}  // namespace stator::expression
