#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/completion.h"
#include "base/task_runner.h"
#include "engine/catalog.h"
#include "engine/idempotency.h"
#include "engine/item_write.h"
#include "engine/requests.h"
#include "storage/store.h"

namespace stator::engine {

// Items to write as one: all of them or none. A single write, a BatchWriteItem (which promises less
// than it gets) or a transaction. Or deletions of expired items, of which those whose condition
// fails are passed over.
struct WriteBatch {
  WriteOrigin origin = WriteOrigin::kSingle;
  std::vector<WriteAction> actions;  // at least one
  std::optional<std::string> token;  // ClientRequestToken, of a transaction
  std::string_view token_operation;  // whose token it is
  std::string digest;                // what the token stands for
  bool item_collection_metrics = false;
  // Of kTimeToLive: the expiry index that named the items. Nothing is written when their table has
  // it no more: it may be another table of that name.
  storage::Space expiry_space = 0;
};

// What a batch did, action by action.
struct WriteBatchResult {
  std::vector<WriteEffect> effects;
  std::vector<std::optional<ItemCollectionMetrics>> metrics;  // when asked for
  // The token's transaction had been done before: nothing happened, and these read units are to be
  // reported for each table.
  std::optional<std::vector<std::pair<std::string, double>>> replay;
};

// Writes items: plans against the catalog, decides in one Store::Update, plans again when the
// catalog changed meanwhile. All methods may be called from any thread.
class ItemWriter {
 public:
  // All must outlive the writer and its unfinished writes. `retries` runs what must be tried again.
  ItemWriter(storage::Store& store, const Catalog& catalog, base::TaskRunner& retries,
             const base::Clock& clock);
  ~ItemWriter();
  ItemWriter(const ItemWriter&) = delete;
  ItemWriter& operator=(const ItemWriter&) = delete;

  // Errors: those of PlanWrite and DecideWrite; kTransactionCanceled with a TransactionCancellation
  // for a transaction whose actions fail; kIdempotentParameterMismatch, kTransactionInProgress;
  // kResourceNotFound when the expiry index is gone.
  void Write(WriteBatch batch, const CallContext& context, base::Completion<WriteBatchResult> done);

 private:
  struct Operation;

  void Attempt(const std::shared_ptr<Operation>& operation);
  base::Result<void> Plan(Operation& operation);
  base::Result<storage::UpdateRequest> Prepare(Operation& operation);
  void Finish(const std::shared_ptr<Operation>& operation, const storage::UpdateResult& result);
  void Retry(const std::shared_ptr<Operation>& operation);
  void Complete(Operation& operation, base::Result<WriteBatchResult> result);

  storage::Store& store_;
  const Catalog& catalog_;
  base::TaskRunner& retries_;
  const base::Clock& clock_;
  RunningTokens running_tokens_;
};

}  // namespace stator::engine
