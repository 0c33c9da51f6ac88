#include "engine/tables.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

#include "base/random.h"
#include "engine/item_change.h"
#include "engine/resource_policies.h"
#include "engine/schema_builder.h"
#include "engine/table_settings.h"
#include "engine/table_update.h"
#include "engine/time_to_live.h"
#include "model/limits.h"

namespace stator::engine {
namespace {

constexpr size_t kMaxSettling = 100'000;

int64_t SteadyMillis() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

base::Error InvalidResourceArn(const std::string& arn) {
  return base::ValidationError("Invalid TableArn: Invalid ResourceArn provided as input " + arn);
}

// The table of a table's ARN. Indexes and streams have ARNs, too, but no tags (K9).
base::Result<std::string> TableNameOfArn(const Catalog& catalog, const std::string& arn) {
  const size_t table_at = arn.find(":table/");
  if (!arn.starts_with("arn:") || arn.find(":dynamodb:") == std::string::npos ||
      table_at == std::string::npos ||
      arn.find('/', table_at + std::string_view(":table/").size()) != std::string::npos) {
    return InvalidResourceArn(arn);
  }
  const std::optional<std::string_view> name = catalog.NameOf(arn);
  // Whether another account has such a table is not told.
  if (!name || (!AccountOfName(*name).empty() && !catalog.Find(*name).ok())) {
    return base::Error{base::ErrorCode::kAccessDenied,
                       "User is not authorized to perform this operation on resource: " + arn};
  }
  return std::string(*name);
}

base::Error NoSuchResource(const std::string& arn) {
  return base::Error{base::ErrorCode::kResourceNotFound,
                     "Requested resource not found: ResourcArn: " + arn + " not found"};
}

base::Error TableExists(const std::string& name) {
  return base::Error{base::ErrorCode::kResourceInUse,
                     "Table already exists: " + std::string(BareTableName(name))};
}

}  // namespace

Tables::Tables(storage::Store& store, Catalog& catalog, TablesOptions options,
               const base::Clock& clock)
    : store_(store),
      catalog_(catalog),
      options_(options),
      clock_(clock),
      backfill_(store, catalog,
                [this](const std::string& table, storage::Space index_space) {
                  FinishBackfill(table, index_space);
                }),
      settling_("tables", 1, kMaxSettling) {}

Tables::~Tables() { Stop(); }

base::Result<void> Tables::Start() {
  for (const std::string& name : catalog_.Names()) {
    STATOR_ASSIGN_OR_RETURN(const Catalog::Snapshot snapshot, catalog_.Find(name));
    if (snapshot.table->stream_enabled && snapshot.table->stream == nullptr) {
      STATOR_RETURN_IF_ERROR(MakeMissingStream(name));
    }
    Resume(*snapshot.table);
  }
  return {};
}

base::Result<void> Tables::MakeMissingStream(const std::string& name) {
  STATOR_ASSIGN_OR_RETURN(const storage::Space space, catalog_.NewSpaces(1));
  const auto attach = [&](const Table* current) -> base::Result<std::shared_ptr<const Table>> {
    if (current == nullptr) {
      return NoSuchTable(name);
    }
    auto table = std::make_shared<Table>(*current);
    AttachStream(space, clock_.NowMicros(), *table);
    return table;
  };
  const base::Result<std::shared_ptr<const Table>> stored = catalog_.Update(name, attach);
  return stored.ok() ? base::Result<void>() : base::Result<void>(stored.error());
}

void Tables::AttachNewStream(storage::Space space, Table& table) const {
  // Two streams of one millisecond would have the same name.
  int64_t micros = clock_.NowMicros();
  const std::string& name = table.schema.name;
  while (catalog_.FindStream(name, StreamLabel(micros)) != nullptr) {
    micros += 1000;
  }
  table.stream_label = StreamLabel(micros);
  AttachStream(space, micros, table);
}

void Tables::Stop() {
  {
    base::MutexLock lock(mutex_);
    stopping_ = true;
    stop_signal_.NotifyAll();
  }
  // The backfill first: it posts to the other.
  backfill_.Stop();
  settling_.Stop();
}

base::Result<TableDescription> Tables::CreateTable(const CreateTableRequest& request) {
  CreateTableRequest named = request;
  // A name that is an ARN of someone else stays as it is, and is no valid name.
  named.table = std::string(catalog_.NameOf(request.table).value_or(request.table));
  STATOR_ASSIGN_OR_RETURN(Table table, BuildTable(named, {.now_micros = clock_.NowMicros(),
                                                          .identity = catalog_.identity()}));
  if (catalog_.Find(named.table).ok()) {
    return TableExists(named.table);
  }
  if (NamesOf(AccountOfName(named.table)).size() >= model::limits::kTables) {
    return base::Error{base::ErrorCode::kLimitExceeded,
                       "Subscriber limit exceeded: There is a limit of " +
                           std::to_string(model::limits::kTables) + " tables per subscriber"};
  }
  const auto index_count = static_cast<uint32_t>(table.schema.global_indexes.size());
  const uint32_t stream_count = table.stream_enabled ? 1 : 0;
  STATOR_ASSIGN_OR_RETURN(storage::Space space, catalog_.NewSpaces(1 + index_count + stream_count));
  table.id = base::RandomUuid();
  if (request.policy) {
    table.policy = ResourcePolicy{.document = *request.policy,
                                  .revision_id = NewRevisionId("", clock_.NowMicros())};
  }
  table.schema.space = space;
  for (model::IndexSchema& index : table.schema.global_indexes) {
    index.id = ++space;
  }
  if (table.stream_enabled) {
    AttachNewStream(++space, table);
  }
  const std::shared_ptr<const Table> stored = Stored(table);
  const auto create = [&](const Table* current) -> base::Result<std::shared_ptr<const Table>> {
    if (current != nullptr) {
      return TableExists(current->schema.name);
    }
    return stored;
  };
  STATOR_RETURN_IF_ERROR(catalog_.Update(named.table, create));
  Resume(*stored);
  return Describe(std::make_shared<Table>(std::move(table)));
}

base::Result<TableDescription> Tables::UpdateTable(const UpdateTableRequest& request) {
  STATOR_RETURN_IF_ERROR(CheckUpdateRequest(request));
  STATOR_ASSIGN_OR_RETURN(const Catalog::Snapshot snapshot, catalog_.Find(request.table));
  const std::string name = snapshot.table->schema.name;
  const ChangeContext context{.now_micros = clock_.NowMicros(), .identity = catalog_.identity()};
  // Checked on the snapshot first, so that a refused request takes no space number.
  STATOR_RETURN_IF_ERROR(UpdatedTable(*snapshot.table, request, context, 0));
  storage::Space new_space = 0;
  if (CreatesIndex(request) || request.stream) {
    STATOR_ASSIGN_OR_RETURN(new_space, catalog_.NewSpaces(2));
  }
  std::shared_ptr<const Table> transitional;
  const auto update = [&](const Table* current) -> base::Result<std::shared_ptr<const Table>> {
    if (current == nullptr) {
      return NoSuchTable(name);
    }
    STATOR_ASSIGN_OR_RETURN(Table table, UpdatedTable(*current, request, context, new_space));
    if (table.stream_enabled && table.stream == nullptr) {
      AttachNewStream(new_space + 1, table);
    }
    transitional = std::make_shared<Table>(std::move(table));
    return Stored(*transitional);
  };
  STATOR_ASSIGN_OR_RETURN(const std::shared_ptr<const Table> stored, catalog_.Update(name, update));
  Resume(*stored);
  return Describe(std::move(transitional));
}

base::Result<TableDescription> Tables::DeleteTable(std::string_view name_or_arn) {
  STATOR_ASSIGN_OR_RETURN(const Catalog::Snapshot snapshot, catalog_.Find(name_or_arn));
  const std::string name = snapshot.table->schema.name;
  const TableDescription before = Describe(snapshot.table);
  std::shared_ptr<const Table> transitional;
  const auto remove = [&](const Table* current) -> base::Result<std::shared_ptr<const Table>> {
    if (current == nullptr) {
      return NoSuchTable(name);
    }
    STATOR_RETURN_IF_ERROR(CheckNotInUse(*current));
    if (current->deletion_protection) {
      return base::ValidationError(
          "Resource cannot be deleted as it is currently protected against deletion. Disable "
          "deletion protection first.");
    }
    auto table = std::make_shared<Table>(*current);
    table->status = TableStatus::kDeleting;
    for (model::IndexSchema& index : table->schema.global_indexes) {
      index.status = model::IndexStatus::kDeleting;
    }
    transitional = std::move(table);
    return Stored(*transitional);
  };
  STATOR_ASSIGN_OR_RETURN(const std::shared_ptr<const Table> stored, catalog_.Update(name, remove));
  if (stored != nullptr) {
    Resume(*stored);
  }
  TableDescription description = before;  // counts as they were before the rows went
  description.table = std::move(transitional);
  return description;
}

base::Result<TableDescription> Tables::DescribeTable(std::string_view name_or_arn) const {
  STATOR_ASSIGN_OR_RETURN(Catalog::Snapshot snapshot, catalog_.Find(name_or_arn));
  return Describe(std::move(snapshot.table));
}

std::vector<std::string> Tables::NamesOf(std::string_view account) const {
  std::vector<std::string> names;
  for (const std::string& name : catalog_.Names()) {
    if (AccountOfName(name) == account) {
      names.emplace_back(BareTableName(name));
    }
  }
  return names;
}

ListTablesResult Tables::ListTables(const ListTablesRequest& request) const {
  std::vector<std::string> names = NamesOf(request.account);
  auto first = names.begin();
  if (request.exclusive_start) {
    first = std::upper_bound(names.begin(), names.end(), *request.exclusive_start);
  }
  const auto limit =
      static_cast<std::ptrdiff_t>(request.limit.value_or(model::limits::kListTablesPage));
  const auto last = first + std::min<std::ptrdiff_t>(limit, names.end() - first);
  ListTablesResult result;
  if (last != names.end()) {
    result.last_evaluated = *(last - 1);
  }
  result.names.assign(std::make_move_iterator(first), std::make_move_iterator(last));
  return result;
}

base::Result<void> Tables::UpdateTimeToLive(const std::string& name_or_arn,
                                            const TimeToLiveSpec& spec) {
  STATOR_ASSIGN_OR_RETURN(const Catalog::Snapshot snapshot, catalog_.Find(name_or_arn));
  const std::string name = snapshot.table->schema.name;
  TimeToLiveContext context{.now_micros = clock_.NowMicros(),
                            .pause_micros = options_.ttl_change_pause_millis * 1000};
  // Checked on the snapshot first, so that a refused request takes no space number.
  STATOR_RETURN_IF_ERROR(WithTimeToLive(*snapshot.table, spec, context));
  if (spec.enabled) {
    STATOR_ASSIGN_OR_RETURN(context.new_space, catalog_.NewSpaces(1));
  }
  const auto update = [&](const Table* current) -> base::Result<std::shared_ptr<const Table>> {
    if (current == nullptr) {
      return NoSuchTable(name);
    }
    STATOR_ASSIGN_OR_RETURN(const Table table, WithTimeToLive(*current, spec, context));
    return Stored(table);
  };
  STATOR_ASSIGN_OR_RETURN(const std::shared_ptr<const Table> stored, catalog_.Update(name, update));
  Resume(*stored);
  return {};
}

base::Result<TimeToLiveDescription> Tables::DescribeTimeToLive(std::string_view name_or_arn) const {
  STATOR_ASSIGN_OR_RETURN(const Catalog::Snapshot snapshot, catalog_.Find(name_or_arn));
  return DescribeTimeToLiveOf(*snapshot.table);
}

base::Result<void> Tables::TagResource(const std::string& arn, const std::vector<Tag>& tags) {
  if (tags.empty()) {
    return base::ValidationError("Atleast one Tag needs to be provided as Input.");
  }
  STATOR_ASSIGN_OR_RETURN(const std::string name, TableNameOfArn(catalog_, arn));
  const auto add = [&](const Table* current) -> base::Result<std::shared_ptr<const Table>> {
    if (current == nullptr) {
      return NoSuchResource(arn);
    }
    auto table = std::make_shared<Table>(*current);
    STATOR_RETURN_IF_ERROR(ApplyTags(tags, *table));
    return std::shared_ptr<const Table>(std::move(table));
  };
  STATOR_RETURN_IF_ERROR(catalog_.Update(name, add));
  return {};
}

base::Result<void> Tables::UntagResource(const std::string& arn,
                                         const std::vector<std::string>& keys) {
  if (keys.empty()) {
    return base::ValidationError("Atleast one Tag Key needs to be provided as Input.");
  }
  STATOR_ASSIGN_OR_RETURN(const std::string name, TableNameOfArn(catalog_, arn));
  const auto remove = [&](const Table* current) -> base::Result<std::shared_ptr<const Table>> {
    if (current == nullptr) {
      return NoSuchResource(arn);
    }
    auto table = std::make_shared<Table>(*current);
    std::erase_if(table->tags, [&keys](const Tag& tag) {
      return std::find(keys.begin(), keys.end(), tag.first) != keys.end();
    });
    return std::shared_ptr<const Table>(std::move(table));
  };
  STATOR_RETURN_IF_ERROR(catalog_.Update(name, remove));
  return {};
}

base::Result<std::vector<Tag>> Tables::ListTagsOfResource(const std::string& arn) const {
  STATOR_ASSIGN_OR_RETURN(const std::string name, TableNameOfArn(catalog_, arn));
  const base::Result<Catalog::Snapshot> snapshot = catalog_.Find(name);
  if (!snapshot.ok()) {
    // The service does not tell the tags of a table that is not there from those that the caller
    // must not see (K9).
    return base::Error{base::ErrorCode::kAccessDenied,
                       "User is not authorized to perform: dynamodb:ListTagsOfResource on "
                       "resource: " +
                           arn};
  }
  return snapshot->table->tags;
}

TableDescription Tables::Describe(std::shared_ptr<const Table> table) const {
  const model::TableSchema& schema = table->schema;
  // A counter is below zero only for the moment in which an update of it is not yet complete.
  const auto count = [&](const model::IndexSchema* index) {
    return RowCounts{.items = std::max<int64_t>(0, store_.Counter(ItemCounterOf(schema, index))),
                     .bytes = std::max<int64_t>(0, store_.Counter(BytesCounterOf(schema, index)))};
  };
  TableDescription description;
  description.arn = catalog_.TableArn(schema.name);
  description.counts = count(nullptr);
  for (const model::IndexSchema& index : schema.local_indexes) {
    description.local_indexes.push_back(count(&index));
  }
  for (const model::IndexSchema& index : schema.global_indexes) {
    description.global_indexes.push_back(count(&index));
  }
  description.table = std::move(table);
  return description;
}

std::shared_ptr<const Table> Tables::Stored(const Table& transitional) const {
  return options_.status_delay_millis > 0 ? std::make_shared<Table>(transitional)
                                          : Settled(transitional);
}

void Tables::Resume(const Table& table) {
  for (const model::IndexSchema& index : table.schema.global_indexes) {
    if (index.backfilling) {
      backfill_.Post(table.schema.name, index.id);
    }
  }
  if (table.schema.expiry_index && table.schema.expiry_index->backfilling) {
    backfill_.Post(table.schema.name, table.schema.expiry_index->id);
  }
  if (!IsSettled(table)) {
    PostSettling(table.schema.name);
  }
}

void Tables::PostSettling(const std::string& name) {
  const int64_t due = SteadyMillis() + options_.status_delay_millis;
  // A runner that does not take the task is stopping; the next start posts it again. All delays are
  // equal, so tasks fall due in the order in which they are posted.
  (void)settling_.Post([this, name, due] { SettleLater(name, due); });
}

void Tables::SettleLater(const std::string& name, int64_t due_steady_millis) {
  {
    base::MutexLock lock(mutex_);
    for (int64_t left = due_steady_millis - SteadyMillis(); left > 0 && !stopping_;
         left = due_steady_millis - SteadyMillis()) {
      stop_signal_.WaitFor(mutex_, std::chrono::milliseconds(left));
    }
    if (stopping_) {
      return;
    }
  }
  const auto settle = [&](const Table* current) -> base::Result<std::shared_ptr<const Table>> {
    if (current == nullptr) {
      return NoSuchTable(name);
    }
    return Settled(*current);
  };
  // A store that fails keeps the table as it is; the next start tries again.
  (void)catalog_.Update(name, settle).ok();
}

void Tables::FinishBackfill(const std::string& name, storage::Space index_space) {
  const auto finish = [&](const Table* current) -> base::Result<std::shared_ptr<const Table>> {
    if (current == nullptr) {
      return NoSuchTable(name);
    }
    auto table = std::make_shared<Table>(*current);
    for (model::IndexSchema& index : table->schema.global_indexes) {
      if (index.id == index_space) {
        index.backfilling = false;
      }
    }
    if (table->schema.expiry_index && table->schema.expiry_index->id == index_space) {
      table->schema.expiry_index->backfilling = false;
    }
    return Stored(*table);
  };
  const base::Result<std::shared_ptr<const Table>> stored = catalog_.Update(name, finish);
  if (stored.ok() && *stored != nullptr && !IsSettled(**stored)) {
    PostSettling(name);
  }
}

}  // namespace stator::engine
