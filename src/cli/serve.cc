#include "cli/serve.h"

#include <algorithm>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <sys/resource.h>

#include "base/clock.h"
#include "base/mutex.h"
#include "cli/access_control.h"
#include "cli/kinesis/forwarder.h"
#include "cli/test_clock.h"
#include "server/http_server.h"
#include "storage/open_store.h"

namespace stator::cli {

namespace {

void StartLogging(const std::string& level) {
  auto logger =
      std::make_shared<spdlog::logger>("stator", std::make_shared<spdlog::sinks::stderr_sink_mt>());
  logger->set_pattern("%Y-%m-%dT%H:%M:%S.%fZ %l %v", spdlog::pattern_time_type::utc);
  logger->set_level(spdlog::level::from_str(level));
  logger->flush_on(spdlog::level::info);
  spdlog::set_default_logger(std::move(logger));
}

// Connections need descriptors, and so do the files of the store. Returns how many there are.
rlim_t RaiseDescriptorLimit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) {
    return 0;
  }
  const rlim_t before = limit.rlim_cur;
  limit.rlim_cur = limit.rlim_max;
  return setrlimit(RLIMIT_NOFILE, &limit) == 0 ? limit.rlim_cur : before;
}

// Half of the descriptors are for tables: a read of one that is not open must open it first.
int TablesKeptOpen(rlim_t descriptors) {
  constexpr rlim_t kTables = 1'000'000;
  return static_cast<int>(std::min(descriptors / 2, kTables));
}

// Without TLS, SIGHUP means what it means to most programs: the end.
sigset_t AwaitedSignals(const ServeOptions& options) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  if (options.http.tls) {
    sigaddset(&signals, SIGHUP);
  }
  return signals;
}

// Returns when the server is to stop.
void AwaitStop(const sigset_t& signals, server::HttpServer& server) {
  int signal = 0;
  while (sigwait(&signals, &signal) == 0 && signal == SIGHUP) {
    const base::Result<void> reloaded = server.ReloadTls();
    if (reloaded.ok()) {
      spdlog::info("TLS certificate and key are read again");
    } else {
      spdlog::error("TLS goes on with the old certificate: {}", reloaded.error().message);
    }
  }
}

// As --durability takes it; "memory" when nothing is kept.
std::string DurabilityName(const storage::StoreOptions& store) {
  if (store.in_memory) {
    return "memory";
  }
  switch (store.durability) {
    case storage::Durability::kSynced:
      return "synced";
    case storage::Durability::kInterval:
      return fmt::format("interval:{}", store.sync_interval_ms);
    case storage::Durability::kNone:
      break;
  }
  return "none";
}

// Tells the operator of calls that failed inside; of many that failed alike, not of each.
class FailureLog {
 public:
  explicit FailureLog(const base::Clock& clock) : clock_(clock) {}

  void Tell(std::string_view target, std::string_view failure) EXCLUDES(mutex_) {
    uint64_t untold = 0;
    {
      const base::MutexLock lock(mutex_);
      const int64_t now = clock_.NowMicros();
      if (failure == told_ && now - told_micros_ < kIntervalMicros) {
        ++untold_;
        return;
      }
      told_ = failure;
      told_micros_ = now;
      untold = std::exchange(untold_, 0);
    }
    spdlog::error("{} failed: {}", target, failure);
    if (untold > 0) {
      spdlog::error("{} calls before that failed like the one told of before", untold);
    }
  }

 private:
  static constexpr int64_t kIntervalMicros = 10'000'000;

  const base::Clock& clock_;
  base::Mutex mutex_;
  std::string told_ GUARDED_BY(mutex_);
  int64_t told_micros_ GUARDED_BY(mutex_) = 0;
  uint64_t untold_ GUARDED_BY(mutex_) = 0;
};

// What the first start with --auth alone can tell.
void AnnounceAccess(const AccessControl& access) {
  if (access.new_key()) {
    fmt::print("# The key of the root of account {}, which may do everything. Shown only now:\n",
               access.new_key()->account);
    fmt::print("export AWS_ACCESS_KEY_ID={}\nexport AWS_SECRET_ACCESS_KEY={}\n",
               access.new_key()->id, access.new_key()->secret);
  }
  if (!access.admin_socket().empty()) {
    fmt::print("# stator iam --admin-socket {} manages users\n", access.admin_socket());
  }
}

void AddExpiryMetrics(const engine::ExpirySweep& sweep, server::HttpServer& server) {
  server.AddCounter("stator_ttl_deleted_items_total", "Items deleted because they had expired", {},
                    [&sweep] { return static_cast<double>(sweep.deleted_items()); });
  server.AddCounter("stator_ttl_entries_read_total", "Entries of expiry indexes read by sweeps", {},
                    [&sweep] { return static_cast<double>(sweep.entries_read()); });
  server.AddGauge("stator_ttl_lag_seconds",
                  "For how long the oldest item that the last sweep found had been expired", {},
                  [&sweep] { return sweep.lag_seconds(); });
  server.AddGauge("stator_ttl_sweep_seconds", "How long the last sweep took", {},
                  [&sweep] { return sweep.run_seconds(); });
}

base::Result<std::unique_ptr<kinesis::Forwarder>> OpenForwarder(const ServeOptions& options,
                                                                storage::Store& store,
                                                                engine::Engine& engine,
                                                                const base::Clock& clock) {
  return kinesis::Forwarder::Open(options.kinesis,
                                  {.store = store,
                                   .tables = engine.tables(),
                                   .clock = clock,
                                   .retention_millis = options.engine.streams.retention_millis});
}

void AddKinesisMetrics(const kinesis::Forwarder& forwarder, server::HttpServer& server) {
  server.AddCounter("stator_kinesis_records_sent_total",
                    "Records that the endpoint of Kinesis destinations has accepted", {},
                    [&forwarder] { return static_cast<double>(forwarder.sent_records()); });
  server.AddCounter("stator_kinesis_calls_failed_total",
                    "Calls of that endpoint that failed for some of their records, or all", {},
                    [&forwarder] { return static_cast<double>(forwarder.failed_calls()); });
  const std::string dropped = "stator_kinesis_records_dropped_total";
  const std::string help = "Records that were never accepted: expired, or abandoned";
  server.AddCounter(dropped, help, {{"reason", "expired"}},
                    [&forwarder] { return static_cast<double>(forwarder.expired_records()); });
  server.AddCounter(dropped, help, {{"reason", "abandoned"}},
                    [&forwarder] { return static_cast<double>(forwarder.abandoned_records()); });
  server.AddGauge("stator_kinesis_lag_seconds",
                  "For how long the oldest record that waits for that endpoint has been waiting",
                  {}, [&forwarder] { return forwarder.lag_seconds(); });
}

void Announce(const ServeOptions& options, uint16_t port) {
  const std::string& host = options.http.host;
  const bool is_v6 = host.find(':') != std::string::npos;
  const std::string_view scheme = options.http.tls ? "https" : "http";
  const std::string url = is_v6 ? fmt::format("{}://[{}]:{}", scheme, host, port)
                                : fmt::format("{}://{}:{}", scheme, host, port);
  fmt::print("Stator serves DynamoDB at {}\n", url);
  fmt::print("aws --endpoint-url {} --region {} dynamodb list-tables\n", url,
             options.engine.identity.region);
  fmt::print("data: {}, durability: {}\n",
             options.store.in_memory ? "in memory" : options.store.data_dir,
             DurabilityName(options.store));
  (void)std::fflush(stdout);  // nobody may be reading, which does not matter
}

}  // namespace

base::Result<void> Serve(const ServeOptions& options) {
  StartLogging(options.log_level);
  const rlim_t descriptors = RaiseDescriptorLimit();
  // Before the first thread, so that all inherit it and only sigwait below sees the signals.
  const sigset_t signals = AwaitedSignals(options);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);

  storage::StoreOptions store_options = options.store;
  store_options.max_open_files =
      std::max(store_options.max_open_files, TablesKeptOpen(descriptors));
  store_options.log = [](std::string_view message) { spdlog::warn("{}", message); };
  STATOR_ASSIGN_OR_RETURN(const std::unique_ptr<storage::Store> store,
                          storage::OpenStore(store_options));
  std::unique_ptr<const TestClock> test_clock;
  if (!options.test_clock_file.empty()) {
    STATOR_ASSIGN_OR_RETURN(test_clock, TestClock::Open(options.test_clock_file));
  }
  const base::Clock& clock = test_clock != nullptr ? *test_clock : base::Clock::System();
  engine::Engine engine(*store, options.engine, clock);
  STATOR_RETURN_IF_ERROR(engine.Start());
  STATOR_ASSIGN_OR_RETURN(const std::unique_ptr<kinesis::Forwarder> forwarder,
                          OpenForwarder(options, *store, engine, clock));
  std::unique_ptr<AccessControl> access;
  if (options.auth) {
    STATOR_ASSIGN_OR_RETURN(access, AccessControl::Open(options, *store, engine.tables().catalog(),
                                                        base::Clock::System()));
  }
  const api::Dispatcher dispatcher(engine, options.api);
  server::HttpServerOptions http = options.http;
  http.targets = api::Dispatcher::Targets();
  if (access != nullptr) {
    access->Configure(http);
  }
  FailureLog failures(base::Clock::System());
  http.on_failure = [&failures](std::string_view target, std::string_view failure) {
    failures.Tell(target, failure);
  };
  server::HttpServer server(
      std::move(http),
      [&dispatcher](const api::Request& request, api::ResponseSink sink) {
        dispatcher.Dispatch(request, std::move(sink));
      },
      base::Clock::System());
  server.AddGauge("stator_info", "The version, and how durable an acknowledged write is",
                  {{"version", STATOR_VERSION}, {"durability", DurabilityName(options.store)}},
                  [] { return 1.0; });
  AddExpiryMetrics(engine.expiry_sweep(), server);
  AddKinesisMetrics(*forwarder, server);
  forwarder->Start();
  STATOR_RETURN_IF_ERROR(server.Start());
  if (access != nullptr) {
    STATOR_RETURN_IF_ERROR(access->Start());
    AnnounceAccess(*access);
  }
  Announce(options, server.port());

  AwaitStop(signals, server);
  spdlog::info("stopping");
  server.Stop();
  if (access != nullptr) {
    access->Stop();
  }
  forwarder->Stop();
  engine.Stop();
  store->Stop();
  spdlog::info("stopped");
  return {};
}

}  // namespace stator::cli
