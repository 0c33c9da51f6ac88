#include "cli/bench.h"

#include <algorithm>
#include <csignal>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/bench/loader.h"
#include "cli/bench/options.h"
#include "cli/bench/report.h"
#include "cli/bench/run_workload.h"
#include "cli/bench/workload.h"

namespace stator::cli {

namespace {

using bench::BenchOptions;

constexpr size_t kMaxConnections = 10'000;
constexpr size_t kMaxItemBytes = 400'000;
constexpr uint64_t kMaxItems = 10'000'000'000;

// Makes the table ready. Returns the targets of the run.
base::Result<void> Prepare(const BenchOptions& options, const bench::Target& target,
                           const bench::RequestFactory& factory, bool always_load) {
  bench::Loader loader(options, target, factory);
  STATOR_RETURN_IF_ERROR(loader.EnsureTable());
  if (!always_load) {
    STATOR_ASSIGN_OR_RETURN(const bool loaded, loader.IsLoaded());
    if (loaded) {
      return {};
    }
  }
  return loader.Load();
}

bool NeedsTable(const std::vector<std::string>& workloads) {
  return workloads != std::vector<std::string>{"floor"};
}

// Runs everything; false when a workload failed.
base::Result<bool> RunBench(const BenchOptions& options, bool load_only) {
  STATOR_ASSIGN_OR_RETURN(const bench::Endpoint endpoint, bench::ParseEndpoint(options.endpoint));
  STATOR_ASSIGN_OR_RETURN(const bench::Target target, bench::MakeTarget(endpoint, options.trust));
  const bench::RequestFactory factory(endpoint.host_header, options.signing);
  std::vector<bench::Workload> workloads;
  for (const std::string& name : options.workloads) {
    STATOR_ASSIGN_OR_RETURN(bench::Workload workload, MakeWorkload(name, options, factory));
    workloads.push_back(std::move(workload));
  }
  if (load_only || NeedsTable(options.workloads)) {
    STATOR_RETURN_IF_ERROR(Prepare(options, target, factory, load_only));
  }
  if (load_only) {
    return true;
  }
  const bench::KeyChooser keys(options.distribution, options.items);
  std::vector<bench::WorkloadResult> results;
  bool good = true;
  for (const bench::Workload& workload : workloads) {
    STATOR_ASSIGN_OR_RETURN(bench::WorkloadResult result,
                            RunWorkload(options, workload, target, keys));
    good = good && !result.failed();
    results.push_back(std::move(result));
  }
  fmt::print(options.json_path == "-" ? stderr : stdout, "{}", bench::ReportTable(results));
  if (!options.json_path.empty()) {
    STATOR_RETURN_IF_ERROR(
        bench::WriteReport(options.json_path, bench::ReportJson(options, results)));
  }
  return good;
}

void AddServerOptions(CLI::App& command, BenchOptions& options) {
  command.add_option("--endpoint", options.endpoint, "URL of the server")->capture_default_str();
  command
      .add_option("--ca", options.trust.ca_path, "https: trust the certificates in this PEM file")
      ->option_text("FILE");
  command.add_flag("--no-verify-certificate{false}", options.trust.verify,
                   "https: accept any certificate");
  command.add_option("--region", options.signing.region, "Region that requests are signed for")
      ->envname("AWS_REGION")
      ->capture_default_str();
  auth::Credentials& credentials = options.signing.credentials;
  command.add_option("--access-key-id", credentials.access_key_id)
      ->envname("AWS_ACCESS_KEY_ID")
      ->capture_default_str();
  command.add_option("--secret-access-key", credentials.secret_access_key)
      ->envname("AWS_SECRET_ACCESS_KEY");
  command.add_option("--session-token", credentials.session_token)->envname("AWS_SESSION_TOKEN");
  command.add_flag("--unsigned{false}", options.signing.sign,
                   "Send a constant Authorization header instead of signing: cheaper, for "
                   "endpoints that verify nothing");
}

void AddDataOptions(CLI::App& command, BenchOptions& options) {
  command.add_option("--table", options.table, "Created and loaded when missing")
      ->capture_default_str();
  command
      .add_option("--items", options.items,
                  "Items in the table, 20 to a partition; rounded up to "
                  "a multiple of 100")
      ->check(CLI::Range(uint64_t{100}, kMaxItems))
      ->capture_default_str();
  command.add_option("--item-size", options.item_bytes, "Bytes of an item, as DynamoDB bills them")
      ->check(CLI::Range(bench::kMinItemBytes, kMaxItemBytes))
      ->capture_default_str();
  command.add_option("--connections", options.connections, "Connections, over all threads")
      ->check(CLI::Range(size_t{1}, kMaxConnections))
      ->capture_default_str();
  command.add_option("--seed", options.seed, "Of keys and payloads")->capture_default_str();
  command.add_flag("--quiet", options.quiet, "No progress lines");
}

void AddRunOptions(CLI::App& command, BenchOptions& options) {
  const std::map<std::string, bench::Distribution> distributions = {
      {"uniform", bench::Distribution::kUniform}, {"zipfian", bench::Distribution::kZipfian}};
  options.workloads = {"floor", "get", "put", "update", "query", "transact", "batch-write"};
  command
      .add_option("--workloads,--workload", options.workloads,
                  "Run in this order, out of " + bench::WorkloadNames())
      ->delimiter(',')
      ->capture_default_str();
  command.add_option("--mix", options.mix, "Shares of the workload 'mixed'")->capture_default_str();
  command.add_option("--keys", options.distribution, "uniform, or zipfian with theta 0.99")
      ->transform(CLI::CheckedTransformer(distributions))
      ->default_str("uniform");
  command.add_option("--threads", options.threads, "Threads of the client")
      ->check(CLI::Range(size_t{1}, size_t{256}))
      ->capture_default_str();
  command
      .add_option("--rate", options.rate,
                  "Open loop: so many requests per second, with latency measured from when each "
                  "was due. 0: closed loop")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  command.add_option("--warm-up", options.warm_up_seconds, "Seconds before measuring")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  command.add_option("--duration", options.duration_seconds, "Seconds measured, each workload")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command.add_option("--json", options.json_path,
                     "Write the results there as JSON; - is standard output");
}

// Brings the numbers into a form that the parts rely on.
void Normalize(BenchOptions& options) {
  constexpr uint64_t kRound = 100;  // whole partitions and whole batches
  static_assert(kRound % bench::kItemsPerPartition == 0 && kRound % bench::kBatchItems == 0);
  options.items = (options.items + kRound - 1) / kRound * kRound;
  options.threads = std::min(options.threads, options.connections);
}

}  // namespace

void RegisterBench(CLI::App& app) {
  const auto options = std::make_shared<BenchOptions>();
  CLI::App* const command =
      app.add_subcommand("bench", "Measure a DynamoDB endpoint's throughput and latency");
  AddServerOptions(*command, *options);
  AddDataOptions(*command, *options);
  AddRunOptions(*command, *options);
  CLI::App* const load = command->add_subcommand("load", "Only create and load the table");
  load->fallthrough();
  command->callback([options, load] {
    // OpenSSL writes to sockets without MSG_NOSIGNAL.
    (void)std::signal(SIGPIPE, SIG_IGN);
    Normalize(*options);
    const base::Result<bool> good = RunBench(*options, load->parsed());
    if (!good.ok()) {
      fmt::print(stderr, "stator bench: {}\n", good.error().message);
    }
    if (!good.ok() || !*good) {
      throw CLI::RuntimeError(1);  // CLI11's way to report an exit status
    }
  });
}

}  // namespace stator::cli
