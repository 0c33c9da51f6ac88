#include "api/statement_parameters.h"

#include <utility>

#include "api/item_parameters.h"

namespace stator::api {

base::Result<partiql::StatementRequest> ReadStatement(Node& structure,
                                                      const StatementMembers& members) {
  partiql::StatementRequest request;
  request.statement = structure.Text(members.statement);
  for (Node* element : structure.List(members.parameters)) {
    STATOR_ASSIGN_OR_RETURN(model::AttributeValue value, element->TakeValue());
    request.parameters.push_back(std::move(value));
  }
  request.consistent =
      members.consistent_read && structure.BooleanOr(*members.consistent_read, false);
  request.return_item_on_condition_failure =
      WantsItemOnConditionFailure(structure, members.on_condition_failure);
  return request;
}

}  // namespace stator::api
