#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "api/node.h"
#include "base/result.h"
#include "partiql/requests.h"

// Parameters that the PartiQL operations share.
namespace stator::api {

// Where a structure has a statement and what belongs to it. Constant data.
struct StatementMembers {
  size_t statement = 0;
  size_t parameters = 0;
  std::optional<size_t> consistent_read = std::nullopt;
  size_t on_condition_failure = 0;
};

// Takes a statement out of the structure and reads it. Tables that it names are the account's, as
// Call::account says it.
base::Result<partiql::StatementRequest> ReadStatement(Node& structure,
                                                      const StatementMembers& members,
                                                      std::string_view account);

}  // namespace stator::api
