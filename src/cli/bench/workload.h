#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cli/bench/client.h"
#include "cli/bench/options.h"
#include "cli/bench/request_template.h"

namespace stator::cli::bench {

inline constexpr size_t kBatchItems = 25;
inline constexpr size_t kTransactItems = 3;
inline constexpr int kScanPageItems = 100;

// One kind of request and what a good answer to it looks like. A value type.
struct Operation {
  RequestTemplate request = {};
  unsigned weight = 1;  // its share of a mixed workload
  bool any_status = false;
  // Bounds of a good body: an answer of another size did other work than the workload means to
  // measure, and counts as the error `misfit`.
  size_t body_bytes_min = 0;
  size_t body_bytes_max = SIZE_MAX;
  std::string_view misfit = {};
};

// What is run against the server. A value type: each thread has its own copy.
struct Workload {
  std::string name;
  std::vector<Operation> operations = {};
  unsigned total_weight = 0;
};

// The names of all workloads, separated by commas.
std::string WorkloadNames();

// Fails with kValidation when there is no workload of that name, or the mix is wrong.
base::Result<Workload> MakeWorkload(std::string_view name, const BenchOptions& options,
                                    const RequestFactory& factory);

// The name of what went wrong, or nothing when the answer is good: the service's exception, the
// HTTP status, or the operation's misfit.
std::optional<std::string> AnswerError(const Operation& operation, const Answer& answer);

// Whether a server in good health may answer so under load: throttling, conflicts of transactions.
bool IsExpectedError(std::string_view error);

// The member `"name":` of a JSON object of tables: the start of a write or read batch.
std::string TableMember(std::string_view table);

}  // namespace stator::cli::bench
