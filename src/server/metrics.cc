#include "server/metrics.h"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

namespace stator::server {

namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

template <typename T>
void AddRelaxed(std::atomic<T>& counter, T amount) {
  counter.store(counter.load(std::memory_order_relaxed) + amount, std::memory_order_relaxed);
}

// The name after '#' in `{"__type":"com.amazon...#Name",...`.
std::string ErrorType(std::string_view body) {
  const size_t hash = body.find('#');
  if (!body.starts_with(R"({"__type":")") || hash == std::string_view::npos) {
    return "Unknown";
  }
  return std::string(body.substr(hash + 1, body.find('"', hash) - hash - 1));
}

MetricFamily Single(std::string name, std::string help, MetricType type, double value) {
  ClientMetric metric;
  if (type == MetricType::Counter) {
    metric.counter.value = value;
  } else {
    metric.gauge.value = value;
  }
  return {std::move(name), std::move(help), type, {std::move(metric)}};
}

// Adds up one operation's histograms and cuts them at the powers of two.
ClientMetric LatencyMetric(std::string_view operation,
                           const std::vector<const LatencyHistogram*>& histograms) {
  constexpr int kFirstPower = 5;  // 32 us
  constexpr double kMicrosPerSecond = 1e6;
  ClientMetric metric;
  metric.label = {{"operation", std::string(operation)}};
  uint64_t count = 0;
  int bucket = 0;
  const auto add_up_to = [&](int end) {
    for (; bucket < end; ++bucket) {
      for (const LatencyHistogram* const histogram : histograms) {
        count += histogram->BucketCount(bucket);
      }
    }
  };
  for (int power = kFirstPower; power < LatencyHistogram::kMaxPower; ++power) {
    const uint64_t bound = uint64_t{1} << power;
    add_up_to(LatencyHistogram::BucketOf(bound));
    metric.histogram.bucket.push_back({count, static_cast<double>(bound) / kMicrosPerSecond});
  }
  add_up_to(LatencyHistogram::kBuckets);
  metric.histogram.bucket.push_back({count, std::numeric_limits<double>::infinity()});
  metric.histogram.sample_count = count;
  for (const LatencyHistogram* const histogram : histograms) {
    metric.histogram.sample_sum += static_cast<double>(histogram->sum_micros()) / kMicrosPerSecond;
  }
  return metric;
}

}  // namespace

OperationIndex::OperationIndex(std::vector<std::string> targets) : targets_(std::move(targets)) {
  for (size_t i = 0; i < targets_.size(); ++i) {
    numbers_.emplace(targets_[i], i);
  }
}

size_t OperationIndex::Find(std::string_view target) const {
  const auto found = numbers_.find(target);
  return found == numbers_.end() ? size() : found->second;
}

std::string_view OperationIndex::Name(size_t operation) const {
  if (operation >= size()) {
    return "Unknown";
  }
  const std::string_view target = targets_[operation];
  return target.substr(target.find('.') + 1);
}

LoopMetrics::~LoopMetrics() {
  for (std::atomic<LatencyHistogram*>& histogram : latency_) {
    const std::unique_ptr<LatencyHistogram> owned(histogram.load());
  }
}

void LoopMetrics::RecordCall(size_t operation, int status, std::string_view body, int64_t micros) {
  LatencyHistogram* histogram = latency_[operation].load(std::memory_order_relaxed);
  if (histogram == nullptr) {
    histogram = std::make_unique<LatencyHistogram>().release();
    latency_[operation].store(histogram, std::memory_order_release);
  }
  histogram->Record(micros);
  if (status >= 400) {
    const base::MutexLock lock(mutex_);
    ++errors_[{operation, ErrorType(body)}];
  }
}

void LoopMetrics::RecordBytes(size_t received, size_t sent) {
  AddRelaxed<uint64_t>(received_bytes_, received);
  AddRelaxed<uint64_t>(sent_bytes_, sent);
}

void LoopMetrics::RecordConnection(int change) {
  AddRelaxed<int64_t>(connections_, change);
  if (change > 0) {
    AddRelaxed<uint64_t>(accepted_, 1);
  }
}

std::map<std::pair<size_t, std::string>, uint64_t> LoopMetrics::errors() const {
  const base::MutexLock lock(mutex_);
  return errors_;
}

LoopMetrics& Metrics::AddLoop() {
  return *loops_.emplace_back(std::make_unique<LoopMetrics>(operations_.size() + 1));
}

void Metrics::AddGauge(std::string name, std::string help, MetricLabels labels,
                       std::function<double()> read) {
  values_.push_back({false, std::move(name), std::move(help), std::move(labels), std::move(read)});
}

void Metrics::AddCounter(std::string name, std::string help, MetricLabels labels,
                         std::function<double()> read) {
  values_.push_back({true, std::move(name), std::move(help), std::move(labels), std::move(read)});
}

std::string Metrics::Render() const {
  std::vector<MetricFamily> families;
  MetricFamily latency{"stator_request_duration_seconds",
                       "Time from a call's last byte to its answer",
                       MetricType::Histogram,
                       {}};
  for (size_t operation = 0; operation <= operations_.size(); ++operation) {
    std::vector<const LatencyHistogram*> histograms;
    for (const auto& loop : loops_) {
      if (const LatencyHistogram* const histogram = loop->latency(operation)) {
        histograms.push_back(histogram);
      }
    }
    if (!histograms.empty()) {
      latency.metric.push_back(LatencyMetric(operations_.Name(operation), histograms));
    }
  }
  families.push_back(std::move(latency));

  std::map<std::pair<size_t, std::string>, uint64_t> errors;
  uint64_t received = 0;
  uint64_t sent = 0;
  uint64_t accepted = 0;
  int64_t connections = 0;
  for (const auto& loop : loops_) {
    for (const auto& [key, count] : loop->errors()) {
      errors[key] += count;
    }
    received += loop->received_bytes();
    sent += loop->sent_bytes();
    accepted += loop->accepted();
    connections += loop->connections();
  }
  MetricFamily failed{
      "stator_request_errors_total", "Calls answered with an error", MetricType::Counter, {}};
  for (const auto& [key, count] : errors) {
    ClientMetric metric;
    metric.label = {{"operation", std::string(operations_.Name(key.first))}, {"error", key.second}};
    metric.counter.value = static_cast<double>(count);
    failed.metric.push_back(std::move(metric));
  }
  families.push_back(std::move(failed));
  const auto single = [&families](const char* name, const char* help, MetricType type, auto value) {
    families.push_back(Single(name, help, type, static_cast<double>(value)));
  };
  single("stator_connections", "Open connections", MetricType::Gauge, connections);
  single("stator_connections_accepted_total", "Connections accepted", MetricType::Counter,
         accepted);
  single("stator_received_bytes_total", "Bytes received", MetricType::Counter, received);
  single("stator_sent_bytes_total", "Bytes sent", MetricType::Counter, sent);
  for (const Value& value : values_) {
    MetricFamily family =
        Single(value.name, value.help, value.grows ? MetricType::Counter : MetricType::Gauge,
               value.read());
    for (const auto& [name, text] : value.labels) {
      family.metric.front().label.push_back({name, text});
    }
    families.push_back(std::move(family));
  }
  return prometheus::TextSerializer().Serialize(families);
}

}  // namespace stator::server
