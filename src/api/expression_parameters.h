#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

#include "api/node.h"
#include "base/result.h"
#include "expression/condition.h"
#include "expression/placeholders.h"
#include "expression/projection.h"
#include "expression/update.h"

namespace stator::api {

// Where a structure has its expressions and the parameters that they replaced, as positions in its
// table of fields; lists in the order in which messages name them. Constant data.
struct ExpressionMembers {
  std::span<const size_t> legacy;
  std::span<const size_t> expressions;
  // The expressions that may use values.
  std::span<const size_t> value_expressions;
  size_t names;
  std::optional<size_t> values;
};

// Refuses expressions beside legacy parameters, over all the structures together (V7).
base::Result<void> CheckNotMixed(std::span<Node* const> structures,
                                 const ExpressionMembers& members);

// Refuses names and values without an expression that could use them (V8), then makes the
// placeholders of the structure's expressions.
base::Result<expression::Placeholders> ReadPlaceholders(Node& structure,
                                                        const ExpressionMembers& members);

// Compile the expression of a member, or give nullopt when it is absent.
base::Result<std::optional<expression::Condition>> ReadCondition(
    const Node& structure, size_t member, expression::ExpressionKind kind,
    expression::Placeholders& placeholders);
base::Result<std::optional<expression::Update>> ReadUpdate(const Node& structure, size_t member,
                                                           expression::Placeholders& placeholders);
base::Result<std::optional<expression::Projection>> ReadProjection(
    const Node& structure, size_t member, expression::Placeholders& placeholders);
// The same for AttributesToGet.
base::Result<std::optional<expression::Projection>> ReadAttributesToGet(const Node& structure,
                                                                        size_t member);

}  // namespace stator::api
