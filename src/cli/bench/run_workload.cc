#include "cli/bench/run_workload.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <sys/resource.h>

#include "base/check.h"
#include "base/task_runner.h"

namespace stator::cli::bench {

namespace {

constexpr double kNanosPerSecond = 1e9;
constexpr int64_t kSecond = 1'000'000'000;

using Workers = std::vector<std::unique_ptr<BenchWorker>>;

int64_t Nanos(double seconds) { return static_cast<int64_t>(seconds * kNanosPerSecond); }

WorkerStats MergeStats(const Workers& workers) {
  WorkerStats total;
  for (const auto& worker : workers) {
    const WorkerStats stats = worker->Stats();
    total.latency.Merge(stats.latency);
    total.completed += stats.completed;
    total.never_sent += stats.never_sent;
    for (const auto& [error, count] : stats.errors) {
      total.errors[error] += count;
    }
  }
  return total;
}

uint64_t CountErrors(const ErrorCounts& errors) {
  uint64_t total = 0;
  for (const auto& [error, count] : errors) {
    total += count;
  }
  return total;
}

double ProcessCpuMicros() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e6 +
         static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

void SleepUntil(int64_t nanos) {
  std::this_thread::sleep_for(std::chrono::nanoseconds(nanos - MonotonicNanos()));
}

// Prints a line about the second that has passed.
void PrintProgress(const std::string& name, int64_t second, const WorkerStats& now,
                   const WorkerStats& before) {
  LatencyHistogram latency = now.latency;
  latency.Subtract(before.latency);
  fmt::print(stderr, "{:<19}{:>4} s {:>9} /s   p50 {:8.3f} ms   p99 {:8.3f} ms   errors {}\n", name,
             second, now.completed - before.completed,
             static_cast<double>(latency.QuantileNanos(0.5)) / 1e6,
             static_cast<double>(latency.QuantileNanos(0.99)) / 1e6, CountErrors(now.errors));
}

// Reports each second until the measured time is over; returns the CPU time that it took.
double Watch(const BenchOptions& options, const std::string& name, const Schedule& schedule,
             const Workers& workers) {
  SleepUntil(schedule.measure_start);
  const double cpu_before = ProcessCpuMicros();
  WorkerStats before = MergeStats(workers);
  int64_t second = 1;
  for (int64_t at = schedule.measure_start + kSecond; at <= schedule.end; at += kSecond) {
    SleepUntil(at);
    const WorkerStats now = MergeStats(workers);
    if (!options.quiet) {
      PrintProgress(name, second, now, before);
    }
    before = now;
    ++second;
  }
  SleepUntil(schedule.end);
  return ProcessCpuMicros() - cpu_before;
}

}  // namespace

bool WorkloadResult::failed() const {
  return completed == 0 || std::any_of(errors.begin(), errors.end(), [](const auto& error) {
           return !IsExpectedError(error.first);
         });
}

base::Result<WorkloadResult> RunWorkload(const BenchOptions& options, const Workload& workload,
                                         const Target& target, const KeyChooser& keys) {
  Workers workers;
  for (size_t i = 0; i < options.threads; ++i) {
    workers.push_back(std::make_unique<BenchWorker>(options, workload, target, keys, i));
    STATOR_RETURN_IF_ERROR(workers.back()->Connect());
  }
  Schedule schedule{.start = MonotonicNanos()};
  schedule.measure_start = schedule.start + Nanos(options.warm_up_seconds);
  schedule.end = schedule.measure_start + Nanos(options.duration_seconds);
  if (options.rate > 0) {
    schedule.interval_nanos = kNanosPerSecond / options.rate * static_cast<double>(options.threads);
  }
  // Prompt: what the generator waits for a processor would count as the server's.
  base::TaskRunner threads("bench", options.threads, options.threads, base::Priority::kPrompt);
  for (const auto& worker : workers) {
    STATOR_CHECK(threads.Post([&worker, &schedule] { worker->Run(schedule); }));
  }
  const double cpu_micros = Watch(options, workload.name, schedule, workers);
  threads.Stop();

  WorkerStats stats = MergeStats(workers);
  WorkloadResult result{.name = workload.name, .completed = stats.completed};
  result.per_second = static_cast<double>(stats.completed) / options.duration_seconds;
  result.latency = stats.latency;
  result.never_sent = stats.never_sent;
  result.errors = std::move(stats.errors);
  result.client_cpu_micros =
      stats.completed == 0 ? 0 : cpu_micros / static_cast<double>(stats.completed);
  return result;
}

}  // namespace stator::cli::bench
