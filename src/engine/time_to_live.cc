#include "engine/time_to_live.h"

#include "engine/expiry_index.h"
#include "engine/table_update.h"

namespace stator::engine {
namespace {

using model::IndexSchema;
using model::IndexStatus;

base::Error ActiveOnAnother(const IndexSchema& index) {
  return base::ValidationError(
      "TimeToLive is active on a different AttributeName: current AttributeName is " +
      ExpiryAttribute(index));
}

// Whether TTL may become what the request wants. The service looks at this before it looks at the
// time of the last change.
base::Result<void> CheckWanted(const std::optional<IndexSchema>& index,
                               const TimeToLiveSpec& spec) {
  const bool active = index && index->status != IndexStatus::kDeleting;
  if (active && ExpiryAttribute(*index) != spec.attribute) {
    return ActiveOnAnother(*index);
  }
  if (active == spec.enabled) {
    return base::ValidationError(spec.enabled ? "TimeToLive is already enabled"
                                              : "TimeToLive is already disabled");
  }
  return {};
}

std::string_view StatusName(TableStatus status) {
  return status == TableStatus::kCreating ? "CREATING" : "DELETING";
}

bool ComesOrGoes(const Table& table) {
  return table.status == TableStatus::kCreating || table.status == TableStatus::kDeleting;
}

}  // namespace

base::Result<Table> WithTimeToLive(const Table& current, const TimeToLiveSpec& spec,
                                   const TimeToLiveContext& context) {
  if (ComesOrGoes(current)) {
    return CheckNotInUse(current).error();
  }
  const std::optional<IndexSchema>& index = current.schema.expiry_index;
  STATOR_RETURN_IF_ERROR(CheckWanted(index, spec));
  const bool changed_lately =
      current.ttl_changed_micros &&
      context.now_micros - *current.ttl_changed_micros < context.pause_micros;
  const bool still_disabling = spec.enabled && index;
  if (changed_lately || still_disabling) {
    return base::ValidationError(
        "Time to live has been modified multiple times within a fixed interval");
  }
  Table table = current;
  if (spec.enabled) {
    table.schema.expiry_index = MakeExpiryIndex(spec.attribute, context.new_space);
  } else {
    table.schema.expiry_index->status = IndexStatus::kDeleting;
    table.schema.expiry_index->backfilling = false;
  }
  table.ttl_changed_micros = context.now_micros;
  return table;
}

base::Result<TimeToLiveDescription> DescribeTimeToLiveOf(const Table& table) {
  if (ComesOrGoes(table)) {
    return base::ValidationError("Cannot describe time to live while table is in " +
                                 std::string(StatusName(table.status)) + " state");
  }
  const std::optional<IndexSchema>& index = table.schema.expiry_index;
  if (!index) {
    return TimeToLiveDescription{.status = "DISABLED", .attribute = {}};
  }
  switch (index->status) {
    case IndexStatus::kCreating:
      return TimeToLiveDescription{.status = "ENABLING", .attribute = ExpiryAttribute(*index)};
    case IndexStatus::kActive:
    case IndexStatus::kUpdating:
      break;
    case IndexStatus::kDeleting:
      return TimeToLiveDescription{.status = "DISABLING", .attribute = ExpiryAttribute(*index)};
  }
  return TimeToLiveDescription{.status = "ENABLED", .attribute = ExpiryAttribute(*index)};
}

}  // namespace stator::engine
