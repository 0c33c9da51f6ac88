#include <string>
#include <string_view>
#include <utility>

#include "api/item_parameters.h"
#include "api/operations/operations.h"
#include "api/shapes_item.h"
#include "api/shapes_partiql.h"
#include "api/statement_access.h"
#include "api/statement_parameters.h"
#include "model/limits.h"
#include "partiql/execute.h"

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ExecuteTransaction.html
namespace stator::api::operations {
namespace {

enum StatementMember : size_t { kStatement, kParameters, kReturnValuesOnConditionCheckFailure };
constexpr Field kStatementFields[] = {
    {kStatement, "Statement", &shapes::kPartiQLStatement, kRequired},
    {kParameters, "Parameters", &shapes::kPreparedStatementParameters},
    {kReturnValuesOnConditionCheckFailure, "ReturnValuesOnConditionCheckFailure",
     &shapes::kReturnValuesOnConditionCheckFailure},
};
constexpr Shape kParameterizedStatement =
    StructureShape("ParameterizedStatement", kStatementFields);
constexpr StatementMembers kStatementMembers{
    .statement = kStatement,
    .parameters = kParameters,
    .consistent_read = std::nullopt,
    .on_condition_failure = kReturnValuesOnConditionCheckFailure,
};

enum Member : size_t { kTransactStatements, kClientRequestToken, kReturnConsumedCapacity };
constexpr Shape kStatementList =
    ListShape(kParameterizedStatement, 1, model::limits::kTransactActions);
constexpr Shape kToken = StringShape(1, 36);
constexpr Field kFields[] = {
    {kTransactStatements, "TransactStatements", &kStatementList, kRequired},
    {kClientRequestToken, "ClientRequestToken", &kToken},
    {kReturnConsumedCapacity, "ReturnConsumedCapacity", &shapes::kReturnConsumedCapacity},
};
constexpr Shape kInput = StructureShape("ExecuteTransactionInput", kFields);

base::Result<partiql::ExecuteTransactionRequest> Decode(Node& body, std::string_view account) {
  partiql::ExecuteTransactionRequest request;
  for (Node* element : body.List(kTransactStatements)) {
    STATOR_ASSIGN_OR_RETURN(partiql::StatementRequest statement,
                            ReadStatement(*element, kStatementMembers, account));
    if (!statement.statement.ok()) {
      return statement.statement.error();
    }
    request.statements.push_back(std::move(statement));
  }
  request.token = body.OptionalText(kClientRequestToken);
  request.capacity = ReadCapacityDetail(body, kReturnConsumedCapacity);
  return request;
}

void DescribeAccess(const partiql::ExecuteTransactionRequest& request, AccessList& accesses) {
  for (const partiql::StatementRequest& statement : request.statements) {
    AddStatement(statement, {.enclosing = "ExecuteTransaction", .capacity = request.capacity},
                 accesses);
  }
}

base::Result<void> Encode(const partiql::ExecuteTransactionResult& result, std::string& out) {
  return EncodeResponses(result.capacity, result.items, out);
}

}  // namespace

constinit const Operation kExecuteTransaction{
    .name = "ExecuteTransaction",
    .input = &kInput,
    .pace = Pace::kLong,
    .run = &RunOperation<Decode, DescribeAccess, partiql::ExecuteTransaction, Encode>};

}  // namespace stator::api::operations
