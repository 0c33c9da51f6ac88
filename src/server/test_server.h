#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "server/http_server.h"

namespace stator::server {

// A served answer, taken apart.
struct TestResponse {
  int status = 0;  // 0: the connection ended before an answer
  std::string head;
  std::string body;

  // The value of a header, empty when it is absent.
  std::string Header(std::string_view name) const;
  bool Has(std::string_view name) const;
};

// A client that sends what the test says, byte for byte. Blocking, with a time limit on reads.
class TestClient {
 public:
  explicit TestClient(uint16_t port);
  ~TestClient();
  TestClient(const TestClient&) = delete;
  TestClient& operator=(const TestClient&) = delete;

  // Returns false when the server has closed.
  bool Send(std::string_view bytes) const;
  TestResponse Receive();
  TestResponse Exchange(std::string_view bytes);
  // Whether the server ends the connection, rather than sending more, within the time limit.
  bool IsClosedByServer();

 private:
  bool Fill();

  int descriptor_;
  std::string received_;
};

// A started server on a free loopback port with a handler of the test's.
class TestServer {
 public:
  explicit TestServer(Handler handler, HttpServerOptions options = {});

  HttpServer& server() { return *server_; }
  uint16_t port() const { return server_->port(); }
  // One request on a connection of its own.
  TestResponse Exchange(std::string_view bytes) const;

 private:
  std::unique_ptr<HttpServer> server_;
};

// A handler that answers with the body it was given.
Handler Echo();

inline constexpr std::string_view kTarget = "DynamoDB_20120810.GetItem";
inline constexpr std::string_view kSignature =
    "X-Amz-Date: 20261122T000000Z\r\n"
    "Authorization: AWS4-HMAC-SHA256 Credential=a/20261122/us-east-1/dynamodb/aws4_request, "
    "SignedHeaders=host, Signature=00\r\n";

// A signed call of kTarget. `headers` are further ones, each ended by CRLF.
std::string Call(std::string_view body, std::string_view headers = "");

}  // namespace stator::server
