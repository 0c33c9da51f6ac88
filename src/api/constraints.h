#pragma once

#include <string>

#include "api/node.h"
#include "base/result.h"

namespace stator::api {

// How violated constraints are worded (V2).
enum class ValidationWording : uint8_t {
  kFirstOnly,   // the first in model order, members named as in the request
  kAggregated,  // all of them, members named in camelCase
};

// Checks lengths, ranges, patterns, enums and required members of a whole request, in model order.
// Fails with ValidationException: "1 validation error detected: Value '' at 'TableName' failed to
// satisfy constraint: Member must have length greater than or equal to 1".
base::Result<void> CheckConstraints(const Node& request, ValidationWording wording);

// The same sentence for a constraint that only an operation knows.
base::Error ConstraintError(std::string_view value, std::string_view member,
                            std::string_view constraint);

// Appends a value as the messages show it: `a`, `[a, b]`, `{k=v}`, `Name(member=v)`. `camel_case`
// says how structures' members are named.
void AppendNodeText(const Node& node, bool camel_case, std::string& out);

// Whether it matches [a-zA-Z0-9_.-]+.
bool MatchesNamePattern(std::string_view text);

}  // namespace stator::api
