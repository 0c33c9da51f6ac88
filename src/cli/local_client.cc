#include "cli/local_client.h"

#include <array>
#include <cerrno>
#include <charconv>
#include <string_view>
#include <system_error>

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

namespace stator::cli {

namespace {

constexpr timeval kTimeout{.tv_sec = 30, .tv_usec = 0};
constexpr size_t kMostAnswerBytes = 256 * 1024 * 1024;

base::Error Failed(const std::string& what) {
  return base::Error{base::ErrorCode::kIo,
                     what + ": " + std::error_code(errno, std::generic_category()).message()};
}

base::Result<void> Send(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = send(descriptor, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno != EINTR) {
      return Failed("cannot ask the server");
    }
    bytes.remove_prefix(sent < 0 ? 0 : static_cast<size_t>(sent));
  }
  return {};
}

// All that the server sends until it closes the connection.
base::Result<std::string> Receive(int descriptor) {
  std::string answer;
  std::array<char, 65536> buffer{};
  while (answer.size() <= kMostAnswerBytes) {
    const ssize_t bytes = recv(descriptor, buffer.data(), buffer.size(), 0);
    if (bytes == 0) {
      return answer;
    }
    if (bytes < 0 && errno != EINTR) {
      return Failed("no answer from the server");
    }
    answer.append(buffer.data(), bytes < 0 ? 0 : static_cast<size_t>(bytes));
  }
  return base::Error{base::ErrorCode::kIo, "the server's answer does not end"};
}

base::Result<std::string> Exchange(int descriptor, const sockaddr_un& address,
                                   const std::string& request) {
  if (setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &kTimeout, sizeof(kTimeout)) != 0 ||
      setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &kTimeout, sizeof(kTimeout)) != 0 ||
      connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
    return Failed(std::string("cannot connect to ") + address.sun_path);
  }
  STATOR_RETURN_IF_ERROR(Send(descriptor, request));
  return Receive(descriptor);
}

base::Result<LocalAnswer> Parse(const std::string& text) {
  constexpr std::string_view kStart = "HTTP/1.1 ";
  constexpr size_t kStatusDigits = 3;
  const size_t head_end = text.find("\r\n\r\n");
  LocalAnswer answer;
  if (!text.starts_with(kStart) || head_end == std::string::npos) {
    return base::Error{base::ErrorCode::kIo, "what listens there is no Stator"};
  }
  const char* const digits = text.data() + kStart.size();
  std::from_chars(digits, digits + kStatusDigits, answer.status);
  answer.body = text.substr(head_end + 4);
  return answer;
}

}  // namespace

base::Result<LocalAnswer> CallLocally(const std::string& socket_path, const std::string& target,
                                      const std::string& body) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (socket_path.empty() || socket_path.size() >= sizeof(address.sun_path)) {
    return base::Error{base::ErrorCode::kIo, "'" + socket_path + "' is no path of a socket"};
  }
  socket_path.copy(address.sun_path, socket_path.size());
  const std::string request =
      "POST / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: "
      "application/x-amz-json-1.0\r\nX-Amz-Target: " +
      target + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  const int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) {
    return Failed("no socket");
  }
  const base::Result<std::string> text = Exchange(descriptor, address, request);
  close(descriptor);
  STATOR_RETURN_IF_ERROR(text);
  return Parse(*text);
}

}  // namespace stator::cli
