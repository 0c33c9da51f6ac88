#include <string>
#include <string_view>
#include <utility>

#include "api/item_parameters.h"
#include "api/json_writer.h"
#include "api/operations/operations.h"
#include "api/shapes_item.h"
#include "api/shapes_partiql.h"
#include "api/statement_access.h"
#include "api/statement_parameters.h"
#include "partiql/execute.h"

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ExecuteStatement.html
namespace stator::api::operations {
namespace {

enum Member : size_t {
  kStatement,
  kParameters,
  kConsistentRead,
  kNextToken,
  kReturnConsumedCapacity,
  kLimit,
  kReturnValuesOnConditionCheckFailure,
};

constexpr Shape kNextTokenShape = StringShape(1, 32768);
constexpr Shape kLimitShape = IntegerShape(1);

constexpr Field kFields[] = {
    {kStatement, "Statement", &shapes::kPartiQLStatement, kRequired},
    {kParameters, "Parameters", &shapes::kPreparedStatementParameters},
    {kConsistentRead, "ConsistentRead", &shapes::kBoolean},
    {kNextToken, "NextToken", &kNextTokenShape},
    {kReturnConsumedCapacity, "ReturnConsumedCapacity", &shapes::kReturnConsumedCapacity},
    {kLimit, "Limit", &kLimitShape},
    {kReturnValuesOnConditionCheckFailure, "ReturnValuesOnConditionCheckFailure",
     &shapes::kReturnValuesOnConditionCheckFailure},
};
constexpr Shape kInput = StructureShape("ExecuteStatementInput", kFields);

constexpr StatementMembers kStatementMembers{
    .statement = kStatement,
    .parameters = kParameters,
    .consistent_read = kConsistentRead,
    .on_condition_failure = kReturnValuesOnConditionCheckFailure,
};

base::Result<partiql::ExecuteStatementRequest> Decode(Node& body, std::string_view account) {
  partiql::ExecuteStatementRequest request;
  STATOR_ASSIGN_OR_RETURN(request.statement, ReadStatement(body, kStatementMembers, account));
  if (!request.statement.statement.ok()) {
    return request.statement.statement.error();
  }
  request.next_token = body.OptionalText(kNextToken);
  request.limit = body.Integer(kLimit);
  request.capacity = ReadCapacityDetail(body, kReturnConsumedCapacity);
  return request;
}

void DescribeAccess(const partiql::ExecuteStatementRequest& request, AccessList& accesses) {
  AddStatement(request.statement, {.capacity = request.capacity}, accesses);
}

base::Result<void> Encode(const partiql::ExecuteStatementResult& result, std::string& out) {
  ObjectWriter body(out);
  WriteConsumedCapacity(result.capacity, body);
  STATOR_RETURN_IF_ERROR(AppendRecords(result.items, body.Member("Items")));
  if (result.last_evaluated_key) {
    STATOR_RETURN_IF_ERROR(body.Record("LastEvaluatedKey", *result.last_evaluated_key));
  }
  if (result.next_token) {
    body.String("NextToken", *result.next_token);
  }
  body.End();
  return {};
}

}  // namespace

constinit const Operation kExecuteStatement{
    .name = "ExecuteStatement",
    .input = &kInput,
    .run = &RunOperation<Decode, DescribeAccess, partiql::ExecuteStatement, Encode>};

}  // namespace stator::api::operations
