#include "cli/healthcheck.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <memory>
#include <string_view>
#include <system_error>

#include <netdb.h>
#include <openssl/x509_vfy.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

namespace stator::cli {

namespace {

constexpr timeval kTimeout{.tv_sec = 3, .tv_usec = 0};

base::Error Failed(const std::string& what) {
  return base::Error{base::ErrorCode::kIo,
                     what + ": " + std::error_code(errno, std::generic_category()).message()};
}

constexpr std::string_view kRequest =
    "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
using Answer = std::array<char, 256>;

base::Result<void> Connect(int descriptor, const addrinfo& address) {
  if (setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &kTimeout, sizeof(kTimeout)) != 0 ||
      setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &kTimeout, sizeof(kTimeout)) != 0 ||
      connect(descriptor, address.ai_addr, address.ai_addrlen) != 0) {
    return Failed("cannot connect");
  }
  return {};
}

// Sends the request and reads the start of the answer.
base::Result<std::string> Ask(int descriptor) {
  if (send(descriptor, kRequest.data(), kRequest.size(), MSG_NOSIGNAL) !=
      static_cast<ssize_t>(kRequest.size())) {
    return Failed("cannot ask");
  }
  Answer answer{};
  const ssize_t bytes = recv(descriptor, answer.data(), answer.size(), 0);
  if (bytes < 0) {
    return Failed("no answer");
  }
  return std::string(answer.data(), static_cast<size_t>(bytes));
}

// The same over TLS.
base::Result<std::string> AskOverTls(int descriptor, const std::string& host, const Trust& trust) {
  // OpenSSL writes to sockets without MSG_NOSIGNAL.
  (void)std::signal(SIGPIPE, SIG_IGN);
  STATOR_ASSIGN_OR_RETURN(const ClientTls tls, MakeClientTls(trust));
  const TlsConnection connection = StartClientTls(tls, descriptor, host);
  Answer answer{};
  size_t bytes = 0;
  if (connection == nullptr || SSL_connect(connection.get()) != 1) {
    const auto verdict = connection ? SSL_get_verify_result(connection.get()) : X509_V_OK;
    return base::Error{
        base::ErrorCode::kIo,
        std::string("no TLS: ") + (verdict == X509_V_OK ? "the handshake failed"
                                                        : X509_verify_cert_error_string(verdict))};
  }
  if (SSL_write_ex(connection.get(), kRequest.data(), kRequest.size(), &bytes) != 1 ||
      SSL_read_ex(connection.get(), answer.data(), answer.size(), &bytes) != 1) {
    return base::Error{base::ErrorCode::kIo, "no answer"};
  }
  return std::string(answer.data(), bytes);
}

}  // namespace

base::Result<void> CheckHealth(const std::string& host, uint16_t port,
                               const std::optional<Trust>& trust) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int error = getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
  if (error != 0) {
    return base::Error{base::ErrorCode::kIo, host + ": " + gai_strerror(error)};
  }
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> addresses(found, &freeaddrinfo);
  const int descriptor = socket(addresses->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) {
    return Failed("no socket");
  }
  base::Result<void> connected = Connect(descriptor, *addresses);
  base::Result<std::string> answer = !connected.ok() ? base::Result<std::string>(connected.error())
                                     : trust         ? AskOverTls(descriptor, host, *trust)
                                                     : Ask(descriptor);
  close(descriptor);
  STATOR_RETURN_IF_ERROR(answer);
  if (!answer->starts_with("HTTP/1.1 200 ")) {
    return base::Error{base::ErrorCode::kIo, "the server is not healthy"};
  }
  return {};
}

}  // namespace stator::cli
