#include <string>
#include <utility>

#include <xxhash.h>

#include "api/constraints.h"
#include "api/expression_parameters.h"
#include "api/item_access.h"
#include "api/item_parameters.h"
#include "api/json_writer.h"
#include "api/operations/operations.h"
#include "api/shapes_item.h"
#include "model/item_size.h"
#include "model/limits.h"

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
namespace stator::api::operations {
namespace {

using engine::TransactAction;
using Action = engine::TransactWriteItemsRequest::Action;

// Members of ConditionCheck, Put and Delete, which have them in the same order.
enum ActionMember : size_t {
  kItem,  // the item of Put, the key of the others
  kTableName,
  kConditionExpression,
  kExpressionAttributeNames,
  kExpressionAttributeValues,
  kReturnValuesOnConditionCheckFailure,
};
constexpr Field kPutFields[] = {
    {kItem, "Item", &shapes::kAttributeMap, kRequired},
    {kTableName, "TableName", &shapes::kTableArn, kRequired},
    {kConditionExpression, "ConditionExpression", &shapes::kString},
    {kExpressionAttributeNames, "ExpressionAttributeNames", &shapes::kExpressionAttributeNameMap},
    {kExpressionAttributeValues, "ExpressionAttributeValues", &shapes::kAttributeMap},
    {kReturnValuesOnConditionCheckFailure, "ReturnValuesOnConditionCheckFailure",
     &shapes::kReturnValuesOnConditionCheckFailure},
};
constexpr Field kDeleteFields[] = {
    {kItem, "Key", &shapes::kAttributeMap, kRequired},
    kPutFields[kTableName],
    kPutFields[kConditionExpression],
    kPutFields[kExpressionAttributeNames],
    kPutFields[kExpressionAttributeValues],
    kPutFields[kReturnValuesOnConditionCheckFailure],
};
constexpr Field kConditionCheckFields[] = {
    {kItem, "Key", &shapes::kAttributeMap, kRequired},
    kPutFields[kTableName],
    {kConditionExpression, "ConditionExpression", &shapes::kString, kRequired},
    kPutFields[kExpressionAttributeNames],
    kPutFields[kExpressionAttributeValues],
    kPutFields[kReturnValuesOnConditionCheckFailure],
};

// Members of Update.
enum UpdateMember : size_t {
  kUpdateKey,
  kUpdateExpression,
  kUpdateTableName,
  kUpdateCondition,
  kUpdateNames,
  kUpdateValues,
  kUpdateOnFailure,
};
constexpr Field kUpdateFields[] = {
    {kUpdateKey, "Key", &shapes::kAttributeMap, kRequired},
    {kUpdateExpression, "UpdateExpression", &shapes::kString, kRequired},
    {kUpdateTableName, "TableName", &shapes::kTableArn, kRequired},
    {kUpdateCondition, "ConditionExpression", &shapes::kString},
    {kUpdateNames, "ExpressionAttributeNames", &shapes::kExpressionAttributeNameMap},
    {kUpdateValues, "ExpressionAttributeValues", &shapes::kAttributeMap},
    {kUpdateOnFailure, "ReturnValuesOnConditionCheckFailure",
     &shapes::kReturnValuesOnConditionCheckFailure},
};

constexpr Shape kConditionCheckShape = StructureShape("ConditionCheck", kConditionCheckFields);
constexpr Shape kPutShape = StructureShape("Put", kPutFields);
constexpr Shape kDeleteShape = StructureShape("Delete", kDeleteFields);
constexpr Shape kUpdateShape = StructureShape("Update", kUpdateFields);

enum ItemMember : size_t { kConditionCheck, kPut, kDelete, kUpdate, kActionTypes };
constexpr Field kItemFields[] = {
    {kConditionCheck, "ConditionCheck", &kConditionCheckShape},
    {kPut, "Put", &kPutShape},
    {kDelete, "Delete", &kDeleteShape},
    {kUpdate, "Update", &kUpdateShape},
};
constexpr Shape kTransactWriteItem = StructureShape("TransactWriteItem", kItemFields);

enum Member : size_t {
  kTransactItems,
  kReturnConsumedCapacity,
  kReturnItemCollectionMetrics,
  kClientRequestToken,
};
constexpr Shape kItemList = ListShape(kTransactWriteItem, 1, model::limits::kTransactActions);
constexpr Shape kToken = StringShape(1, 36);
constexpr Field kFields[] = {
    {kTransactItems, "TransactItems", &kItemList, kRequired},
    {kReturnConsumedCapacity, "ReturnConsumedCapacity", &shapes::kReturnConsumedCapacity},
    {kReturnItemCollectionMetrics, "ReturnItemCollectionMetrics",
     &shapes::kReturnItemCollectionMetrics},
    {kClientRequestToken, "ClientRequestToken", &kToken},
};
constexpr Shape kInput = StructureShape("TransactWriteItemsInput", kFields);

constexpr size_t kExpressions[] = {kConditionExpression};
constexpr ExpressionMembers kExpressionMembers{
    .legacy = {},
    .expressions = kExpressions,
    .value_expressions = kExpressions,
    .names = kExpressionAttributeNames,
    .values = kExpressionAttributeValues,
};
constexpr size_t kUpdateExpressions[] = {kUpdateExpression, kUpdateCondition};
constexpr ExpressionMembers kUpdateExpressionMembers{
    .legacy = {},
    .expressions = kUpdateExpressions,
    .value_expressions = kUpdateExpressions,
    .names = kUpdateNames,
    .values = kUpdateValues,
};

base::Result<Action> DecodeUpdate(Node& node) {
  Action action;
  action.type = TransactAction::kUpdate;
  STATOR_ASSIGN_OR_RETURN(expression::Placeholders placeholders,
                          ReadPlaceholders(node, kUpdateExpressionMembers));
  STATOR_ASSIGN_OR_RETURN(action.update, ReadUpdate(node, kUpdateExpression, placeholders));
  STATOR_ASSIGN_OR_RETURN(
      action.condition,
      ReadCondition(node, kUpdateCondition, expression::ExpressionKind::kCondition, placeholders));
  STATOR_RETURN_IF_ERROR(placeholders.CheckAllUsed());
  STATOR_ASSIGN_OR_RETURN(action.item, node.TakeItem(kUpdateKey));
  action.table = node.Text(kUpdateTableName);
  action.return_item_on_condition_failure = WantsItemOnConditionFailure(node, kUpdateOnFailure);
  return action;
}

base::Result<Action> DecodeOther(TransactAction type, Node& node) {
  Action action;
  action.type = type;
  STATOR_ASSIGN_OR_RETURN(expression::Placeholders placeholders,
                          ReadPlaceholders(node, kExpressionMembers));
  STATOR_ASSIGN_OR_RETURN(action.condition,
                          ReadCondition(node, kConditionExpression,
                                        expression::ExpressionKind::kCondition, placeholders));
  STATOR_RETURN_IF_ERROR(placeholders.CheckAllUsed());
  STATOR_ASSIGN_OR_RETURN(action.item, node.TakeItem(kItem));
  action.table = node.Text(kTableName);
  action.return_item_on_condition_failure =
      WantsItemOnConditionFailure(node, kReturnValuesOnConditionCheckFailure);
  return action;
}

base::Result<Action> DecodeAction(const Node& item) {
  // In the order of ItemMember.
  constexpr TransactAction kTypes[] = {TransactAction::kConditionCheck, TransactAction::kPut,
                                       TransactAction::kDelete, TransactAction::kUpdate};
  std::optional<size_t> found;
  for (size_t i = 0; i < kActionTypes; ++i) {
    if (item.Has(i) && found) {
      return base::ValidationError(
          "TransactItems can only contain one of Check, Put, Update or Delete");
    }
    if (item.Has(i)) {
      found = i;
    }
  }
  if (!found) {
    return base::ValidationError(
        "Invalid Request: TransactWriteRequest should contain Delete or Put or Update request");
  }
  Node& node = *item.Member(*found);
  return *found == kUpdate ? DecodeUpdate(node) : DecodeOther(kTypes[*found], node);
}

size_t ItemBytes(const Node& structure, size_t member) {
  const Node* node = structure.Member(member);
  return node == nullptr ? 0 : model::ItemSizeBytes(node->parsed_item().item);
}

// What counts against the limit of a transaction: what the request carries, not what it touches
// (L3).
size_t PayloadBytes(const Node& body) {
  size_t bytes = 0;
  for (const Node* item : body.List(kTransactItems)) {
    for (const size_t type : {kConditionCheck, kPut, kDelete}) {
      if (const Node* action = item->Member(type)) {
        bytes += ItemBytes(*action, kItem) + ItemBytes(*action, kExpressionAttributeValues);
      }
    }
    if (const Node* update = item->Member(kUpdate)) {
      bytes += ItemBytes(*update, kUpdateKey) + ItemBytes(*update, kUpdateValues);
    }
  }
  return bytes;
}

// The same for requests that ask for the same, whatever the order of names in their JSON (T5).
std::string Digest(const Node& body) {
  std::string text;
  AppendNodeText(body, false, text);
  const XXH128_hash_t hash = XXH3_128bits(text.data(), text.size());
  XXH128_canonical_t canonical;
  XXH128_canonicalFromHash(&canonical, hash);
  return std::string(reinterpret_cast<const char*>(canonical.digest), sizeof(canonical.digest));
}

base::Result<engine::TransactWriteItemsRequest> Decode(Node& body) {
  engine::TransactWriteItemsRequest request;
  request.token = body.OptionalText(kClientRequestToken);
  if (request.token) {
    request.request_digest = Digest(body);  // before items are taken out
  }
  if (PayloadBytes(body) > model::limits::kTransactBytes) {
    return base::ValidationError("Transaction request size has exceeded the maximum of 4 MB");
  }
  for (const Node* item : body.List(kTransactItems)) {
    STATOR_ASSIGN_OR_RETURN(Action action, DecodeAction(*item));
    request.actions.push_back(std::move(action));
  }
  request.capacity = ReadCapacityDetail(body, kReturnConsumedCapacity);
  request.item_collection_metrics = WantsItemCollectionMetrics(body, kReturnItemCollectionMetrics);
  return request;
}

std::string_view ActionName(TransactAction type) {
  switch (type) {
    case TransactAction::kConditionCheck:
      return "ConditionCheckItem";
    case TransactAction::kPut:
      return "PutItem";
    case TransactAction::kDelete:
      return "DeleteItem";
    case TransactAction::kUpdate:
      return "UpdateItem";
  }
  return "";
}

void DescribeAccess(const engine::TransactWriteItemsRequest& request, AccessList& accesses) {
  for (const Action& action : request.actions) {
    AddWrite({.action = ActionName(action.type),
              .enclosing = "TransactWriteItems",
              .table = action.table,
              .item = action.item,
              .update = action.update ? &*action.update : nullptr,
              .condition = action.condition ? &*action.condition : nullptr,
              .return_values = engine::ReturnValues::kNone,
              .return_item_on_condition_failure = action.return_item_on_condition_failure,
              .capacity = request.capacity},
             accesses);
  }
}

void Execute(engine::Engine& engine, engine::TransactWriteItemsRequest request,
             const engine::CallContext& context,
             base::Completion<engine::TransactWriteItemsResult> done) {
  engine.TransactWriteItems(std::move(request), context, std::move(done));
}

base::Result<void> Encode(const engine::TransactWriteItemsResult& result, std::string& out) {
  ObjectWriter body(out);
  WriteConsumedCapacities(result.capacity, body);
  STATOR_RETURN_IF_ERROR(WriteItemCollectionMetrics(result.item_collection_metrics, body));
  body.End();
  return {};
}

}  // namespace

constinit const Operation kTransactWriteItems{
    .name = "TransactWriteItems",
    .input = &kInput,
    .pace = Pace::kLong,
    .run = &RunOperation<Decode, DescribeAccess, Execute, Encode>};

}  // namespace stator::api::operations
