#include "engine/table_update.h"

#include <algorithm>
#include <set>
#include <utility>

#include "engine/catalog.h"
#include "engine/schema_builder.h"
#include "model/limits.h"

namespace stator::engine {
namespace {

using model::IndexSchema;
using model::IndexStatus;
using model::KeyAttribute;

constexpr std::string_view kNothingToUpdate =
    "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, "
    "GlobalSecondaryIndexUpdates or SSESpecification or ReplicaUpdates is required";

const std::string& NameOf(const IndexUpdate& update) {
  if (update.create) {
    return update.create->name;
  }
  return update.update ? update.update->name : *update.remove;
}

bool HasIndexUpdates(const UpdateTableRequest& request) {
  return request.index_updates && !request.index_updates->empty();
}

bool AsksForSomething(const UpdateTableRequest& request) {
  return request.billing_mode || request.provisioned || request.on_demand || request.warm ||
         HasIndexUpdates(request) || request.stream || request.encryption || request.table_class ||
         request.deletion_protection;
}

base::Result<void> CheckNewIndex(const IndexSpec& spec,
                                 const std::vector<KeyAttribute>& definitions) {
  STATOR_RETURN_IF_ERROR(CheckKeyElements(spec.key, KeyOwner::kGlobalIndex));
  STATOR_RETURN_IF_ERROR(CheckProjection(spec.projection));
  for (const KeyElement& element : spec.key) {
    if (!HasDefinition(definitions, element.attribute)) {
      return base::ValidationError(
          "Invalid KeySchema: Some index key attribute have no definition");
    }
  }
  return {};
}

base::Error OneIndexAtATime() {
  return base::Error{base::ErrorCode::kLimitExceeded,
                     "Subscriber limit exceeded: Only 1 online index can be created or deleted "
                     "simultaneously per table"};
}

base::Result<void> CheckIndexUpdates(const UpdateTableRequest& request) {
  std::set<std::string_view> names;
  size_t created_or_deleted = 0;
  for (const IndexUpdate& update : *request.index_updates) {
    const int members = (update.create ? 1 : 0) + (update.update ? 1 : 0) + (update.remove ? 1 : 0);
    if (members == 0) {
      return InvalidParameter(
          "One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, "
          "GlobalSecondaryIndexUpdate.Delete must not be null");
    }
    if (members > 1) {
      return InvalidParameter(
          "Only one of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, "
          "GlobalSecondaryIndexUpdate.Delete may be specified");
    }
    if (!names.insert(NameOf(update)).second) {
      return InvalidParameter(
          "Only one global secondary index update per index is allowed simultaneously. Index: " +
          NameOf(update));
    }
    created_or_deleted += update.update ? 0 : 1;
    if (update.create) {
      STATOR_RETURN_IF_ERROR(CheckNewIndex(*update.create, request.attributes));
    }
  }
  return created_or_deleted > 1 ? base::Result<void>(OneIndexAtATime()) : base::Result<void>();
}

// Whether the table's state allows the change. A new index may be deleted while it is backfilled,
// which ends the backfill; nothing else happens to a table that is not ACTIVE (K8).
base::Result<void> CheckState(const Table& table, const UpdateTableRequest& request) {
  if (table.status != TableStatus::kUpdating || !HasIndexUpdates(request)) {
    return CheckNotInUse(table);
  }
  const auto& indexes = table.schema.global_indexes;
  const auto busy = std::find_if(indexes.begin(), indexes.end(), [](const IndexSchema& index) {
    return index.status == IndexStatus::kCreating || index.status == IndexStatus::kDeleting;
  });
  if (busy == indexes.end()) {
    return CheckNotInUse(table);
  }
  const IndexUpdate& update = request.index_updates->front();
  if (update.remove && *update.remove == busy->name && busy->backfilling) {
    return {};
  }
  return update.update ? CheckNotInUse(table) : OneIndexAtATime();
}

// Definitions of the attributes that keys still use; those of the table first, then new ones. The
// type of an attribute that the table already uses stays as it is (K1).
std::vector<KeyAttribute> Prune(const Table& table, const std::vector<KeyAttribute>& added) {
  std::vector<KeyAttribute> definitions = table.attributes;
  for (const KeyAttribute& definition : added) {
    if (!HasDefinition(definitions, definition.name)) {
      definitions.push_back(definition);
    }
  }
  std::erase_if(definitions, [&table](const KeyAttribute& definition) {
    const auto uses = [&definition](const IndexSchema& index) {
      return index.status != IndexStatus::kDeleting && index.key.Find(definition.name) != nullptr;
    };
    const model::TableSchema& schema = table.schema;
    return schema.key.Find(definition.name) == nullptr &&
           std::none_of(schema.local_indexes.begin(), schema.local_indexes.end(), uses) &&
           std::none_of(schema.global_indexes.begin(), schema.global_indexes.end(), uses);
  });
  return definitions;
}

base::Result<void> AddIndex(const IndexSpec& spec, const std::vector<KeyAttribute>& added,
                            storage::Space space, Table& table) {
  model::TableSchema& schema = table.schema;
  if (schema.FindIndex(spec.name) != nullptr) {
    return base::ValidationError("Attempting to create an index which already exists");
  }
  if (schema.global_indexes.size() >= model::limits::kGlobalIndexes) {
    return base::Error{base::ErrorCode::kLimitExceeded,
                       "GlobalSecondaryIndex count exceeds the per-table limit of " +
                           std::to_string(model::limits::kGlobalIndexes)};
  }
  std::vector<KeyAttribute> definitions = table.attributes;
  for (const KeyAttribute& definition : added) {
    if (!HasDefinition(definitions, definition.name)) {
      definitions.push_back(definition);
    }
  }
  STATOR_ASSIGN_OR_RETURN(IndexSchema index, BuildGlobalIndex(spec, definitions));
  index.id = space;
  index.status = IndexStatus::kCreating;
  index.backfilling = true;
  IndexSettings settings;
  STATOR_RETURN_IF_ERROR(
      InitializeCapacity(spec.settings, {.mode = table.billing_mode, .index = spec.name},
                         {settings.provisioned, settings.on_demand, settings.warm}));
  schema.global_indexes.push_back(std::move(index));
  table.global_index_settings.push_back(settings);
  return CheckProjectedAttributes(schema);
}

// `what` is to be done with the index: "delete" or "update".
base::Result<IndexSchema*> FindGlobal(Table& table, const std::string& name,
                                      const std::string& what) {
  for (IndexSchema& index : table.schema.global_indexes) {
    if (index.name == name) {
      return &index;
    }
  }
  if (table.schema.FindIndex(name) != nullptr) {
    return base::ValidationError("Cannot " + what +
                                 " an index that is not a GlobalSecondaryIndex: " + name);
  }
  return base::Error{
      base::ErrorCode::kResourceNotFound,
      "Requested resource not found: Index " + name + " for table " + table.schema.name};
}

// Creates and deletes indexes; settings are changed by UpdateIndexSettings.
base::Result<void> UpdateIndexes(const UpdateTableRequest& request, storage::Space new_space,
                                 Table& table) {
  if (!request.index_updates) {
    return {};
  }
  for (const IndexUpdate& update : *request.index_updates) {
    if (update.create) {
      STATOR_RETURN_IF_ERROR(AddIndex(*update.create, request.attributes, new_space, table));
    } else if (update.remove) {
      STATOR_ASSIGN_OR_RETURN(IndexSchema * index, FindGlobal(table, *update.remove, "delete"));
      index->status = IndexStatus::kDeleting;
      index->backfilling = false;
    } else {
      STATOR_ASSIGN_OR_RETURN(IndexSchema * index,
                              FindGlobal(table, update.update->name, "update"));
      index->status = IndexStatus::kUpdating;
    }
  }
  return {};
}

const IndexSettingsSpec* FindSettings(const UpdateTableRequest& request, const std::string& name) {
  if (!request.index_updates) {
    return nullptr;
  }
  for (const IndexUpdate& update : *request.index_updates) {
    if (update.update && update.update->name == name) {
      return &update.update->settings;
    }
  }
  return nullptr;
}

// Applies the settings that the request has for existing indexes, and a new billing mode to all of
// them.
base::Result<void> UpdateIndexSettings(const UpdateTableRequest& request, bool mode_changed,
                                       int64_t now_micros, Table& table) {
  const IndexSettingsSpec none;
  for (size_t i = 0; i < table.global_index_settings.size(); ++i) {
    const std::string& name = table.schema.global_indexes[i].name;
    const IndexSettingsSpec* spec = FindSettings(request, name);
    if (spec == nullptr && !mode_changed) {
      continue;
    }
    if (table.schema.global_indexes[i].status == IndexStatus::kDeleting) {
      continue;
    }
    IndexSettings& settings = table.global_index_settings[i];
    STATOR_RETURN_IF_ERROR(UpdateCapacity(
        spec != nullptr ? *spec : none, {.mode = table.billing_mode, .index = name}, mode_changed,
        now_micros, {settings.provisioned, settings.on_demand, settings.warm}));
  }
  return {};
}

base::Result<void> UpdateTableCapacity(const UpdateTableRequest& request, bool mode_changed,
                                       int64_t now_micros, Table& table) {
  if (mode_changed && table.billing_mode == BillingMode::kPayPerRequest) {
    table.on_demand_since_micros = now_micros;
  }
  return UpdateCapacity(
      {.provisioned = request.provisioned, .on_demand = request.on_demand, .warm = request.warm},
      {.mode = table.billing_mode, .index = {}}, mode_changed, now_micros,
      {table.provisioned, table.on_demand, table.warm});
}

base::Result<void> UpdateStream(const StreamSpec& stream, int64_t now_micros, Table& table) {
  if (stream.enabled && table.stream_enabled) {
    return base::ValidationError("Table already has an enabled stream: TableName: " +
                                 std::string(BareTableName(table.schema.name)));
  }
  if (!stream.enabled && !table.stream_enabled) {
    return base::ValidationError("Table does not have an enabled stream: TableName: " +
                                 std::string(BareTableName(table.schema.name)));
  }
  if (stream.enabled) {
    EnableStream(stream, now_micros, table);
  } else {
    table.stream_enabled = false;
    table.stream = nullptr;
  }
  return {};
}

}  // namespace

base::Result<void> CheckNotInUse(const Table& table) {
  std::string_view what;
  switch (table.status) {
    case TableStatus::kActive:
      return {};
    case TableStatus::kCreating:
      what = "created";
      break;
    case TableStatus::kUpdating:
      what = "updated";
      break;
    case TableStatus::kDeleting:
      what = "deleted";
      break;
  }
  return base::Error{base::ErrorCode::kResourceInUse,
                     "Attempt to change a resource which is still in use: Table is being " +
                         std::string(what) + ": " + std::string(BareTableName(table.schema.name))};
}

base::Result<void> CheckUpdateRequest(const UpdateTableRequest& request) {
  if (!AsksForSomething(request)) {
    return base::ValidationError(std::string(kNothingToUpdate));
  }
  if (request.billing_mode == BillingMode::kPayPerRequest && request.provisioned) {
    return InvalidParameter(
        "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is "
        "PAY_PER_REQUEST");
  }
  STATOR_RETURN_IF_ERROR(CheckDefinitions(request.attributes));
  if (request.stream) {
    STATOR_RETURN_IF_ERROR(CheckStream(*request.stream));
    if (request.provisioned) {
      return InvalidParameter("You cannot modify stream status while updating table IOPS");
    }
  }
  return HasIndexUpdates(request) ? CheckIndexUpdates(request) : base::Result<void>();
}

bool CreatesIndex(const UpdateTableRequest& request) {
  return HasIndexUpdates(request) &&
         std::any_of(request.index_updates->begin(), request.index_updates->end(),
                     [](const IndexUpdate& update) { return update.create.has_value(); });
}

base::Result<Table> UpdatedTable(const Table& current, const UpdateTableRequest& request,
                                 const ChangeContext& context, storage::Space new_space) {
  STATOR_RETURN_IF_ERROR(CheckState(current, request));
  Table table = current;
  table.billing_mode = request.billing_mode.value_or(current.billing_mode);
  const bool mode_changed = table.billing_mode != current.billing_mode;
  STATOR_RETURN_IF_ERROR(UpdateTableCapacity(request, mode_changed, context.now_micros, table));
  STATOR_RETURN_IF_ERROR(UpdateIndexSettings(request, mode_changed, context.now_micros, table));
  STATOR_RETURN_IF_ERROR(UpdateIndexes(request, new_space, table));
  table.attributes = Prune(table, request.attributes);
  if (request.stream) {
    STATOR_RETURN_IF_ERROR(UpdateStream(*request.stream, context.now_micros, table));
  }
  if (request.encryption) {
    STATOR_RETURN_IF_ERROR(ApplyEncryption(*request.encryption, context.identity, table));
  }
  if (request.table_class) {
    table.table_class = request.table_class;
    table.table_class_changed_micros = context.now_micros;
  }
  table.deletion_protection = request.deletion_protection.value_or(table.deletion_protection);
  table.status = TableStatus::kUpdating;
  return table;
}

}  // namespace stator::engine
