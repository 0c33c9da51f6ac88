#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/mutex.h"
#include "server/latency_histogram.h"

namespace stator::server {

// The operations that are served, by X-Amz-Target. Constant after construction.
class OperationIndex {
 public:
  // `targets` are distinct, such as "DynamoDB_20120810.GetItem".
  explicit OperationIndex(std::vector<std::string> targets);
  ~OperationIndex() = default;
  OperationIndex(const OperationIndex&) = delete;
  OperationIndex& operator=(const OperationIndex&) = delete;

  // The operation's number, or size() for a target that is not served.
  size_t Find(std::string_view target) const;
  size_t size() const { return targets_.size(); }
  // The operation's name without its prefix; "Unknown" for size().
  std::string_view Name(size_t operation) const;

 private:
  const std::vector<std::string> targets_;
  std::unordered_map<std::string_view, size_t> numbers_;
};

// What one event loop counts. Its thread writes, any thread reads; see Metrics.
class LoopMetrics {
 public:
  // `operations` counts the unknown one, too.
  explicit LoopMetrics(size_t operations) : latency_(operations) {}
  ~LoopMetrics();
  LoopMetrics(const LoopMetrics&) = delete;
  LoopMetrics& operator=(const LoopMetrics&) = delete;

  // Counts one answered call. `body` is its answer, from which an error's type is taken.
  void RecordCall(size_t operation, int status, std::string_view body, int64_t micros)
      EXCLUDES(mutex_);
  void RecordBytes(size_t received, size_t sent);
  void RecordConnection(int change);

  // Null when the operation was never called.
  const LatencyHistogram* latency(size_t operation) const {
    return latency_[operation].load(std::memory_order_acquire);
  }
  std::map<std::pair<size_t, std::string>, uint64_t> errors() const EXCLUDES(mutex_);
  uint64_t received_bytes() const { return received_bytes_.load(std::memory_order_relaxed); }
  uint64_t sent_bytes() const { return sent_bytes_.load(std::memory_order_relaxed); }
  int64_t connections() const { return connections_.load(std::memory_order_relaxed); }
  uint64_t accepted() const { return accepted_.load(std::memory_order_relaxed); }

 private:
  std::vector<std::atomic<LatencyHistogram*>> latency_;  // owned; made at an operation's first call
  std::atomic<uint64_t> received_bytes_ = 0;
  std::atomic<uint64_t> sent_bytes_ = 0;
  std::atomic<int64_t> connections_ = 0;
  std::atomic<uint64_t> accepted_ = 0;
  mutable base::Mutex mutex_;
  std::map<std::pair<size_t, std::string>, uint64_t> errors_ GUARDED_BY(mutex_);
};

// Names and values.
using MetricLabels = std::vector<std::pair<std::string, std::string>>;

// All that /metrics shows. Add what is shown before serving; Render may be called from any thread.
class Metrics {
 public:
  explicit Metrics(const OperationIndex& operations) : operations_(operations) {}

  // A loop's counters; they live as long as the Metrics.
  LoopMetrics& AddLoop();
  // A value read at each scrape, by any thread, quickly.
  void AddGauge(std::string name, std::string help, MetricLabels labels,
                std::function<double()> read);
  // The same for a value that only grows.
  void AddCounter(std::string name, std::string help, MetricLabels labels,
                  std::function<double()> read);

  // The Prometheus text format.
  std::string Render() const;

 private:
  // A value of another layer.
  struct Value {
    bool grows = false;  // a counter
    std::string name;
    std::string help;
    MetricLabels labels;
    std::function<double()> read;
  };

  const OperationIndex& operations_;
  std::vector<std::unique_ptr<LoopMetrics>> loops_;
  std::vector<Value> values_;
};

}  // namespace stator::server
