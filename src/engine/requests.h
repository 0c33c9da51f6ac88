#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/error.h"
#include "expression/condition.h"
#include "expression/key_condition.h"
#include "expression/projection.h"
#include "expression/update.h"
#include "model/attribute_value.h"

// The item operations as the engine takes and answers them: decoded, with compiled expressions, and
// free of JSON. Requests are values that the engine consumes.
namespace stator::engine {

// An item or a part of one in the encoding of storage/record.h: what results carry, so that an item
// goes from the store to the wire without being taken apart. Not necessarily a whole stored item.
using Record = std::string;

// How a call may proceed; see storage::ReadOptions. A call that answers kWouldBlock had no effect
// and may be made again from a thread that may wait.
struct CallContext {
  bool cache_only = false;
};

enum class CapacityDetail : uint8_t { kNone, kTotal, kIndexes };  // ReturnConsumedCapacity
// What a write returns of the item.
enum class ReturnValues : uint8_t { kNone, kAllOld, kUpdatedOld, kAllNew, kUpdatedNew };

enum class Select : uint8_t {  // which attributes a page returns
  kAllAttributes,
  kAllProjectedAttributes,
  kSpecificAttributes,
  kCount,
};

// Capacity units of one table or index.
struct CapacityUnits {
  double read = 0;
  double write = 0;
  double total() const { return read + write; }
};

// What one call consumed on one table. Arms of indexes that consumed nothing are absent (C2).
struct ConsumedCapacity {
  std::string table_name;  // as the request named it: a name or an ARN (W25)
  CapacityDetail detail = CapacityDetail::kNone;
  bool split = false;  // report ReadCapacityUnits and WriteCapacityUnits, too (C4)
  CapacityUnits table;
  std::vector<std::pair<std::string, CapacityUnits>> local_indexes;
  std::vector<std::pair<std::string, CapacityUnits>> global_indexes;

  CapacityUnits Total() const;
};

// ItemCollectionMetrics of one write (C11).
struct ItemCollectionMetrics {
  Record key;                // the partition key attribute
  double size_lower_gb = 0;  // SizeEstimateRangeGB
  double size_upper_gb = 1;
};

// Which extra answers a write wants.
struct WriteOptions {
  CapacityDetail capacity = CapacityDetail::kNone;
  bool item_collection_metrics = false;
  bool return_item_on_condition_failure = false;  // ReturnValuesOnConditionCheckFailure=ALL_OLD
};

struct PutItemRequest {  // PutItem
  std::string table;     // a name or an ARN, here and below
  model::Item item;
  std::optional<expression::Condition> condition;
  ReturnValues return_values = ReturnValues::kNone;  // kNone or kAllOld
  WriteOptions options;
};

struct DeleteItemRequest {  // DeleteItem
  std::string table;
  model::Item key;
  std::optional<expression::Condition> condition;
  ReturnValues return_values = ReturnValues::kNone;  // kNone or kAllOld
  WriteOptions options;
};

struct UpdateItemRequest {  // UpdateItem
  std::string table;
  model::Item key;
  std::optional<expression::Update> update;  // absent: only make sure that the item exists
  std::optional<expression::Condition> condition;
  ReturnValues return_values = ReturnValues::kNone;
  bool flat_size = false;  // only the item's own size counts, as in transactions and PartiQL (L1)
  WriteOptions options;
};

// The answer to PutItem, DeleteItem and UpdateItem. A failed condition is kConditionalCheckFailed
// with a ConditionFailure as detail.
struct WriteResult {
  std::optional<Record> attributes;
  std::optional<ConsumedCapacity> capacity;
  std::optional<ItemCollectionMetrics> item_collection_metrics;
};

// The detail of kConditionalCheckFailed.
struct ConditionFailure final : base::ErrorDetail {
  std::optional<Record> item;  // when asked for, and there was one
};

struct GetItemRequest {  // GetItem
  std::string table;
  model::Item key;
  std::optional<expression::Projection> projection;
  bool consistent = false;
  CapacityDetail capacity = CapacityDetail::kNone;
};

struct GetItemResult {         // the answer to GetItem
  std::optional<Record> item;  // present, and perhaps without attributes, when the item exists
  std::optional<ConsumedCapacity> capacity;
};

struct QueryRequest {  // Query
  std::string table;
  std::optional<std::string> index;
  expression::KeyCondition key_condition;
  std::optional<expression::Condition> filter;
  bool filter_keys = false;  // the filter may look at the key, too: PartiQL's WHERE is one
  std::optional<expression::Projection> projection;
  std::optional<Select> select;
  bool forward = true;
  std::optional<int64_t> limit;  // at least 1
  std::optional<model::Item> exclusive_start_key;
  bool consistent = false;
  CapacityDetail capacity = CapacityDetail::kNone;
};

struct ScanRequest {  // Scan
  std::string table;
  std::optional<std::string> index;
  std::optional<expression::Condition> filter;
  std::optional<expression::Projection> projection;
  std::optional<Select> select;
  std::optional<int64_t> limit;
  std::optional<model::Item> exclusive_start_key;
  int64_t segment = 0;
  int64_t total_segments = 1;
  bool consistent = false;
  CapacityDetail capacity = CapacityDetail::kNone;
};

// The answer to Query and Scan.
struct PageResult {
  std::vector<Record> items;
  bool count_only = false;  // Select=COUNT: `items` is empty and is not reported
  int64_t count = 0;        // after the filter
  int64_t scanned_count = 0;
  std::optional<Record> last_evaluated_key;
  std::optional<ConsumedCapacity> capacity;
};

struct BatchGetItemRequest {  // BatchGetItem
  struct Table {
    std::string table;
    std::vector<model::Item> keys;
    std::optional<expression::Projection> projection;
    bool consistent = false;
  };
  std::vector<Table> tables;
  CapacityDetail capacity = CapacityDetail::kNone;
};

struct BatchGetItemResult {  // the answer to BatchGetItem
  struct Table {
    std::vector<Record> items;
    std::vector<size_t> unprocessed;  // positions in the request's keys
  };
  std::vector<Table> tables;  // one for each of the request's, in its order
  std::vector<ConsumedCapacity> capacity;
};

struct BatchWriteItemRequest {  // BatchWriteItem
  struct Write {
    std::optional<model::Item> put;  // else `remove`
    std::optional<model::Item> remove;
  };
  struct Table {
    std::string table;
    std::vector<Write> writes;
  };
  std::vector<Table> tables;
  CapacityDetail capacity = CapacityDetail::kNone;
  bool item_collection_metrics = false;
};

struct BatchWriteItemResult {                    // the answer to BatchWriteItem
  std::vector<std::vector<size_t>> unprocessed;  // for each table, positions in its writes
  std::vector<ConsumedCapacity> capacity;
  std::vector<std::pair<std::string, std::vector<ItemCollectionMetrics>>> item_collection_metrics;
};

struct TransactGetItemsRequest {  // TransactGetItems
  struct Get {
    std::string table;
    model::Item key;
    std::optional<expression::Projection> projection;
  };
  std::vector<Get> gets;
  CapacityDetail capacity = CapacityDetail::kNone;
};

struct TransactGetItemsResult {              // the answer to TransactGetItems
  std::vector<std::optional<Record>> items;  // absent: no item, or nothing projected (E21)
  std::vector<ConsumedCapacity> capacity;
};
// What an action of a transaction does.
enum class TransactAction : uint8_t { kConditionCheck, kPut, kDelete, kUpdate };

struct TransactWriteItemsRequest {  // TransactWriteItems
  struct Action {
    TransactAction type = TransactAction::kPut;
    std::string table;
    model::Item item;  // the item of kPut, else the key
    std::optional<expression::Update> update;
    std::optional<expression::Condition> condition;
    bool return_item_on_condition_failure = false;
  };
  std::vector<Action> actions;
  std::optional<std::string> token;  // ClientRequestToken
  // The operation that the token belongs to: tokens of different operations do not meet (T5).
  std::string_view token_operation = "TransactWriteItems";
  // A digest of what the token stands for; a call with the same token and another digest is
  // refused (T5).
  std::string request_digest;
  CapacityDetail capacity = CapacityDetail::kNone;
  bool item_collection_metrics = false;
};

struct TransactWriteItemsResult {  // the answer to TransactWriteItems
  std::vector<ConsumedCapacity> capacity;
  std::vector<std::pair<std::string, std::vector<ItemCollectionMetrics>>> item_collection_metrics;
};

// One entry of CancellationReasons, in the order of the actions (T1).
struct CancellationReason {
  std::string code = "None";
  std::optional<std::string> message;
  std::optional<Record> item;
};

// The detail of kTransactionCanceled.
struct TransactionCancellation final : base::ErrorDetail {
  std::vector<CancellationReason> reasons;
};

}  // namespace stator::engine
