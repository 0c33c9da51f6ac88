#include "engine/item_writer.h"

#include <algorithm>
#include <span>
#include <tuple>

#include "engine/cancellation.h"
#include "engine/item_change.h"

namespace stator::engine {
namespace {

// A catalog that changes this often while one write is planned is a defect, not load.
constexpr int kMaxAttempts = 1000;

// The reason that an action's failure gives; nullopt when the failure is none of the action's own.
std::optional<CancellationReason> ReasonOf(const base::Error& error) {
  CancellationReason reason;
  reason.message = error.message;
  switch (error.code) {
    case base::ErrorCode::kConditionalCheckFailed:
      reason.code = "ConditionalCheckFailed";
      if (const auto* failure = dynamic_cast<const ConditionFailure*>(error.detail.get())) {
        reason.item = failure->item;
      }
      return reason;
    case base::ErrorCode::kItemCollectionSizeLimitExceeded:
      reason.code = "ItemCollectionSizeLimitExceeded";
      return reason;
    case base::ErrorCode::kValidation:
      reason.code = "ValidationError";
      return reason;
    default:
      return std::nullopt;
  }
}

base::Error DuplicateRows(WriteOrigin origin) {
  return base::ValidationError(
      origin == WriteOrigin::kTransaction
          ? "Transaction request cannot include multiple operations on one item"
          : "Provided list of item keys contains duplicates");
}

bool HasDuplicateRows(const std::vector<PlannedWrite>& writes) {
  std::vector<const storage::Key*> rows;
  rows.reserve(writes.size());
  for (const PlannedWrite& write : writes) {
    rows.push_back(&write.row);
  }
  const auto parts = [](const storage::Key* key) {
    return std::tie(key->space, key->partition, key->sort);
  };
  std::sort(rows.begin(), rows.end(),
            [&parts](const storage::Key* left, const storage::Key* right) {
              return parts(left) < parts(right);
            });
  return std::adjacent_find(rows.begin(), rows.end(),
                            [](const storage::Key* left, const storage::Key* right) {
                              return *left == *right;
                            }) != rows.end();
}

// Whether items of the table still expire by the index that named them, if any did.
base::Result<void> CheckExpires(const WriteBatch& batch, const model::TableSchema& schema) {
  if (batch.origin != WriteOrigin::kTimeToLive) {
    return {};
  }
  const std::optional<model::IndexSchema>& index = schema.expiry_index;
  if (!index || index->id != batch.expiry_space || index->status == model::IndexStatus::kDeleting) {
    return base::Error{base::ErrorCode::kResourceNotFound, "the expiry index is gone"};
  }
  return {};
}

// How many rows the probes put among an update's keys.
size_t ProbedRows(const std::vector<BackfillProbe>& probes) {
  return static_cast<size_t>(
      std::count_if(probes.begin(), probes.end(),
                    [](const BackfillProbe& probe) { return probe.entry_row.has_value(); }));
}

}  // namespace

// A batch on its way. Owned by the callbacks of the attempt that runs.
struct ItemWriter::Operation {
  WriteBatch batch;
  CallContext context;
  base::Completion<WriteBatchResult> done;
  int attempts = 0;

  // Of the current attempt.
  uint64_t epoch = 0;
  std::vector<PlannedWrite> writes;
  std::vector<std::vector<BackfillProbe>> probes;  // one list for each write
  std::vector<std::optional<ItemCollectionMetrics>> metrics;
  std::optional<storage::Key> token_row;
  int64_t now_micros = 0;
  bool entered_token = false;
  WriteBatchResult result;

  base::Result<void> Decide(storage::CurrentValues current, storage::Mutations& mutations);

 private:
  base::Result<bool> DecideToken(std::optional<std::string_view> stored);
  base::Result<void> DecideWrites(storage::CurrentValues current, storage::Mutations& mutations);
  void PutToken(storage::Mutations& mutations) const;
};

// Whether the token's transaction was done before.
base::Result<bool> ItemWriter::Operation::DecideToken(std::optional<std::string_view> stored) {
  if (!stored) {
    return false;
  }
  STATOR_ASSIGN_OR_RETURN(TokenRecord token, DecodeToken(*stored));
  if (token.expires_micros <= now_micros) {
    return false;
  }
  if (token.digest != batch.digest) {
    return base::Error{
        base::ErrorCode::kIdempotentParameterMismatch,
        "The client request token was used with different parameters in an earlier request"};
  }
  result.replay = std::move(token.replay_units);
  return true;
}

base::Result<void> ItemWriter::Operation::DecideWrites(storage::CurrentValues current,
                                                       storage::Mutations& mutations) {
  std::vector<CancellationReason> reasons(writes.size());
  bool failed = false;
  size_t probe_position = writes.size();
  for (size_t i = 0; i < writes.size(); ++i) {
    const StoredState stored{.record = current[i],
                             .probes = probes[i],
                             .probed = current.subspan(probe_position, ProbedRows(probes[i]))};
    probe_position += stored.probed.size();
    base::Result<WriteEffect> effect = DecideWrite(writes[i], stored, mutations);
    if (effect.ok()) {
      result.effects.push_back(std::move(effect).value());
      continue;
    }
    if (batch.origin == WriteOrigin::kTimeToLive &&
        effect.error().code == base::ErrorCode::kConditionalCheckFailed) {
      result.effects.emplace_back();
      continue;
    }
    std::optional<CancellationReason> reason = ReasonOf(effect.error());
    if (batch.origin != WriteOrigin::kTransaction || !reason) {
      return std::move(effect).error();
    }
    if (reason->code == "ValidationError") {
      return CancelledByValidation(writes.size(), i, std::move(*reason->message));
    }
    reasons[i] = std::move(*reason);
    failed = true;
  }
  if (failed) {
    return CancelledError(std::move(reasons));
  }
  return {};
}

void ItemWriter::Operation::PutToken(storage::Mutations& mutations) const {
  TokenRecord token{
      .expires_micros = now_micros + kTokenLifeMicros, .digest = batch.digest, .replay_units = {}};
  for (size_t i = 0; i < writes.size(); ++i) {
    const double units = 2 * ReadUnits(result.effects[i].image_bytes, true);
    const std::string& table = writes[i].action.table;
    const auto found = std::find_if(token.replay_units.begin(), token.replay_units.end(),
                                    [&table](const auto& entry) { return entry.first == table; });
    if (found == token.replay_units.end()) {
      token.replay_units.emplace_back(table, units);
    } else {
      found->second += units;
    }
  }
  mutations.Put(*token_row, EncodeToken(token));
}

base::Result<void> ItemWriter::Operation::Decide(storage::CurrentValues current,
                                                 storage::Mutations& mutations) {
  result = WriteBatchResult();
  if (token_row) {
    STATOR_ASSIGN_OR_RETURN(const bool replay, DecideToken(current.back()));
    if (replay) {
      return {};
    }
  }
  STATOR_RETURN_IF_ERROR(DecideWrites(current, mutations));
  if (token_row) {
    PutToken(mutations);
  }
  return {};
}

ItemWriter::ItemWriter(storage::Store& store, const Catalog& catalog, base::TaskRunner& retries,
                       const base::Clock& clock)
    : store_(store), catalog_(catalog), retries_(retries), clock_(clock) {}

ItemWriter::~ItemWriter() = default;

void ItemWriter::Write(WriteBatch batch, const CallContext& context,
                       base::Completion<WriteBatchResult> done) {
  auto operation = std::make_shared<Operation>();
  operation->batch = std::move(batch);
  operation->context = context;
  operation->done = std::move(done);
  if (operation->batch.token) {
    operation->token_row = TokenRow(operation->batch.token_operation, *operation->batch.token);
    operation->entered_token = running_tokens_.Enter(operation->token_row->partition);
    if (!operation->entered_token) {
      Complete(*operation, base::Error{base::ErrorCode::kTransactionInProgress,
                                       "The transaction with the given request token is already in "
                                       "progress"});
      return;
    }
  }
  Attempt(operation);
}

void ItemWriter::Attempt(const std::shared_ptr<Operation>& operation) {
  ++operation->attempts;
  if (base::Result<void> planned = Plan(*operation); !planned.ok()) {
    if (planned.error().code == base::ErrorCode::kStaleCatalog) {
      Retry(operation);
    } else {
      Complete(*operation, std::move(planned).error());
    }
    return;
  }
  base::Result<storage::UpdateRequest> request = Prepare(*operation);
  if (!request.ok()) {
    Complete(*operation, std::move(request).error());
    return;
  }
  request->decide = [state = operation.get()](storage::CurrentValues current,
                                              storage::Mutations& mutations) {
    return state->Decide(current, mutations);
  };
  store_.Update(std::move(request).value(), [this, operation](const storage::UpdateResult& result) {
    Finish(operation, result);
  });
}

base::Result<void> ItemWriter::Plan(Operation& operation) {
  std::vector<WriteAction>& actions = operation.batch.actions;
  const WriteOrigin origin = operation.batch.origin;
  std::vector<std::shared_ptr<const Table>> tables;
  tables.reserve(actions.size());
  for (const WriteAction& action : actions) {
    if (!tables.empty() && action.table == actions[tables.size() - 1].table) {
      tables.push_back(tables.back());
      continue;
    }
    STATOR_ASSIGN_OR_RETURN(Catalog::Snapshot snapshot, catalog_.FindForItems(action.table));
    if (!tables.empty() && snapshot.epoch != operation.epoch) {
      return base::Error{base::ErrorCode::kStaleCatalog, "the catalog changed between two tables"};
    }
    STATOR_RETURN_IF_ERROR(CheckExpires(operation.batch, snapshot.table->schema));
    operation.epoch = snapshot.epoch;
    tables.push_back(std::move(snapshot.table));
  }
  if (origin == WriteOrigin::kTransaction) {
    for (size_t i = 0; i < actions.size(); ++i) {
      STATOR_RETURN_IF_ERROR(CheckRequestLevel(actions[i], *tables[i]));
    }
  }
  operation.writes.clear();
  operation.writes.reserve(actions.size());
  for (size_t i = 0; i < actions.size(); ++i) {
    base::Result<PlannedWrite> write = PlanWrite(std::move(actions[i]), origin, tables[i]);
    if (!write.ok()) {
      return origin == WriteOrigin::kTransaction
                 ? CancelledByValidation(actions.size(), i, write.error().message)
                 : std::move(write).error();
    }
    operation.writes.push_back(std::move(write).value());
  }
  if (operation.writes.size() > 1 && HasDuplicateRows(operation.writes)) {
    return DuplicateRows(origin);
  }
  return {};
}

base::Result<storage::UpdateRequest> ItemWriter::Prepare(Operation& operation) {
  storage::UpdateRequest request;
  request.catalog_epoch = operation.epoch;
  request.read.cache_only = operation.context.cache_only;
  request.keys.reserve(operation.writes.size() + 1);
  operation.probes.clear();
  operation.metrics.clear();
  operation.probes.reserve(operation.writes.size());
  for (PlannedWrite& write : operation.writes) {
    STATOR_RETURN_IF_ERROR(CheckItemCollectionLimit(store_, write));
    if (write.table->HasFollowers()) {
      write.now_micros = clock_.NowMicros();
    }
    STATOR_ASSIGN_OR_RETURN(std::vector<BackfillProbe> probes,
                            ProbeBackfills(store_, write, request.read));
    operation.probes.push_back(std::move(probes));
    request.keys.push_back(write.row);
    if (operation.batch.item_collection_metrics) {
      STATOR_ASSIGN_OR_RETURN(std::optional<ItemCollectionMetrics> metrics,
                              MeasureItemCollection(store_, write));
      operation.metrics.push_back(std::move(metrics));
    }
  }
  for (const std::vector<BackfillProbe>& probes : operation.probes) {
    for (const BackfillProbe& probe : probes) {
      if (probe.entry_row) {
        request.keys.push_back(*probe.entry_row);
      }
    }
  }
  if (operation.token_row) {
    request.keys.push_back(*operation.token_row);
    operation.now_micros = clock_.NowMicros();
  }
  return request;
}

void ItemWriter::Finish(const std::shared_ptr<Operation>& operation,
                        const storage::UpdateResult& result) {
  if (result.outcome != storage::UpdateOutcome::kCommitted) {
    base::Error error = UpdateError(result);
    if (error.code == base::ErrorCode::kStaleCatalog && operation->attempts < kMaxAttempts) {
      Retry(operation);
    } else {
      Complete(*operation, std::move(error));
    }
    return;
  }
  operation->result.metrics = std::move(operation->metrics);
  Complete(*operation, std::move(operation->result));
}

void ItemWriter::Retry(const std::shared_ptr<Operation>& operation) {
  // The actions went into the plan; the next one is made of them again.
  for (size_t i = 0; i < operation->writes.size(); ++i) {
    operation->batch.actions[i] = std::move(operation->writes[i].action);
  }
  operation->writes.clear();
  operation->context.cache_only = false;  // the runner's threads may wait
  const auto attempt = [this, operation] {
    catalog_.WaitUntilCurrent();
    Attempt(operation);
  };
  if (!retries_.Post(attempt)) {
    Complete(*operation,
             base::Error{base::ErrorCode::kUnavailable, "the server is stopping or overloaded"});
  }
}

void ItemWriter::Complete(Operation& operation, base::Result<WriteBatchResult> result) {
  if (operation.entered_token) {
    running_tokens_.Leave(operation.token_row->partition);
  }
  operation.done(std::move(result));
}

}  // namespace stator::engine
