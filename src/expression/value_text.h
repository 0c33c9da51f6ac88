#pragma once

#include <string>

#include "model/attribute_value.h"

namespace stator::expression {

// A string, number or binary as the service prints it in messages: `{N:5}`.
std::string ValueText(const model::AttributeValue& value);

}  // namespace stator::expression
