#pragma once

#include <cstddef>
#include <optional>

#include "model/attribute_value.h"

namespace stator::expression {

// Whether values of that type have an order: strings, numbers and binaries.
bool IsOrdered(model::ValueType type);

// Negative, zero or positive as `left` is less than, equal to or greater than `right`: strings and
// binaries by unsigned bytes, numbers by value (N6, N14). Nothing when the types differ or have no
// order.
std::optional<int> Order(const model::AttributeValue& left, const model::AttributeValue& right);

// Whether `value` begins with `prefix`: two strings or two binaries (E5).
bool BeginsWith(const model::AttributeValue& value, const model::AttributeValue& prefix);

// Whether `value` contains `part`: a string or binary as a substring, a set or a list as a member;
// never a map (E4).
bool Contains(const model::AttributeValue& value, const model::AttributeValue& part);

// What size() yields: UTF-16 code units of a string (N14), bytes of a binary, members of a set, map
// or list; nothing for other types.
std::optional<size_t> SizeOf(const model::AttributeValue& value);

}  // namespace stator::expression
