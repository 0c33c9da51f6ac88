#include "cli/bench/client.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>
#include <utility>

#include <sys/epoll.h>
#include <unistd.h>

#include "base/check.h"

namespace stator::cli::bench {

namespace {

constexpr size_t kFirstBufferBytes = 32 * 1024;
constexpr size_t kMaxResponseBytes = 32 * 1024 * 1024;
constexpr size_t kEventsPerWait = 256;
constexpr int64_t kSecond = 1'000'000'000;
constexpr int64_t kConnectTimeout = 10 * kSecond;
constexpr int64_t kReopenDelay = kSecond / 10;

constexpr std::string_view kConnectFailed = "ConnectionFailed";
constexpr std::string_view kConnectionClosed = "ConnectionClosed";
constexpr std::string_view kMalformedResponse = "MalformedResponse";

}  // namespace

int64_t MonotonicNanos() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

Client::Client(const Target& target, size_t connections, ClientHandler& handler)
    : target_(target), handler_(handler), epoll_(epoll_create1(EPOLL_CLOEXEC)) {
  STATOR_CHECK(epoll_ >= 0);
  links_.reserve(connections);
  for (size_t i = 0; i < connections; ++i) {
    links_.push_back(std::make_unique<Link>());
    links_.back()->buffer.resize(kFirstBufferBytes);
  }
}

Client::~Client() { close(epoll_); }

base::Result<void> Client::Connect() {
  for (size_t i = 0; i < links_.size(); ++i) {
    Open(i);
  }
  const int64_t deadline = MonotonicNanos() + kConnectTimeout;
  while (idle_or_busy_ < links_.size()) {
    if (failures_ > 0 || MonotonicNanos() > deadline) {
      return base::Error{base::ErrorCode::kIo, "cannot connect to " + target_.endpoint.host_header};
    }
    Poll(kReopenDelay);
  }
  return {};
}

void Client::Open(size_t index) {
  Link& link = *links_[index];
  link.state = State::kOpening;
  link.received = 0;
  link.unsent.clear();
  link.parser.Reset();
  if (!link.transport.Open(target_)) {
    Fail(index, kConnectFailed);
    return;
  }
  epoll_event event{};
  event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | static_cast<uint32_t>(EPOLLET);
  event.data.u64 = index;
  STATOR_CHECK(epoll_ctl(epoll_, EPOLL_CTL_ADD, link.transport.descriptor(), &event) == 0);
}

void Client::ReopenClosed() {
  if (closed_.empty() || MonotonicNanos() < reopen_nanos_) {
    return;
  }
  std::vector<size_t> closed;
  closed.swap(closed_);
  for (const size_t index : closed) {
    Open(index);
  }
}

void Client::Poll(int64_t timeout_nanos) {
  ReopenClosed();
  timeout_nanos = std::max<int64_t>(timeout_nanos, 0);
  if (!closed_.empty()) {
    timeout_nanos = std::min(timeout_nanos, kReopenDelay);
  }
  std::array<epoll_event, kEventsPerWait> events;  // NOLINT: filled by the kernel
  const timespec timeout{.tv_sec = timeout_nanos / kSecond, .tv_nsec = timeout_nanos % kSecond};
  const int count = epoll_pwait2(epoll_, events.data(), kEventsPerWait, &timeout, nullptr);
  for (int i = 0; i < count; ++i) {
    HandleEvent(events[static_cast<size_t>(i)].data.u64);
  }
}

void Client::HandleEvent(size_t index) {
  Link& link = *links_[index];
  if (link.state == State::kClosed) {
    return;
  }
  if (link.state != State::kOpening) {
    Flush(index);
    Receive(index);
    return;
  }
  const IoStatus status = link.transport.Advance();
  if (status == IoStatus::kClosed) {
    Fail(index, kConnectFailed);
  } else if (status == IoStatus::kDone) {
    link.state = State::kIdle;
    ++idle_or_busy_;
    handler_.OnIdle(index);
  }
}

void Client::Send(size_t connection, std::string_view request) {
  Link& link = *links_[connection];
  STATOR_CHECK(link.state == State::kIdle);
  link.state = State::kBusy;
  // A failed write reports itself as an event, too, and is handled there.
  const IoResult result = link.transport.Write(request);
  if (result.bytes < request.size()) {
    link.unsent = request.substr(result.bytes);
    Flush(connection);
  }
}

void Client::Flush(size_t index) {
  Link& link = *links_[index];
  while (!link.unsent.empty()) {
    const IoResult result = link.transport.Write(link.unsent);
    if (result.status != IoStatus::kDone) {
      return;
    }
    link.unsent.erase(0, result.bytes);
  }
}

void Client::Receive(size_t index) {
  Link& link = *links_[index];
  while (link.state == State::kIdle || link.state == State::kBusy) {
    const size_t space = link.buffer.size() - link.received;
    const IoResult result = link.transport.Read(link.buffer.data() + link.received, space);
    if (result.status == IoStatus::kWait) {
      return;
    }
    if (result.status == IoStatus::kClosed) {
      Fail(index, kConnectionClosed);
      return;
    }
    link.received += result.bytes;
    if (!Progress(index) || (link.transport.short_read_drains() && result.bytes < space)) {
      return;
    }
  }
}

bool Client::Progress(size_t index) {
  Link& link = *links_[index];
  const std::string_view received(link.buffer.data(), link.received);
  const ResponseParser::Progress progress = link.parser.Advance(received);
  if (link.state == State::kIdle || progress == ResponseParser::Progress::kMalformed ||
      link.received > kMaxResponseBytes) {
    Fail(index, kMalformedResponse);
    return false;
  }
  if (progress == ResponseParser::Progress::kIncomplete) {
    if (link.received == link.buffer.size()) {
      link.buffer.resize(link.buffer.size() * 2);
    }
    return true;
  }
  link.state = State::kIdle;
  const bool closes = link.parser.close();
  handler_.OnAnswer(
      index, {.status = link.parser.status(), .body = received.substr(link.parser.body_offset())});
  link.received = 0;
  link.parser.Reset();
  if (closes) {
    link.transport.Close();
    --idle_or_busy_;
    Open(index);
  } else {
    handler_.OnIdle(index);
  }
  return false;
}

void Client::Fail(size_t index, std::string_view reason) {
  Link& link = *links_[index];
  const bool in_flight = link.state == State::kBusy;
  if (in_flight || link.state == State::kIdle) {
    --idle_or_busy_;
  }
  link.transport.Close();
  link.state = State::kClosed;
  ++failures_;
  closed_.push_back(index);
  reopen_nanos_ = MonotonicNanos() + kReopenDelay;
  handler_.OnFailure(index, reason, in_flight);
}

// Keeps what becomes of one request.
class Caller::Handler final : public ClientHandler {
 public:
  void OnIdle(size_t /*connection*/) override {}
  void OnAnswer(size_t /*connection*/, const Answer& answer) override {
    answer_ = OwnedAnswer{answer.status, std::string(answer.body)};
  }
  void OnFailure(size_t /*connection*/, std::string_view reason, bool /*in_flight*/) override {
    failure_ = reason;
  }

  bool finished() const { return answer_.has_value() || !failure_.empty(); }
  const std::string& failure() const { return failure_; }
  std::optional<OwnedAnswer>& answer() { return answer_; }

 private:
  std::optional<OwnedAnswer> answer_;
  std::string failure_;
};

Caller::Caller(const Target& target) : target_(target) {}
Caller::~Caller() = default;

base::Result<OwnedAnswer> Caller::Call(std::string_view request, int timeout_seconds) {
  if (client_ != nullptr) {
    client_->Poll(0);  // hears of a connection that was closed meanwhile
    if (!handler_->failure().empty()) {
      client_ = nullptr;
    }
  }
  if (client_ == nullptr) {
    handler_ = std::make_unique<Handler>();
    client_ = std::make_unique<Client>(target_, 1, *handler_);
    if (base::Result<void> connected = client_->Connect(); !connected.ok()) {
      client_ = nullptr;
      return std::move(connected).error();
    }
  }
  handler_->answer().reset();
  client_->Send(0, request);
  const int64_t deadline = MonotonicNanos() + timeout_seconds * kSecond;
  while (!handler_->finished() && MonotonicNanos() < deadline) {
    client_->Poll(kReopenDelay);
  }
  if (!handler_->answer().has_value()) {
    const std::string reason = handler_->failure().empty() ? "Timeout" : handler_->failure();
    client_ = nullptr;
    return base::Error{base::ErrorCode::kIo, target_.endpoint.host_header + ": " + reason};
  }
  return *std::exchange(handler_->answer(), std::nullopt);
}

base::Result<OwnedAnswer> CallOnce(const Target& target, std::string_view request,
                                   int timeout_seconds) {
  return Caller(target).Call(request, timeout_seconds);
}

}  // namespace stator::cli::bench
