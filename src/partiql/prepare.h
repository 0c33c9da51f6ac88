#pragma once

#include <memory>

#include "base/result.h"
#include "engine/engine.h"
#include "engine/table.h"
#include "partiql/requests.h"
#include "partiql/statement.h"

namespace stator::partiql {

// Parses the statement and takes its parameters (V1: before any table is looked up).
base::Result<Statement> Prepare(StatementRequest& request);

// Fails when a parameter nests too deep to be stored or encoded (V13).
base::Result<void> CheckParameters(const StatementRequest& request);

// The table that a statement names, as it is now.
base::Result<std::shared_ptr<const engine::Table>> FindTable(engine::Engine& engine,
                                                             const Statement& statement);

}  // namespace stator::partiql
