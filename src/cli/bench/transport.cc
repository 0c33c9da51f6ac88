#include "cli/bench/transport.h"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <utility>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <unistd.h>

namespace stator::cli::bench {

namespace {

IoStatus SocketStatus() {
  return errno == EAGAIN || errno == EINTR ? IoStatus::kWait : IoStatus::kClosed;
}

int ClampToInt(size_t size) { return static_cast<int>(std::min<size_t>(size, INT_MAX)); }

}  // namespace

base::Result<Target> MakeTarget(const Endpoint& endpoint, bool verify) {
  Target target;
  target.endpoint = endpoint;
  STATOR_ASSIGN_OR_RETURN(target.address, ResolveEndpoint(endpoint));
  if (!endpoint.tls) {
    return target;
  }
  target.tls.reset(SSL_CTX_new(TLS_client_method()));
  if (target.tls == nullptr ||
      SSL_CTX_set_min_proto_version(target.tls.get(), TLS1_2_VERSION) != 1 ||
      SSL_CTX_set_default_verify_paths(target.tls.get()) != 1) {
    return base::Error{base::ErrorCode::kInternal, "cannot initialize TLS"};
  }
  SSL_CTX_set_verify(target.tls.get(), verify ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, nullptr);
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
  session_.reset(SSL_new(target.tls.get()));
  const char* host = target.endpoint.host.c_str();
  if (session_ == nullptr || SSL_set_fd(session_.get(), descriptor_) != 1 ||
      SSL_set_tlsext_host_name(session_.get(), host) != 1 ||
      SSL_set1_host(session_.get(), host) != 1) {
    Close();
    return false;
  }
  SSL_set_connect_state(session_.get());
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
  ERR_clear_error();
  const int returned = SSL_do_handshake(session_.get());
  return returned == 1 ? IoStatus::kDone : TlsStatus(returned);
}

IoResult Transport::Write(std::string_view bytes) {
  if (session_ == nullptr) {
    const ssize_t sent = send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    return sent >= 0 ? IoResult{IoStatus::kDone, static_cast<size_t>(sent)}
                     : IoResult{SocketStatus(), 0};
  }
  ERR_clear_error();
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
  ERR_clear_error();
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
