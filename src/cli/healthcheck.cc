#include "cli/healthcheck.h"

#include <array>
#include <cerrno>
#include <memory>
#include <string_view>
#include <system_error>

#include <netdb.h>
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

// Sends the request and reads the start of the answer.
base::Result<std::string> Ask(int descriptor, const addrinfo& address) {
  if (setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &kTimeout, sizeof(kTimeout)) != 0 ||
      setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &kTimeout, sizeof(kTimeout)) != 0 ||
      connect(descriptor, address.ai_addr, address.ai_addrlen) != 0) {
    return Failed("cannot connect");
  }
  constexpr std::string_view kRequest =
      "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
  if (send(descriptor, kRequest.data(), kRequest.size(), MSG_NOSIGNAL) !=
      static_cast<ssize_t>(kRequest.size())) {
    return Failed("cannot ask");
  }
  std::array<char, 256> answer{};
  const ssize_t bytes = recv(descriptor, answer.data(), answer.size(), 0);
  if (bytes < 0) {
    return Failed("no answer");
  }
  return std::string(answer.data(), static_cast<size_t>(bytes));
}

}  // namespace

base::Result<void> CheckHealth(const std::string& host, uint16_t port) {
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
  const base::Result<std::string> answer = Ask(descriptor, *addresses);
  close(descriptor);
  STATOR_RETURN_IF_ERROR(answer);
  if (!answer->starts_with("HTTP/1.1 200 ")) {
    return base::Error{base::ErrorCode::kIo, "the server is not healthy"};
  }
  return {};
}

}  // namespace stator::cli
