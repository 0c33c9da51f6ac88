#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "engine/engine.h"
#include "engine/table.h"
#include "model/attribute_value.h"
#include "partiql/requests.h"
#include "partiql/statement.h"

namespace stator::partiql {

// Reads a statement with its parameters, without a look at any table (V1). Table names are those of
// the account; empty is the server's own. A statement that is refused has the error in the place of
// the statement.
StatementRequest PrepareStatement(std::string_view text,
                                  std::vector<model::AttributeValue> parameters,
                                  std::string_view account);

// The table that a statement names, as it is now.
base::Result<std::shared_ptr<const engine::Table>> FindTable(engine::Engine& engine,
                                                             const Statement& statement);

}  // namespace stator::partiql
