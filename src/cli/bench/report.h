#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "cli/bench/options.h"
#include "cli/bench/run_workload.h"

namespace stator::cli::bench {

// The results as a table for people; with shares of `floor` when that was among the workloads.
std::string ReportTable(const std::vector<WorkloadResult>& results);

// The options and results as one JSON object.
std::string ReportJson(const BenchOptions& options, const std::vector<WorkloadResult>& results);

// Writes the text to a file, or to standard output when the path is `-`.
base::Result<void> WriteReport(const std::string& path, const std::string& text);

}  // namespace stator::cli::bench
