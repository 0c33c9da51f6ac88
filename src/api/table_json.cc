#include "api/table_json.h"

#include <algorithm>
#include <optional>
#include <string_view>

#include "api/json_writer.h"
#include "api/shapes_tables.h"
#include "engine/catalog.h"

namespace stator::api {
namespace {

using engine::RowCounts;
using engine::Table;
using engine::TableStatus;
using model::IndexSchema;

// The statuses of indexes have the numbers and names of those of tables.
std::string_view StatusName(model::IndexStatus status) {
  return TableStatusName(static_cast<TableStatus>(status));
}

void WriteTimestamp(std::string_view name, const std::optional<int64_t>& micros,
                    ObjectWriter& object) {
  if (micros) {
    AppendTimestamp(*micros, object.Member(name));
  }
}

void AppendDefinitions(const std::vector<model::KeyAttribute>& attributes, std::string& out) {
  ArrayWriter array(out);
  for (const model::KeyAttribute& attribute : attributes) {
    ObjectWriter object(array.Next());
    object.String("AttributeName", attribute.name);
    object.String("AttributeType",
                  shapes::kScalarTypeNames[static_cast<size_t>(attribute.type) - 1]);
    object.End();
  }
  array.End();
}

void AppendProjection(const IndexSchema& index, std::string& out) {
  ObjectWriter object(out);
  object.String("ProjectionType",
                shapes::kProjectionTypeNames[static_cast<size_t>(index.projection) - 1]);
  if (index.projection == model::ProjectionType::kInclude) {
    ArrayWriter array(object.Member("NonKeyAttributes"));
    for (const std::string& name : index.non_key_attributes) {
      array.String(name);
    }
    array.End();
  }
  object.End();
}

void AppendProvisioned(const engine::ProvisionedThroughput& throughput, std::string& out) {
  ObjectWriter object(out);
  WriteTimestamp("LastIncreaseDateTime", throughput.last_increase_micros, object);
  WriteTimestamp("LastDecreaseDateTime", throughput.last_decrease_micros, object);
  object.Integer("NumberOfDecreasesToday", throughput.decreases_today);
  object.Integer("ReadCapacityUnits", throughput.read_units);
  object.Integer("WriteCapacityUnits", throughput.write_units);
  object.End();
}

// A maximum that was never set is left out; the service shows -1 for one of two.
void WriteOnDemand(const std::optional<engine::OnDemandThroughput>& throughput,
                   ObjectWriter& object) {
  if (!throughput) {
    return;
  }
  ObjectWriter value(object.Member("OnDemandThroughput"));
  value.Integer("MaxReadRequestUnits", throughput->max_read_units.value_or(-1));
  value.Integer("MaxWriteRequestUnits", throughput->max_write_units.value_or(-1));
  value.End();
}

void WriteWarm(const engine::WarmThroughput& throughput, std::string_view status,
               ObjectWriter& object) {
  ObjectWriter value(object.Member("WarmThroughput"));
  value.Integer("ReadUnitsPerSecond", throughput.read_units);
  value.Integer("WriteUnitsPerSecond", throughput.write_units);
  value.String("Status", status);
  value.End();
}

// The members that local and global indexes share at the beginning and at the end.
void WriteIndexHead(const IndexSchema& index, ObjectWriter& object) {
  object.String("IndexName", index.name);
  AppendKeySchema(index.key, object.Member("KeySchema"));
  AppendProjection(index, object.Member("Projection"));
}
void WriteIndexTail(const IndexSchema& index, const RowCounts& counts, const std::string& table_arn,
                    ObjectWriter& object) {
  object.Integer("IndexSizeBytes", counts.bytes);
  object.Integer("ItemCount", counts.items);
  object.String("IndexArn", table_arn + "/index/" + index.name);
}

void WriteLocalIndexes(const engine::TableDescription& description, ObjectWriter& object) {
  const auto& indexes = description.table->schema.local_indexes;
  if (indexes.empty()) {
    return;
  }
  ArrayWriter array(object.Member("LocalSecondaryIndexes"));
  for (size_t i = 0; i < indexes.size(); ++i) {
    ObjectWriter index(array.Next());
    WriteIndexHead(indexes[i], index);
    WriteIndexTail(indexes[i], description.local_indexes[i], description.arn, index);
    index.End();
  }
  array.End();
}

void WriteGlobalIndexes(const engine::TableDescription& description, ObjectWriter& object) {
  const auto& indexes = description.table->schema.global_indexes;
  if (indexes.empty()) {
    return;
  }
  ArrayWriter array(object.Member("GlobalSecondaryIndexes"));
  for (size_t i = 0; i < indexes.size(); ++i) {
    const engine::IndexSettings& settings = description.table->global_index_settings[i];
    const std::string_view status = StatusName(indexes[i].status);
    ObjectWriter index(array.Next());
    WriteIndexHead(indexes[i], index);
    index.String("IndexStatus", status);
    if (indexes[i].backfilling) {
      index.Boolean("Backfilling", true);
    }
    AppendProvisioned(settings.provisioned, index.Member("ProvisionedThroughput"));
    WriteIndexTail(indexes[i], description.global_indexes[i], description.arn, index);
    WriteOnDemand(settings.on_demand, index);
    WriteWarm(settings.warm, status, index);
    index.End();
  }
  array.End();
}

// K4: only when the table is on-demand or once was.
void WriteBillingMode(const Table& table, ObjectWriter& object) {
  if (!table.on_demand_since_micros) {
    return;
  }
  ObjectWriter value(object.Member("BillingModeSummary"));
  value.String("BillingMode",
               shapes::kBillingModeNames[static_cast<size_t>(table.billing_mode) - 1]);
  WriteTimestamp("LastUpdateToPayPerRequestDateTime", table.on_demand_since_micros, value);
  value.End();
}

// K5: the label of the latest stream stays when it is disabled.
void WriteStream(const Table& table, const std::string& arn, ObjectWriter& object) {
  if (table.stream_enabled) {
    ObjectWriter value(object.Member("StreamSpecification"));
    value.Boolean("StreamEnabled", true);
    value.String("StreamViewType", StreamViewName(table.stream_view));
    value.End();
  }
  if (table.stream_label) {
    object.String("LatestStreamLabel", *table.stream_label);
    object.String("LatestStreamArn", arn + "/stream/" + *table.stream_label);
  }
}

void WriteSettings(const Table& table, ObjectWriter& object) {
  if (table.kms_key_arn) {
    ObjectWriter value(object.Member("SSEDescription"));
    value.String("Status", "ENABLED");
    value.String("SSEType", "KMS");
    value.String("KMSMasterKeyArn", *table.kms_key_arn);
    value.End();
  }
  if (table.table_class) {
    ObjectWriter value(object.Member("TableClassSummary"));
    value.String("TableClass", *table.table_class);
    WriteTimestamp("LastUpdateDateTime", table.table_class_changed_micros, value);
    value.End();
  }
  object.Boolean("DeletionProtectionEnabled", table.deletion_protection);
  WriteOnDemand(table.on_demand, object);
  WriteWarm(table.warm, TableStatusName(table.status), object);
}

}  // namespace

std::string_view StreamViewName(engine::StreamViewType view) {
  switch (view) {
    case engine::StreamViewType::kKeysOnly:
      return "KEYS_ONLY";
    case engine::StreamViewType::kNewImage:
      return "NEW_IMAGE";
    case engine::StreamViewType::kOldImage:
      return "OLD_IMAGE";
    case engine::StreamViewType::kNewAndOldImages:
      return "NEW_AND_OLD_IMAGES";
  }
  return "NEW_AND_OLD_IMAGES";
}

void AppendKeySchema(const model::KeySchema& key, std::string& out) {
  ArrayWriter array(out);
  for (const auto* attributes : {&key.partition, &key.sort}) {
    for (const model::KeyAttribute& attribute : *attributes) {
      ObjectWriter object(array.Next());
      object.String("AttributeName", attribute.name);
      object.String("KeyType", attributes == &key.partition ? "HASH" : "RANGE");
      object.End();
    }
  }
  array.End();
}

std::string_view TableStatusName(TableStatus status) {
  switch (status) {
    case TableStatus::kCreating:
      return "CREATING";
    case TableStatus::kActive:
      return "ACTIVE";
    case TableStatus::kUpdating:
      return "UPDATING";
    case TableStatus::kDeleting:
      return "DELETING";
  }
  return "ACTIVE";
}

void AppendTableDescription(const engine::TableDescription& description, std::string& out) {
  const Table& table = *description.table;
  const bool deleting = table.status == TableStatus::kDeleting;
  ObjectWriter object(out);
  if (!deleting) {
    AppendDefinitions(table.attributes, object.Member("AttributeDefinitions"));
  }
  object.String("TableName", engine::BareTableName(table.schema.name));
  if (!deleting) {
    AppendKeySchema(table.schema.key, object.Member("KeySchema"));
  }
  object.String("TableStatus", TableStatusName(table.status));
  if (!deleting) {
    WriteTimestamp("CreationDateTime", table.created_micros, object);
  }
  AppendProvisioned(table.provisioned, object.Member("ProvisionedThroughput"));
  object.Integer("TableSizeBytes", description.counts.bytes);
  object.Integer("ItemCount", description.counts.items);
  object.String("TableArn", description.arn);
  object.String("TableId", table.id);
  WriteBillingMode(table, object);
  if (!deleting) {
    WriteLocalIndexes(description, object);
  }
  WriteGlobalIndexes(description, object);
  WriteStream(table, description.arn, object);
  WriteSettings(table, object);
  object.End();
}

void EncodeTableDescription(const engine::TableDescription& description, std::string& out) {
  ObjectWriter body(out);
  AppendTableDescription(description, body.Member("TableDescription"));
  body.End();
}

void AppendTimestamp(int64_t micros, std::string& out) {
  constexpr size_t kDigitsOfMillis = 3;
  std::string digits = std::to_string(micros / 1000);
  // Only a clock that stands in the first second after 1970 has so few digits.
  digits.insert(0, kDigitsOfMillis + 1 - std::min(digits.size(), kDigitsOfMillis + 1), '0');
  const size_t exponent = digits.size() - kDigitsOfMillis - 1;
  const size_t last_digit = digits.find_last_not_of('0');
  out += digits[0];
  out += '.';
  out.append(digits, 1, last_digit == std::string::npos ? 1 : std::max<size_t>(last_digit, 1));
  out += 'E';
  out += std::to_string(exponent);
}

void AppendTags(const std::vector<engine::Tag>& tags, std::string& out) {
  ArrayWriter array(out);
  for (const engine::Tag& tag : tags) {
    ObjectWriter object(array.Next());
    object.String("Key", tag.first);
    object.String("Value", tag.second);
    object.End();
  }
  array.End();
}

}  // namespace stator::api
