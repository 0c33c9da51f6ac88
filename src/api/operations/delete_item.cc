#include <string>
#include <utility>

#include "api/expression_parameters.h"
#include "api/item_access.h"
#include "api/item_parameters.h"
#include "api/legacy_parameters.h"
#include "api/operations/operations.h"
#include "api/shapes_item.h"
#include "api/shapes_legacy.h"

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DeleteItem.html
namespace stator::api::operations {
namespace {

enum Member : size_t {
  kTableName,
  kKey,
  kExpected,
  kConditionalOperator,
  kReturnValues,
  kReturnConsumedCapacity,
  kReturnItemCollectionMetrics,
  kConditionExpression,
  kExpressionAttributeNames,
  kExpressionAttributeValues,
  kReturnValuesOnConditionCheckFailure,
};

constexpr Field kFields[] = {
    {kTableName, "TableName", &shapes::kTableArn, kRequired},
    {kKey, "Key", &shapes::kAttributeMap, kRequired},
    {kExpected, "Expected", &shapes::kExpectedAttributeMap},
    {kConditionalOperator, "ConditionalOperator", &shapes::kConditionalOperator},
    {kReturnValues, "ReturnValues", &shapes::kReturnValue},
    {kReturnConsumedCapacity, "ReturnConsumedCapacity", &shapes::kReturnConsumedCapacity},
    {kReturnItemCollectionMetrics, "ReturnItemCollectionMetrics",
     &shapes::kReturnItemCollectionMetrics},
    {kConditionExpression, "ConditionExpression", &shapes::kString},
    {kExpressionAttributeNames, "ExpressionAttributeNames", &shapes::kExpressionAttributeNameMap},
    {kExpressionAttributeValues, "ExpressionAttributeValues", &shapes::kAttributeMap},
    {kReturnValuesOnConditionCheckFailure, "ReturnValuesOnConditionCheckFailure",
     &shapes::kReturnValuesOnConditionCheckFailure},
};
constexpr Shape kInput = StructureShape("DeleteItemInput", kFields);

constexpr size_t kLegacy[] = {kExpected, kConditionalOperator};
constexpr size_t kExpressions[] = {kConditionExpression};
constexpr ExpressionMembers kExpressionMembers{
    .legacy = kLegacy,
    .expressions = kExpressions,
    .value_expressions = kExpressions,
    .names = kExpressionAttributeNames,
    .values = kExpressionAttributeValues,
};
constexpr WriteOptionMembers kOptionMembers{
    .capacity = kReturnConsumedCapacity,
    .item_collection_metrics = kReturnItemCollectionMetrics,
    .on_condition_failure = kReturnValuesOnConditionCheckFailure,
};

base::Result<engine::DeleteItemRequest> Decode(Node& body) {
  Node* const structures[] = {&body};
  STATOR_RETURN_IF_ERROR(CheckNotMixed(structures, kExpressionMembers));
  engine::DeleteItemRequest request;
  STATOR_ASSIGN_OR_RETURN(request.return_values, ReadOldReturnValues(body, kReturnValues));
  STATOR_ASSIGN_OR_RETURN(expression::Placeholders placeholders,
                          ReadPlaceholders(body, kExpressionMembers));
  STATOR_ASSIGN_OR_RETURN(request.condition,
                          ReadCondition(body, kConditionExpression,
                                        expression::ExpressionKind::kCondition, placeholders));
  STATOR_RETURN_IF_ERROR(placeholders.CheckAllUsed());
  if (!request.condition) {
    STATOR_ASSIGN_OR_RETURN(request.condition, ReadExpected(body, kExpected, kConditionalOperator));
  }
  STATOR_ASSIGN_OR_RETURN(request.key, body.TakeItem(kKey));
  request.table = body.Text(kTableName);
  request.options = ReadWriteOptions(body, kOptionMembers);
  return request;
}

void DescribeAccess(const engine::DeleteItemRequest& request, AccessList& accesses) {
  AddWrite({.action = "DeleteItem",
            .table = request.table,
            .item = request.key,
            .condition = request.condition ? &*request.condition : nullptr,
            .return_values = request.return_values,
            .return_item_on_condition_failure = request.options.return_item_on_condition_failure,
            .capacity = request.options.capacity},
           accesses);
}

void Execute(engine::Engine& engine, engine::DeleteItemRequest request,
             const engine::CallContext& context, base::Completion<engine::WriteResult> done) {
  engine.DeleteItem(std::move(request), context, std::move(done));
}

}  // namespace

constinit const Operation kDeleteItem{
    .name = "DeleteItem",
    .input = &kInput,
    .run = &RunOperation<Decode, DescribeAccess, Execute, EncodeWriteResult>};

}  // namespace stator::api::operations
