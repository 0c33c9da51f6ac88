#include "server/worker.h"

#include <utility>

#include "base/free_memory.h"

namespace stator::server {

namespace {

constexpr size_t kInlineFreedBytes = 1024 * 1024;  // unmapping more takes longer than many calls

// A function posted to a loop: for what happens once per connection or less.
class FunctionTask final : public LoopTask {
 public:
  explicit FunctionTask(std::function<void()> function) : function_(std::move(function)) {}

  void RunOnLoop() override {
    const std::unique_ptr<FunctionTask> self(this);
    function_();
  }

 private:
  const std::function<void()> function_;
};

// Memory that counts until it is given back.
struct CountedText {
  explicit CountedText(MemoryBudget& budget) : share(budget) {}

  MemoryShare share;
  std::string text;  // goes first
};

}  // namespace

Worker::Worker(const ServerContext& context, LoopMetrics& metrics, uint64_t seed)
    : context_(context),
      metrics_(metrics),
      turns_(loop_),
      writer_(context.clock, seed),
      sweep_timer_(loop_.context()) {}

Worker::~Worker() = default;

void Worker::Post(std::function<void()> function) {
  loop_.Post(*std::make_unique<FunctionTask>(std::move(function)).release());
}

void Worker::Adopt(int descriptor, bool is_v6, std::string address) {
  assigned_.fetch_add(1, std::memory_order_relaxed);
  Post([this, descriptor, is_v6, from = std::move(address)] {
    AddConnection(descriptor, is_v6, from);
  });
}

void Worker::AddConnection(int descriptor, bool is_v6, std::string address) {
  using boost::asio::ip::tcp;
  Connection::Socket socket(loop_.context());
  boost::system::error_code ignored;  // an unusable socket fails at its first read
  socket.assign(is_v6 ? tcp::v6() : tcp::v4(), descriptor, ignored);
  metrics_.RecordConnection(1);
  auto tls = context_.tls ? std::make_unique<TlsSession>(*context_.tls->Current()) : nullptr;
  Connection& connection = *connections_.emplace_back(
      std::make_unique<Connection>(*this, std::move(socket), std::move(address), std::move(tls)));
  connection.index = connections_.size() - 1;
  if (!sweeping_) {
    ScheduleSweep();
  }
  connection.Start();
}

void Worker::Remove(Connection& connection) {
  const size_t index = connection.index;
  context_.limits.Release(connection.address());
  metrics_.RecordConnection(-1);
  assigned_.fetch_sub(1, std::memory_order_relaxed);
  connections_.back()->index = index;
  std::swap(connections_[index], connections_.back());
  connections_.pop_back();
  if (connections_.empty() && draining()) {
    drained_();
  }
}

void Worker::FreeMemory(std::string& text) {
  if (text.capacity() <= kInlineFreedBytes) {
    base::FreeMemory(text);
    return;
  }
  auto large = std::make_shared<CountedText>(context_.memory);
  large->share.GrowAnyway(text.capacity());
  large->text.swap(text);
  (void)context_.blocking.Post([large = std::move(large)] {});  // refused: it goes here and now
}

void Worker::ScheduleSweep() {
  sweeping_ = !connections_.empty();
  if (!sweeping_) {
    return;  // an idle server sleeps
  }
  sweep_timer_.expires_after(std::chrono::microseconds(context_.options.sweep_micros));
  sweep_timer_.async_wait([this](const boost::system::error_code& error) {
    if (error) {
      return;
    }
    const int64_t now_micros = NowMicros();
    // Backwards, because a connection that goes is replaced by the last one.
    for (size_t i = connections_.size(); i > 0; --i) {
      connections_[i - 1]->Sweep(now_micros);
    }
    ScheduleSweep();
  });
}

void Worker::BeginDrain(std::function<void()> drained) {
  Post([this, done = std::move(drained)] { Drain(done); });
}

void Worker::Drain(std::function<void()> drained) {
  drained_ = std::move(drained);
  if (connections_.empty()) {
    drained_();
    return;
  }
  for (size_t i = connections_.size(); i > 0; --i) {
    connections_[i - 1]->Drain();
  }
}

}  // namespace stator::server
