#include "server/acceptor.h"

#include <algorithm>
#include <array>
#include <cerrno>

#include <arpa/inet.h>
#include <boost/asio/ip/address.hpp>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace stator::server {

namespace {

using boost::asio::ip::tcp;
using boost::system::error_code;

constexpr int kBacklog = 1024;
// Before trying again when the process has no descriptor or memory left for a connection.
constexpr std::chrono::milliseconds kPause(100);

std::string RemoteAddress(const sockaddr_storage& remote) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (remote.ss_family == AF_INET6) {
    const auto& v6 = reinterpret_cast<const sockaddr_in6&>(remote);
    inet_ntop(AF_INET6, &v6.sin6_addr, text.data(), text.size());
  } else {
    const auto& v4 = reinterpret_cast<const sockaddr_in&>(remote);
    inet_ntop(AF_INET, &v4.sin_addr, text.data(), text.size());
  }
  return text.data();
}

}  // namespace

Acceptor::Acceptor(const std::vector<std::unique_ptr<Worker>>& workers, ConnectionLimits& limits)
    : workers_(workers),
      limits_(limits),
      socket_(workers.front()->loop().context()),
      pause_(workers.front()->loop().context()) {}

base::Result<void> Acceptor::Listen(const std::string& host, uint16_t port) {
  const std::string place = host + ":" + std::to_string(port);
  const auto failed = [&place](const error_code& error) {
    return base::Error{base::ErrorCode::kIo, "cannot listen on " + place + ": " + error.message()};
  };
  error_code error;
  const auto address =
      boost::asio::ip::make_address(host == "localhost" ? "127.0.0.1" : host, error);
  if (error) {
    return base::Error{base::ErrorCode::kIo, "'" + host + "' is not an IP address"};
  }
  const tcp::endpoint endpoint(address, port);
  is_v6_ = address.is_v6();
  // Reuse lets a server start again at once; a port that is listened on is refused all the same.
  if (socket_.open(endpoint.protocol(), error) ||
      socket_.set_option(Socket::reuse_address(true), error) || socket_.bind(endpoint, error) ||
      socket_.listen(kBacklog, error) || socket_.native_non_blocking(true, error)) {
    return failed(error);
  }
  port_ = socket_.local_endpoint(error).port();
  if (error) {
    return failed(error);
  }
  Await();
  return {};
}

void Acceptor::Close() {
  error_code ignored;
  socket_.close(ignored);
  pause_.cancel();
}

void Acceptor::Await() {
  socket_.async_wait(Socket::wait_read, [this](const error_code& error) {
    if (!error) {
      AcceptAll();
    }
  });
}

void Acceptor::AcceptAll() {
  while (true) {
    sockaddr_storage remote{};
    socklen_t remote_bytes = sizeof(remote);
    const int descriptor = accept4(socket_.native_handle(), reinterpret_cast<sockaddr*>(&remote),
                                   &remote_bytes, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (descriptor >= 0) {
      std::string address = RemoteAddress(remote);
      if (limits_.Admit(address)) {
        Give(descriptor, std::move(address));
      } else {
        close(descriptor);
      }
    } else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
      Pause();
      return;
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      Await();
      return;
    }
    // Anything else is the fault of the one connection, which is gone.
  }
}

void Acceptor::Pause() {
  pause_.expires_after(kPause);
  pause_.async_wait([this](const error_code& error) {
    if (!error) {
      AcceptAll();
    }
  });
}

void Acceptor::Give(int descriptor, std::string address) {
  const auto least = std::ranges::min_element(
      workers_, {}, [](const std::unique_ptr<Worker>& worker) { return worker->assigned(); });
  (*least)->Adopt(descriptor, is_v6_, std::move(address));
}

}  // namespace stator::server
