#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/mutex.h"
#include "base/random.h"
#include "base/result.h"
#include "cli/bench/client.h"
#include "cli/bench/key_chooser.h"
#include "cli/bench/latency_histogram.h"
#include "cli/bench/request_template.h"
#include "cli/bench/workload.h"

namespace stator::cli::bench {

// When requests are sent and which are measured, in MonotonicNanos.
struct Schedule {
  int64_t start = 0;
  int64_t measure_start = 0;  // the warm-up lasts until here
  int64_t end = 0;
  // Open loop: a request is due each so many nanoseconds. 0: closed loop, each connection sends its
  // next request when it has the answer to the last.
  double interval_nanos = 0;
};

using ErrorCounts = std::map<std::string, uint64_t>;

// What was measured so far.
struct WorkerStats {
  LatencyHistogram latency;
  uint64_t completed = 0;   // good answers that came within the measured time
  uint64_t never_sent = 0;  // requests that were due when the time was over
  ErrorCounts errors;       // of the warm-up, too
};

// One thread's share of the load.
//
// Open loop: latency counts from the moment a request was due, not from when a connection was free
// to send it, and what was due but never sent counts with its age at the end. So a server that
// stalls is charged for every request that it held up (no coordinated omission).
//
// Connect and Run belong to one thread after the other; any thread may call Stats.
class BenchWorker final : public ClientHandler {
 public:
  // `target` and `keys` outlive the worker.
  BenchWorker(const BenchOptions& options, Workload workload, const Target& target,
              const KeyChooser& keys, size_t index);

  base::Result<void> Connect() { return client_.Connect(); }
  // Sends, measures, and waits for the answers that are under way at the end.
  void Run(const Schedule& schedule);
  WorkerStats Stats() const EXCLUDES(mutex_);

  void OnIdle(size_t connection) override;
  void OnAnswer(size_t connection, const Answer& answer) override;
  void OnFailure(size_t connection, std::string_view reason, bool in_flight) override;

 private:
  // A request under way.
  struct Pending {
    int64_t intended_nanos = 0;
    const Operation* operation = nullptr;  // null: none
  };

  void SendDue();
  void Send(size_t connection, int64_t intended_nanos);
  Operation& ChooseOperation();
  void ChooseItems(size_t count);
  int64_t WaitNanos() const;
  void Drain();
  void CountOverdue() EXCLUDES(mutex_);
  void Record(int64_t intended_nanos) EXCLUDES(mutex_);
  void CountError(const std::string& error) EXCLUDES(mutex_);

  const KeyChooser& keys_;
  const uint64_t items_;
  Workload workload_;
  base::Random random_;
  RequestFiller filler_;
  Client client_;
  Schedule schedule_;
  bool running_ = false;
  int64_t now_ = 0;
  double next_due_ = 0;  // nanoseconds since schedule_.start
  std::vector<size_t> idle_;
  std::vector<Pending> pending_;  // for each connection
  size_t in_flight_ = 0;
  std::vector<uint64_t> chosen_;

  mutable base::Mutex mutex_;
  WorkerStats stats_ GUARDED_BY(mutex_);
};

}  // namespace stator::cli::bench
