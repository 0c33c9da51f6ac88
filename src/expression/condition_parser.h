#pragma once

#include <string_view>

#include "base/result.h"
#include "expression/condition.h"
#include "expression/condition_node.h"
#include "expression/placeholders.h"

namespace stator::expression {

// The grammar that conditions, filters and key conditions share. Checks all that does not depend on
// the kind.
base::Result<ConditionNode> ParseConditionNode(ExpressionKind kind, std::string_view text,
                                               Placeholders& placeholders);

}  // namespace stator::expression
