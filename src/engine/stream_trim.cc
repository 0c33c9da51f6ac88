#include "engine/stream_trim.h"

#include <optional>

#include "engine/stream_record.h"

namespace stator::engine {
namespace {

// The first record at or behind a position.
struct FirstRecord {
  std::optional<storage::LogPosition> position;  // absent: there is none
  bool is_old = false;
};

base::Result<FirstRecord> ReadFirst(storage::Store& store, storage::LogId log,
                                    storage::LogPosition from, int64_t oldest_micros) {
  FirstRecord first;
  base::Result<void> decoded;
  const auto look = [&](const storage::LogRecordView& row) {
    const base::Result<StreamRecordView> record = DecodeStreamRecord(row.record);
    if (!record.ok()) {
      decoded = record.error();
      return false;
    }
    first.position = row.position;
    first.is_old = record->created_micros <= oldest_micros;
    return false;
  };
  STATOR_RETURN_IF_ERROR(store.ReadLog(log, from, {}, look));
  STATOR_RETURN_IF_ERROR(decoded);
  return first;
}

}  // namespace

base::Result<uint64_t> TrimOldRecords(storage::Store& store, storage::LogId log,
                                      int64_t oldest_micros) {
  const storage::LogBounds bounds = store.LogBoundsOf(log);
  if (bounds.begin >= bounds.end) {
    return uint64_t{0};
  }
  STATOR_ASSIGN_OR_RETURN(const FirstRecord oldest,
                          ReadFirst(store, log, bounds.begin, oldest_micros));
  if (oldest.position && !oldest.is_old) {
    return uint64_t{0};
  }
  // Times grow with positions, but for the moments of writes at the same time: halve the range
  // until it ends with a record that is kept, if any is.
  storage::LogPosition low = bounds.begin;  // a record that is not kept, or none, follows
  storage::LogPosition high = bounds.end;   // all from here on are kept
  while (high - low > 1) {
    const storage::LogPosition middle = low + (high - low) / 2;
    STATOR_ASSIGN_OR_RETURN(const FirstRecord first, ReadFirst(store, log, middle, oldest_micros));
    (first.position && !first.is_old ? high : low) = middle;
  }
  STATOR_RETURN_IF_ERROR(store.TrimLog(log, high));
  return oldest.position ? high - *oldest.position : uint64_t{0};
}

}  // namespace stator::engine
