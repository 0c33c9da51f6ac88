#include "cli/serve.h"

#include <csignal>
#include <cstdio>
#include <memory>

#include <fmt/format.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <sys/resource.h>

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

// Connections need descriptors, and so do the files of the store.
void RaiseDescriptorLimit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
    limit.rlim_cur = limit.rlim_max;
    (void)setrlimit(RLIMIT_NOFILE, &limit);  // the old limit serves, too, only fewer
  }
}

sigset_t StopSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  return signals;
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

void Announce(const ServeOptions& options, uint16_t port) {
  const std::string& host = options.http.host;
  const bool is_v6 = host.find(':') != std::string::npos;
  const std::string url =
      is_v6 ? fmt::format("http://[{}]:{}", host, port) : fmt::format("http://{}:{}", host, port);
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
  RaiseDescriptorLimit();
  // Before the first thread, so that all inherit it and only sigwait below sees the signals.
  const sigset_t stop_signals = StopSignals();
  pthread_sigmask(SIG_BLOCK, &stop_signals, nullptr);

  storage::StoreOptions store_options = options.store;
  store_options.log = [](std::string_view message) { spdlog::warn("{}", message); };
  STATOR_ASSIGN_OR_RETURN(const std::unique_ptr<storage::Store> store,
                          storage::OpenStore(store_options));
  engine::Engine engine(*store, options.engine, base::Clock::System());
  STATOR_RETURN_IF_ERROR(engine.Start());
  const api::Dispatcher dispatcher(engine, options.api);
  server::HttpServerOptions http = options.http;
  http.targets = api::Dispatcher::Targets();
  server::HttpServer server(
      std::move(http),
      [&dispatcher](const api::Request& request, api::ResponseSink sink) {
        dispatcher.Dispatch(request, std::move(sink));
      },
      base::Clock::System());
  server.AddGauge("stator_info", "The version, and how durable an acknowledged write is",
                  {{"version", STATOR_VERSION}, {"durability", DurabilityName(options.store)}},
                  [] { return 1.0; });
  STATOR_RETURN_IF_ERROR(server.Start());
  Announce(options, server.port());

  int signal = 0;
  sigwait(&stop_signals, &signal);
  spdlog::info("stopping");
  server.Stop();
  engine.Stop();
  store->Stop();
  spdlog::info("stopped");
  return {};
}

}  // namespace stator::cli
