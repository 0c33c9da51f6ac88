#include "server/test_server.h"

#include <array>
#include <cstdlib>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server/ascii.h"

namespace stator::server {

std::string TestResponse::Header(std::string_view name) const {
  std::string_view rest = head;
  while (!rest.empty()) {
    std::string_view line = TakePart(rest, '\n');
    if (EqualsIgnoringCase(TakePart(line, ':'), name)) {
      return std::string(TrimBlanks(line.substr(0, line.find('\r'))));
    }
  }
  return "";
}

bool TestResponse::Has(std::string_view name) const {
  return head.find("\r\n" + std::string(name) + ":") != std::string::npos;
}

TestClient::TestClient(uint16_t port) : descriptor_(socket(AF_INET, SOCK_STREAM, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const timeval limit{.tv_sec = 10, .tv_usec = 0};
  STATOR_CHECK(setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)) == 0);
  const int no_delay = 1;
  STATOR_CHECK(setsockopt(descriptor_, IPPROTO_TCP, TCP_NODELAY, &no_delay, sizeof(no_delay)) == 0);
  STATOR_CHECK(connect(descriptor_, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0);
}

TestClient::~TestClient() { close(descriptor_); }

bool TestClient::Send(std::string_view bytes) const {
  while (!bytes.empty()) {
    const ssize_t sent = send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) {
      return false;
    }
    bytes.remove_prefix(static_cast<size_t>(sent));
  }
  return true;
}

bool TestClient::Fill() {
  std::array<char, 65536> piece{};
  const ssize_t bytes = recv(descriptor_, piece.data(), piece.size(), 0);
  if (bytes <= 0) {
    return false;
  }
  received_.append(piece.data(), static_cast<size_t>(bytes));
  return true;
}

TestResponse TestClient::Receive() {
  TestResponse response;
  size_t end = 0;
  while ((end = received_.find("\r\n\r\n")) == std::string::npos) {
    if (!Fill()) {
      return {};
    }
  }
  response.head = received_.substr(0, end + 2);
  received_.erase(0, end + 4);
  response.status = std::atoi(response.head.c_str() + std::string_view("HTTP/1.1 ").size());
  const size_t length = std::strtoul(response.Header("Content-Length").c_str(), nullptr, 10);
  while (received_.size() < length) {
    if (!Fill()) {
      return {};
    }
  }
  response.body = received_.substr(0, length);
  received_.erase(0, length);
  return response;
}

TestResponse TestClient::Exchange(std::string_view bytes) {
  (void)Send(bytes);  // the server may rightly refuse before it has everything
  return Receive();
}

bool TestClient::IsClosedByServer() {
  char byte = 0;
  return received_.empty() && recv(descriptor_, &byte, 1, 0) == 0;
}

TestServer::TestServer(Handler handler, HttpServerOptions options) {
  options.port = 0;
  options.targets = {std::string(kTarget), "DynamoDB_20120810.PutItem"};
  server_ =
      std::make_unique<HttpServer>(std::move(options), std::move(handler), base::Clock::System());
  STATOR_CHECK(server_->Start().ok());
}

TestResponse TestServer::Exchange(std::string_view bytes) const {
  return TestClient(port()).Exchange(bytes);
}

Handler Echo() {
  return [](const api::Request& request, const api::ResponseSink& sink) {
    sink({.status = 200, .body = request.body});
  };
}

std::string Call(std::string_view body, std::string_view headers) {
  std::string request = "POST / HTTP/1.1\r\nHost: localhost:8000\r\nX-Amz-Target: ";
  request.append(kTarget).append("\r\n").append(kSignature);
  request.append("Content-Length: ").append(std::to_string(body.size())).append("\r\n");
  return request.append(headers).append("\r\n").append(body);
}

}  // namespace stator::server
