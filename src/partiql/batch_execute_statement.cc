#include <algorithm>
#include <memory>
#include <string>
#include <tuple>
#include <utility>

#include "base/mutex.h"
#include "engine/capacity.h"
#include "engine/item_key.h"
#include "partiql/execute.h"
#include "partiql/prepare.h"
#include "partiql/select_reader.h"
#include "partiql/write_plan.h"

namespace stator::partiql {
namespace {

using base::Result;
using Member = BatchExecuteStatementResult::Member;

// A batch between its members: what they were planned to do, and what they did.
struct Batch {
  std::vector<StatementRequest> requests;
  std::vector<std::optional<Statement>> statements;  // absent: failed
  std::vector<std::optional<SelectPlan>> reads;
  std::vector<std::optional<WritePlan>> writes;
  std::vector<std::optional<storage::Key>> rows;
  std::vector<std::optional<engine::ConsumedCapacity>> consumed;
  std::vector<Member> members;
  engine::CapacityDetail capacity = engine::CapacityDetail::kNone;

  explicit Batch(BatchExecuteStatementRequest request)
      : requests(std::move(request.statements)), capacity(request.capacity) {
    statements.resize(requests.size());
    reads.resize(requests.size());
    writes.resize(requests.size());
    rows.resize(requests.size());
    consumed.resize(requests.size());
    members.resize(requests.size());
  }
};

// Sorts the statements; one that was refused does not keep the others from running (P5).
Result<void> SortStatements(Batch& batch) {
  bool reads = false;
  bool writes = false;
  for (size_t i = 0; i < batch.requests.size(); ++i) {
    Result<Statement> statement = std::move(batch.requests[i].statement);
    if (statement.ok() && std::holds_alternative<Exists>(*statement)) {
      statement =
          base::ValidationError("EXISTS can only be used in ExecuteTransaction write requests.");
    }
    if (!statement.ok()) {
      batch.members[i].error = std::move(statement).error();
      continue;
    }
    (IsRead(*statement) ? reads : writes) = true;
    batch.statements[i] = std::move(statement).value();
  }
  if (reads && writes) {
    return base::ValidationError(
        "Read and write requests together in the same batch is not supported.");
  }
  return {};
}

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchExecuteStatement.html
Result<SelectPlan> PlanRead(Select select, const model::TableSchema& schema, bool consistent) {
  const bool indexed = select.index.has_value();
  STATOR_ASSIGN_OR_RETURN(SelectPlan plan, PlanSelect(std::move(select), schema, consistent));
  if (indexed || !plan.key) {
    return base::ValidationError(
        "Select statements within BatchExecuteStatement must specify the primary key in the where "
        "clause.");
  }
  return plan;
}

Result<void> PlanMember(engine::Engine& engine, Batch& batch, size_t i) {
  Statement statement = *std::move(batch.statements[i]);
  STATOR_ASSIGN_OR_RETURN(const std::shared_ptr<const engine::Table> table,
                          FindTable(engine, statement));
  const model::TableSchema& schema = table->schema;
  if (auto* select = std::get_if<Select>(&statement)) {
    STATOR_ASSIGN_OR_RETURN(batch.reads[i],
                            PlanRead(std::move(*select), schema, batch.requests[i].consistent));
    if (engine::CheckKeyShape(schema, *batch.reads[i]->key).ok()) {
      batch.rows[i] = engine::ItemRowKey(schema, *batch.reads[i]->key);
    }
    return {};
  }
  STATOR_ASSIGN_OR_RETURN(WritePlan plan, PlanWrite(std::move(statement), schema));
  STATOR_RETURN_IF_ERROR(CheckKey(plan, schema));
  batch.writes[i] = std::move(plan);
  batch.rows[i] = RowOf(*batch.writes[i], schema);
  return {};
}

Result<void> CheckDistinct(const Batch& batch) {
  std::vector<std::tuple<storage::Space, std::string, std::string>> rows;
  for (const std::optional<storage::Key>& row : batch.rows) {
    if (row) {
      rows.emplace_back(row->space, row->partition, row->sort);
    }
  }
  std::sort(rows.begin(), rows.end());
  if (std::adjacent_find(rows.begin(), rows.end()) != rows.end()) {
    return base::ValidationError("Provided list of item keys contains duplicates");
  }
  return {};
}

void RunRead(engine::Engine& engine, Batch& batch, size_t i, const engine::CallContext& context) {
  Member& member = batch.members[i];
  member.table = batch.reads[i]->table;
  Result<SelectPage> page = ReadPage(engine, *batch.reads[i],
                                     {.start = {},
                                      .limit = std::nullopt,
                                      .consistent = batch.requests[i].consistent,
                                      .capacity = batch.capacity},
                                     context);
  if (!page.ok()) {
    member.error = std::move(page).error();
    return;
  }
  if (!page->items.empty()) {
    member.item = std::move(page->items.front());
  }
  batch.consumed[i] = std::move(page->capacity);
}

// Capacity is summed up for each table, over the statements that did not fail.
BatchExecuteStatementResult Finish(Batch& batch) {
  BatchExecuteStatementResult result;
  for (const std::optional<engine::ConsumedCapacity>& consumed : batch.consumed) {
    if (consumed) {
      engine::AddTableCapacity(consumed->table_name, *consumed, result.capacity);
      result.capacity.back().detail = batch.capacity;
    }
  }
  for (engine::ConsumedCapacity& capacity : result.capacity) {
    capacity.detail = batch.capacity;
  }
  result.members = std::move(batch.members);
  return result;
}

// Writes that run at the same time, each by itself. Whichever ends last answers.
class RunningWrites : public std::enable_shared_from_this<RunningWrites> {
 public:
  RunningWrites(Batch batch, base::Completion<BatchExecuteStatementResult> done)
      : batch_(std::move(batch)), done_(std::move(done)) {}

  void Start(engine::Engine& engine, const engine::CallContext& context) EXCLUDES(mutex_) {
    std::vector<std::pair<size_t, WritePlan>> plans = TakePlans();
    for (auto& [i, plan] : plans) {
      RunWrite(engine, std::move(plan), {.capacity = capacity_}, context,
               [self = shared_from_this(), position = i](Result<engine::WriteResult> result) {
                 self->End(position, std::move(result));
               });
    }
    Leave();
  }

 private:
  std::vector<std::pair<size_t, WritePlan>> TakePlans() EXCLUDES(mutex_) {
    const base::MutexLock lock(mutex_);
    std::vector<std::pair<size_t, WritePlan>> plans;
    for (size_t i = 0; i < batch_.writes.size(); ++i) {
      if (batch_.writes[i]) {
        batch_.members[i].table = batch_.writes[i]->table;
        plans.emplace_back(i, *std::move(batch_.writes[i]));
      }
    }
    capacity_ = batch_.capacity;
    running_ += plans.size();
    return plans;
  }

  void End(size_t i, Result<engine::WriteResult> result) EXCLUDES(mutex_) {
    {
      const base::MutexLock lock(mutex_);
      if (result.ok()) {
        batch_.members[i].item = std::move(result->attributes);
        batch_.consumed[i] = std::move(result->capacity);
      } else {
        batch_.members[i].error = std::move(result).error();
      }
    }
    Leave();
  }

  void Leave() EXCLUDES(mutex_) {
    BatchExecuteStatementResult result;
    {
      const base::MutexLock lock(mutex_);
      if (--running_ > 0) {
        return;
      }
      result = Finish(batch_);
    }
    done_(std::move(result));
  }

  base::Mutex mutex_;
  Batch batch_ GUARDED_BY(mutex_);
  size_t running_ GUARDED_BY(mutex_) = 1;                            // Start is one of them
  engine::CapacityDetail capacity_ = engine::CapacityDetail::kNone;  // set before the first write
  const base::Completion<BatchExecuteStatementResult> done_;
};

}  // namespace

void BatchExecuteStatement(engine::Engine& engine, BatchExecuteStatementRequest request,
                           const engine::CallContext& context,
                           base::Completion<BatchExecuteStatementResult> done) {
  Batch batch(std::move(request));
  if (const Result<void> parsed = SortStatements(batch); !parsed.ok()) {
    done(parsed.error());
    return;
  }
  for (size_t i = 0; i < batch.statements.size(); ++i) {
    if (batch.statements[i]) {
      if (Result<void> planned = PlanMember(engine, batch, i); !planned.ok()) {
        batch.members[i].error = std::move(planned).error();
      }
    }
  }
  if (const Result<void> distinct = CheckDistinct(batch); !distinct.ok()) {
    done(distinct.error());
    return;
  }
  for (size_t i = 0; i < batch.reads.size(); ++i) {
    if (batch.reads[i]) {
      RunRead(engine, batch, i, context);
    }
  }
  std::make_shared<RunningWrites>(std::move(batch), std::move(done))->Start(engine, context);
}

}  // namespace stator::partiql
