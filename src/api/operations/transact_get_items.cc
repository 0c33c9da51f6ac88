#include <string>
#include <utility>

#include "api/expression_parameters.h"
#include "api/item_access.h"
#include "api/item_parameters.h"
#include "api/operations/operations.h"
#include "api/shapes_item.h"
#include "model/limits.h"

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactGetItems.html
namespace stator::api::operations {
namespace {

enum GetMember : size_t { kKey, kTableName, kProjectionExpression, kExpressionAttributeNames };
constexpr Field kGetFields[] = {
    {kKey, "Key", &shapes::kAttributeMap, kRequired},
    {kTableName, "TableName", &shapes::kTableArn, kRequired},
    {kProjectionExpression, "ProjectionExpression", &shapes::kString},
    {kExpressionAttributeNames, "ExpressionAttributeNames", &shapes::kExpressionAttributeNameMap},
};
constexpr Shape kGetShape = StructureShape("Get", kGetFields);

enum ItemMember : size_t { kGet };
constexpr Field kItemFields[] = {{kGet, "Get", &kGetShape, kRequired}};
constexpr Shape kTransactGetItem = StructureShape("TransactGetItem", kItemFields);

enum Member : size_t { kTransactItems, kReturnConsumedCapacity };
constexpr Shape kItemList = ListShape(kTransactGetItem, 1, model::limits::kTransactActions);
constexpr Field kFields[] = {
    {kTransactItems, "TransactItems", &kItemList, kRequired},
    {kReturnConsumedCapacity, "ReturnConsumedCapacity", &shapes::kReturnConsumedCapacity},
};
constexpr Shape kInput = StructureShape("TransactGetItemsInput", kFields);

constexpr size_t kExpressions[] = {kProjectionExpression};
constexpr ExpressionMembers kExpressionMembers{
    .legacy = {},
    .expressions = kExpressions,
    .value_expressions = {},
    .names = kExpressionAttributeNames,
    .values = std::nullopt,
};

base::Result<engine::TransactGetItemsRequest::Get> DecodeGet(Node& node) {
  engine::TransactGetItemsRequest::Get get;
  STATOR_ASSIGN_OR_RETURN(expression::Placeholders placeholders,
                          ReadPlaceholders(node, kExpressionMembers));
  STATOR_ASSIGN_OR_RETURN(get.projection,
                          ReadProjection(node, kProjectionExpression, placeholders));
  STATOR_RETURN_IF_ERROR(placeholders.CheckAllUsed());
  STATOR_ASSIGN_OR_RETURN(get.key, node.TakeItem(kKey));
  get.table = node.Text(kTableName);
  return get;
}

base::Result<engine::TransactGetItemsRequest> Decode(Node& body) {
  engine::TransactGetItemsRequest request;
  for (const Node* element : body.List(kTransactItems)) {
    STATOR_ASSIGN_OR_RETURN(engine::TransactGetItemsRequest::Get get,
                            DecodeGet(*element->Member(kGet)));
    request.gets.push_back(std::move(get));
  }
  request.capacity = ReadCapacityDetail(body, kReturnConsumedCapacity);
  return request;
}

void DescribeAccess(const engine::TransactGetItemsRequest& request, AccessList& accesses) {
  for (const engine::TransactGetItemsRequest::Get& get : request.gets) {
    AddGet({.enclosing = "TransactGetItems",
            .table = get.table,
            .key = get.key,
            .projection = get.projection,
            .capacity = request.capacity},
           accesses);
  }
}

void Execute(engine::Engine& engine, const engine::TransactGetItemsRequest& request,
             const engine::CallContext& context,
             const base::Completion<engine::TransactGetItemsResult>& done) {
  engine.TransactGetItems(request, context, done);
}

base::Result<void> Encode(const engine::TransactGetItemsResult& result, std::string& out) {
  return EncodeResponses(result.capacity, result.items, out);
}

}  // namespace

constinit const Operation kTransactGetItems{
    .name = "TransactGetItems",
    .input = &kInput,
    .pace = Pace::kLong,
    .run = &RunOperation<Decode, DescribeAccess, Execute, Encode>};

}  // namespace stator::api::operations
