#include <algorithm>
#include <string>
#include <utility>

#include "engine/cancellation.h"
#include "model/limits.h"
#include "partiql/execute.h"
#include "partiql/lower.h"
#include "partiql/next_token.h"
#include "partiql/prepare.h"
#include "partiql/select_plan.h"
#include "partiql/token_reader.h"
#include "partiql/write_plan.h"
#include "storage/record.h"

namespace stator::partiql {
namespace {

using base::Result;
using engine::Record;
using engine::TransactAction;

// Names the statement that is at fault.
base::Error FailedStatement(size_t position, base::Error error) {
  if (error.code == base::ErrorCode::kValidation && !IsNotWellFormed(error)) {
    error.message = "Validation failed in TransactStatements[" + std::to_string(position) +
                    "]: " + error.message;
  }
  return error;
}

// What a statement may not have in a transaction, whatever its tables are (P3, P4).
Result<void> CheckStatement(const Statement& statement) {
  const auto* select = std::get_if<Select>(&statement);
  if (select != nullptr && select->index) {
    return base::ValidationError("Reads on indices are not supported within transactions.");
  }
  const auto* update = std::get_if<Update>(&statement);
  const auto* remove = std::get_if<Delete>(&statement);
  if ((update != nullptr && update->returning != engine::ReturnValues::kNone) ||
      (remove != nullptr && remove->returning != engine::ReturnValues::kNone)) {
    return base::ValidationError("RETURNING clause is not supported in ExecuteTransaction.");
  }
  const auto* insert = std::get_if<Insert>(&statement);
  if (insert != nullptr && insert->if_not_exists) {
    return base::ValidationError("IF NOT EXISTS is not supported in a transaction");
  }
  return {};
}

Result<std::vector<Statement>> TakeStatements(ExecuteTransactionRequest& request) {
  size_t payload_bytes = 0;
  for (const StatementRequest& one : request.statements) {
    payload_bytes += one.payload_bytes;
  }
  if (payload_bytes > model::limits::kTransactBytes) {  // L3
    return base::ValidationError("Transaction request size has exceeded the maximum of 4 MB");
  }
  std::vector<Statement> statements;
  for (StatementRequest& one : request.statements) {
    Result<Statement> statement = std::move(one.statement);
    if (statement.ok()) {
      if (auto fits = CheckStatement(*statement); !fits.ok()) {
        statement = std::move(fits).error();
      }
    }
    if (!statement.ok()) {
      return FailedStatement(statements.size(), std::move(statement).error());
    }
    if (!statements.empty() && IsRead(*statement) != IsRead(statements.front())) {
      return base::ValidationError(
          "ExecuteTransaction API does not support both read and write operations in the same "
          "request.");
    }
    statements.push_back(std::move(statement).value());
  }
  return statements;
}

// A read of one item. What WHERE asks beside the key is asked of the item that was read, all of
// which is then needed.
struct ItemRead {
  std::optional<expression::Condition> filter;
  std::optional<expression::Projection> projection;  // after the filter
  std::vector<expression::Path> columns;
};

Result<std::optional<Record>> Finish(const ItemRead& read, std::optional<Record> record) {
  if (!record) {
    return std::optional<Record>();
  }
  if (read.filter) {
    STATOR_ASSIGN_OR_RETURN(const model::Item item, storage::DecodeRecord(*record));
    if (!read.filter->Matches(item)) {
      return std::optional<Record>();
    }
    if (read.projection) {
      record = storage::EncodeRecord(read.projection->Apply(item));
    }
  }
  STATOR_ASSIGN_OR_RETURN(Record row, ToRow(*std::move(record), read.columns));
  return std::optional<Record>(std::move(row));
}

// TransactGetItems, and what its statements make of the items.
struct ReadTransaction {
  engine::TransactGetItemsRequest request;
  std::vector<ItemRead> reads;
};

Result<ReadTransaction> PlanReads(engine::Engine& engine, std::vector<Statement> statements,
                                  engine::CapacityDetail capacity) {
  ReadTransaction transaction;
  transaction.request.capacity = capacity;
  for (size_t i = 0; i < statements.size(); ++i) {
    STATOR_ASSIGN_OR_RETURN(const std::shared_ptr<const engine::Table> table,
                            FindTable(engine, statements[i]));
    Result<SelectPlan> planned =
        PlanSelect(std::get<Select>(std::move(statements[i])), table->schema, /*consistent=*/true);
    if (planned.ok() && !planned->key) {
      planned = base::ValidationError(
          "Select statements within ExecuteTransaction must specify the primary key in the where "
          "clause.");
    }
    if (!planned.ok()) {
      return FailedStatement(i, std::move(planned).error());
    }
    SelectPlan plan = std::move(planned).value();
    engine::TransactGetItemsRequest::Get get{
        .table = std::move(plan.table), .key = *std::move(plan.key), .projection = std::nullopt};
    if (!plan.filter) {
      get.projection = std::move(plan.projection);
      plan.projection.reset();
    }
    transaction.request.gets.push_back(std::move(get));
    transaction.reads.push_back(
        {std::move(plan.filter), std::move(plan.projection), std::move(plan.columns)});
  }
  return transaction;
}

Result<ExecuteTransactionResult> Read(engine::Engine& engine, std::vector<Statement> statements,
                                      engine::CapacityDetail capacity,
                                      const engine::CallContext& context) {
  STATOR_ASSIGN_OR_RETURN(const ReadTransaction transaction,
                          PlanReads(engine, std::move(statements), capacity));
  Result<engine::TransactGetItemsResult> got = engine::TransactGetItemsResult();
  engine.TransactGetItems(transaction.request, context,
                          [&got](Result<engine::TransactGetItemsResult> result) {
                            got = std::move(result);  // reads complete inline
                          });
  if (!got.ok()) {
    return std::move(got).error();
  }
  ExecuteTransactionResult result;
  result.capacity = std::move(got->capacity);
  for (size_t i = 0; i < got->items.size(); ++i) {
    STATOR_ASSIGN_OR_RETURN(std::optional<Record> item,
                            Finish(transaction.reads[i], std::move(got->items[i])));
    result.items.push_back(std::move(item));
  }
  return result;
}

// The same for requests with the same statements and parameters (T5).
std::string Digest(const std::vector<StatementRequest>& statements) {
  std::string digests;
  for (const StatementRequest& statement : statements) {
    digests += statement.digest;
  }
  return StatementDigest(digests, {});
}

Result<engine::TransactWriteItemsRequest> PlanWrites(engine::Engine& engine,
                                                     std::vector<Statement> statements,
                                                     const ExecuteTransactionRequest& request) {
  engine::TransactWriteItemsRequest transaction;
  for (size_t i = 0; i < statements.size(); ++i) {
    STATOR_ASSIGN_OR_RETURN(const std::shared_ptr<const engine::Table> table,
                            FindTable(engine, statements[i]));
    Result<WritePlan> planned = PlanWrite(std::move(statements[i]), table->schema);
    if (!planned.ok()) {
      return FailedStatement(i, std::move(planned).error());
    }
    WritePlan plan = std::move(planned).value();
    if (auto key = CheckKey(plan, table->schema); !key.ok()) {
      return engine::CancelledByValidation(request.statements.size(), i, key.error().message);
    }
    transaction.actions.push_back({.type = plan.type,
                                   .table = std::move(plan.table),
                                   .item = std::move(plan.item),
                                   .update = std::move(plan.update),
                                   .condition = std::move(plan.condition),
                                   .return_item_on_condition_failure =
                                       request.statements[i].return_item_on_condition_failure});
  }
  transaction.token = request.token;
  if (request.token) {
    transaction.request_digest = Digest(request.statements);
  }
  transaction.token_operation = "ExecuteTransaction";
  transaction.capacity = request.capacity;
  return transaction;
}

// An INSERT whose condition failed is a duplicate.
base::Error NameDuplicates(base::Error error, const std::vector<bool>& inserts) {
  if (error.code != base::ErrorCode::kTransactionCanceled || error.detail == nullptr) {
    return error;
  }
  const auto& cancellation = static_cast<const engine::TransactionCancellation&>(*error.detail);
  std::vector<engine::CancellationReason> reasons = cancellation.reasons;
  for (size_t i = 0; i < reasons.size() && i < inserts.size(); ++i) {
    if (inserts[i] && reasons[i].code == "ConditionalCheckFailed") {
      reasons[i].code = "DuplicateItem";
      reasons[i].message = kDuplicateItemMessage;
    }
  }
  return engine::CancelledError(std::move(reasons));
}

}  // namespace

void ExecuteTransaction(engine::Engine& engine, ExecuteTransactionRequest request,
                        const engine::CallContext& context,
                        base::Completion<ExecuteTransactionResult> done) {
  Result<std::vector<Statement>> statements = TakeStatements(request);
  if (!statements.ok()) {
    done(std::move(statements).error());
    return;
  }
  if (IsRead(statements->front())) {
    done(Read(engine, std::move(statements).value(), request.capacity, context));
    return;
  }
  Result<engine::TransactWriteItemsRequest> transaction =
      PlanWrites(engine, std::move(statements).value(), request);
  if (!transaction.ok()) {
    done(std::move(transaction).error());
    return;
  }
  std::vector<bool> inserts;
  for (const engine::TransactWriteItemsRequest::Action& action : transaction->actions) {
    inserts.push_back(action.type == TransactAction::kPut);
  }
  engine.TransactWriteItems(std::move(transaction).value(), context,
                            [inserts = std::move(inserts), done = std::move(done)](
                                Result<engine::TransactWriteItemsResult> written) {
                              if (!written.ok()) {
                                done(NameDuplicates(std::move(written).error(), inserts));
                                return;
                              }
                              ExecuteTransactionResult result;
                              result.capacity = std::move(written->capacity);
                              done(std::move(result));
                            });
}

}  // namespace stator::partiql
