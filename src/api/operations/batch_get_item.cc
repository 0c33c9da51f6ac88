#include <string>
#include <utility>
#include <vector>

#include "api/document.h"
#include "api/expression_parameters.h"
#include "api/item_access.h"
#include "api/item_parameters.h"
#include "api/json_writer.h"
#include "api/node_json.h"
#include "api/operations/operations.h"
#include "api/shapes_item.h"
#include "engine/catalog.h"
#include "model/limits.h"

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html
namespace stator::api::operations {
namespace {

using model::limits::kBatchGetKeys;

enum TableMember : size_t {
  kKeys,
  kAttributesToGet,
  kConsistentRead,
  kProjectionExpression,
  kExpressionAttributeNames,
};
constexpr Shape kKeyList = ListShape(shapes::kAttributeMap, 1, kBatchGetKeys);
constexpr Field kTableFields[] = {
    {kKeys, "Keys", &kKeyList, kRequired},
    {kAttributesToGet, "AttributesToGet", &shapes::kAttributeNameList},
    {kConsistentRead, "ConsistentRead", &shapes::kBoolean},
    {kProjectionExpression, "ProjectionExpression", &shapes::kString},
    {kExpressionAttributeNames, "ExpressionAttributeNames", &shapes::kExpressionAttributeNameMap},
};
constexpr Shape kKeysAndAttributes = StructureShape("KeysAndAttributes", kTableFields);

enum Member : size_t { kRequestItems, kReturnConsumedCapacity };
constexpr Shape kRequestMap = MapShape(shapes::kTableArn, kKeysAndAttributes, 1, kBatchGetKeys);
constexpr Field kFields[] = {
    {kRequestItems, "RequestItems", &kRequestMap, kRequired},
    {kReturnConsumedCapacity, "ReturnConsumedCapacity", &shapes::kReturnConsumedCapacity},
};
constexpr Shape kInput = StructureShape("BatchGetItemInput", kFields);

constexpr size_t kLegacy[] = {kAttributesToGet};
constexpr size_t kExpressions[] = {kProjectionExpression};
constexpr ExpressionMembers kExpressionMembers{
    .legacy = kLegacy,
    .expressions = kExpressions,
    .value_expressions = {},
    .names = kExpressionAttributeNames,
    .values = std::nullopt,
};

base::Result<engine::BatchGetItemRequest::Table> DecodeTable(Node& node) {
  engine::BatchGetItemRequest::Table table;
  STATOR_ASSIGN_OR_RETURN(expression::Placeholders placeholders,
                          ReadPlaceholders(node, kExpressionMembers));
  STATOR_ASSIGN_OR_RETURN(table.projection,
                          ReadProjection(node, kProjectionExpression, placeholders));
  STATOR_RETURN_IF_ERROR(placeholders.CheckAllUsed());
  if (!table.projection) {
    STATOR_ASSIGN_OR_RETURN(table.projection, ReadAttributesToGet(node, kAttributesToGet));
  }
  for (Node* element : node.List(kKeys)) {
    STATOR_ASSIGN_OR_RETURN(model::Item key, element->TakeItem());
    table.keys.push_back(std::move(key));
  }
  table.consistent = node.BooleanOr(kConsistentRead, false);
  return table;
}

base::Result<engine::BatchGetItemRequest> Decode(Node& body) {
  std::vector<Node*> tables;
  size_t keys = 0;
  for (const NodeEntry& entry : body.Map(kRequestItems)) {
    tables.push_back(entry.value);
    keys += entry.value->List(kKeys).size();
  }
  // Expressions for one table do not go with legacy parameters for another (V7).
  STATOR_RETURN_IF_ERROR(CheckNotMixed(tables, kExpressionMembers));
  if (keys > kBatchGetKeys) {
    return base::ValidationError("Too many items requested for the BatchGetItem call");
  }
  engine::BatchGetItemRequest request;
  for (const NodeEntry& entry : body.Map(kRequestItems)) {
    STATOR_ASSIGN_OR_RETURN(engine::BatchGetItemRequest::Table table, DecodeTable(*entry.value));
    table.table = entry.key;
    request.tables.push_back(std::move(table));
  }
  request.capacity = ReadCapacityDetail(body, kReturnConsumedCapacity);
  return request;
}

// Each item by itself.
void DescribeAccess(const engine::BatchGetItemRequest& request, AccessList& accesses) {
  for (const engine::BatchGetItemRequest::Table& table : request.tables) {
    for (const model::Item& key : table.keys) {
      AddGet({.action = "BatchGetItem",
              .table = table.table,
              .key = key,
              .projection = table.projection,
              .capacity = request.capacity},
             accesses);
    }
  }
}

// Appends what the request asked of one table, with only those keys.
void AppendUnprocessed(const Node& table, const std::vector<size_t>& positions, std::string& out) {
  ObjectWriter object(out);
  ArrayWriter keys(object.Member("Keys"));
  for (const size_t position : positions) {
    AppendNodeJson(*table.List(kKeys)[position], keys.Next());
  }
  keys.End();
  for (const size_t member :
       {kAttributesToGet, kConsistentRead, kProjectionExpression, kExpressionAttributeNames}) {
    WriteMemberJson(table, member, object);
  }
  object.End();
}

// What the answer repeats of the request.
struct Echo {
  std::vector<std::string> tables;
  std::string json;
};

base::Result<void> WriteUnprocessed(const Echo& echo, const engine::BatchGetItemResult& result,
                                    ObjectWriter& unprocessed) {
  Document document;
  STATOR_ASSIGN_OR_RETURN(const Node* request, document.Parse(echo.json, kInput));
  const std::span<const NodeEntry> tables = request->Map(kRequestItems);
  for (size_t i = 0; i < result.tables.size(); ++i) {
    if (!result.tables[i].unprocessed.empty()) {
      AppendUnprocessed(*tables[i].value, result.tables[i].unprocessed,
                        unprocessed.EscapedMember(tables[i].key));
    }
  }
  return {};
}

// The engine answers table by table in the order of the request.
base::Result<void> Encode(const Echo& echo, const engine::BatchGetItemResult& result,
                          std::string& out) {
  ObjectWriter body(out);
  ObjectWriter responses(body.Member("Responses"));
  bool all_processed = true;
  for (size_t i = 0; i < result.tables.size(); ++i) {
    STATOR_RETURN_IF_ERROR(
        AppendRecords(result.tables[i].items, responses.EscapedMember(echo.tables[i])));
    all_processed = all_processed && result.tables[i].unprocessed.empty();
  }
  responses.End();
  ObjectWriter unprocessed(body.Member("UnprocessedKeys"));
  if (!all_processed) {
    STATOR_RETURN_IF_ERROR(WriteUnprocessed(echo, result, unprocessed));
  }
  unprocessed.End();
  WriteConsumedCapacities(result.capacity, body);
  body.End();
  return {};
}

// Keeps the request's text for the answer, which repeats the keys that were not processed.
void Run(Call& call, ResponseSink sink) {
  const base::Result<engine::BatchGetItemRequest> request = Decode(call.body);
  if (!request.ok()) {
    sink(ErrorResponse(request.error()));
    return;
  }
  const base::Result<engine::Engine*> engine =
      call.Authorize([&request](AccessList& accesses) { DescribeAccess(*request, accesses); });
  if (!engine.ok()) {
    sink(ErrorResponse(engine.error()));
    return;
  }
  Echo echo{.tables = {}, .json = call.request.body};
  for (const engine::BatchGetItemRequest::Table& table : request->tables) {
    echo.tables.emplace_back(engine::BareTableName(table.table));
  }
  (*engine)->BatchGetItem(
      *request, call.context,
      [sink = std::move(sink),
       echo = std::move(echo)](const base::Result<engine::BatchGetItemResult>& result) {
        sink(MakeResponse(result, [&](const engine::BatchGetItemResult& value, std::string& out) {
          return Encode(echo, value, out);
        }));
      });
}

}  // namespace

constinit const Operation kBatchGetItem{
    .name = "BatchGetItem", .input = &kInput, .pace = Pace::kLong, .run = &Run};

}  // namespace stator::api::operations
