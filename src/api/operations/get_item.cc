#include <string>
#include <utility>

#include "api/expression_parameters.h"
#include "api/item_access.h"
#include "api/item_parameters.h"
#include "api/json_writer.h"
#include "api/operations/operations.h"
#include "api/shapes_item.h"

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_GetItem.html
namespace stator::api::operations {
namespace {

enum Member : size_t {
  kTableName,
  kKey,
  kAttributesToGet,
  kConsistentRead,
  kReturnConsumedCapacity,
  kProjectionExpression,
  kExpressionAttributeNames,
};

constexpr Field kFields[] = {
    {kTableName, "TableName", &shapes::kTableArn, kRequired},
    {kKey, "Key", &shapes::kAttributeMap, kRequired},
    {kAttributesToGet, "AttributesToGet", &shapes::kAttributeNameList},
    {kConsistentRead, "ConsistentRead", &shapes::kBoolean},
    {kReturnConsumedCapacity, "ReturnConsumedCapacity", &shapes::kReturnConsumedCapacity},
    {kProjectionExpression, "ProjectionExpression", &shapes::kString},
    {kExpressionAttributeNames, "ExpressionAttributeNames", &shapes::kExpressionAttributeNameMap},
};
constexpr Shape kInput = StructureShape("GetItemInput", kFields);

constexpr size_t kLegacy[] = {kAttributesToGet};
constexpr size_t kExpressions[] = {kProjectionExpression};
constexpr ExpressionMembers kExpressionMembers{
    .legacy = kLegacy,
    .expressions = kExpressions,
    .value_expressions = {},
    .names = kExpressionAttributeNames,
    .values = std::nullopt,
};

base::Result<engine::GetItemRequest> Decode(Node& body) {
  Node* const structures[] = {&body};
  STATOR_RETURN_IF_ERROR(CheckNotMixed(structures, kExpressionMembers));
  STATOR_ASSIGN_OR_RETURN(expression::Placeholders placeholders,
                          ReadPlaceholders(body, kExpressionMembers));
  engine::GetItemRequest request;
  STATOR_ASSIGN_OR_RETURN(request.projection,
                          ReadProjection(body, kProjectionExpression, placeholders));
  STATOR_RETURN_IF_ERROR(placeholders.CheckAllUsed());
  if (!request.projection) {
    STATOR_ASSIGN_OR_RETURN(request.projection, ReadAttributesToGet(body, kAttributesToGet));
  }
  STATOR_ASSIGN_OR_RETURN(request.key, body.TakeItem(kKey));
  request.table = body.Text(kTableName);
  request.consistent = body.BooleanOr(kConsistentRead, false);
  request.capacity = ReadCapacityDetail(body, kReturnConsumedCapacity);
  return request;
}

void DescribeAccess(const engine::GetItemRequest& request, AccessList& accesses) {
  AddGet({.table = request.table,
          .key = request.key,
          .projection = request.projection,
          .capacity = request.capacity},
         accesses);
}

void Execute(engine::Engine& engine, const engine::GetItemRequest& request,
             const engine::CallContext& context,
             const base::Completion<engine::GetItemResult>& done) {
  engine.GetItem(request, context, done);
}

base::Result<void> Encode(const engine::GetItemResult& result, std::string& out) {
  ObjectWriter body(out);
  if (result.item) {
    STATOR_RETURN_IF_ERROR(body.Record("Item", *result.item));
  }
  WriteConsumedCapacity(result.capacity, body);
  body.End();
  return {};
}

}  // namespace

constinit const Operation kGetItem{.name = "GetItem",
                                   .input = &kInput,
                                   .run = &RunOperation<Decode, DescribeAccess, Execute, Encode>};

}  // namespace stator::api::operations
