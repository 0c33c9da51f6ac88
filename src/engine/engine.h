#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "base/clock.h"
#include "base/completion.h"
#include "base/periodic_task.h"
#include "base/task_runner.h"
#include "engine/catalog.h"
#include "engine/expiry_sweep.h"
#include "engine/item_writer.h"
#include "engine/requests.h"
#include "engine/stream_upkeep.h"
#include "engine/streams.h"
#include "engine/tables.h"
#include "storage/store.h"

namespace stator::engine {

// Options of the engine.
struct EngineOptions {
  Identity identity = {};
  // How long a table or index stays CREATING, UPDATING or DELETING; 0: no longer than the work.
  int64_t status_delay_millis = 0;
  // A Scan of an on-demand table is charged for each of that many partitions that it reads, if only
  // for finding nothing there. The service's new tables have 4 (Q12).
  size_t scan_partitions = 1;
  // How long after a sweep for expired items the next one begins.
  int64_t ttl_sweep_millis = 30'000;
  // How long after a change of TTL the next one is refused; the service takes up to an hour (R13).
  int64_t ttl_change_pause_millis = 0;
  StreamOptions streams = {};
  // Whether records are sent to Kinesis destinations; without, none can be enabled.
  bool kinesis = false;
};

// DynamoDB on a Store: tables, items, queries, transactions. Methods may be called from any thread
// and complete through `done`, which must not block. Reads complete before they return; writes when
// they are durable. With context.cache_only, a call that would have to wait for a device answers
// kWouldBlock and has done nothing.
class Engine {
 public:
  // All must outlive the engine, and no call may be unfinished when it ends.
  Engine(storage::Store& store, const EngineOptions& options, const base::Clock& clock);
  // Stops as Stop() does.
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  // Loads the catalog and resumes interrupted work. Call once, before anything else.
  base::Result<void> Start();
  // Ends background work. The store is stopped by its owner, afterwards. Idempotent.
  void Stop();

  void PutItem(PutItemRequest request, const CallContext& context,
               base::Completion<WriteResult> done);
  void DeleteItem(DeleteItemRequest request, const CallContext& context,
                  base::Completion<WriteResult> done);
  void UpdateItem(UpdateItemRequest request, const CallContext& context,
                  base::Completion<WriteResult> done);
  void GetItem(const GetItemRequest& request, const CallContext& context,
               const base::Completion<GetItemResult>& done);
  void Query(const QueryRequest& request, const CallContext& context,
             const base::Completion<PageResult>& done);
  void Scan(const ScanRequest& request, const CallContext& context,
            const base::Completion<PageResult>& done);
  void BatchGetItem(const BatchGetItemRequest& request, const CallContext& context,
                    const base::Completion<BatchGetItemResult>& done);
  void BatchWriteItem(BatchWriteItemRequest request, const CallContext& context,
                      base::Completion<BatchWriteItemResult> done);
  void TransactGetItems(const TransactGetItemsRequest& request, const CallContext& context,
                        const base::Completion<TransactGetItemsResult>& done);
  void TransactWriteItems(TransactWriteItemsRequest request, const CallContext& context,
                          base::Completion<TransactWriteItemsResult> done);

  // Tables, indexes and tags.
  Tables& tables() { return tables_; }
  // What deletes expired items, in the background; for its counts, and to run it at once.
  ExpirySweep& expiry_sweep() { return expiry_sweep_; }
  // Reads of streams; GetRecords waits for the store.
  const Streams& streams() const { return streams_; }

 private:
  void WriteOne(WriteAction action, const WriteOptions& options, const CallContext& context,
                base::Completion<WriteResult> done);

  storage::Store& store_;
  const base::Clock& clock_;
  const EngineOptions options_;
  Catalog catalog_;
  Tables tables_;
  Streams streams_;
  StreamUpkeep stream_upkeep_;
  ItemWriter writer_;
  ExpirySweep expiry_sweep_;
  std::unique_ptr<base::PeriodicTask> token_sweep_;  // set by Start
  std::unique_ptr<base::PeriodicTask> expiry_task_;  // set by Start
  std::unique_ptr<base::PeriodicTask> stream_task_;  // set by Start
  base::TaskRunner retries_;                         // last: its threads use the members above
};

}  // namespace stator::engine
