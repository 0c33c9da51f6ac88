#include "api/item_parameters.h"

#include <optional>
#include <utility>

#include "engine/catalog.h"

namespace stator::api {
namespace {

using engine::CapacityDetail;
using engine::CapacityUnits;
using engine::ConsumedCapacity;
using engine::ItemCollectionMetrics;
using engine::ReturnValues;

void WriteUnits(const CapacityUnits& units, bool split, ObjectWriter& object) {
  object.Double("CapacityUnits", units.total());
  if (split && units.read > 0) {
    object.Double("ReadCapacityUnits", units.read);
  }
  if (split && units.write > 0) {
    object.Double("WriteCapacityUnits", units.write);
  }
}

void AppendUnits(const CapacityUnits& units, bool split, std::string& out) {
  ObjectWriter object(out);
  WriteUnits(units, split, object);
  object.End();
}

using IndexUnits = std::vector<std::pair<std::string, CapacityUnits>>;

void WriteIndexes(std::string_view name, const IndexUnits& indexes, bool split,
                  ObjectWriter& capacity) {
  if (indexes.empty()) {
    return;
  }
  ObjectWriter object(capacity.Member(name));
  for (const auto& [index, units] : indexes) {
    AppendUnits(units, split, object.EscapedMember(index));
  }
  object.End();
}

base::Result<void> AppendMetrics(const ItemCollectionMetrics& metrics, std::string& out) {
  ObjectWriter object(out);
  STATOR_RETURN_IF_ERROR(object.Record("ItemCollectionKey", metrics.key));
  ArrayWriter range(object.Member("SizeEstimateRangeGB"));
  AppendDouble(metrics.size_lower_gb, range.Next());
  AppendDouble(metrics.size_upper_gb, range.Next());
  range.End();
  object.End();
  return {};
}

base::Result<void> AppendMetricsList(const std::vector<ItemCollectionMetrics>& list,
                                     std::string& out) {
  ArrayWriter array(out);
  for (const ItemCollectionMetrics& metrics : list) {
    STATOR_RETURN_IF_ERROR(AppendMetrics(metrics, array.Next()));
  }
  array.End();
  return {};
}

}  // namespace

CapacityDetail ReadCapacityDetail(const Node& structure, size_t member) {
  // In the order of shapes::kReturnConsumedCapacityNames.
  constexpr CapacityDetail kDetails[] = {CapacityDetail::kIndexes, CapacityDetail::kTotal,
                                         CapacityDetail::kNone};
  const std::optional<size_t> position = structure.Enum(member);
  return position ? kDetails[*position] : CapacityDetail::kNone;
}

bool WantsItemCollectionMetrics(const Node& structure, size_t member) {
  return structure.Text(member) == "SIZE";
}

bool WantsItemOnConditionFailure(const Node& structure, size_t member) {
  return structure.Text(member) == "ALL_OLD";
}

engine::WriteOptions ReadWriteOptions(const Node& structure, const WriteOptionMembers& members) {
  return engine::WriteOptions{.capacity = ReadCapacityDetail(structure, members.capacity),
                              .item_collection_metrics = WantsItemCollectionMetrics(
                                  structure, members.item_collection_metrics),
                              .return_item_on_condition_failure = WantsItemOnConditionFailure(
                                  structure, members.on_condition_failure)};
}

ReturnValues ReadReturnValues(const Node& structure, size_t member) {
  // In the order of shapes::kReturnValueNames.
  constexpr ReturnValues kValues[] = {ReturnValues::kNone, ReturnValues::kAllOld,
                                      ReturnValues::kUpdatedOld, ReturnValues::kAllNew,
                                      ReturnValues::kUpdatedNew};
  return kValues[structure.Enum(member).value_or(0)];
}

base::Result<ReturnValues> ReadOldReturnValues(const Node& structure, size_t member) {
  const ReturnValues values = ReadReturnValues(structure, member);
  if (values != ReturnValues::kNone && values != ReturnValues::kAllOld) {
    return base::ValidationError("ReturnValues can only be ALL_OLD or NONE");
  }
  return values;
}

void AppendConsumedCapacity(const ConsumedCapacity& capacity, std::string& out) {
  ObjectWriter object(out);
  object.String("TableName", engine::BareTableName(capacity.table_name));
  WriteUnits(capacity.Total(), capacity.split, object);
  if (capacity.detail == CapacityDetail::kIndexes) {
    AppendUnits(capacity.table, capacity.split, object.Member("Table"));
    WriteIndexes("LocalSecondaryIndexes", capacity.local_indexes, capacity.split, object);
    WriteIndexes("GlobalSecondaryIndexes", capacity.global_indexes, capacity.split, object);
  }
  object.End();
}

void WriteConsumedCapacity(const std::optional<ConsumedCapacity>& capacity, ObjectWriter& body) {
  if (capacity) {
    AppendConsumedCapacity(*capacity, body.Member("ConsumedCapacity"));
  }
}

void WriteConsumedCapacities(const std::vector<ConsumedCapacity>& capacities, ObjectWriter& body) {
  if (capacities.empty()) {
    return;
  }
  ArrayWriter array(body.Member("ConsumedCapacity"));
  for (const ConsumedCapacity& capacity : capacities) {
    AppendConsumedCapacity(capacity, array.Next());
  }
  array.End();
}

base::Result<void> WriteItemCollectionMetrics(const TableMetrics& metrics, ObjectWriter& body) {
  if (metrics.empty()) {
    return {};
  }
  ObjectWriter tables(body.Member("ItemCollectionMetrics"));
  for (const auto& [table, entries] : metrics) {
    STATOR_RETURN_IF_ERROR(
        AppendMetricsList(entries, tables.EscapedMember(engine::BareTableName(table))));
  }
  tables.End();
  return {};
}

base::Result<void> EncodeWriteResult(const engine::WriteResult& result, std::string& out) {
  ObjectWriter body(out);
  if (result.attributes) {
    STATOR_RETURN_IF_ERROR(body.Record("Attributes", *result.attributes));
  }
  WriteConsumedCapacity(result.capacity, body);
  if (result.item_collection_metrics) {
    STATOR_RETURN_IF_ERROR(
        AppendMetrics(*result.item_collection_metrics, body.Member("ItemCollectionMetrics")));
  }
  body.End();
  return {};
}

base::Result<void> EncodeResponses(const std::vector<ConsumedCapacity>& capacities,
                                   const std::vector<std::optional<engine::Record>>& items,
                                   std::string& out) {
  ObjectWriter body(out);
  WriteConsumedCapacities(capacities, body);
  ArrayWriter responses(body.Member("Responses"));
  for (const std::optional<engine::Record>& item : items) {
    ObjectWriter response(responses.Next());
    if (item) {
      STATOR_RETURN_IF_ERROR(response.Record("Item", *item));
    }
    response.End();
  }
  responses.End();
  body.End();
  return {};
}

base::Result<void> AppendRecords(const std::vector<engine::Record>& records, std::string& out) {
  ArrayWriter array(out);
  for (const engine::Record& record : records) {
    STATOR_RETURN_IF_ERROR(AppendRecord(record, array.Next()));
  }
  array.End();
  return {};
}

}  // namespace stator::api
