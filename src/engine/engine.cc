#include "engine/engine.h"

#include <chrono>
#include <utility>

#include "engine/capacity.h"
#include "engine/item_reader.h"
#include "engine/query.h"

namespace stator::engine {
namespace {

constexpr size_t kRetryThreads = 1;
constexpr size_t kMaxQueuedRetries = 10'000;
constexpr auto kTokenSweepPause = std::chrono::minutes(1);

using MetricsByTable = std::vector<std::pair<std::string, std::vector<ItemCollectionMetrics>>>;

// Adds the metrics of one write to its table's.
void AddMetrics(const std::string& table, std::optional<ItemCollectionMetrics> metrics,
                MetricsByTable& list) {
  if (!metrics) {
    return;
  }
  for (auto& [name, entries] : list) {
    if (name == table) {
      entries.push_back(std::move(*metrics));
      return;
    }
  }
  list.emplace_back(table, std::vector<ItemCollectionMetrics>{std::move(*metrics)});
}

// What the answers of BatchWriteItem and TransactWriteItems have in common.
template <typename T>
void Summarize(const std::vector<std::string>& tables, WriteBatchResult& batch,
               CapacityDetail detail, bool split, T& result) {
  if (detail != CapacityDetail::kNone) {
    for (size_t i = 0; i < batch.effects.size(); ++i) {
      AddTableCapacity(tables[i], batch.effects[i].capacity, result.capacity);
    }
    for (ConsumedCapacity& capacity : result.capacity) {
      capacity.detail = detail;
      capacity.split = split;
    }
  }
  for (size_t i = 0; i < batch.metrics.size(); ++i) {
    AddMetrics(tables[i], std::move(batch.metrics[i]), result.item_collection_metrics);
  }
}

std::vector<std::string> TablesOf(const std::vector<WriteAction>& actions) {
  std::vector<std::string> tables;
  tables.reserve(actions.size());
  for (const WriteAction& action : actions) {
    tables.push_back(action.table);
  }
  return tables;
}

// The read units that a replayed transaction reports (C3).
std::vector<ConsumedCapacity> ReplayCapacity(
    const std::vector<std::pair<std::string, double>>& units, CapacityDetail detail) {
  std::vector<ConsumedCapacity> list;
  if (detail == CapacityDetail::kNone) {
    return list;
  }
  for (const auto& [table, read_units] : units) {
    ConsumedCapacity capacity;
    capacity.table_name = table;
    capacity.detail = detail;
    capacity.split = true;
    capacity.table.read = read_units;
    list.push_back(std::move(capacity));
  }
  return list;
}

}  // namespace

Engine::Engine(storage::Store& store, const EngineOptions& options, const base::Clock& clock)
    : store_(store),
      clock_(clock),
      options_(options),
      catalog_(store, options.identity, clock),
      tables_(store, catalog_,
              {.status_delay_millis = options.status_delay_millis,
               .ttl_change_pause_millis = options.ttl_change_pause_millis,
               .kinesis = options.kinesis},
              clock),
      streams_(store, catalog_, options.streams, clock),
      stream_upkeep_(store, catalog_, options.streams, clock),
      writer_(store, catalog_, retries_, clock),
      expiry_sweep_(store, catalog_, writer_, clock),
      retries_("retries", kRetryThreads, kMaxQueuedRetries) {}

Engine::~Engine() { Stop(); }

base::Result<void> Engine::Start() {
  STATOR_RETURN_IF_ERROR(catalog_.Load());
  STATOR_RETURN_IF_ERROR(tables_.Start());
  token_sweep_ = std::make_unique<base::PeriodicTask>("tokens", kTokenSweepPause, [this] {
    // What fails now is found again by the next sweep; a lasting failure shows in every write.
    (void)EraseExpiredTokens(store_, clock_.NowMicros());
  });
  const auto sweep = [this] {
    // The same holds for items; that they stay shows in the lag, too.
    (void)expiry_sweep_.Run();
  };
  expiry_task_ = std::make_unique<base::PeriodicTask>(
      "ttl", std::chrono::milliseconds(options_.ttl_sweep_millis), sweep,
      base::Priority::kBackground);
  stream_task_ = std::make_unique<base::PeriodicTask>(
      "streams", std::chrono::milliseconds(StreamUpkeep::PauseMillis(options_.streams)),
      [this] { stream_upkeep_.Run(); }, base::Priority::kBackground);
  return {};
}

void Engine::Stop() {
  if (token_sweep_) {
    token_sweep_->Stop();
  }
  expiry_sweep_.Stop();
  if (expiry_task_) {
    expiry_task_->Stop();
  }
  if (stream_task_) {
    stream_task_->Stop();
  }
  tables_.Stop();
  retries_.Stop();
}

void Engine::WriteOne(WriteAction action, const WriteOptions& options, const CallContext& context,
                      base::Completion<WriteResult> done) {
  WriteBatch batch;
  batch.item_collection_metrics = options.item_collection_metrics;
  action.return_item_on_condition_failure = options.return_item_on_condition_failure;
  std::string table;
  if (options.capacity != CapacityDetail::kNone) {
    table = action.table;
  }
  batch.actions.push_back(std::move(action));
  writer_.Write(std::move(batch), context,
                [detail = options.capacity, table = std::move(table),
                 done = std::move(done)](base::Result<WriteBatchResult> outcome) {
                  if (!outcome.ok()) {
                    done(std::move(outcome).error());
                    return;
                  }
                  WriteEffect& effect = outcome->effects[0];
                  WriteResult result;
                  result.attributes = std::move(effect.attributes);
                  if (detail != CapacityDetail::kNone) {
                    effect.capacity.table_name = table;
                    effect.capacity.detail = detail;
                    result.capacity = std::move(effect.capacity);
                  }
                  if (!outcome->metrics.empty()) {
                    result.item_collection_metrics = std::move(outcome->metrics[0]);
                  }
                  done(std::move(result));
                });
}

void Engine::PutItem(PutItemRequest request, const CallContext& context,
                     base::Completion<WriteResult> done) {
  WriteAction action;
  action.type = TransactAction::kPut;
  action.table = std::move(request.table);
  action.item = std::move(request.item);
  action.condition = std::move(request.condition);
  action.return_values = request.return_values;
  WriteOne(std::move(action), request.options, context, std::move(done));
}

void Engine::DeleteItem(DeleteItemRequest request, const CallContext& context,
                        base::Completion<WriteResult> done) {
  WriteAction action;
  action.type = TransactAction::kDelete;
  action.table = std::move(request.table);
  action.item = std::move(request.key);
  action.condition = std::move(request.condition);
  action.return_values = request.return_values;
  WriteOne(std::move(action), request.options, context, std::move(done));
}

void Engine::UpdateItem(UpdateItemRequest request, const CallContext& context,
                        base::Completion<WriteResult> done) {
  WriteAction action;
  action.type = TransactAction::kUpdate;
  action.table = std::move(request.table);
  action.item = std::move(request.key);
  action.update = std::move(request.update);
  action.condition = std::move(request.condition);
  action.return_values = request.return_values;
  action.flat_size = request.flat_size;
  WriteOne(std::move(action), request.options, context, std::move(done));
}

void Engine::GetItem(const GetItemRequest& request, const CallContext& context,
                     const base::Completion<GetItemResult>& done) {
  done(ReadItem(store_, catalog_, request, context));
}

void Engine::Query(const QueryRequest& request, const CallContext& context,
                   const base::Completion<PageResult>& done) {
  done(RunQuery(store_, catalog_, request, context));
}

void Engine::Scan(const ScanRequest& request, const CallContext& context,
                  const base::Completion<PageResult>& done) {
  done(RunScan(store_, catalog_, request, context, options_.scan_partitions));
}

void Engine::BatchGetItem(const BatchGetItemRequest& request, const CallContext& context,
                          const base::Completion<BatchGetItemResult>& done) {
  done(ReadItems(store_, catalog_, request, context));
}

void Engine::BatchWriteItem(BatchWriteItemRequest request, const CallContext& context,
                            base::Completion<BatchWriteItemResult> done) {
  WriteBatch batch;
  batch.origin = WriteOrigin::kBatch;
  batch.item_collection_metrics = request.item_collection_metrics;
  for (BatchWriteItemRequest::Table& table : request.tables) {
    for (BatchWriteItemRequest::Write& write : table.writes) {
      WriteAction action;
      action.type = write.put ? TransactAction::kPut : TransactAction::kDelete;
      action.table = table.table;
      action.item = std::move(write.put ? *write.put : *write.remove);
      batch.actions.push_back(std::move(action));
    }
  }
  std::vector<std::string> tables = TablesOf(batch.actions);
  writer_.Write(
      std::move(batch), context,
      [detail = request.capacity, tables = std::move(tables), table_count = request.tables.size(),
       done = std::move(done)](base::Result<WriteBatchResult> outcome) {
        if (!outcome.ok()) {
          done(std::move(outcome).error());
          return;
        }
        BatchWriteItemResult result;
        result.unprocessed.resize(table_count);
        Summarize(tables, *outcome, detail, false, result);
        done(std::move(result));
      });
}

void Engine::TransactGetItems(const TransactGetItemsRequest& request, const CallContext& context,
                              const base::Completion<TransactGetItemsResult>& done) {
  done(ReadItemsTogether(store_, catalog_, request, context));
}

void Engine::TransactWriteItems(TransactWriteItemsRequest request, const CallContext& context,
                                base::Completion<TransactWriteItemsResult> done) {
  WriteBatch batch;
  batch.origin = WriteOrigin::kTransaction;
  batch.item_collection_metrics = request.item_collection_metrics;
  batch.token = std::move(request.token);
  batch.token_operation = request.token_operation;
  batch.digest = std::move(request.request_digest);
  for (TransactWriteItemsRequest::Action& source : request.actions) {
    WriteAction action;
    action.type = source.type;
    action.table = std::move(source.table);
    action.item = std::move(source.item);
    action.update = std::move(source.update);
    action.condition = std::move(source.condition);
    action.return_item_on_condition_failure = source.return_item_on_condition_failure;
    batch.actions.push_back(std::move(action));
  }
  std::vector<std::string> tables = TablesOf(batch.actions);
  writer_.Write(std::move(batch), context,
                [detail = request.capacity, tables = std::move(tables),
                 done = std::move(done)](base::Result<WriteBatchResult> outcome) {
                  if (!outcome.ok()) {
                    done(std::move(outcome).error());
                    return;
                  }
                  TransactWriteItemsResult result;
                  if (outcome->replay) {
                    result.capacity = ReplayCapacity(*outcome->replay, detail);
                  } else {
                    Summarize(tables, *outcome, detail, true, result);
                  }
                  done(std::move(result));
                });
}

}  // namespace stator::engine
