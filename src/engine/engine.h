#pragma once

#include "base/clock.h"
#include "base/completion.h"
#include "base/task_runner.h"
#include "engine/catalog.h"
#include "engine/requests.h"
#include "storage/store.h"

namespace stator::engine {

// Options of the engine.
struct EngineOptions {
  Identity identity;
  // How long a table or index stays CREATING, UPDATING or DELETING; 0: no longer than the work.
  int64_t status_delay_millis = 0;
};

// DynamoDB on a Store: catalog, items, queries, transactions. Methods may be called from any thread
// and complete through `done`, which must not block. With context.cache_only, a call that would
// have to wait for a device answers kWouldBlock and has done nothing.
class Engine {
 public:
  Engine(storage::Store& store, EngineOptions options, const base::Clock& clock);
  ~Engine();

  // Loads the catalog and resumes interrupted work. Call once, before anything else.
  base::Result<void> Start();
  // Ends background work. The store is stopped by its owner, afterwards.
  void Stop();

  void PutItem(PutItemRequest request, const CallContext& context,
               base::Completion<WriteResult> done);
  void DeleteItem(DeleteItemRequest request, const CallContext& context,
                  base::Completion<WriteResult> done);
  void UpdateItem(UpdateItemRequest request, const CallContext& context,
                  base::Completion<WriteResult> done);
  void GetItem(GetItemRequest request, const CallContext& context,
               base::Completion<GetItemResult> done);
  void Query(QueryRequest request, const CallContext& context, base::Completion<PageResult> done);
  void Scan(ScanRequest request, const CallContext& context, base::Completion<PageResult> done);
  void BatchGetItem(BatchGetItemRequest request, const CallContext& context,
                    base::Completion<BatchGetItemResult> done);
  void BatchWriteItem(BatchWriteItemRequest request, const CallContext& context,
                      base::Completion<BatchWriteItemResult> done);
  void TransactGetItems(TransactGetItemsRequest request, const CallContext& context,
                        base::Completion<TransactGetItemsResult> done);
  void TransactWriteItems(TransactWriteItemsRequest request, const CallContext& context,
                          base::Completion<TransactWriteItemsResult> done);

  // Tables, indexes and tags; see tables.h.
  Tables& tables() { return tables_; }
};

}  // namespace stator::engine
