#include "cli/bench/transport.h"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <utility>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <unistd.h>

#include "auth/openssl_errors.h"

namespace stator::cli::bench {

namespace {

IoStatus SocketStatus() {
  return errno == EAGAIN || errno == EINTR ? IoStatus::kWait : IoStatus::kClosed;
}

int ClampToInt(size_t size) { return static_cast<int>(std::min<size_t>(size, INT_MAX)); }

}  // namespace

base::Result<Target> MakeTarget(const Endpoint& endpoint, const Trust& trust) {
  Target target;
  target.endpoint = endpoint;
  STATOR_ASSIGN_OR_RETURN(target.address, ResolveEndpoint(endpoint));
  if (endpoint.tls) {
    STATOR_ASSIGN_OR_RETURN(target.tls, MakeClientTls(trust));
  }
  return target;
}

bool Transport::Open(const Target& target) {
  const auto* address = reinterpret_cast<const sockaddr*>(&target.address.storage);
  descriptor_ = socket(address->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (descriptor_ < 0) {
    return false;
  }
  const int on = 1;
  // Without it answers only come later.
  (void)setsockopt(descriptor_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  if (connect(descriptor_, address, target.address.size) != 0 && errno != EINPROGRESS) {
    Close();
    return false;
  }
  if (target.tls == nullptr) {
    return true;
  }
  session_ = StartClientTls(target.tls, descriptor_, target.endpoint.host);
  if (session_ == nullptr) {
    Close();
    return false;
  }
  SSL_set_mode(session_.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  return true;
}

void Transport::Close() {
  session_.reset();
  connected_ = false;
  if (descriptor_ >= 0) {
    close(descriptor_);
    descriptor_ = -1;
  }
}

IoStatus Transport::Advance() {
  if (!connected_) {
    int error = 0;
    socklen_t size = sizeof(error);
    if (getsockopt(descriptor_, SOL_SOCKET, SO_ERROR, &error, &size) != 0 || error != 0) {
      return IoStatus::kClosed;
    }
    sockaddr_storage peer{};
    size = sizeof(peer);
    if (getpeername(descriptor_, reinterpret_cast<sockaddr*>(&peer), &size) != 0) {
      return errno == ENOTCONN ? IoStatus::kWait : IoStatus::kClosed;
    }
    connected_ = true;
  }
  if (session_ == nullptr) {
    return IoStatus::kDone;
  }
  auth::ClearOpenSslErrors();
  const int returned = SSL_do_handshake(session_.get());
  return returned == 1 ? IoStatus::kDone : TlsStatus(returned);
}

IoResult Transport::Write(std::string_view bytes) {
  if (session_ == nullptr) {
    const ssize_t sent = send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    return sent >= 0 ? IoResult{IoStatus::kDone, static_cast<size_t>(sent)}
                     : IoResult{SocketStatus(), 0};
  }
  auth::ClearOpenSslErrors();
  const int sent = SSL_write(session_.get(), bytes.data(), ClampToInt(bytes.size()));
  return sent > 0 ? IoResult{IoStatus::kDone, static_cast<size_t>(sent)}
                  : IoResult{TlsStatus(sent), 0};
}

IoResult Transport::Read(char* buffer, size_t size) {
  if (session_ == nullptr) {
    const ssize_t got = recv(descriptor_, buffer, size, 0);
    if (got > 0) {
      return {IoStatus::kDone, static_cast<size_t>(got)};
    }
    return {got == 0 ? IoStatus::kClosed : SocketStatus(), 0};
  }
  auth::ClearOpenSslErrors();
  const int got = SSL_read(session_.get(), buffer, ClampToInt(size));
  return got > 0 ? IoResult{IoStatus::kDone, static_cast<size_t>(got)}
                 : IoResult{TlsStatus(got), 0};
}

IoStatus Transport::TlsStatus(int returned) const {
  const int error = SSL_get_error(session_.get(), returned);
  return error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE ? IoStatus::kWait
                                                                       : IoStatus::kClosed;
}

}  // namespace stator::cli::bench
