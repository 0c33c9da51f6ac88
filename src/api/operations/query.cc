#include <optional>
#include <string>
#include <utility>

#include "api/expression_parameters.h"
#include "api/item_access.h"
#include "api/item_parameters.h"
#include "api/legacy_parameters.h"
#include "api/operations/operations.h"
#include "api/page_parameters.h"
#include "api/shapes_item.h"
#include "api/shapes_legacy.h"

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Query.html
namespace stator::api::operations {
namespace {

enum Member : size_t {
  kTableName,
  kIndexName,
  kSelect,
  kAttributesToGet,
  kLimit,
  kConsistentRead,
  kKeyConditions,
  kQueryFilter,
  kConditionalOperator,
  kScanIndexForward,
  kExclusiveStartKey,
  kReturnConsumedCapacity,
  kProjectionExpression,
  kFilterExpression,
  kKeyConditionExpression,
  kExpressionAttributeNames,
  kExpressionAttributeValues,
};

constexpr Shape kLimitShape = IntegerShape(1);

constexpr Field kFields[] = {
    {kTableName, "TableName", &shapes::kTableArn, kRequired},
    {kIndexName, "IndexName", &shapes::kIndexName},
    {kSelect, "Select", &shapes::kSelect},
    {kAttributesToGet, "AttributesToGet", &shapes::kAttributeNameList},
    {kLimit, "Limit", &kLimitShape},
    {kConsistentRead, "ConsistentRead", &shapes::kBoolean},
    {kKeyConditions, "KeyConditions", &shapes::kKeyConditions},
    {kQueryFilter, "QueryFilter", &shapes::kFilterConditionMap},
    {kConditionalOperator, "ConditionalOperator", &shapes::kConditionalOperator},
    {kScanIndexForward, "ScanIndexForward", &shapes::kBoolean},
    {kExclusiveStartKey, "ExclusiveStartKey", &shapes::kAttributeMap},
    {kReturnConsumedCapacity, "ReturnConsumedCapacity", &shapes::kReturnConsumedCapacity},
    {kProjectionExpression, "ProjectionExpression", &shapes::kString},
    {kFilterExpression, "FilterExpression", &shapes::kString},
    {kKeyConditionExpression, "KeyConditionExpression", &shapes::kString},
    {kExpressionAttributeNames, "ExpressionAttributeNames", &shapes::kExpressionAttributeNameMap},
    {kExpressionAttributeValues, "ExpressionAttributeValues", &shapes::kAttributeMap},
};
constexpr Shape kInput = StructureShape("QueryInput", kFields);

constexpr size_t kLegacy[] = {kAttributesToGet, kQueryFilter, kConditionalOperator, kKeyConditions};
constexpr size_t kExpressions[] = {kProjectionExpression, kFilterExpression,
                                   kKeyConditionExpression};
constexpr size_t kValueExpressions[] = {kFilterExpression, kKeyConditionExpression};
constexpr ExpressionMembers kExpressionMembers{
    .legacy = kLegacy,
    .expressions = kExpressions,
    .value_expressions = kValueExpressions,
    .names = kExpressionAttributeNames,
    .values = kExpressionAttributeValues,
};
constexpr SelectMembers kSelectMembers{
    .select = kSelect,
    .index_name = kIndexName,
    .projection_expression = kProjectionExpression,
    .attributes_to_get = kAttributesToGet,
};

base::Result<expression::KeyCondition> ReadKeyCondition(const Node& body,
                                                        expression::Placeholders& placeholders) {
  if (body.Has(kKeyConditionExpression)) {
    return expression::ParseKeyCondition(body.Text(kKeyConditionExpression), placeholders);
  }
  STATOR_ASSIGN_OR_RETURN(std::optional<expression::KeyCondition> legacy,
                          ReadKeyConditions(body, kKeyConditions));
  if (!legacy) {
    return base::ValidationError(
        "Either the KeyConditions or KeyConditionExpression parameter must be specified in the "
        "request.");
  }
  return *std::move(legacy);
}

base::Result<engine::QueryRequest> Decode(Node& body) {
  Node* const structures[] = {&body};
  STATOR_RETURN_IF_ERROR(CheckNotMixed(structures, kExpressionMembers));
  engine::QueryRequest request;
  STATOR_ASSIGN_OR_RETURN(request.select, ReadSelect(body, kSelectMembers, PageOperation::kQuery));
  STATOR_ASSIGN_OR_RETURN(expression::Placeholders placeholders,
                          ReadPlaceholders(body, kExpressionMembers));
  STATOR_ASSIGN_OR_RETURN(request.key_condition, ReadKeyCondition(body, placeholders));
  STATOR_ASSIGN_OR_RETURN(
      request.filter,
      ReadCondition(body, kFilterExpression, expression::ExpressionKind::kFilter, placeholders));
  STATOR_ASSIGN_OR_RETURN(request.projection,
                          ReadProjection(body, kProjectionExpression, placeholders));
  STATOR_RETURN_IF_ERROR(placeholders.CheckAllUsed());
  if (!request.filter) {
    STATOR_ASSIGN_OR_RETURN(request.filter,
                            ReadLegacyFilter(body, kQueryFilter, kConditionalOperator));
  }
  if (!request.projection) {
    STATOR_ASSIGN_OR_RETURN(request.projection, ReadAttributesToGet(body, kAttributesToGet));
  }
  if (body.Has(kExclusiveStartKey)) {
    STATOR_ASSIGN_OR_RETURN(request.exclusive_start_key, body.TakeItem(kExclusiveStartKey));
  }
  request.table = body.Text(kTableName);
  request.index = body.OptionalText(kIndexName);
  request.limit = body.Integer(kLimit);
  request.forward = body.BooleanOr(kScanIndexForward, true);
  request.consistent = body.BooleanOr(kConsistentRead, false);
  request.capacity = ReadCapacityDetail(body, kReturnConsumedCapacity);
  return request;
}

void DescribeAccess(const engine::QueryRequest& request, AccessList& accesses) {
  AddQuery(request, accesses);
}

void Execute(engine::Engine& engine, const engine::QueryRequest& request,
             const engine::CallContext& context, const base::Completion<engine::PageResult>& done) {
  engine.Query(request, context, done);
}

}  // namespace

constinit const Operation kQuery{.name = "Query",
                                 .input = &kInput,
                                 .run = &RunOperation<Decode, DescribeAccess, Execute, EncodePage>};

}  // namespace stator::api::operations
