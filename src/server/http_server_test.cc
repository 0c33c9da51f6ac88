#include "server/http_server.h"

#include <atomic>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include "model/limits.h"
#include "server/content_coding.h"
#include "server/test_server.h"

namespace stator::server {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;

constexpr std::string_view kHealth = "GET / HTTP/1.1\r\nHost: localhost:8000\r\n\r\n";

uint32_t Crc32(std::string_view bytes) {
  return static_cast<uint32_t>(
      crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

TEST(HttpServer, AnswersWithTheHeadersOfTheService) {
  const TestServer server(Echo());
  const TestResponse response = server.Exchange(Call(R"({"a":1})"));
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, R"({"a":1})");
  EXPECT_EQ(response.Header("Content-Type"), "application/x-amz-json-1.0");         // W1
  EXPECT_EQ(response.Header("x-amz-crc32"), std::to_string(Crc32(response.body)));  // W16
  EXPECT_THAT(response.Header("x-amzn-RequestId"), MatchesRegex("[0-9A-Z]{52}"));
  EXPECT_THAT(response.Header("Date"),
              MatchesRegex("[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9:]{8} GMT"));
  EXPECT_EQ(response.Header("Connection"), "keep-alive");
  EXPECT_NE(response.Header("Server"), "");
  EXPECT_FALSE(response.Has("Access-Control-Allow-Origin"));  // W21
  EXPECT_FALSE(response.Has("Access-Control-Expose-Headers"));
}

TEST(HttpServer, HandsOverTargetHostAndBody) {
  api::Request seen;
  const TestServer server([&seen](const api::Request& request, const api::ResponseSink& sink) {
    seen = request;
    sink({.status = 400, .body = R"({"__type":"a#B"})"});
  });
  EXPECT_EQ(server.Exchange(Call("{}")).status, 400);
  EXPECT_EQ(seen.target, kTarget);
  EXPECT_EQ(seen.host, "localhost:8000");
  EXPECT_EQ(seen.body, "{}");
  EXPECT_FALSE(seen.may_block);
}

// W6: no output is an empty body, and it has a checksum, too.
TEST(HttpServer, SendsEmptyBodies) {
  const TestServer server([](const api::Request&, const api::ResponseSink& sink) { sink({}); });
  const TestResponse response = server.Exchange(Call("{}"));
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.Header("Content-Length"), "0");
  EXPECT_EQ(response.Header("x-amz-crc32"), "0");
}

// W20
TEST(HttpServer, IsHealthyAtExactlyTheRoot) {
  const TestServer server(Echo());
  const TestResponse response = server.Exchange(kHealth);
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, "healthy: localhost:8000");
  for (const char* const start :
       {"GET /x", "GET //", "GET /?x", "POST /x", "PUT /", "DELETE /", "OPTIONS /", "GET *"}) {
    EXPECT_EQ(server.Exchange(std::string(start) + " HTTP/1.1\r\nHost: h\r\n\r\n").status, 404)
        << start;
  }
  TestClient client(server.port());
  ASSERT_TRUE(client.Send("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n"));
  ASSERT_TRUE(client.Send("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"));
  // If the answer to HEAD had a body, the second answer would not start where it should. The
  // client below takes Content-Length bytes, so it reads into the second head.
  const TestResponse head = client.Receive();
  EXPECT_EQ(head.status, 404);
  EXPECT_THAT(head.body, HasSubstr("HTTP/1.1 200 OK"));
}

// W21
TEST(HttpServer, AnswersCrossOriginRequests) {
  const TestServer server(Echo());
  const TestResponse simple = server.Exchange(Call("{}", "Origin: http://a.example\r\n"));
  EXPECT_EQ(simple.Header("Access-Control-Allow-Origin"), "*");
  EXPECT_TRUE(simple.Has("Access-Control-Expose-Headers"));
  EXPECT_FALSE(simple.Has("Access-Control-Max-Age"));

  const TestResponse preflight = server.Exchange(
      "OPTIONS / HTTP/1.1\r\nHost: h\r\nOrigin: http://a.example\r\n"
      "Access-Control-Request-Method: POST\r\n"
      "Access-Control-Request-Headers: x-amz-target,authorization\r\n\r\n");
  EXPECT_EQ(preflight.status, 200);
  EXPECT_EQ(preflight.body, "");
  EXPECT_EQ(preflight.Header("Access-Control-Allow-Origin"), "*");
  EXPECT_EQ(preflight.Header("Access-Control-Max-Age"), "172800");
  EXPECT_EQ(preflight.Header("Access-Control-Allow-Methods"), "POST");
  EXPECT_EQ(preflight.Header("Access-Control-Allow-Headers"), "x-amz-target,authorization");
}

TEST(HttpServer, AllowsOnlyTheOriginsItIsGiven) {
  const TestServer server(Echo(), {.cors_origins = {"http://a.example"}});
  const TestResponse allowed = server.Exchange(Call("{}", "Origin: http://a.example\r\n"));
  EXPECT_EQ(allowed.Header("Access-Control-Allow-Origin"), "http://a.example");
  EXPECT_EQ(allowed.Header("Vary"), "Origin");
  EXPECT_FALSE(server.Exchange(Call("{}", "Origin: http://b.example\r\n"))
                   .Has("Access-Control-Allow-Origin"));
}

TEST(HttpServer, RefusesUnsignedCallsButNotUnknownOnes) {
  const TestServer server([](const api::Request&, const api::ResponseSink& sink) {
    sink({.status = 400, .body = R"({"__type":"a#UnknownOperationException"})"});
  });
  const std::string start = "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nX-Amz-Target: ";
  const TestResponse unsigned_call = server.Exchange(start + std::string(kTarget) + "\r\n\r\n{}");
  EXPECT_EQ(unsigned_call.status, 400);
  EXPECT_THAT(unsigned_call.body, HasSubstr("#MissingAuthenticationTokenException"));
  EXPECT_EQ(unsigned_call.Header("Content-Type"), "application/x-amz-json-1.0");
  // The target is looked at first.
  EXPECT_THAT(server.Exchange(start + "Nonsense\r\n\r\n{}").body, HasSubstr("#UnknownOperation"));
  EXPECT_THAT(server.Exchange("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n").body,
              HasSubstr("#UnknownOperation"));
}

// W22
TEST(HttpServer, KeepsConnectionsAliveAsAsked) {
  const TestServer server(Echo());
  TestClient client(server.port());
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(client.Exchange(Call(std::to_string(i))).body, std::to_string(i));
  }
  const TestResponse last = client.Exchange(Call("last", "Connection: close\r\n"));
  EXPECT_EQ(last.body, "last");
  EXPECT_EQ(last.Header("Connection"), "close");
  EXPECT_TRUE(client.IsClosedByServer());

  TestClient old(server.port());
  EXPECT_EQ(old.Exchange("GET / HTTP/1.0\r\n\r\n").body, "healthy: ");
  EXPECT_TRUE(old.IsClosedByServer());
  TestClient kept(server.port());
  const std::string keep = "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n";
  EXPECT_EQ(kept.Exchange(keep).Header("Connection"), "keep-alive");
  EXPECT_EQ(kept.Exchange(keep).status, 200);
}

// Answers stay in order although later calls would be faster, and come from another thread.
TEST(HttpServer, AnswersPipelinedCallsInOrder) {
  base::TaskRunner runner("test", 4, 1000);
  TestServer server([&runner](const api::Request& request, const api::ResponseSink& sink) {
    if (request.body.size() % 2 == 0) {
      sink({.body = request.body});
      return;
    }
    ASSERT_TRUE(runner.Post([&request, sink] { sink({.body = request.body}); }));
  });
  std::string pipelined;
  for (size_t i = 1; i <= 500; ++i) {
    pipelined += Call(std::string(i, 'x'));
  }
  TestClient client(server.port());
  ASSERT_TRUE(client.Send(pipelined));
  for (size_t i = 1; i <= 500; ++i) {
    ASSERT_EQ(client.Receive().body.size(), i);
  }
}

// A client that sends much and reads late gets everything; the server does not grow without bound.
// Small answers between large ones stay in order.
TEST(HttpServer, WaitsForSlowReaders) {
  const auto body_of = [](int i) {
    return std::to_string(i) + std::string(i % 3 == 0 ? 0 : 300'000, 'y');
  };
  const TestServer server([&](const api::Request& request, const api::ResponseSink& sink) {
    sink({.body = body_of(std::stoi(request.body))});
  });
  TestClient client(server.port());
  std::string pipelined;
  for (int i = 100; i < 200; ++i) {
    pipelined += Call(std::to_string(i));
  }
  ASSERT_TRUE(client.Send(pipelined));
  for (int i = 100; i < 200; ++i) {
    const TestResponse response = client.Receive();
    ASSERT_EQ(response.body, body_of(i));
    ASSERT_EQ(response.Header("x-amz-crc32"), std::to_string(Crc32(response.body)));
  }
}

TEST(HttpServer, RepeatsCallsThatMayNotBlock) {
  std::atomic<int> refused = 0;
  TestServer server([&refused](const api::Request& request, const api::ResponseSink& sink) {
    if (!request.may_block) {
      ++refused;
      sink({.retry_blocking = true});
    } else {
      sink({.body = "blocked for " + request.body});
    }
  });
  EXPECT_EQ(server.Exchange(Call("a while")).body, "blocked for a while");
  EXPECT_EQ(refused, 1);
}

TEST(HttpServer, ThrottlesWhatItCannotQueue) {
  std::atomic<bool> running = false;
  std::atomic<bool> open = false;
  TestServer server(
      [&](const api::Request& request, const api::ResponseSink& sink) {
        if (request.may_block) {
          running = true;
          running.notify_all();
          open.wait(false);
          sink({.body = "done"});
        } else {
          sink({.retry_blocking = true});
        }
      },
      {.blocking_threads = 1, .max_waiting_calls = 1});
  std::vector<std::unique_ptr<TestClient>> clients;
  for (int i = 0; i < 4; ++i) {
    clients.push_back(std::make_unique<TestClient>(server.port()));
    ASSERT_TRUE(clients.back()->Send(Call("{}")));
    running.wait(false);  // before, the first one may still stand in the queue
  }
  const TestResponse throttled = clients.back()->Receive();  // one runs, one waits, two are refused
  EXPECT_EQ(throttled.status, 400);
  EXPECT_THAT(throttled.body, HasSubstr("#ThrottlingException"));
  open = true;
  open.notify_all();
}

TEST(HttpServer, DecodesRequestBodies) {
  const TestServer server(Echo());
  const auto call = [&server](std::string_view coding, const std::string& body) {
    return server.Exchange(Call(body, "Content-Encoding: " + std::string(coding) + "\r\n"));
  };
  const std::string gzip = EncodeBody(ContentCoding::kGzip, "{}");
  EXPECT_EQ(call("gzip", gzip).body, "{}");
  EXPECT_EQ(call("gzip", gzip + gzip + "junk").body, "{}{}");
  EXPECT_EQ(call("deflate", EncodeBody(ContentCoding::kDeflate, "{}")).body, "{}");
  EXPECT_EQ(call("identity", "{}").body, "{}");
  // W13: the client's fault, but the service says 500.
  for (const TestResponse& response : {call("gzip", "{}"), call("gzip", ""), call("br", "{}"),
                                       call("", "{}"), call("deflate", gzip)}) {
    EXPECT_EQ(response.status, 500);
    EXPECT_THAT(response.body, HasSubstr("\"__type\""));
  }
  // W14: the limit is that of the decoded body.
  const std::string most(model::limits::kRequestBodyBytes, ' ');
  EXPECT_EQ(call("gzip", EncodeBody(ContentCoding::kGzip, most)).body.size(), most.size());
  EXPECT_EQ(call("gzip", EncodeBody(ContentCoding::kGzip, most + " ")).status, 413);
}

// W15, W16: inline and on another thread.
TEST(HttpServer, EncodesLargeAnswers) {
  const TestServer server(Echo());
  for (const size_t bytes : {size_t{4096}, size_t{4097}, size_t{1'000'000}}) {
    const std::string body(bytes, 'x');
    const TestResponse response = server.Exchange(
        Call(body, "Accept-Encoding: deflate;q=0.5\r\nAccept-Encoding: gzip;q=0.6\r\n"));
    EXPECT_EQ(response.Header("x-amz-crc32"), std::to_string(Crc32(response.body)));
    if (bytes == 4096) {
      EXPECT_FALSE(response.Has("Content-Encoding"));
      EXPECT_EQ(response.body, body);
      continue;
    }
    EXPECT_EQ(response.Header("Content-Encoding"), "gzip");
    std::string decoded;
    ASSERT_EQ(DecodeBody(ContentCoding::kGzip, response.body, 2 * bytes, decoded),
              DecodeStatus::kOk);
    EXPECT_EQ(decoded, body);
  }
  EXPECT_FALSE(server.Exchange(Call(std::string(9000, 'x'))).Has("Content-Encoding"));
}

TEST(HttpServer, ContinuesWhenTheClientWaitsForIt) {
  const TestServer server(Echo());
  TestClient client(server.port());
  const TestResponse go_on = client.Exchange(
      "POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  EXPECT_EQ(go_on.status, 100);
  EXPECT_EQ(client.Exchange("{}").body, "{}");
}

TEST(HttpServer, ShowsMetrics) {
  const TestServer server(Echo());
  (void)server.Exchange(Call("{}"));
  const TestResponse response = server.Exchange("GET /metrics HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(response.status, 200);
  EXPECT_THAT(response.body,
              HasSubstr("stator_request_duration_seconds_count{operation=\"GetItem\"} 1"));
}

TEST(HttpServer, BoundsConnections) {
  const TestServer server(Echo(), {.max_connections_per_address = 2});
  TestClient first(server.port());
  EXPECT_EQ(first.Exchange(kHealth).status, 200);
  {
    TestClient second(server.port());
    EXPECT_EQ(second.Exchange(kHealth).status, 200);
    TestClient third(server.port());
    EXPECT_TRUE(third.IsClosedByServer());
  }
  // The place of one that went is free again, a moment later.
  for (int attempt = 0; attempt < 100; ++attempt) {
    TestClient another(server.port());
    if (another.Exchange(kHealth).status == 200) {
      return;
    }
  }
  FAIL() << "no place became free";
}

TEST(HttpServer, SaysWhyItCannotListen) {
  const TestServer server(Echo());
  HttpServer second({.port = server.port()}, Echo(), base::Clock::System());
  const base::Result<void> in_use = second.Start();
  ASSERT_FALSE(in_use.ok());
  EXPECT_THAT(in_use.error().message, HasSubstr("Address already in use"));

  HttpServer nameless({.host = "example.invalid"}, Echo(), base::Clock::System());
  const base::Result<void> not_address = nameless.Start();
  ASSERT_FALSE(not_address.ok());
  EXPECT_EQ(not_address.error().message, "'example.invalid' is not an IP address");
}

TEST(HttpServer, KnowsLoopbackAddresses) {
  EXPECT_TRUE(HttpServer::IsLoopback("127.0.0.1"));
  EXPECT_TRUE(HttpServer::IsLoopback("127.1.2.3"));
  EXPECT_TRUE(HttpServer::IsLoopback("::1"));
  EXPECT_TRUE(HttpServer::IsLoopback("localhost"));
  EXPECT_FALSE(HttpServer::IsLoopback("0.0.0.0"));
  EXPECT_FALSE(HttpServer::IsLoopback("::"));
  EXPECT_FALSE(HttpServer::IsLoopback("10.0.0.1"));
  EXPECT_FALSE(HttpServer::IsLoopback("localhost.example"));
}

// Many connections over several loops, completions from several threads.
TEST(HttpServer, ServesManyClientsAtOnce) {
  base::TaskRunner committer("committer", 2, 10'000);
  TestServer server(
      [&committer](const api::Request& request, const api::ResponseSink& sink) {
        ASSERT_TRUE(committer.Post([&request, sink] { sink({.body = request.body}); }));
      },
      {.threads = 3});
  std::atomic<int> wrong = 0;
  base::TaskRunner clients("client", 16, 16);
  for (int client = 0; client < 16; ++client) {
    ASSERT_TRUE(clients.Post([&server, &wrong, client] {
      TestClient connection(server.port());
      for (int i = 0; i < 200; ++i) {
        const std::string body = std::to_string(client * 1000 + i);
        wrong += connection.Exchange(Call(body)).body == body ? 0 : 1;
      }
    }));
  }
  clients.Stop();
  EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace stator::server
