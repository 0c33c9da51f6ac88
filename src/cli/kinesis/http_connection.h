#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "cli/bench/endpoint.h"
#include "cli/bench/transport.h"
#include "cli/client_tls.h"

namespace stator::cli::kinesis {

// What a server answered.
struct HttpAnswer {
  int status = 0;
  std::string body;
};

// Makes one HTTP/1.1 call after the other to a server, on the connection of the one before when
// that is still there. Takes answers of any framing: with a length, in chunks, or up to the
// connection's end. The server's name is resolved for each connection, so that it may move. Not
// synchronized.
class HttpConnection {
 public:
  // `stopping` outlives the object: once it is set, calls fail soon.
  HttpConnection(bench::Endpoint endpoint, Trust trust, const std::atomic<bool>& stopping);

  // Sends the bytes of a request and waits for the answer, but no longer than `timeout_millis`.
  // Fails with kIo and a text for people; whether the server got the request is then not known. It
  // may get it twice when it closed the connection of the call before.
  base::Result<HttpAnswer> Call(std::string_view request, int64_t timeout_millis);

  const bench::Endpoint& endpoint() const { return endpoint_; }

 private:
  // What ends a call that takes too long.
  struct Deadline;

  base::Result<void> Open(const Deadline& deadline);
  base::Result<void> Send(std::string_view request, const Deadline& deadline);
  base::Result<HttpAnswer> Receive(const Deadline& deadline);
  base::Result<HttpAnswer> Exchange(std::string_view request, const Deadline& deadline);

  const bench::Endpoint endpoint_;
  const Trust trust_;
  const std::atomic<bool>& stopping_;
  std::optional<bench::Target> target_;
  std::unique_ptr<bench::Transport> transport_;  // null when there is no connection
  bool received_any_ = false;                    // of the answer to the last request
};

}  // namespace stator::cli::kinesis
