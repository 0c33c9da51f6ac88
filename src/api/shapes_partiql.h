#pragma once

#include "api/shape.h"
#include "api/shapes_item.h"

// Shapes that the PartiQL operations share, named and constrained as in the service model.
namespace stator::api::shapes {

inline constexpr Shape kPartiQLStatement = StringShape(1, 8192);
inline constexpr Shape kPreparedStatementParameters = ListShape(kAttributeValue, 1);

}  // namespace stator::api::shapes
