#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cli/bench/response_parser.h"
#include "cli/bench/transport.h"

namespace stator::cli::bench {

// Nanoseconds of a clock that never goes back.
int64_t MonotonicNanos();

// A response. The body is valid during the call that delivers it.
struct Answer {
  int status = 0;
  std::string_view body;
};

// Learns what happens on a Client's connections; called by the thread that polls it.
class ClientHandler {
 public:
  virtual ~ClientHandler() = default;

  // The connection is open and may Send.
  virtual void OnIdle(size_t connection) = 0;
  // The request on this connection is answered. OnIdle follows.
  virtual void OnAnswer(size_t connection, const Answer& answer) = 0;
  // The connection is lost, and with it the request sent on it, if `in_flight`. It is opened again
  // after a while.
  virtual void OnFailure(size_t connection, std::string_view reason, bool in_flight) = 0;
};

// Many connections to one server, each with at most one request in flight, driven by one thread.
// Edge-triggered epoll: an exchange costs one send, one receive, and its share of one wait.
// Not synchronized.
class Client {
 public:
  // `target` and `handler` outlive the client.
  Client(const Target& target, size_t connections, ClientHandler& handler);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // Opens all connections and waits until each was reported idle. Fails with kIo when one cannot be
  // opened or ten seconds have passed.
  base::Result<void> Connect();

  // Sends a request. REQUIRES: the connection is idle.
  void Send(size_t connection, std::string_view request);

  // Waits at most so long for events and handles them.
  void Poll(int64_t timeout_nanos);

  size_t size() const { return links_.size(); }

 private:
  enum class State : uint8_t { kClosed, kOpening, kIdle, kBusy };

  // One connection.
  struct Link {
    Transport transport;
    State state = State::kClosed;
    std::string unsent;  // what the socket did not take of the request
    std::vector<char> buffer;
    size_t received = 0;  // bytes of `buffer`
    ResponseParser parser;
  };

  void Open(size_t index);
  void ReopenClosed();
  void HandleEvent(size_t index);
  void Flush(size_t index);
  void Receive(size_t index);
  // Handles the bytes received so far; returns whether more of this response may come.
  bool Progress(size_t index);
  void Fail(size_t index, std::string_view reason);

  const Target& target_;
  ClientHandler& handler_;
  const int epoll_;
  std::vector<std::unique_ptr<Link>> links_;
  size_t idle_or_busy_ = 0;
  size_t failures_ = 0;
  std::vector<size_t> closed_;  // to be opened again
  int64_t reopen_nanos_ = 0;    // not before
};

// A response with bytes of its own.
struct OwnedAnswer {
  int status = 0;
  std::string body;
};

// Sends requests one after the other, each on the connection of the one before when that is still
// there. Not synchronized.
class Caller {
 public:
  // `target` outlives the caller.
  explicit Caller(const Target& target);
  ~Caller();
  Caller(const Caller&) = delete;
  Caller& operator=(const Caller&) = delete;

  // Waits for the answer, at most `timeout_seconds`. Fails with kIo; the next call connects again.
  base::Result<OwnedAnswer> Call(std::string_view request, int timeout_seconds);

 private:
  class Handler;

  const Target& target_;
  std::unique_ptr<Handler> handler_;
  std::unique_ptr<Client> client_;  // null when there is no connection
};

// Sends one request on a connection of its own and waits for the answer, at most `timeout_seconds`.
base::Result<OwnedAnswer> CallOnce(const Target& target, std::string_view request,
                                   int timeout_seconds);

}  // namespace stator::cli::bench
