#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/task_runner.h"
#include "server/connection_limits.h"
#include "server/http_server_options.h"
#include "server/memory_budget.h"
#include "server/metrics.h"
#include "server/tls_context.h"
#include "server/worker.h"

namespace stator::server {

class Acceptor;

// The HTTP server: event loops, the threads for calls that block, and the listening socket.
//
// The handler must have answered every call, or never answer it any more, when the server is
// destroyed: stop the server, then the layers behind the handler, then destroy the server.
// Methods are for one thread, the owner's.
class HttpServer {
 public:
  HttpServer(HttpServerOptions options, Handler handler, const base::Clock& clock);
  // Stops as Stop() does.
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  // A value for /metrics, read at each scrape. Before Start.
  void AddGauge(std::string name, std::string help, MetricLabels labels,
                std::function<double()> read);
  // The same for a value that only grows.
  void AddCounter(std::string name, std::string help, MetricLabels labels,
                  std::function<double()> read);

  // Listens and serves. Fails with kIo and a text for people when the address cannot be used.
  base::Result<void> Start();
  // Reads the files of TLS again, for connections to come. When that fails, what was read before
  // stays in use. REQUIRES: options.tls; started.
  base::Result<void> ReloadTls();
  // The port that is listened on, after Start.
  uint16_t port() const;

  // Stops accepting, lets calls in flight end for at most `drain_micros`, closes all connections.
  // Calls that still wait for a thread then are dropped. Idempotent.
  void Stop();

  // Whether people other than this machine's can reach `host`, which may be a name.
  static bool IsLoopback(std::string_view host);

 private:
  void Drain();

  const HttpServerOptions options_;
  const Handler handler_;
  const base::Clock& clock_;
  const OperationIndex operations_;
  Metrics metrics_;
  ConnectionLimits limits_;
  MemoryBudget memory_;
  std::unique_ptr<TlsContextSource> tls_;  // null for plain HTTP
  std::atomic<bool> stopped_ = false;      // set once, when no answer can be sent any more
  // In this order: what is destroyed first may still use what stands above it.
  std::unique_ptr<base::TaskRunner> blocking_;
  std::unique_ptr<base::TaskRunner> large_calls_;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::unique_ptr<Acceptor> acceptor_;
  std::unique_ptr<base::TaskRunner> loop_threads_;
};

}  // namespace stator::server
