// What happens as time passes: slow and silent clients, and the end of the server.
#include <atomic>
#include <chrono>
#include <memory>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "server/test_server.h"

namespace stator::server {
namespace {

constexpr int64_t kMilli = 1000;
constexpr std::string_view kHealth = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";

void Sleep(int millis) { std::this_thread::sleep_for(std::chrono::milliseconds(millis)); }

TEST(HttpServerTimes, ClosesIdleConnections) {
  const TestServer server(Echo(),
                          {.idle_timeout_micros = 100 * kMilli, .sweep_micros = 20 * kMilli});
  TestClient silent(server.port());
  TestClient served(server.port());
  EXPECT_EQ(served.Exchange(kHealth).status, 200);
  EXPECT_TRUE(silent.IsClosedByServer());
  EXPECT_TRUE(served.IsClosedByServer());
}

// A byte now and then does not extend the time for a head.
TEST(HttpServerTimes, ClosesDribbledHeads) {
  const TestServer server(Echo(),
                          {.header_timeout_micros = 200 * kMilli, .sweep_micros = 20 * kMilli});
  TestClient client(server.port());
  const auto start = std::chrono::steady_clock::now();
  while (client.Send("G") && std::chrono::steady_clock::now() - start < std::chrono::seconds(60)) {
    Sleep(20);
  }
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(60));
}

TEST(HttpServerTimes, ClosesBodiesBelowTheMinimumRate) {
  const TestServer server(Echo(), {.header_timeout_micros = 100 * kMilli,
                                   .rate_window_micros = 200 * kMilli,
                                   .bytes_per_second = 1'000,
                                   .sweep_micros = 20 * kMilli});
  TestClient slow(server.port());
  const std::string request = Call(std::string(5'000, 'x'));
  ASSERT_TRUE(slow.Send(request.substr(0, request.size() - 4'990)));
  EXPECT_TRUE(slow.IsClosedByServer());

  // Slower than the time for a head, but fast enough.
  TestClient steady(server.port());
  for (size_t sent = 0; sent < request.size(); sent += 500) {
    ASSERT_TRUE(steady.Send(request.substr(sent, 500)));
    Sleep(25);
  }
  EXPECT_EQ(steady.Receive().status, 200);
}

TEST(HttpServerTimes, ClosesClientsThatDoNotRead) {
  const TestServer server(
      [](const api::Request&, const api::ResponseSink& sink) {
        sink({.body = std::string(20'000'000, 'x')});
      },
      {.idle_timeout_micros = 100 * kMilli, .sweep_micros = 20 * kMilli});
  TestClient client(server.port());
  ASSERT_TRUE(client.Send(Call("{}")));
  // Reading would let the server go on; so another connection sees when it has closed this one.
  const auto connections = [&server] {
    return TestClient(server.port()).Exchange("GET /metrics HTTP/1.1\r\nHost: h\r\n\r\n").body;
  };
  while (connections().find("stator_connections 1\n") == std::string::npos) {
    Sleep(20);
  }
  EXPECT_EQ(client.Receive().status, 0);  // cut off before its end
}

TEST(HttpServerTimes, ClosesRefusedClientsThatKeepSending) {
  const TestServer server(Echo(), {.linger_micros = 100 * kMilli, .sweep_micros = 20 * kMilli});
  TestClient client(server.port());
  EXPECT_EQ(client.Exchange("nonsense\r\n\r\n").status, 400);
  const auto start = std::chrono::steady_clock::now();
  while (client.Send("more") &&
         std::chrono::steady_clock::now() - start < std::chrono::seconds(5)) {
    Sleep(20);
  }
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(2));
}

TEST(HttpServerTimes, StopFinishesCallsInFlight) {
  base::TaskRunner runner("test", 1, 10);
  TestServer server([&runner](const api::Request&, const api::ResponseSink& sink) {
    ASSERT_TRUE(runner.Post([sink] {
      Sleep(200);
      sink({.body = "done"});
    }));
  });
  TestClient idle(server.port());
  EXPECT_EQ(idle.Exchange(kHealth).status, 200);
  TestClient calling(server.port());
  ASSERT_TRUE(calling.Send(Call("{}")));
  Sleep(50);
  const auto start = std::chrono::steady_clock::now();
  server.server().Stop();
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(2));
  const TestResponse response = calling.Receive();
  EXPECT_EQ(response.body, "done");
  EXPECT_EQ(response.Header("Connection"), "close");
  EXPECT_TRUE(calling.IsClosedByServer());
  EXPECT_TRUE(idle.IsClosedByServer());
}

// What they hold is given back when the threads that free memory have gone.
TEST(HttpServerTimes, StopDropsAnswersThatNobodyTakes) {
  TestServer server(
      [](const api::Request&, const api::ResponseSink& sink) {
        sink({.body = std::string(20'000'000, 'x')});
      },
      {.drain_micros = 100 * kMilli});
  TestClient client(server.port());
  ASSERT_TRUE(client.Send(Call("{}")));
  Sleep(500);
  server.server().Stop();
}

TEST(HttpServerTimes, StopDoesNotWaitForEver) {
  api::ResponseSink kept;
  {
    TestServer server([&kept](const api::Request&, const api::ResponseSink& sink) { kept = sink; },
                      {.drain_micros = 100 * kMilli});
    TestClient client(server.port());
    ASSERT_TRUE(client.Send(Call("{}")));
    Sleep(50);
    const auto start = std::chrono::steady_clock::now();
    server.server().Stop();
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(2));
    kept({.body = "too late"});  // allowed until the server is destroyed
  }
}

// Whoever floods the server just before it stops does not keep it from stopping.
TEST(HttpServerTimes, StopDropsCallsThatWaitForAThread) {
  std::atomic<int> calls = 0;
  TestServer server(
      [&calls](const api::Request&, const api::ResponseSink& sink) {
        ++calls;
        Sleep(200);
        sink({.body = "done"});
      },
      {.blocking_threads = 1, .drain_micros = 100 * kMilli});
  std::vector<std::unique_ptr<TestClient>> clients;
  for (int i = 0; i < 50; ++i) {
    clients.push_back(std::make_unique<TestClient>(server.port()));
    ASSERT_TRUE(clients.back()->Send(Call(std::string(100'000, ' '))));  // more than is done inline
  }
  Sleep(300);
  const auto start = std::chrono::steady_clock::now();
  server.server().Stop();
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(4));
  EXPECT_LT(calls, 25);
}

// A client that goes away while its call runs does no harm.
TEST(HttpServerTimes, ClientsMayLeaveEarly) {
  base::TaskRunner runner("test", 1, 1000);
  TestServer server([&runner](const api::Request& request, const api::ResponseSink& sink) {
    ASSERT_TRUE(runner.Post([&request, sink] {
      Sleep(1);
      sink({.body = request.body});
    }));
  });
  for (int i = 0; i < 50; ++i) {
    const TestClient client(server.port());
    ASSERT_TRUE(client.Send(Call("{}")));
  }
  EXPECT_EQ(server.Exchange(kHealth).status, 200);
}

}  // namespace
}  // namespace stator::server
