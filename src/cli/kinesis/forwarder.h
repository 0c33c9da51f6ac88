#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/hasher.h"
#include "base/clock.h"
#include "base/mutex.h"
#include "base/result.h"
#include "base/task_runner.h"
#include "cli/kinesis/kinesis_client.h"
#include "cli/kinesis/send_window.h"
#include "engine/table.h"
#include "engine/tables.h"
#include "storage/store.h"

namespace stator::cli::kinesis {

// What a Forwarder works on. All outlive it.
struct ForwarderParts {
  storage::Store& store;
  engine::Tables& tables;
  const base::Clock& clock;
  int64_t retention_millis = 0;  // how long records wait
};

// Sends the records in the logs of all Kinesis destinations, on a thread of its own, which writers
// never wait for. Each record is sent at least once, those of one item in the order of their
// changes: a record is trimmed when it was accepted, and until then no later one of its item is
// sent. A crash has the records after the last trimming sent again. While the endpoint is away,
// records wait in the logs; those that have waited for `retention_millis` are dropped, and told of.
//
// Without an endpoint nothing is sent, but old records are dropped all the same. What it counts may
// be read by any thread.
class Forwarder {
 public:
  // Fails with a text for people when the options cannot be used.
  static base::Result<std::unique_ptr<Forwarder>> Open(const KinesisOptions& options,
                                                       const ForwarderParts& parts);
  // Stops as Stop() does.
  ~Forwarder();
  Forwarder(const Forwarder&) = delete;
  Forwarder& operator=(const Forwarder&) = delete;

  void Start();
  // Ends what is being sent, and waits for the thread. Idempotent.
  void Stop() EXCLUDES(mutex_);

  uint64_t sent_records() const { return sent_records_; }
  uint64_t failed_calls() const { return failed_calls_; }
  uint64_t expired_records() const { return expired_records_; }
  // Dropped because the endpoint never takes them, or their destination was disabled meanwhile.
  uint64_t abandoned_records() const { return abandoned_records_; }
  // For how long the oldest record that waits has been waiting.
  double lag_seconds() const { return lag_seconds_; }

 private:
  // One destination.
  struct Line {
    Line(std::shared_ptr<const engine::Table> owner, const engine::KinesisDestination& to,
         storage::LogPosition begin)
        : table(std::move(owner)), destination(to), window(begin), trimmed(begin) {}

    std::shared_ptr<const engine::Table> table;
    engine::KinesisDestination destination;
    SendWindow window;
    storage::LogPosition trimmed;  // where the log begins
    int64_t trimmed_millis = 0;    // when, of the steady clock
    int64_t retry_millis = 0;      // not to be tried before, of the steady clock
    int failures = 0;              // since the last record was accepted
    bool one_by_one = false;       // since the endpoint found something invalid
    bool told = false;             // of a problem that has not passed since
    int64_t tell_millis = 0;       // not to be told of before, of the steady clock
  };
  using Lines = std::map<storage::Space, Line>;
  // The records of a call, with their places in the window.
  struct Batch {
    std::vector<size_t> indexes;
    std::vector<OutgoingRecord> records;
  };

  explicit Forwarder(const ForwarderParts& parts);

  void Run() EXCLUDES(mutex_);
  void Pause(int64_t millis) EXCLUDES(mutex_);
  // One step for each destination. Returns whether there may be more to do at once.
  bool Round();
  // Makes lines_ those of the catalog as it is now.
  void Refresh();
  // Moves the line of a destination that has a log from lines_ to `lines`, or makes a new one.
  void AddLine(const std::shared_ptr<const engine::Table>& table,
               const engine::KinesisDestination& destination, bool is_first, Lines& lines);
  void DropOldRecords();
  void MeasureLag();
  bool Advance(Line& line);
  // Takes records out of the log, as many as there is room for.
  base::Result<void> Fill(Line& line);
  // The next records in the form in which they are sent. Those that are damaged are abandoned.
  Batch NextBatch(Line& line);
  base::Result<void> AppendRecord(const Line& line, const SendWindow::Entry& entry,
                                  OutgoingRecord& out);
  bool Send(Line& line);
  // After a call that failed for all of the batch.
  void HandleFailure(Line& line, const Batch& batch, const base::Error& error);
  void Abandon(Line& line, size_t index, std::string_view reason);
  void BackOff(Line& line, const std::string& problem);
  void Trim(Line& line);
  // A destination that takes no records any more and has none that are worth waiting for.
  void Finish(Line& line);

  const ForwarderParts parts_;
  std::unique_ptr<KinesisClient> client_;  // null without an endpoint
  auth::Hasher hasher_;
  Lines lines_;                    // of the forwarding thread
  std::optional<uint64_t> epoch_;  // of the catalog behind lines_; absent: none yet
  int64_t expiry_millis_ = 0;      // when old records are looked for next
  int64_t lag_millis_ = 0;         // when the lag is measured next

  std::atomic<uint64_t> sent_records_ = 0;
  std::atomic<uint64_t> failed_calls_ = 0;
  std::atomic<uint64_t> expired_records_ = 0;
  std::atomic<uint64_t> abandoned_records_ = 0;
  std::atomic<double> lag_seconds_ = 0;

  std::atomic<bool> stopping_ = false;
  base::Mutex mutex_;
  base::CondVar wake_;
  base::TaskRunner runner_;  // last: its thread uses the members above
};

}  // namespace stator::cli::kinesis
