#pragma once

#include <string_view>

#include "api/access.h"
#include "engine/requests.h"
#include "partiql/requests.h"

namespace stator::api {

// Where a statement is run.
struct StatementAccess {
  std::string_view enclosing = {};  // the transaction that it is part of
  engine::CapacityDetail capacity = engine::CapacityDetail::kNone;
};

// Describes what a statement accesses: the requests that it becomes, under the actions of PartiQL,
// whose names policies have for them (P11). REQUIRES: the statement is one.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-iam.html
void AddStatement(const partiql::StatementRequest& request, const StatementAccess& access,
                  AccessList& accesses);

}  // namespace stator::api
