#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/result.h"
#include "engine/requests.h"
#include "partiql/statement.h"

// The PartiQL operations, decoded and free of JSON, as engine/requests.h has those of items.
namespace stator::partiql {

// A statement that was read, and what it is run with.
struct StatementRequest {
  base::Result<Statement> statement = Statement();  // or why it is none
  std::string digest;                               // of its text and parameters
  size_t payload_bytes = 0;                         // of both
  bool consistent = false;
  bool return_item_on_condition_failure = false;  // ReturnValuesOnConditionCheckFailure=ALL_OLD
};

struct ExecuteStatementRequest {  // ExecuteStatement
  StatementRequest statement;
  std::optional<std::string> next_token;
  std::optional<int64_t> limit;  // at least 1
  engine::CapacityDetail capacity = engine::CapacityDetail::kNone;
};

struct ExecuteStatementResult {  // the answer to ExecuteStatement
  std::vector<engine::Record> items;
  std::optional<std::string> next_token;
  std::optional<engine::Record> last_evaluated_key;
  std::optional<engine::ConsumedCapacity> capacity;
};

struct BatchExecuteStatementRequest {  // BatchExecuteStatement
  std::vector<StatementRequest> statements;
  engine::CapacityDetail capacity = engine::CapacityDetail::kNone;
};

struct BatchExecuteStatementResult {  // the answer to BatchExecuteStatement
  // What became of one statement.
  struct Member {
    std::optional<base::Error> error;
    std::optional<std::string> table;  // unless it failed before it ran (P5)
    std::optional<engine::Record> item;
  };
  std::vector<Member> members;
  std::vector<engine::ConsumedCapacity> capacity;
};

struct ExecuteTransactionRequest {  // ExecuteTransaction
  std::vector<StatementRequest> statements;
  std::optional<std::string> token;  // ClientRequestToken
  engine::CapacityDetail capacity = engine::CapacityDetail::kNone;
};

struct ExecuteTransactionResult {                    // the answer to ExecuteTransaction
  std::vector<std::optional<engine::Record>> items;  // one for each statement
  std::vector<engine::ConsumedCapacity> capacity;
};

}  // namespace stator::partiql
