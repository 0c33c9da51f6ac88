#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "api/json_writer.h"
#include "api/node.h"
#include "base/result.h"
#include "engine/requests.h"

// Parameters and answers that several item operations share.
namespace stator::api {

// ReturnConsumedCapacity, ReturnItemCollectionMetrics and ReturnValuesOnConditionCheckFailure.
engine::CapacityDetail ReadCapacityDetail(const Node& structure, size_t member);
bool WantsItemCollectionMetrics(const Node& structure, size_t member);
bool WantsItemOnConditionFailure(const Node& structure, size_t member);

// Where a write has them. Constant data.
struct WriteOptionMembers {
  size_t capacity;
  size_t item_collection_metrics;
  size_t on_condition_failure;
};
engine::WriteOptions ReadWriteOptions(const Node& structure, const WriteOptionMembers& members);

// ReturnValues. PutItem and DeleteItem accept only NONE and ALL_OLD (E27).
engine::ReturnValues ReadReturnValues(const Node& structure, size_t member);
base::Result<engine::ReturnValues> ReadOldReturnValues(const Node& structure, size_t member);

// Appends the ConsumedCapacity of one call on one table (C4, C7).
void AppendConsumedCapacity(const engine::ConsumedCapacity& capacity, std::string& out);
// Writes the member ConsumedCapacity of an answer about one table, when there is one.
void WriteConsumedCapacity(const std::optional<engine::ConsumedCapacity>& capacity,
                           ObjectWriter& body);
// Writes it as a list, when it is not empty.
void WriteConsumedCapacities(const std::vector<engine::ConsumedCapacity>& capacities,
                             ObjectWriter& body);

// Writes the member ItemCollectionMetrics by table name, when it is not empty (C11).
using TableMetrics =
    std::vector<std::pair<std::string, std::vector<engine::ItemCollectionMetrics>>>;
base::Result<void> WriteItemCollectionMetrics(const TableMetrics& metrics, ObjectWriter& body);

// The whole answer of PutItem, UpdateItem and DeleteItem.
base::Result<void> EncodeWriteResult(const engine::WriteResult& result, std::string& out);

// The whole answer of a transaction that reads: an item for each action, or none.
base::Result<void> EncodeResponses(const std::vector<engine::ConsumedCapacity>& capacities,
                                   const std::vector<std::optional<engine::Record>>& items,
                                   std::string& out);

// Appends items as an array.
base::Result<void> AppendRecords(const std::vector<engine::Record>& records, std::string& out);

}  // namespace stator::api
