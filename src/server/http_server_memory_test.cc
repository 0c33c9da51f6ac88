// What many requests and answers at once may hold, and what happens beyond.
#include <chrono>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/content_coding.h"
#include "server/memory_budget.h"
#include "server/test_server.h"

namespace stator::server {
namespace {

using testing::HasSubstr;

constexpr size_t kBudgetBytes = 1024 * 1024;
constexpr std::string_view kHealth = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";

std::string Metrics(const TestServer& server) {
  return server.Exchange("GET /metrics HTTP/1.1\r\nHost: h\r\n\r\n").body;
}

// Waits until the metrics have that line.
bool MetricsCome(const TestServer& server, const std::string& line) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (std::chrono::steady_clock::now() < end) {
    if (Metrics(server).find(line) != std::string::npos) {
      return true;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

void ExpectThrottled(TestClient& client, const TestResponse& response) {
  EXPECT_EQ(response.status, 400);
  EXPECT_THAT(response.body, HasSubstr("ThrottlingException"));
  EXPECT_EQ(response.Header("Connection"), "close");
  EXPECT_TRUE(client.IsClosedByServer());
}

TEST(MemoryBudget, IsNeverExceededByTaking) {
  MemoryBudget budget(100);
  MemoryShare first(budget);
  MemoryShare second(budget);
  EXPECT_TRUE(first.Grow(60));
  EXPECT_FALSE(second.Grow(41));
  EXPECT_EQ(second.bytes(), 0U);
  EXPECT_TRUE(second.Grow(40));
  EXPECT_FALSE(budget.exhausted());
  EXPECT_TRUE(budget.short_of_memory());
  second.GrowAnyway(50);
  EXPECT_TRUE(budget.exhausted());
  first.Shrink(10);
  EXPECT_EQ(budget.taken_bytes(), 60U);
}

TEST(HttpServerMemory, ShedsBodiesBeyondTheBudget) {
  const TestServer server(Echo(), {.memory_bytes = kBudgetBytes});
  for (int i = 0; i < 5; ++i) {  // what was refused holds nothing
    TestClient large(server.port());
    ExpectThrottled(large, large.Exchange(Call(std::string(2'000'000, 'x'))));
    const std::string fits(300'000, 'x');
    EXPECT_EQ(server.Exchange(Call(fits)).body, fits);
  }
  EXPECT_THAT(Metrics(server), HasSubstr("stator_request_memory_bytes 0\n"));
}

TEST(HttpServerMemory, ShedsChunkedBodiesBeyondTheBudget) {
  const TestServer server(Echo(), {.memory_bytes = kBudgetBytes});
  std::string request = Call("", "Transfer-Encoding: chunked\r\n");
  const std::string length = "Content-Length: 0\r\n";
  request.erase(request.find(length), length.size());
  for (int i = 0; i < 40; ++i) {
    request.append("10000\r\n").append(65536, 'x').append("\r\n");
  }
  TestClient client(server.port());
  ExpectThrottled(client, client.Exchange(request + "0\r\n\r\n"));
  EXPECT_TRUE(MetricsCome(server, "stator_request_memory_bytes 0\n"));
}

// Memory goes to what has come, not to what is announced; small calls need none.
TEST(HttpServerMemory, CountsWhatHasCome) {
  const TestServer server(Echo(), {.memory_bytes = kBudgetBytes});
  std::vector<std::unique_ptr<TestClient>> slow;
  const std::string announced = Call(std::string(16'000'000, 'x'));
  for (int i = 0; i < 20; ++i) {
    slow.push_back(std::make_unique<TestClient>(server.port()));
    ASSERT_TRUE(slow.back()->Send(std::string_view(announced).substr(0, 30'000)));
  }
  const std::string fits(400'000, 'x');
  EXPECT_EQ(server.Exchange(Call(fits)).body, fits);

  TestClient holder(server.port());
  const std::string request = Call(fits);
  ASSERT_TRUE(holder.Send(std::string_view(request).substr(0, request.size() - 1)));
  ASSERT_TRUE(MetricsCome(server, "stator_request_memory_bytes 799998\n"));
  TestClient late(server.port());
  ExpectThrottled(late, late.Exchange(request));
  EXPECT_EQ(server.Exchange(Call("small")).body, "small");
  EXPECT_EQ(holder.Exchange("x").body, fits);
  EXPECT_EQ(server.Exchange(request).body, fits);
}

TEST(HttpServerMemory, ShedsBombsBeforeTheyGoOff) {
  const TestServer server(Echo(), {.memory_bytes = kBudgetBytes});
  const std::string bomb = EncodeBody(ContentCoding::kGzip, std::string(10'000'000, '\0'));
  ASSERT_LT(bomb.size(), 64U * 1024);
  const std::string header = "Content-Encoding: gzip\r\n";
  EXPECT_THAT(server.Exchange(Call(bomb, header)).body, HasSubstr("ThrottlingException"));
  const std::string small = EncodeBody(ContentCoding::kGzip, "small");
  EXPECT_EQ(server.Exchange(Call(small, header)).body, "small");
  EXPECT_TRUE(MetricsCome(server, "stator_request_memory_bytes 0\n"));
}

// Clients that do not take their answers lose their connections, and nobody else notices.
TEST(HttpServerMemory, GivesUpOnAnswersThatNobodyTakes) {
  const TestServer server(
      [](const api::Request& request, const api::ResponseSink& sink) {
        sink({.body = std::string(request.body == "small" ? 5 : 8'000'000, 'x')});
      },
      {.memory_bytes = kBudgetBytes, .sweep_micros = 20'000});
  std::vector<std::unique_ptr<TestClient>> clients;
  for (int i = 0; i < 20; ++i) {
    clients.push_back(std::make_unique<TestClient>(server.port()));
    ASSERT_TRUE(clients.back()->Send(Call("large")));
  }
  EXPECT_TRUE(MetricsCome(server, "stator_connections 1\n"));
  EXPECT_TRUE(MetricsCome(server, "stator_request_memory_bytes 0\n"));
  EXPECT_EQ(server.Exchange(Call("small")).body, "xxxxx");
  EXPECT_EQ(server.Exchange(kHealth).status, 200);
}

}  // namespace
}  // namespace stator::server
