#include "api/statement_parameters.h"

#include <utility>
#include <vector>

#include "api/item_parameters.h"
#include "partiql/prepare.h"

namespace stator::api {

base::Result<partiql::StatementRequest> ReadStatement(Node& structure,
                                                      const StatementMembers& members,
                                                      std::string_view account) {
  std::vector<model::AttributeValue> parameters;
  for (Node* element : structure.List(members.parameters)) {
    STATOR_ASSIGN_OR_RETURN(model::AttributeValue value, element->TakeValue());
    parameters.push_back(std::move(value));
  }
  partiql::StatementRequest request =
      partiql::PrepareStatement(structure.Text(members.statement), std::move(parameters), account);
  request.consistent =
      members.consistent_read && structure.BooleanOr(*members.consistent_read, false);
  request.return_item_on_condition_failure =
      WantsItemOnConditionFailure(structure, members.on_condition_failure);
  return request;
}

}  // namespace stator::api
