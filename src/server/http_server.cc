#include "server/http_server.h"

#include <boost/asio/ip/address.hpp>

#include "base/mutex.h"
#include "server/acceptor.h"

namespace stator::server {

namespace {

// Waits for a number of events that happen on other threads.
class Countdown {
 public:
  explicit Countdown(size_t count) : left_(count) {}

  void Signal() EXCLUDES(mutex_) {
    const base::MutexLock lock(mutex_);
    --left_;
    changed_.NotifyAll();
  }

  // Returns when all have happened or the time has passed.
  void WaitFor(std::chrono::microseconds timeout) EXCLUDES(mutex_) {
    const auto end = std::chrono::steady_clock::now() + timeout;
    const base::MutexLock lock(mutex_);
    while (left_ > 0) {
      const auto rest = end - std::chrono::steady_clock::now();
      if (rest <= rest.zero() || !changed_.WaitFor(mutex_, rest)) {
        return;
      }
    }
  }

 private:
  base::Mutex mutex_;
  base::CondVar changed_;
  size_t left_ GUARDED_BY(mutex_);
};

}  // namespace

HttpServer::HttpServer(HttpServerOptions options, Handler handler, const base::Clock& clock)
    : options_(std::move(options)),
      handler_(std::move(handler)),
      clock_(clock),
      operations_(options_.targets),
      metrics_(operations_),
      limits_(options_.max_connections, options_.max_connections_per_address),
      memory_(options_.memory_bytes) {
  AddGauge("stator_request_memory_bytes", "What large requests and answers in flight hold", {},
           [this] { return static_cast<double>(memory_.taken_bytes()); });
}

HttpServer::~HttpServer() { Stop(); }

void HttpServer::AddGauge(std::string name, std::string help, MetricLabels labels,
                          std::function<double()> read) {
  metrics_.AddGauge(std::move(name), std::move(help), std::move(labels), std::move(read));
}

void HttpServer::AddCounter(std::string name, std::string help, MetricLabels labels,
                            std::function<double()> read) {
  metrics_.AddCounter(std::move(name), std::move(help), std::move(labels), std::move(read));
}

base::Result<void> HttpServer::Start() {
  if (options_.tls) {
    STATOR_ASSIGN_OR_RETURN(std::shared_ptr<const TlsContext> context,
                            TlsContext::Load(*options_.tls));
    tls_ = std::make_unique<TlsContextSource>(*options_.tls, std::move(context));
  }
  blocking_ = std::make_unique<base::TaskRunner>(
      "blocking", options_.blocking_threads, options_.max_waiting_calls, base::Priority::kBatch);
  // One thread: decoding takes many times a body's size. A call of 16 MB keeps a processor for tens
  // of milliseconds, so it gives way to all others.
  large_calls_ = std::make_unique<base::TaskRunner>("large-calls", 1, options_.max_waiting_calls,
                                                    base::Priority::kBackground);
  const ServerContext context{.options = options_,
                              .handler = handler_,
                              .clock = clock_,
                              .operations = operations_,
                              .metrics = metrics_,
                              .blocking = *blocking_,
                              .limits = limits_,
                              .large_calls = *large_calls_,
                              .memory = memory_,
                              .tls = tls_.get(),
                              .stopped = stopped_};
  const auto seed = static_cast<uint64_t>(clock_.NowMicros());
  for (size_t i = 0; i < options_.threads; ++i) {
    workers_.push_back(std::make_unique<Worker>(context, metrics_.AddLoop(), seed + i));
  }
  acceptor_ = std::make_unique<Acceptor>(workers_, limits_);
  constexpr std::string_view kLocal = "unix:";
  STATOR_RETURN_IF_ERROR(options_.host.starts_with(kLocal)
                             ? acceptor_->ListenLocally(options_.host.substr(kLocal.size()))
                             : acceptor_->Listen(options_.host, options_.port));
  loop_threads_ = std::make_unique<base::TaskRunner>("loop", options_.threads, options_.threads,
                                                     base::Priority::kPrompt);
  for (const std::unique_ptr<Worker>& worker : workers_) {
    STATOR_CHECK(loop_threads_->Post([&loop = *worker] { loop.Run(); }));
  }
  return {};
}

base::Result<void> HttpServer::ReloadTls() { return tls_->Reload(); }

uint16_t HttpServer::port() const { return acceptor_->port(); }

void HttpServer::Stop() {
  if (loop_threads_ != nullptr) {
    Drain();
    for (const std::unique_ptr<Worker>& worker : workers_) {
      worker->StopLoop();
    }
    loop_threads_.reset();
    stopped_.store(true, std::memory_order_relaxed);
  }
  if (blocking_ != nullptr) {
    blocking_->Stop();
    large_calls_->Stop();
  }
}

void HttpServer::Drain() {
  // Shared with the loops: a connection may outlast the wait.
  const auto drained = std::make_shared<Countdown>(workers_.size());
  workers_.front()->Post([this, drained] {
    // What was accepted is queued before the drain, so no connection comes after it.
    acceptor_->Close();
    for (const std::unique_ptr<Worker>& worker : workers_) {
      worker->BeginDrain([drained] { drained->Signal(); });
    }
  });
  drained->WaitFor(std::chrono::microseconds(options_.drain_micros));
}

bool HttpServer::IsLoopback(std::string_view host) {
  boost::system::error_code error;
  const auto address = boost::asio::ip::make_address(std::string(host), error);
  return host == "localhost" || (!error && address.is_loopback());
}

}  // namespace stator::server
