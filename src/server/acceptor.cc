#include "server/acceptor.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

#include <arpa/inet.h>
#include <boost/asio/ip/address.hpp>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace stator::server {

namespace {

using boost::asio::ip::tcp;
using boost::system::error_code;

constexpr int kBacklog = 1024;
// Before trying again when the process has no descriptor or memory left for a connection.
constexpr std::chrono::milliseconds kPause(100);

std::string RemoteAddress(const sockaddr_storage& remote) {
  if (remote.ss_family == AF_UNIX) {
    return "local";
  }
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

base::Error CannotListen(const std::string& path) {
  return base::Error{base::ErrorCode::kIo,
                     "cannot listen on " + path + ": " +
                         std::error_code(errno, std::generic_category()).message()};
}

// Removes a socket that a server has left behind. Leaves what is in use, or is no socket.
void RemoveStale(const sockaddr_un& address) {
  const int probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (probe >= 0) {
    const auto* const name = reinterpret_cast<const sockaddr*>(&address);
    if (connect(probe, name, sizeof(address)) != 0 && errno == ECONNREFUSED) {
      unlink(address.sun_path);
    }
    close(probe);
  }
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

base::Result<void> Acceptor::ListenLocally(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof(address.sun_path)) {
    return base::Error{base::ErrorCode::kIo,
                       "the path of a socket must have 1 to 107 bytes: '" + path + "'"};
  }
  path.copy(address.sun_path, path.size());
  RemoveStale(address);
  const int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (descriptor < 0) {
    return CannotListen(path);
  }
  // On Linux a bound socket's file gets the mode that the socket has, so that there is no moment in
  // which others may connect.
  if (fchmod(descriptor, S_IRUSR | S_IWUSR) != 0 ||
      bind(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0 ||
      listen(descriptor, kBacklog) != 0) {
    const base::Error error = CannotListen(path);
    close(descriptor);
    return error;
  }
  path_ = path;
  error_code error;
  // Asio only waits for it to become readable, whatever its family.
  if (socket_.assign(tcp::v4(), descriptor, error)) {
    return base::Error{base::ErrorCode::kIo, "cannot listen on " + path + ": " + error.message()};
  }
  Await();
  return {};
}

void Acceptor::Close() {
  if (!path_.empty()) {
    unlink(path_.c_str());
    path_.clear();
  }
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
