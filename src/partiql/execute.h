#pragma once

#include "base/completion.h"
#include "engine/engine.h"
#include "partiql/requests.h"

// Runs statements as requests to the engine, which are those of the classic API: there is no other
// path of reads or writes, and what a condition means is decided by src/expression. From any
// thread; `done` is called as the engine calls it.
namespace stator::partiql {

void ExecuteStatement(engine::Engine& engine, ExecuteStatementRequest request,
                      const engine::CallContext& context,
                      base::Completion<ExecuteStatementResult> done);

// Waits for nothing but reads. Not for callers that must not wait.
void BatchExecuteStatement(engine::Engine& engine, BatchExecuteStatementRequest request,
                           const engine::CallContext& context,
                           base::Completion<BatchExecuteStatementResult> done);

void ExecuteTransaction(engine::Engine& engine, ExecuteTransactionRequest request,
                        const engine::CallContext& context,
                        base::Completion<ExecuteTransactionResult> done);

}  // namespace stator::partiql
