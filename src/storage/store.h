#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/function_ref.h"
#include "base/result.h"

namespace stator::storage {

// A set of groups with a life of its own: a table, a global index, the catalog. A number is never
// used again after its space was dropped.
using Space = uint32_t;
inline constexpr Space kCatalogSpace = 0;
inline constexpr Space kFirstUserSpace = 16;  // below are the server's own

// What a row is. Rows of one group sort by kind first. Stored on disk: never renumber.
enum class RowKind : uint8_t {
  kItem = 1,         // a table's item; in the table's space
  kLocalIndex = 2,   // a local index's entry; in its item's group
  kGlobalIndex = 3,  // a global index's entry; in the index's space
  kSystem = 4,       // catalog rows, idempotency tokens; in a space below kFirstUserSpace
};

// Names one row. A group is the rows of one space that share `partition` (one partition-key value);
// within it rows are ordered by kind, then by the unsigned bytes of `sort`.
struct Key {
  Space space = 0;
  RowKind kind = RowKind::kItem;
  std::string partition;
  std::string sort;
  friend bool operator==(const Key&, const Key&) = default;
};

// A stable, well-spread hash of a group's partition bytes: the order of groups within a space, and
// so of Scan, and what its segments divide. Part of the storage format.
uint64_t GroupHash(std::string_view partition);

// How a read may proceed. All reads are strong: they see every update that was done before.
struct ReadOptions {
  // Answer kWouldBlock instead of waiting for a device when the row is not in memory.
  bool cache_only = false;
};

// A row delivered by a read. The views are valid during the call that delivers them.
struct RowView {
  uint64_t hash;  // GroupHash(partition)
  std::string_view partition;
  std::string_view sort;
  std::string_view value;
};

// Receives rows in order. Returns whether it wants the next one.
using RowSink = base::FunctionRef<bool(const RowView& row)>;

// A range of one group's rows of one kind.
struct GroupRange {
  Space space = 0;
  RowKind kind = RowKind::kItem;
  std::string partition = {};
  std::string lower = {};                 // inclusive, in sort bytes
  std::optional<std::string> upper = {};  // exclusive; absent: to the end of the group
  bool reverse = false;                   // from the upper end down
};

// A range of a space's rows of one kind, in (hash, partition, sort) order.
struct SpaceRange {
  Space space = 0;
  RowKind kind = RowKind::kItem;
  uint64_t first_hash = 0;          // inclusive
  uint64_t last_hash = UINT64_MAX;  // inclusive
  // Resume strictly after this row, whose hash lies in the range. Only partition and sort count.
  std::optional<Key> after = {};
};

// A counter that updates add to, such as the number of a table's items. Durable and exact.
struct CounterId {
  Space space = 0;
  uint32_t which = 0;
  friend auto operator<=>(const CounterId&, const CounterId&) = default;
};

// A log: records that updates append, to be read in the order in which the updates committed. It
// begins to exist with its first record and ends with DropLog or its space.
struct LogId {
  Space space = 0;
  uint32_t which = 0;
  friend auto operator<=>(const LogId&, const LogId&) = default;
};

// Where a record stands. All logs of a space share one ascending sequence, with gaps: a record that
// committed later has the higher position, in whichever of the space's logs it is. Positions are
// never used again, not even after everything was trimmed.
using LogPosition = uint64_t;

// Which positions a log has had. Nothing is below `begin` any more, and reads show everything up to
// `end`; records that are not visible yet will be at `end` or above.
struct LogBounds {
  LogPosition begin = 0;  // inclusive; 0 when the log was never trimmed
  LogPosition end = 0;    // exclusive; one above the newest record there has been
};

// A record delivered by a read. The view is valid during the call that delivers it.
struct LogRecordView {
  LogPosition position;
  std::string_view record;
};

// Receives records in order. Returns whether it wants the next one.
using LogSink = base::FunctionRef<bool(const LogRecordView& record)>;

// What an update writes. All of it commits, or none.
class Mutations {
 public:
  struct Write {
    Key key;
    std::optional<std::string> value;  // absent: erase
  };
  struct CounterDelta {
    CounterId counter;
    int64_t delta;
  };
  struct LogAppend {
    LogId log;
    std::string record;
  };

  void Put(Key key, std::string value) { writes_.push_back({std::move(key), std::move(value)}); }
  void Erase(Key key) { writes_.push_back({std::move(key), std::nullopt}); }
  void Add(CounterId counter, int64_t delta) {
    if (delta != 0) {
      counters_.push_back({counter, delta});
    }
  }
  // Records of one update keep their order.
  void Append(LogId log, std::string record) { appends_.push_back({log, std::move(record)}); }
  void Clear() {
    writes_.clear();
    counters_.clear();
    appends_.clear();
  }

  bool empty() const { return writes_.empty() && counters_.empty() && appends_.empty(); }
  // Refuses (kInternal) what is larger than the store's traits allow.
  base::Result<void> CheckSize() const;
  std::vector<Write>& writes() { return writes_; }
  const std::vector<Write>& writes() const { return writes_; }
  const std::vector<CounterDelta>& counters() const { return counters_; }
  std::vector<LogAppend>& appends() { return appends_; }
  const std::vector<LogAppend>& appends() const { return appends_; }

 private:
  std::vector<Write> writes_;
  std::vector<CounterDelta> counters_;
  std::vector<LogAppend> appends_;
};

// The current values of an update's keys, in their order; absent rows are nullopt. Valid during the
// call that receives them.
using CurrentValues = std::span<const std::optional<std::string_view>>;

// Says no (an error, which ends the update without a trace), or fills `mutations`. Pure: it may run
// again on newer values, and then with an empty `mutations`. It must not call the store. It may
// write only rows that the listed keys protect: those keys, rows of their groups that belong to
// those items (local index entries), and rows of other groups that are a function of those items
// (global index entries).
using Decide = std::function<base::Result<void>(CurrentValues current, Mutations& mutations)>;

// How an update ended.
enum class UpdateOutcome : uint8_t {
  kCommitted,   // durable (as far as the store's durability promises) and visible to every read
  kAborted,     // `decide` said no; `error` is what it said. What it saw is durable.
  kConflict,    // another update was in the way; nothing applied; never for a single key
  kNotApplied,  // certainly nothing applied (kStaleCatalog, kWouldBlock, kNoSpace, kUnavailable,
                // kIo)
  kUnknown,     // may or may not be applied: a failed sync
};

// An update's end, as its `done` gets it.
struct UpdateResult {
  UpdateOutcome outcome = UpdateOutcome::kCommitted;
  base::Error error{base::ErrorCode::kInternal, ""};  // meaningless when committed
};

// Called exactly once; possibly on another thread, possibly before Update returns. Must not block
// and must not call the store's Update or reads (it runs on the committer): hand over and leave.
using UpdateDone = std::function<void(const UpdateResult& result)>;

// One atomic read-decide-write over keys that are known in advance.
struct UpdateRequest {
  std::vector<Key> keys;  // distinct
  // The epoch of the catalog snapshot that `decide` relies on; the update is not applied
  // (kStaleCatalog) when the catalog has changed since; `decide` may have run, and on newer rows.
  // Absent: relies on none.
  std::optional<uint64_t> catalog_epoch;
  // This update changes the catalog: once it is ordered no update with an older epoch is.
  bool changes_catalog = false;
  ReadOptions read;
  Decide decide;
};

// What the stores of this folder take; see Traits. An update may hold a hundred items of the
// service's largest size with their index entries. Larger ones end in kNotApplied/kInternal.
inline constexpr size_t kMaxValueBytes = 8 * 1024 * 1024;
inline constexpr size_t kMaxUpdateBytes = 256 * 1024 * 1024;

// What a store can do. Constant for the store's life.
struct Traits {
  bool reads_complete_inline;    // reads from cache may run on an event loop
  bool any_groups_share_commit;  // global index entries may be written in the item's update
  size_t max_value_bytes;
  size_t max_update_bytes;
};

// Ordered bytes with one-shot updates: all that the engine knows of storage.
//
// Guarantees. Updates are strictly serializable among each other and with reads of one row: a read
// that starts after an update's `done` sees it. No read shows a value that a crash could still take
// back. Scan and ScanSpace see a single point in time for each call. After a sync or write of the
// store's log has failed, every later update ends in kNotApplied/kUnavailable; reads go on.
//
// Threads: every method may be called from any thread. Errors of reads are kIo, kCorruption,
// kWouldBlock, kUnavailable.
class Store {
 public:
  virtual ~Store() = default;

  virtual Traits traits() const = 0;

  // Runs an update. REQUIRES: request.keys not empty and distinct.
  virtual void Update(UpdateRequest request, UpdateDone done) = 0;

  // The current epoch of the catalog; grows by one with each update that changes it.
  virtual uint64_t CatalogEpoch() const = 0;

  // Reads one row; `sink` is called with it, or not at all when there is none.
  virtual base::Result<void> Get(const Key& key, const ReadOptions& options,
                                 base::FunctionRef<void(std::string_view value)> sink) = 0;

  // Reads rows at one serializable point; `sink` is called for each key in order, with nullopt for
  // an absent row.
  virtual base::Result<void> GetTogether(
      std::span<const Key> keys, const ReadOptions& options,
      base::FunctionRef<void(size_t index, std::optional<std::string_view> value)> sink) = 0;

  // Delivers rows of one group until the range ends or the sink has enough.
  virtual base::Result<void> Scan(const GroupRange& range, const ReadOptions& options,
                                  RowSink sink) = 0;

  // Delivers rows of a space in hash order until the range ends or the sink has enough.
  virtual base::Result<void> ScanSpace(const SpaceRange& range, const ReadOptions& options,
                                       RowSink sink) = 0;

  // The sum of all committed deltas.
  virtual int64_t Counter(CounterId counter) const = 0;

  // Delivers a log's records from `first` on, in order, until its end or the sink has enough. Once
  // a record was delivered, or a read has come to the end, no record appears later before it.
  // Records that are being trimmed meanwhile may be delivered or not: see LogBoundsOf afterwards.
  virtual base::Result<void> ReadLog(LogId log, LogPosition first, const ReadOptions& options,
                                     LogSink sink) = 0;

  // As reads show the log now.
  virtual LogBounds LogBoundsOf(LogId log) const = 0;

  // Every record of the space's logs that reads show now is below, and every later one at or above.
  virtual LogPosition NextLogPosition(Space space) const = 0;

  // Removes a log's records below `before`, as far as reads show them, at a cost independent of
  // their number. Writers do not wait for it.
  virtual base::Result<void> TrimLog(LogId log, LogPosition before) = 0;

  // Removes a log with all that is known of it. Nobody may append to it any more.
  virtual base::Result<void> DropLog(LogId log) = 0;

  // Roughly how many bytes the group's rows take on the device, at a cost that does not grow with
  // them: within a factor of two, but for the newest rows, a few write buffers of them at most,
  // which are guessed. For item collection metrics, which tell gigabytes apart.
  virtual base::Result<uint64_t> ApproximateGroupBytes(Space space, std::string_view partition) = 0;

  // Removes every row, counter and log of a space, durably, at a cost independent of its size. The
  // caller has already made sure, through the catalog, that nothing writes to it any more, and that
  // nothing reads its rows for which it matters whether they are still there: they go little by
  // little.
  virtual base::Result<void> DropSpace(Space space) = 0;

  // Finishes what was accepted, then refuses updates. Idempotent.
  virtual void Stop() = 0;
};

}  // namespace stator::storage
