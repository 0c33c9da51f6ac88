#include "cli/bench/report.h"

#include <cstdio>
#include <iterator>
#include <optional>

#include <fmt/format.h>

namespace stator::cli::bench {

namespace {

double Millis(int64_t nanos) { return static_cast<double>(nanos) / 1e6; }

std::optional<double> FloorPerSecond(const std::vector<WorkloadResult>& results) {
  for (const WorkloadResult& result : results) {
    if (result.name == "floor" && result.per_second > 0) {
      return result.per_second;
    }
  }
  return std::nullopt;
}

std::string JsonString(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out.push_back('\\');
      out.push_back(c);
    } else if (static_cast<unsigned char>(c) < 0x20) {
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned>(c));
    } else {
      out.push_back(c);
    }
  }
  return out + "\"";
}

std::string JsonErrors(const ErrorCounts& errors) {
  std::string out = "{";
  for (const auto& [error, count] : errors) {
    fmt::format_to(std::back_inserter(out), "{}{}: {}", out.size() == 1 ? "" : ", ",
                   JsonString(error), count);
  }
  return out + "}";
}

std::string JsonResult(const WorkloadResult& result, std::optional<double> floor) {
  std::string out =
      fmt::format("{{\"workload\": {}, \"operations\": {}, \"operations_per_second\": {:.1f}, ",
                  JsonString(result.name), result.completed, result.per_second);
  if (floor.has_value()) {
    fmt::format_to(std::back_inserter(out), "\"share_of_floor\": {:.4f}, ",
                   result.per_second / *floor);
  }
  const LatencyHistogram& latency = result.latency;
  fmt::format_to(std::back_inserter(out),
                 "\"latency_ms\": {{\"mean\": {:.4f}, \"p50\": {:.4f}, \"p90\": {:.4f}, "
                 "\"p99\": {:.4f}, \"p99.9\": {:.4f}, \"max\": {:.4f}}}, ",
                 latency.MeanNanos() / 1e6, Millis(latency.QuantileNanos(0.5)),
                 Millis(latency.QuantileNanos(0.9)), Millis(latency.QuantileNanos(0.99)),
                 Millis(latency.QuantileNanos(0.999)), Millis(latency.max_nanos()));
  fmt::format_to(std::back_inserter(out),
                 "\"never_sent\": {}, \"client_cpu_us_per_operation\": {:.2f}, \"failed\": {}, "
                 "\"errors\": {}}}",
                 result.never_sent, result.client_cpu_micros, result.failed(),
                 JsonErrors(result.errors));
  return out;
}

void AppendNotes(const WorkloadResult& result, std::string& out) {
  for (const auto& [error, count] : result.errors) {
    fmt::format_to(std::back_inserter(out), "{}: {} {}{}\n", result.name, count, error,
                   IsExpectedError(error) ? "" : " (unexpected)");
  }
  if (result.never_sent > 0) {
    fmt::format_to(std::back_inserter(out),
                   "{}: the rate was not reached, {} requests were due but never sent\n",
                   result.name, result.never_sent);
  }
}

}  // namespace

std::string ReportTable(const std::vector<WorkloadResult>& results) {
  const std::optional<double> floor = FloorPerSecond(results);
  std::string out =
      fmt::format("{:<19}{:>10}{:>9}{:>10}{:>10}{:>10}{:>10}{:>10}{:>9}\n", "workload", "per s",
                  "of floor", "p50 ms", "p90 ms", "p99 ms", "p99.9 ms", "max ms", "cli us");
  for (const WorkloadResult& result : results) {
    const std::string share =
        floor.has_value() ? fmt::format("{:.1f} %", 100 * result.per_second / *floor) : "";
    const LatencyHistogram& latency = result.latency;
    fmt::format_to(std::back_inserter(out),
                   "{:<19}{:>10.0f}{:>9}{:>10.3f}{:>10.3f}{:>10.3f}{:>10.3f}{:>10.3f}{:>9.1f}\n",
                   result.name, result.per_second, share, Millis(latency.QuantileNanos(0.5)),
                   Millis(latency.QuantileNanos(0.9)), Millis(latency.QuantileNanos(0.99)),
                   Millis(latency.QuantileNanos(0.999)), Millis(latency.max_nanos()),
                   result.client_cpu_micros);
  }
  for (const WorkloadResult& result : results) {
    AppendNotes(result, out);
  }
  return out;
}

std::string ReportJson(const BenchOptions& options, const std::vector<WorkloadResult>& results) {
  std::string out = fmt::format(
      "{{\"endpoint\": {}, \"table\": {}, \"signed\": {}, \"distribution\": \"{}\", \"items\": {}, "
      "\"item_bytes\": {}, \"connections\": {}, \"threads\": {}, \"rate\": {}, "
      "\"warm_up_seconds\": {}, \"duration_seconds\": {},\n \"workloads\": [",
      JsonString(options.endpoint), JsonString(options.table), options.signing.sign,
      options.distribution == Distribution::kUniform ? "uniform" : "zipfian", options.items,
      options.item_bytes, options.connections, options.threads, options.rate,
      options.warm_up_seconds, options.duration_seconds);
  const std::optional<double> floor = FloorPerSecond(results);
  for (size_t i = 0; i < results.size(); ++i) {
    out.append(i == 0 ? "\n  " : ",\n  ").append(JsonResult(results[i], floor));
  }
  return out + "\n ]}\n";
}

base::Result<void> WriteReport(const std::string& path, const std::string& text) {
  std::FILE* const file = path == "-" ? stdout : std::fopen(path.c_str(), "w");
  if (file == nullptr) {
    return base::Error{base::ErrorCode::kIo, "cannot open " + path};
  }
  const bool written = std::fwrite(text.data(), 1, text.size(), file) == text.size();
  const bool closed = file == stdout ? std::fflush(file) == 0 : std::fclose(file) == 0;
  if (!written || !closed) {
    return base::Error{base::ErrorCode::kIo, "cannot write " + path};
  }
  return {};
}

}  // namespace stator::cli::bench
