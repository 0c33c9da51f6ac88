#include "engine/table_settings.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>
#include <set>
#include <utility>

#include "base/random.h"
#include "engine/catalog.h"
#include "engine/schema_builder.h"
#include "model/limits.h"

namespace stator::engine {
namespace {

constexpr size_t kTableNameBytesMin = 3;
constexpr size_t kTableNameBytesMax = 255;
constexpr int64_t kMicrosPerDay = 86'400'000'000;
constexpr int64_t kNoMaximum = -1;

// " for index: NAME", or nothing for a table.
std::string ForIndex(const CapacityOwner& owner) {
  return owner.index.empty() ? "" : " for index: " + std::string(owner.index);
}

// "for the index NAME", or "for the table".
std::string OfOwner(const CapacityOwner& owner) {
  return owner.index.empty() ? "the table" : "the index " + std::string(owner.index);
}

base::Result<void> CheckProvisioned(const IndexSettingsSpec& spec, const CapacityOwner& owner,
                                    bool required) {
  if (owner.mode == BillingMode::kPayPerRequest && spec.provisioned) {
    return InvalidParameter(
        owner.index.empty()
            ? "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode "
              "is PAY_PER_REQUEST"
            : "ProvisionedThroughput should not be specified" + ForIndex(owner) +
                  " when BillingMode is PAY_PER_REQUEST");
  }
  if (owner.mode == BillingMode::kProvisioned && required && !spec.provisioned) {
    return InvalidParameter(
        owner.index.empty()
            ? "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is "
              "PROVISIONED"
            : "Both ReadCapacityUnits and WriteCapacityUnits must be specified" + ForIndex(owner));
  }
  return {};
}

// Merges one member: -1 removes the maximum, where `may_remove`.
base::Result<void> MergeMaximum(std::string_view member, const std::optional<int64_t>& requested,
                                bool may_remove, std::optional<int64_t>& maximum) {
  if (!requested) {
    return {};
  }
  if (*requested == kNoMaximum && may_remove) {
    maximum.reset();
    return {};
  }
  if (*requested < 1) {
    return InvalidParameter(std::string(member) + " must be greater than or equal to 1");
  }
  maximum = requested;
  return {};
}

// K2. `may_remove`: in UpdateTable.
base::Result<void> MergeOnDemand(const IndexSettingsSpec& spec, const CapacityOwner& owner,
                                 bool may_remove, std::optional<OnDemandThroughput>& on_demand) {
  if (!spec.on_demand) {
    return {};
  }
  if (owner.mode == BillingMode::kProvisioned) {
    return InvalidParameter("OnDemandThroughput can only be specified" + ForIndex(owner) +
                            " when BillingMode is PAY_PER_REQUEST");
  }
  OnDemandThroughput merged = on_demand.value_or(OnDemandThroughput{});
  STATOR_RETURN_IF_ERROR(MergeMaximum("MaxReadRequestUnits", spec.on_demand->max_read_units,
                                      may_remove, merged.max_read_units));
  STATOR_RETURN_IF_ERROR(MergeMaximum("MaxWriteRequestUnits", spec.on_demand->max_write_units,
                                      may_remove, merged.max_write_units));
  if (merged.max_read_units || merged.max_write_units) {
    on_demand = merged;
  } else {
    on_demand.reset();
  }
  return {};
}

// Warm throughput only grows; provisioned units and the start of on-demand tables are its floor.
base::Result<void> RaiseWarm(std::string_view member, const std::optional<int64_t>& requested,
                             const CapacityOwner& owner, int64_t& units) {
  if (!requested) {
    return {};
  }
  if (*requested < units) {
    return InvalidParameter("Requested " + std::string(member) + " for WarmThroughput for " +
                            OfOwner(owner) + " is lower than the current value. Requested: " +
                            std::to_string(*requested) + ", current: " + std::to_string(units));
  }
  units = *requested;
  return {};
}

base::Result<void> UpdateWarm(const IndexSettingsSpec& spec, const CapacityOwner& owner,
                              const ProvisionedThroughput& provisioned, WarmThroughput& warm) {
  const WarmThroughput floor = owner.mode == BillingMode::kPayPerRequest
                                   ? WarmThroughput{}
                                   : WarmThroughput{.read_units = provisioned.read_units,
                                                    .write_units = provisioned.write_units};
  warm.read_units = std::max(warm.read_units, floor.read_units);
  warm.write_units = std::max(warm.write_units, floor.write_units);
  if (!spec.warm) {
    return {};
  }
  STATOR_RETURN_IF_ERROR(
      RaiseWarm("ReadUnitsPerSecond", spec.warm->read_units, owner, warm.read_units));
  return RaiseWarm("WriteUnitsPerSecond", spec.warm->write_units, owner, warm.write_units);
}

base::Error UnchangedThroughput(const ThroughputSpec& spec, const CapacityOwner& owner) {
  const std::string read = std::to_string(spec.read_units);
  const std::string write = std::to_string(spec.write_units);
  const std::string kind = owner.index.empty() ? "table" : "index";
  return base::ValidationError(
      "The provisioned throughput for " + OfOwner(owner) +
      " will not change. The requested value equals the current value. Current ReadCapacityUnits "
      "provisioned for the " +
      kind + ": " + read + ". Requested ReadCapacityUnits: " + read +
      ". Current WriteCapacityUnits provisioned for the " + kind + ": " + write +
      ". Requested WriteCapacityUnits: " + write +
      ". Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher "
      "limits.");
}

// Sets new units and keeps the history that descriptions show.
void SetProvisioned(const ThroughputSpec& spec, int64_t now_micros,
                    ProvisionedThroughput& throughput) {
  const bool increases =
      spec.read_units > throughput.read_units || spec.write_units > throughput.write_units;
  const bool decreases =
      spec.read_units < throughput.read_units || spec.write_units < throughput.write_units;
  if (decreases) {
    const bool same_day =
        throughput.last_decrease_micros &&
        *throughput.last_decrease_micros / kMicrosPerDay == now_micros / kMicrosPerDay;
    throughput.decreases_today = same_day ? throughput.decreases_today + 1 : 1;
    throughput.last_decrease_micros = now_micros;
  }
  if (increases) {
    throughput.last_increase_micros = now_micros;
  }
  throughput.read_units = spec.read_units;
  throughput.write_units = spec.write_units;
}

bool IsNameCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '.' || c == '-';
}

// "2026-11-22T19:00:00.000"
std::string KeyArn(const std::string& key_id, const Identity& identity) {
  if (key_id.starts_with("arn:")) {
    return key_id;
  }
  const std::string prefix = "arn:aws:kms:" + identity.region + ":" + identity.account + ":";
  return prefix + (key_id.starts_with("alias/") ? key_id : "key/" + key_id);
}

base::Result<void> BuildIndexSettings(const CreateTableRequest& request, Table& table) {
  if (!request.global_indexes) {
    return {};
  }
  for (const IndexSpec& spec : *request.global_indexes) {
    IndexSettings& settings = table.global_index_settings.emplace_back();
    STATOR_RETURN_IF_ERROR(
        InitializeCapacity(spec.settings, {.mode = table.billing_mode, .index = spec.name},
                           {settings.provisioned, settings.on_demand, settings.warm}));
  }
  return {};
}

}  // namespace

base::Result<void> CheckTableName(std::string_view name) {
  if (name.size() < kTableNameBytesMin || name.size() > kTableNameBytesMax) {
    return base::ValidationError(
        "TableName must be at least 3 characters long and at most 255 characters long");
  }
  if (!std::all_of(name.begin(), name.end(), IsNameCharacter)) {
    return base::ValidationError("1 validation error detected: Value '" + std::string(name) +
                                 "' at 'tableName' failed to satisfy constraint: Member must "
                                 "satisfy regular expression pattern: [a-zA-Z0-9_.-]+");
  }
  return {};
}

base::Result<void> InitializeCapacity(const IndexSettingsSpec& spec, const CapacityOwner& owner,
                                      Capacity capacity) {
  STATOR_RETURN_IF_ERROR(CheckProvisioned(spec, owner, true));
  if (spec.provisioned) {
    capacity.provisioned.read_units = spec.provisioned->read_units;
    capacity.provisioned.write_units = spec.provisioned->write_units;
  }
  STATOR_RETURN_IF_ERROR(MergeOnDemand(spec, owner, false, capacity.on_demand));
  capacity.warm = {.read_units = 0, .write_units = 0};
  return UpdateWarm(spec, owner, capacity.provisioned, capacity.warm);
}

base::Result<void> UpdateCapacity(const IndexSettingsSpec& spec, const CapacityOwner& owner,
                                  bool mode_changed, int64_t now_micros, Capacity capacity) {
  STATOR_RETURN_IF_ERROR(CheckProvisioned(spec, owner, mode_changed));
  if (mode_changed && owner.mode == BillingMode::kPayPerRequest) {
    capacity.provisioned.read_units = 0;
    capacity.provisioned.write_units = 0;
  }
  if (mode_changed && owner.mode == BillingMode::kProvisioned) {
    capacity.on_demand.reset();
  }
  if (spec.provisioned) {
    if (!mode_changed && spec.provisioned->read_units == capacity.provisioned.read_units &&
        spec.provisioned->write_units == capacity.provisioned.write_units) {
      return UnchangedThroughput(*spec.provisioned, owner);
    }
    SetProvisioned(*spec.provisioned, now_micros, capacity.provisioned);
  }
  STATOR_RETURN_IF_ERROR(MergeOnDemand(spec, owner, true, capacity.on_demand));
  return UpdateWarm(spec, owner, capacity.provisioned, capacity.warm);
}

base::Result<void> CheckStream(const StreamSpec& stream) {
  if (stream.enabled && !stream.view) {
    return InvalidParameter("StreamViewType must be specified when StreamEnabled is true");
  }
  if (!stream.enabled && stream.view) {
    return InvalidParameter("StreamViewType cannot be specified when StreamEnabled is false");
  }
  return {};
}

void EnableStream(const StreamSpec& stream, int64_t now_micros, Table& table) {
  table.stream_enabled = true;
  table.stream_view = *stream.view;
  table.stream_label = StreamLabel(now_micros);
  table.stream_policy = std::nullopt;  // that was another stream's
}

std::string StreamLabel(int64_t now_micros) {
  const auto seconds = static_cast<std::time_t>(now_micros / 1'000'000);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02d-%02dT%02d:%02d:%02d.%03d",
                parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min,
                parts.tm_sec, static_cast<int>(now_micros / 1000 % 1000));
  return text.data();
}

void AttachStream(storage::Space space, int64_t now_micros, Table& table) {
  auto stream = std::make_shared<Stream>();
  stream->table = table.schema.name;
  stream->label = *table.stream_label;
  stream->view = table.stream_view;
  stream->key = table.schema.key;
  stream->space = space;
  stream->iterator_key = base::RandomUuid();
  stream->created_micros = now_micros;
  OpenShards(now_micros, *stream);
  table.stream = std::move(stream);
}

base::Result<void> ApplyEncryption(const EncryptionSpec& encryption, const Identity& identity,
                                   Table& table) {
  if (encryption.type && *encryption.type != "KMS") {
    return InvalidParameter("SSEType " + *encryption.type + " is not supported");
  }
  const bool enabled = encryption.enabled.value_or(false);
  if (!enabled && (encryption.type || encryption.key_id)) {
    return InvalidParameter(
        "SSEType and KMSMasterKeyId can only be specified when Enabled is true");
  }
  if (encryption.key_id && !encryption.type) {
    return InvalidParameter("SSEType KMS is required if KMSMasterKeyId is specified");
  }
  if (enabled) {
    table.kms_key_arn = KeyArn(encryption.key_id.value_or("alias/aws/dynamodb"), identity);
  } else {
    table.kms_key_arn.reset();
  }
  return {};
}

base::Result<void> ApplyTags(const std::vector<Tag>& tags, Table& table) {
  std::set<std::string_view> keys;
  for (const Tag& tag : tags) {
    if (!keys.insert(tag.first).second) {
      return InvalidParameter("Duplicate tag key: " + tag.first);
    }
    if (tag.first.starts_with("aws:")) {
      return InvalidParameter("Tag keys that start with aws: are reserved for the service: " +
                              tag.first);
    }
    const auto existing =
        std::find_if(table.tags.begin(), table.tags.end(),
                     [&tag](const Tag& candidate) { return candidate.first == tag.first; });
    if (existing != table.tags.end()) {
      existing->second = tag.second;
    } else {
      table.tags.push_back(tag);
    }
  }
  if (table.tags.size() > model::limits::kTags) {
    return InvalidParameter("Too many tags: a resource can have at most " +
                            std::to_string(model::limits::kTags));
  }
  return {};
}

base::Result<Table> BuildTable(const CreateTableRequest& request, const ChangeContext& context) {
  Table table;
  STATOR_RETURN_IF_ERROR(CheckTableName(BareTableName(request.table)));
  table.billing_mode = request.billing_mode.value_or(BillingMode::kProvisioned);
  STATOR_RETURN_IF_ERROR(InitializeCapacity(
      {.provisioned = request.provisioned, .on_demand = request.on_demand, .warm = request.warm},
      {.mode = table.billing_mode, .index = {}}, {table.provisioned, table.on_demand, table.warm}));
  STATOR_ASSIGN_OR_RETURN(table.schema, BuildSchema(request));
  STATOR_RETURN_IF_ERROR(BuildIndexSettings(request, table));
  if (request.stream) {
    STATOR_RETURN_IF_ERROR(CheckStream(*request.stream));
    if (request.stream->enabled) {
      EnableStream(*request.stream, context.now_micros, table);
    }
  }
  if (request.encryption) {
    STATOR_RETURN_IF_ERROR(ApplyEncryption(*request.encryption, context.identity, table));
  }
  STATOR_RETURN_IF_ERROR(ApplyTags(request.tags, table));
  if (table.billing_mode == BillingMode::kPayPerRequest) {
    table.on_demand_since_micros = context.now_micros;
  }
  table.table_class = request.table_class;
  table.deletion_protection = request.deletion_protection;
  table.attributes = request.attributes;
  table.created_micros = context.now_micros;
  table.status = TableStatus::kCreating;
  for (model::IndexSchema& index : table.schema.global_indexes) {
    index.status = model::IndexStatus::kCreating;
  }
  return table;
}

namespace {

// A change of TTL, unlike one of an index, leaves the table ACTIVE.
void SettleExpiry(std::optional<model::IndexSchema>& expiry) {
  if (expiry && expiry->status == model::IndexStatus::kDeleting) {
    expiry.reset();
  } else if (expiry && !expiry->backfilling) {
    expiry->status = model::IndexStatus::kActive;
  }
}

}  // namespace

std::shared_ptr<const Table> Settled(const Table& table) {
  if (table.status == TableStatus::kDeleting) {
    return nullptr;
  }
  auto settled = std::make_shared<Table>(table);
  auto& indexes = settled->schema.global_indexes;
  settled->status = TableStatus::kActive;
  for (size_t i = indexes.size(); i-- > 0;) {
    if (indexes[i].status == model::IndexStatus::kDeleting) {
      indexes.erase(indexes.begin() + static_cast<std::ptrdiff_t>(i));
      settled->global_index_settings.erase(settled->global_index_settings.begin() +
                                           static_cast<std::ptrdiff_t>(i));
    } else if (indexes[i].backfilling) {
      settled->status = TableStatus::kUpdating;
    } else {
      indexes[i].status = model::IndexStatus::kActive;
    }
  }
  SettleExpiry(settled->schema.expiry_index);
  SettleDestinations(settled->destinations);
  return settled;
}

bool IsSettled(const Table& table) {
  const auto& indexes = table.schema.global_indexes;
  const bool backfilling =
      std::any_of(indexes.begin(), indexes.end(),
                  [](const model::IndexSchema& index) { return index.backfilling; });
  const auto is_settled = [](const model::IndexSchema& index) {
    return index.backfilling || index.status == model::IndexStatus::kActive;
  };
  const auto& expiry = table.schema.expiry_index;
  return table.status == (backfilling ? TableStatus::kUpdating : TableStatus::kActive) &&
         std::all_of(indexes.begin(), indexes.end(), is_settled) &&
         (!expiry || is_settled(*expiry)) && AreSettled(table.destinations);
}

}  // namespace stator::engine
