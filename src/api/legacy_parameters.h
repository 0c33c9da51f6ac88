#pragma once

#include <cstddef>
#include <optional>

#include "api/node.h"
#include "base/result.h"
#include "expression/condition.h"
#include "expression/key_condition.h"
#include "expression/legacy.h"
#include "expression/update.h"

// The parameters that expressions replaced: what they lower to.
namespace stator::api {

// Each gives nullopt when the member is absent. `op` is the member ConditionalOperator, which is
// refused without something that it could combine.
base::Result<std::optional<expression::Condition>> ReadExpected(const Node& structure,
                                                                size_t member, size_t op);
base::Result<std::optional<expression::Condition>> ReadLegacyFilter(const Node& structure,
                                                                    size_t member, size_t op);
base::Result<std::optional<expression::KeyCondition>> ReadKeyConditions(const Node& structure,
                                                                        size_t member);
base::Result<std::optional<expression::Update>> ReadAttributeUpdates(const Node& structure,
                                                                     size_t member);

}  // namespace stator::api
