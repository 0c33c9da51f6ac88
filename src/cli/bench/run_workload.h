#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "cli/bench/bench_worker.h"
#include "cli/bench/key_chooser.h"
#include "cli/bench/latency_histogram.h"
#include "cli/bench/options.h"
#include "cli/bench/transport.h"
#include "cli/bench/workload.h"

namespace stator::cli::bench {

// What one workload's run gave.
struct WorkloadResult {
  std::string name;
  uint64_t completed = 0;
  double per_second = 0;
  LatencyHistogram latency = {};
  uint64_t never_sent = 0;
  ErrorCounts errors = {};
  double client_cpu_micros = 0;  // of this process, for each completed request

  // Whether anything went wrong that load alone does not explain.
  bool failed() const;
};

// Runs a workload: connects, warms up, measures; a progress line on standard error each second.
// Fails with kIo when it cannot connect.
base::Result<WorkloadResult> RunWorkload(const BenchOptions& options, const Workload& workload,
                                         const Target& target, const KeyChooser& keys);

}  // namespace stator::cli::bench
