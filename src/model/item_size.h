#pragma once

#include <cstddef>

#include "model/attribute_value.h"

namespace stator::model {

// The bytes that DynamoDB bills for a value: UTF-8 bytes of strings, N8 for numbers, 1 for NULL and
// BOOL, 3 + 1 for each member for lists and maps.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
size_t ValueSizeBytes(const AttributeValue& value);

// The sum over all attributes of the name's UTF-8 bytes and the value's size.
size_t ItemSizeBytes(const Item& item);

}  // namespace stator::model
