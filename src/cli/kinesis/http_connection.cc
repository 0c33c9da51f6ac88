#include "cli/kinesis/http_connection.h"

#include <algorithm>
#include <array>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <poll.h>

#include "cli/bench/client.h"

namespace stator::cli::kinesis {
namespace {

namespace http = boost::beast::http;

constexpr size_t kMostAnswerBytes = 16 * 1024 * 1024;
constexpr int64_t kNanosPerMilli = 1'000'000;
// How soon a wait looks at the deadline, and at sockets whose TLS waits for the other direction.
constexpr int kSliceMillis = 10;

base::Error Failed(const bench::Endpoint& endpoint, std::string_view what) {
  return base::Error{base::ErrorCode::kIo,
                     std::string(what) + " (Kinesis endpoint " + endpoint.host_header + ")"};
}

}  // namespace

struct HttpConnection::Deadline {
  int64_t nanos = 0;
  const std::atomic<bool>& stopping;

  // Waits until the socket may have changed. False when it is too late.
  bool Wait(int descriptor, int16_t events) const {
    if (stopping || bench::MonotonicNanos() >= nanos) {
      return false;
    }
    pollfd entry{.fd = descriptor, .events = events, .revents = 0};
    (void)poll(&entry, 1, kSliceMillis);  // whatever it says, the socket is tried again
    return true;
  }
};

HttpConnection::HttpConnection(bench::Endpoint endpoint, Trust trust,
                               const std::atomic<bool>& stopping)
    : endpoint_(std::move(endpoint)), trust_(std::move(trust)), stopping_(stopping) {}

base::Result<HttpAnswer> HttpConnection::Call(std::string_view request, int64_t timeout_millis) {
  const Deadline deadline{.nanos = bench::MonotonicNanos() + timeout_millis * kNanosPerMilli,
                          .stopping = stopping_};
  const bool is_reused = transport_ != nullptr;
  base::Result<HttpAnswer> answer = Exchange(request, deadline);
  if (!answer.ok() && is_reused && !received_any_ && !stopping_ &&
      bench::MonotonicNanos() < deadline.nanos) {
    answer = Exchange(request, deadline);  // the server had closed the connection
  }
  return answer;
}

base::Result<HttpAnswer> HttpConnection::Exchange(std::string_view request,
                                                  const Deadline& deadline) {
  received_any_ = false;
  if (transport_ == nullptr) {
    STATOR_RETURN_IF_ERROR(Open(deadline));
  }
  base::Result<void> sent = Send(request, deadline);
  base::Result<HttpAnswer> answer =
      sent.ok() ? Receive(deadline) : base::Result<HttpAnswer>(std::move(sent).error());
  if (!answer.ok()) {
    transport_ = nullptr;
  }
  return answer;
}

base::Result<void> HttpConnection::Open(const Deadline& deadline) {
  base::Result<bench::Target> target = bench::MakeTarget(endpoint_, trust_);
  if (!target.ok()) {
    return Failed(endpoint_, target.error().message);
  }
  target_ = *std::move(target);
  auto transport = std::make_unique<bench::Transport>();
  if (!transport->Open(*target_)) {
    return Failed(endpoint_, "cannot connect");
  }
  // The socket can be written when it is connected; what TLS waits for then is to be read.
  int16_t events = POLLOUT;
  for (;;) {
    const bench::IoStatus status = transport->Advance();
    if (status == bench::IoStatus::kDone) {
      break;
    }
    if (status == bench::IoStatus::kClosed) {
      return Failed(endpoint_, endpoint_.tls ? "cannot connect, or the certificate is not trusted"
                                             : "cannot connect");
    }
    if (!deadline.Wait(transport->descriptor(), events)) {
      return Failed(endpoint_, "cannot connect in time");
    }
    events = POLLIN;
  }
  transport_ = std::move(transport);
  return {};
}

base::Result<void> HttpConnection::Send(std::string_view request, const Deadline& deadline) {
  while (!request.empty()) {
    const bench::IoResult sent = transport_->Write(request);
    if (sent.status == bench::IoStatus::kClosed) {
      return Failed(endpoint_, "the connection was closed");
    }
    request.remove_prefix(sent.bytes);
    if (sent.status == bench::IoStatus::kWait &&
        !deadline.Wait(transport_->descriptor(), POLLOUT)) {
      return Failed(endpoint_, "the request cannot be sent in time");
    }
  }
  return {};
}

base::Result<HttpAnswer> HttpConnection::Receive(const Deadline& deadline) {
  http::response_parser<http::string_body> parser;
  parser.body_limit(kMostAnswerBytes);
  parser.eager(true);
  std::string unparsed;
  std::array<char, 16384> buffer{};
  while (!parser.is_done()) {
    const bench::IoResult got = transport_->Read(buffer.data(), buffer.size());
    boost::beast::error_code error;
    if (got.status == bench::IoStatus::kWait) {
      if (!deadline.Wait(transport_->descriptor(), POLLIN)) {
        return Failed(endpoint_, "no answer in time");
      }
      continue;
    }
    if (got.status == bench::IoStatus::kClosed) {
      // The end of an answer without a length.
      if (received_any_) {
        parser.put_eof(error);
      }
      if (!received_any_ || error || !parser.is_done()) {
        return Failed(endpoint_, "the connection was closed");
      }
      break;
    }
    received_any_ = true;
    unparsed.append(buffer.data(), got.bytes);
    unparsed.erase(0, parser.put(boost::asio::buffer(unparsed), error));
    if ((error && error != http::error::need_more) || unparsed.size() > kMostAnswerBytes) {
      return Failed(endpoint_, "the answer is no HTTP");
    }
  }
  if (!parser.keep_alive() || !unparsed.empty()) {
    transport_ = nullptr;
  }
  HttpAnswer answer;
  answer.status = static_cast<int>(parser.get().result_int());
  answer.body = std::move(parser.get().body());
  return answer;
}

}  // namespace stator::cli::kinesis
