#include <string>
#include <utility>

#include "api/expression_parameters.h"
#include "api/item_access.h"
#include "api/item_parameters.h"
#include "api/legacy_parameters.h"
#include "api/operations/operations.h"
#include "api/shapes_item.h"
#include "api/shapes_legacy.h"

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateItem.html
namespace stator::api::operations {
namespace {

enum Member : size_t {
  kTableName,
  kKey,
  kAttributeUpdates,
  kExpected,
  kConditionalOperator,
  kReturnValues,
  kReturnConsumedCapacity,
  kReturnItemCollectionMetrics,
  kUpdateExpression,
  kConditionExpression,
  kExpressionAttributeNames,
  kExpressionAttributeValues,
  kReturnValuesOnConditionCheckFailure,
};

constexpr Field kFields[] = {
    {kTableName, "TableName", &shapes::kTableArn, kRequired},
    {kKey, "Key", &shapes::kAttributeMap, kRequired},
    {kAttributeUpdates, "AttributeUpdates", &shapes::kAttributeUpdates},
    {kExpected, "Expected", &shapes::kExpectedAttributeMap},
    {kConditionalOperator, "ConditionalOperator", &shapes::kConditionalOperator},
    {kReturnValues, "ReturnValues", &shapes::kReturnValue},
    {kReturnConsumedCapacity, "ReturnConsumedCapacity", &shapes::kReturnConsumedCapacity},
    {kReturnItemCollectionMetrics, "ReturnItemCollectionMetrics",
     &shapes::kReturnItemCollectionMetrics},
    {kUpdateExpression, "UpdateExpression", &shapes::kString},
    {kConditionExpression, "ConditionExpression", &shapes::kString},
    {kExpressionAttributeNames, "ExpressionAttributeNames", &shapes::kExpressionAttributeNameMap},
    {kExpressionAttributeValues, "ExpressionAttributeValues", &shapes::kAttributeMap},
    {kReturnValuesOnConditionCheckFailure, "ReturnValuesOnConditionCheckFailure",
     &shapes::kReturnValuesOnConditionCheckFailure},
};
constexpr Shape kInput = StructureShape("UpdateItemInput", kFields);

constexpr size_t kLegacy[] = {kAttributeUpdates, kExpected, kConditionalOperator};
constexpr size_t kExpressions[] = {kUpdateExpression, kConditionExpression};
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

base::Result<engine::UpdateItemRequest> Decode(Node& body) {
  Node* const structures[] = {&body};
  STATOR_RETURN_IF_ERROR(CheckNotMixed(structures, kExpressionMembers));
  engine::UpdateItemRequest request;
  STATOR_ASSIGN_OR_RETURN(expression::Placeholders placeholders,
                          ReadPlaceholders(body, kExpressionMembers));
  STATOR_ASSIGN_OR_RETURN(request.update, ReadUpdate(body, kUpdateExpression, placeholders));
  STATOR_ASSIGN_OR_RETURN(request.condition,
                          ReadCondition(body, kConditionExpression,
                                        expression::ExpressionKind::kCondition, placeholders));
  STATOR_RETURN_IF_ERROR(placeholders.CheckAllUsed());
  if (!request.update) {
    STATOR_ASSIGN_OR_RETURN(request.update, ReadAttributeUpdates(body, kAttributeUpdates));
  }
  if (!request.condition) {
    STATOR_ASSIGN_OR_RETURN(request.condition, ReadExpected(body, kExpected, kConditionalOperator));
  }
  STATOR_ASSIGN_OR_RETURN(request.key, body.TakeItem(kKey));
  request.table = body.Text(kTableName);
  request.return_values = ReadReturnValues(body, kReturnValues);
  request.options = ReadWriteOptions(body, kOptionMembers);
  return request;
}

void DescribeAccess(const engine::UpdateItemRequest& request, AccessList& accesses) {
  AddWrite({.action = "UpdateItem",
            .table = request.table,
            .item = request.key,
            .update = request.update ? &*request.update : nullptr,
            .condition = request.condition ? &*request.condition : nullptr,
            .return_values = request.return_values,
            .return_item_on_condition_failure = request.options.return_item_on_condition_failure,
            .capacity = request.options.capacity},
           accesses);
}

void Execute(engine::Engine& engine, engine::UpdateItemRequest request,
             const engine::CallContext& context, base::Completion<engine::WriteResult> done) {
  engine.UpdateItem(std::move(request), context, std::move(done));
}

}  // namespace

constinit const Operation kUpdateItem{
    .name = "UpdateItem",
    .input = &kInput,
    .run = &RunOperation<Decode, DescribeAccess, Execute, EncodeWriteResult>};

}  // namespace stator::api::operations
