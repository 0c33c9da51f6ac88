#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/basic_waitable_timer.hpp>

#include "base/clock.h"
#include "base/task_runner.h"
#include "server/connection.h"
#include "server/connection_limits.h"
#include "server/event_loop.h"
#include "server/http_server_options.h"
#include "server/memory_budget.h"
#include "server/metrics.h"
#include "server/response_writer.h"
#include "server/turn_queue.h"

namespace stator::server {

// What all workers of a server share. Everything outlives the workers and may be used by all
// threads.
struct ServerContext {
  const HttpServerOptions& options;
  const Handler& handler;
  const base::Clock& clock;
  const OperationIndex& operations;
  const Metrics& metrics;
  base::TaskRunner& blocking;
  ConnectionLimits& limits;
  base::TaskRunner& large_calls;
  MemoryBudget& memory;
  const TlsContextSource* tls;  // null for plain HTTP
  // No loop runs any more: what waits for a thread cannot be answered and is not worth its time.
  const std::atomic<bool>& stopped;
};

// One event loop and its connections. Adopt, Post, BeginDrain and StopLoop may be called from any
// thread, assigned() too; the rest is for the loop's own thread and its connections.
class Worker {
 public:
  Worker(const ServerContext& context, LoopMetrics& metrics, uint64_t seed);
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  // Serves until StopLoop, on the calling thread.
  void Run() { loop_.Run(); }
  // Takes a connected socket over.
  void Adopt(int descriptor, bool is_v6, std::string address);
  // Runs a function on the loop's thread.
  void Post(std::function<void()> function);
  // Lets calls in flight end and closes their connections; `drained` runs on the loop's thread when
  // none is left. Once.
  void BeginDrain(std::function<void()> drained);
  void StopLoop() { loop_.Stop(); }
  // Connections given to this worker and not yet gone.
  size_t assigned() const { return assigned_.load(std::memory_order_relaxed); }

  EventLoop& loop() { return loop_; }
  TurnQueue& turns() { return turns_; }
  ResponseWriter& writer() { return writer_; }
  LoopMetrics& metrics() { return metrics_; }
  const HttpServerOptions& options() const { return context_.options; }
  const Handler& handler() const { return context_.handler; }
  const OperationIndex& operations() const { return context_.operations; }
  base::TaskRunner& blocking() { return context_.blocking; }
  base::TaskRunner& large_calls() { return context_.large_calls; }
  MemoryBudget& memory() { return context_.memory; }
  std::string RenderMetrics() const { return context_.metrics.Render(); }
  int64_t NowMicros() const { return context_.clock.NowMicros(); }
  bool draining() const { return drained_ != nullptr; }
  // On any thread.
  bool stopped() const { return context_.stopped.load(std::memory_order_relaxed); }

  // Empties a string and gives its memory back, on another thread when that takes long: megabytes
  // are unmapped page by page.
  void FreeMemory(std::string& text);

  // Destroys a connection of this worker.
  void Remove(Connection& connection);

 private:
  using Timer =
      boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                        boost::asio::wait_traits<std::chrono::steady_clock>,
                                        EventLoop::Executor>;

  void AddConnection(int descriptor, bool is_v6, std::string address);
  void Drain(std::function<void()> drained);
  void ScheduleSweep();

  const ServerContext context_;
  LoopMetrics& metrics_;
  EventLoop loop_;
  TurnQueue turns_;
  ResponseWriter writer_;
  Timer sweep_timer_;
  bool sweeping_ = false;
  std::vector<std::unique_ptr<Connection>> connections_;
  std::function<void()> drained_;
  std::atomic<size_t> assigned_ = 0;
};

}  // namespace stator::server
