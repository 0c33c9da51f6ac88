#include <string>
#include <utility>

#include "partiql/execute.h"
#include "partiql/next_token.h"
#include "partiql/prepare.h"
#include "partiql/select_reader.h"
#include "partiql/write_plan.h"

namespace stator::partiql {
namespace {

using base::Result;

Result<ExecuteStatementResult> Read(engine::Engine& engine, Select select,
                                    const ExecuteStatementRequest& request,
                                    const engine::CallContext& context) {
  STATOR_ASSIGN_OR_RETURN(const engine::Catalog::Snapshot snapshot,
                          engine.tables().catalog().FindForItems(select.table));
  STATOR_ASSIGN_OR_RETURN(
      const SelectPlan plan,
      PlanSelect(std::move(select), snapshot.table->schema, request.statement.consistent));
  SelectOptions options{.start = {},
                        .limit = request.limit,
                        .consistent = request.statement.consistent,
                        .capacity = request.capacity};
  if (request.next_token) {
    STATOR_ASSIGN_OR_RETURN(options.start,
                            DecodeNextToken(*request.next_token, request.statement.digest));
  }
  STATOR_ASSIGN_OR_RETURN(SelectPage page, ReadPage(engine, plan, options, context));
  ExecuteStatementResult result;
  result.items = std::move(page.items);
  result.last_evaluated_key = std::move(page.last_evaluated_key);
  result.capacity = std::move(page.capacity);
  if (page.next) {
    result.next_token = EncodeNextToken(*page.next, request.statement.digest);
  }
  return result;
}

Result<WritePlan> PlanOne(engine::Engine& engine, Statement statement,
                          const ExecuteStatementRequest& request) {
  if (std::holds_alternative<Exists>(statement)) {
    return base::ValidationError("EXISTS can only be used in ExecuteTransaction write requests.");
  }
  if (request.next_token) {
    return base::ValidationError("NextToken does not match request");  // no write gives one
  }
  STATOR_ASSIGN_OR_RETURN(const std::shared_ptr<const engine::Table> table,
                          FindTable(engine, statement));
  STATOR_ASSIGN_OR_RETURN(WritePlan plan, PlanWrite(std::move(statement), table->schema));
  STATOR_RETURN_IF_ERROR(CheckKey(plan, table->schema));
  return plan;
}

ExecuteStatementResult AsResult(engine::WriteResult written) {
  ExecuteStatementResult result;
  if (written.attributes) {
    result.items.push_back(*std::move(written.attributes));
  }
  result.capacity = std::move(written.capacity);
  return result;
}

}  // namespace

void ExecuteStatement(engine::Engine& engine, ExecuteStatementRequest request,
                      const engine::CallContext& context,
                      base::Completion<ExecuteStatementResult> done) {
  Result<Statement> statement = std::move(request.statement.statement);
  if (!statement.ok()) {
    done(std::move(statement).error());
    return;
  }
  if (auto* select = std::get_if<Select>(&*statement)) {
    done(Read(engine, std::move(*select), request, context));
    return;
  }
  Result<WritePlan> plan = PlanOne(engine, std::move(statement).value(), request);
  if (!plan.ok()) {
    done(std::move(plan).error());
    return;
  }
  RunWrite(engine, std::move(plan).value(),
           {.capacity = request.capacity,
            .return_item_on_condition_failure = request.statement.return_item_on_condition_failure},
           context, [done = std::move(done)](Result<engine::WriteResult> written) {
             if (written.ok()) {
               done(AsResult(std::move(written).value()));
             } else {
               done(std::move(written).error());
             }
           });
}

}  // namespace stator::partiql
