#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "storage/store.h"

// Kinesis data streams that get the changes of a table's items, and what the operations on them
// make of a table. Everything here is pure.
namespace stator::engine {

struct Table;

// Stored on disk. The service's ENABLE_FAILED does not occur: that a stream is not there is found
// when records are sent to it, and its destination stays ACTIVE and goes on trying.
enum class DestinationStatus : uint8_t {
  kEnabling = 1,
  kActive = 2,
  kDisabling = 3,  // takes no records any more; those that wait are being sent
  kDisabled = 4,   // has no log
  kUpdating = 6,
};

// Of the times in records. Stored on disk.
enum class TimePrecision : uint8_t { kMillisecond = 1, kMicrosecond = 2 };

// As the service's model names them, in the order of the values.
inline constexpr std::string_view kTimePrecisionNames[] = {"MILLISECOND", "MICROSECOND"};
constexpr std::string_view TimePrecisionName(TimePrecision precision) {
  return kTimePrecisionNames[precision == TimePrecision::kMillisecond ? 0 : 1];
}

// A Kinesis data stream and the log of what waits to be sent to it: records of streams with both
// images (stream_record.h), all in one log, so that their order is that of the commits. A value
// type.
struct KinesisDestination {
  std::string stream_arn;
  DestinationStatus status = DestinationStatus::kActive;
  TimePrecision precision = TimePrecision::kMillisecond;
  int64_t changed_micros = 0;  // when it was last enabled, disabled or updated
  storage::Space space = 0;    // of the log, the destination's own; 0: there is none

  // Whether changes of items are recorded for it.
  bool TakesRecords() const {
    return status != DestinationStatus::kDisabling && status != DestinationStatus::kDisabled;
  }
  bool HasLog() const { return space != 0; }
  storage::LogId Log() const { return {space, 1}; }
  friend bool operator==(const KinesisDestination&, const KinesisDestination&) = default;
};

// The destination of that stream, or null.
const KinesisDestination* FindDestination(const Table& table, std::string_view stream_arn);

// The region in the ARN of a Kinesis data stream, arn:PARTITION:kinesis:REGION:ACCOUNT:stream/NAME;
// ValidationException for anything else.
base::Result<std::string_view> RegionOfStreamArn(std::string_view arn);
// The name in such an ARN.
std::string_view NameOfStreamArn(std::string_view arn);

// What a change of a destination needs to know. Borrows the ARN.
struct DestinationChange {
  std::string_view stream_arn;
  std::optional<TimePrecision> precision = {};
  int64_t now_micros = 0;
  storage::Space new_space = 0;  // of the log of a destination that is enabled
  // Whether anybody sends records; without, nothing waits for being sent when one is disabled.
  bool forwarded = true;
};

// The table with that destination ENABLING. Fails with ValidationException when it is not DISABLED
// or the ARN is none of a Kinesis data stream, and with kLimitExceeded.
base::Result<Table> WithDestinationEnabled(const Table& current, const DestinationChange& change);
// The table with that destination DISABLING, or DISABLED when nobody sends records. Fails with
// ValidationException when it is not ACTIVE.
base::Result<Table> WithDestinationDisabled(const Table& current, const DestinationChange& change);
// The table with that destination UPDATING and the new precision. Fails with ValidationException
// when it is not ACTIVE or has that precision.
base::Result<Table> WithDestinationUpdated(const Table& current, const DestinationChange& change);

// Makes ENABLING and UPDATING destinations ACTIVE.
void SettleDestinations(std::vector<KinesisDestination>& destinations);
// Whether there are none of those.
bool AreSettled(const std::vector<KinesisDestination>& destinations);

}  // namespace stator::engine
