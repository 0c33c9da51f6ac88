#pragma once

#include <cstddef>
#include <optional>

#include "api/node.h"
#include "base/result.h"
#include "partiql/requests.h"

// Parameters that the PartiQL operations share.
namespace stator::api {

// Where a structure has a statement and what belongs to it. Constant data.
struct StatementMembers {
  size_t statement;
  size_t parameters;
  std::optional<size_t> consistent_read;
  size_t on_condition_failure;
};

// Takes a statement out of the structure.
base::Result<partiql::StatementRequest> ReadStatement(Node& structure,
                                                      const StatementMembers& members);

}  // namespace stator::api
