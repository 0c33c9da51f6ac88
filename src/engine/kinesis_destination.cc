#include "engine/kinesis_destination.h"

#include <algorithm>

#include <fmt/format.h>

#include "engine/table.h"
#include "engine/table_update.h"
#include "model/limits.h"

namespace stator::engine {
namespace {

constexpr std::string_view kResource = "stream/";
constexpr size_t kMaxStreamName = 128;

// The service says `enable` in both cases, and names the operation at the end.
base::Error InvalidState(std::string_view wanted) {
  return base::ValidationError(
      "Table is not in a valid state to enable Kinesis Streaming Destination: " +
      std::string(wanted));
}

base::Error InvalidStreamArn(std::string_view arn) {
  return base::ValidationError("Invalid StreamArn: not the ARN of a Kinesis data stream: " +
                               std::string(arn));
}

// Takes off the front what stands before the next colon, and the colon.
std::string_view TakePart(std::string_view& rest) {
  const size_t colon = std::min(rest.find(':'), rest.size());
  const std::string_view part = rest.substr(0, colon);
  rest.remove_prefix(std::min(colon + 1, rest.size()));
  return part;
}

bool IsStreamName(std::string_view name) {
  constexpr std::string_view kAllowed =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-";
  return !name.empty() && name.size() <= kMaxStreamName &&
         name.find_first_not_of(kAllowed) == std::string_view::npos;
}

// A change of destinations leaves the table as it is otherwise, but not one that comes or goes.
base::Result<void> CheckThere(const Table& table) {
  const bool comes_or_goes =
      table.status == TableStatus::kCreating || table.status == TableStatus::kDeleting;
  return comes_or_goes ? CheckNotInUse(table) : base::Result<void>();
}

// Of a table that is being changed.
KinesisDestination* Find(Table& table, std::string_view stream_arn) {
  const KinesisDestination* const found = FindDestination(table, stream_arn);
  return found == nullptr ? nullptr : &table.destinations[found - table.destinations.data()];
}

// A place for one more; that of the one that was disabled first when there are enough.
KinesisDestination& Add(std::vector<KinesisDestination>& destinations) {
  if (destinations.size() >= model::limits::kListedDestinations) {
    const auto oldest = std::min_element(
        destinations.begin(), destinations.end(),
        [](const KinesisDestination& left, const KinesisDestination& right) {
          return left.HasLog() != right.HasLog() ? right.HasLog()
                                                 : left.changed_micros < right.changed_micros;
        });
    destinations.erase(oldest);
  }
  return destinations.emplace_back();
}

}  // namespace

const KinesisDestination* FindDestination(const Table& table, std::string_view stream_arn) {
  for (const KinesisDestination& destination : table.destinations) {
    if (destination.stream_arn == stream_arn) {
      return &destination;
    }
  }
  return nullptr;
}

base::Result<std::string_view> RegionOfStreamArn(std::string_view arn) {
  constexpr size_t kAccountDigits = 12;
  std::string_view rest = arn;
  const bool is_arn = TakePart(rest) == "arn";
  const std::string_view partition = TakePart(rest);
  const bool is_kinesis = TakePart(rest) == "kinesis";
  const std::string_view region = TakePart(rest);
  const std::string_view account = TakePart(rest);
  if (!is_arn || !partition.starts_with("aws") || !is_kinesis || region.empty() ||
      region.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") != std::string_view::npos ||
      account.size() != kAccountDigits ||
      account.find_first_not_of("0123456789") != std::string_view::npos ||
      !rest.starts_with(kResource) || !IsStreamName(rest.substr(kResource.size()))) {
    return InvalidStreamArn(arn);
  }
  return region;
}

std::string_view NameOfStreamArn(std::string_view arn) { return arn.substr(arn.rfind('/') + 1); }

base::Result<Table> WithDestinationEnabled(const Table& current, const DestinationChange& change) {
  STATOR_RETURN_IF_ERROR(RegionOfStreamArn(change.stream_arn));
  STATOR_RETURN_IF_ERROR(CheckThere(current));
  Table table = current;
  KinesisDestination* destination = Find(table, change.stream_arn);
  if (destination != nullptr && destination->HasLog()) {
    return InvalidState(
        "EnableKinesisStreamingDestination must be DISABLED or ENABLE_FAILED to perform ENABLE "
        "operation.");
  }
  const auto active = std::count_if(table.destinations.begin(), table.destinations.end(),
                                    [](const KinesisDestination& other) { return other.HasLog(); });
  if (static_cast<size_t>(active) >= model::limits::kActiveDestinations) {
    return base::Error{
        base::ErrorCode::kLimitExceeded,
        fmt::format("Subscriber limit exceeded: a table can have at most {} active Kinesis "
                    "streaming destinations",
                    model::limits::kActiveDestinations)};
  }
  if (destination == nullptr) {
    destination = &Add(table.destinations);
  }
  *destination = {.stream_arn = std::string(change.stream_arn),
                  .status = DestinationStatus::kEnabling,
                  .precision = change.precision.value_or(TimePrecision::kMillisecond),
                  .changed_micros = change.now_micros,
                  .space = change.new_space};
  return table;
}

base::Result<Table> WithDestinationDisabled(const Table& current, const DestinationChange& change) {
  STATOR_RETURN_IF_ERROR(CheckThere(current));
  Table table = current;
  KinesisDestination* destination = Find(table, change.stream_arn);
  if (destination == nullptr || destination->status != DestinationStatus::kActive) {
    return InvalidState("KinesisStreamingDestination must be ACTIVE to perform DISABLE operation.");
  }
  destination->changed_micros = change.now_micros;
  destination->status = DestinationStatus::kDisabling;
  if (!change.forwarded) {
    destination->status = DestinationStatus::kDisabled;
    destination->space = 0;
  }
  return table;
}

base::Result<Table> WithDestinationUpdated(const Table& current, const DestinationChange& change) {
  if (!change.precision) {
    return base::ValidationError(
        "Streaming destination cannot be updated with given parameters: "
        "UpdateKinesisStreamingConfiguration cannot be null or contain only null values");
  }
  STATOR_RETURN_IF_ERROR(CheckThere(current));
  Table table = current;
  KinesisDestination* destination = Find(table, change.stream_arn);
  if (destination == nullptr || destination->status != DestinationStatus::kActive) {
    return InvalidState("KinesisStreamingDestination must be ACTIVE to perform UPDATE operation.");
  }
  if (destination->precision == *change.precision) {
    return base::ValidationError(fmt::format(
        "Invalid Request: Precision is already set to the desired value of {} for tableId: {}, "
        "kdsArn: {}",
        TimePrecisionName(*change.precision), table.id, change.stream_arn));
  }
  destination->status = DestinationStatus::kUpdating;
  destination->precision = *change.precision;
  destination->changed_micros = change.now_micros;
  return table;
}

void SettleDestinations(std::vector<KinesisDestination>& destinations) {
  for (KinesisDestination& destination : destinations) {
    if (destination.TakesRecords()) {
      destination.status = DestinationStatus::kActive;
    }
  }
}

bool AreSettled(const std::vector<KinesisDestination>& destinations) {
  return std::all_of(
      destinations.begin(), destinations.end(), [](const KinesisDestination& destination) {
        return !destination.TakesRecords() || destination.status == DestinationStatus::kActive;
      });
}

}  // namespace stator::engine
