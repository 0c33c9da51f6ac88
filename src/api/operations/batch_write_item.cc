#include <string>
#include <utility>
#include <vector>

#include "api/document.h"
#include "api/item_access.h"
#include "api/item_parameters.h"
#include "api/json_writer.h"
#include "api/node_json.h"
#include "api/operations/operations.h"
#include "api/shapes_item.h"
#include "model/limits.h"

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html
namespace stator::api::operations {
namespace {

using model::limits::kBatchWriteRequests;

enum PutMember : size_t { kItem };
constexpr Field kPutFields[] = {{kItem, "Item", &shapes::kAttributeMap, kRequired}};
constexpr Shape kPut = StructureShape("PutRequest", kPutFields);

enum DeleteMember : size_t { kKey };
constexpr Field kDeleteFields[] = {{kKey, "Key", &shapes::kAttributeMap, kRequired}};
constexpr Shape kDelete = StructureShape("DeleteRequest", kDeleteFields);

enum WriteMember : size_t { kPutRequest, kDeleteRequest };
constexpr Field kWriteFields[] = {
    {kPutRequest, "PutRequest", &kPut},
    {kDeleteRequest, "DeleteRequest", &kDelete},
};
constexpr Shape kWrite = StructureShape("WriteRequest", kWriteFields);

enum Member : size_t { kRequestItems, kReturnConsumedCapacity, kReturnItemCollectionMetrics };
constexpr Shape kWrites = ListShape(kWrite, 1, kBatchWriteRequests);
constexpr Shape kRequestMap = MapShape(shapes::kTableArn, kWrites, 1, kBatchWriteRequests);
constexpr Field kFields[] = {
    {kRequestItems, "RequestItems", &kRequestMap, kRequired},
    {kReturnConsumedCapacity, "ReturnConsumedCapacity", &shapes::kReturnConsumedCapacity},
    {kReturnItemCollectionMetrics, "ReturnItemCollectionMetrics",
     &shapes::kReturnItemCollectionMetrics},
};
constexpr Shape kInput = StructureShape("BatchWriteItemInput", kFields);

base::Result<engine::BatchWriteItemRequest::Write> DecodeWrite(const Node& node) {
  const Node* put = node.Member(kPutRequest);
  const Node* remove = node.Member(kDeleteRequest);
  engine::BatchWriteItemRequest::Write write;
  if (put != nullptr && remove != nullptr) {
    return base::ValidationError(
        "Supplied WriteRequest has both PutRequest and DeleteRequest set, must contain exactly one "
        "of them");
  }
  if (put != nullptr) {
    STATOR_ASSIGN_OR_RETURN(write.put, put->TakeItem(kItem));
  } else if (remove != nullptr) {
    STATOR_ASSIGN_OR_RETURN(write.remove, remove->TakeItem(kKey));
  } else {
    return base::ValidationError(
        "Supplied WriteRequest is empty, must contain exactly one of PutRequest and DeleteRequest");
  }
  return write;
}

base::Result<engine::BatchWriteItemRequest> Decode(Node& body) {
  size_t writes = 0;
  for (const NodeEntry& entry : body.Map(kRequestItems)) {
    writes += entry.value->elements().size();
  }
  if (writes > kBatchWriteRequests) {
    return base::ValidationError("Too many items requested for the BatchWriteItem call");
  }
  engine::BatchWriteItemRequest request;
  for (const NodeEntry& entry : body.Map(kRequestItems)) {
    engine::BatchWriteItemRequest::Table& table = request.tables.emplace_back();
    table.table = entry.key;
    for (const Node* element : entry.value->elements()) {
      STATOR_ASSIGN_OR_RETURN(engine::BatchWriteItemRequest::Write write, DecodeWrite(*element));
      table.writes.push_back(std::move(write));
    }
  }
  request.capacity = ReadCapacityDetail(body, kReturnConsumedCapacity);
  request.item_collection_metrics = WantsItemCollectionMetrics(body, kReturnItemCollectionMetrics);
  return request;
}

// Each item by itself.
void DescribeAccess(const engine::BatchWriteItemRequest& request, AccessList& accesses) {
  for (const engine::BatchWriteItemRequest::Table& table : request.tables) {
    for (const engine::BatchWriteItemRequest::Write& write : table.writes) {
      AddWrite({.action = "BatchWriteItem",
                .table = table.table,
                .item = write.put ? *write.put : *write.remove,
                .capacity = request.capacity},
               accesses);
    }
  }
}

// Writes the writes that were not processed, as the request gave them.
base::Result<void> WriteUnprocessed(const std::string& request_json,
                                    const std::vector<std::vector<size_t>>& unprocessed,
                                    ObjectWriter& items) {
  Document document;
  STATOR_ASSIGN_OR_RETURN(const Node* request, document.Parse(request_json, kInput));
  const std::span<const NodeEntry> tables = request->Map(kRequestItems);
  for (size_t i = 0; i < unprocessed.size(); ++i) {
    if (unprocessed[i].empty()) {
      continue;
    }
    ArrayWriter array(items.EscapedMember(tables[i].key));
    for (const size_t position : unprocessed[i]) {
      AppendNodeJson(*tables[i].value->elements()[position], array.Next());
    }
    array.End();
  }
  return {};
}

base::Result<void> Encode(const std::string& request_json,
                          const engine::BatchWriteItemResult& result, std::string& out) {
  ObjectWriter body(out);
  ObjectWriter items(body.Member("UnprocessedItems"));
  bool all_processed = true;
  for (const std::vector<size_t>& positions : result.unprocessed) {
    all_processed = all_processed && positions.empty();
  }
  if (!all_processed) {
    STATOR_RETURN_IF_ERROR(WriteUnprocessed(request_json, result.unprocessed, items));
  }
  items.End();
  STATOR_RETURN_IF_ERROR(WriteItemCollectionMetrics(result.item_collection_metrics, body));
  WriteConsumedCapacities(result.capacity, body);
  body.End();
  return {};
}

// Keeps the request's text for the answer, which repeats the writes that were not processed.
void Run(Call& call, ResponseSink sink) {
  base::Result<engine::BatchWriteItemRequest> request = Decode(call.body);
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
  (*engine)->BatchWriteItem(
      std::move(request).value(), call.context,
      [sink = std::move(sink),
       json = call.request.body](const base::Result<engine::BatchWriteItemResult>& result) {
        sink(MakeResponse(result, [&](const engine::BatchWriteItemResult& value, std::string& out) {
          return Encode(json, value, out);
        }));
      });
}

}  // namespace

constinit const Operation kBatchWriteItem{
    .name = "BatchWriteItem", .input = &kInput, .pace = Pace::kLong, .run = &Run};

}  // namespace stator::api::operations
