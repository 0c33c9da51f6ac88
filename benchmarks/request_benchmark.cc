#include <string>
#include <string_view>
#include <utility>

#include <benchmark/benchmark.h>

#include "api/dispatcher.h"
#include "base/clock.h"
#include "benchmarks/fixed_iterations.h"
#include "benchmarks/sample_item.h"
#include "engine/engine.h"
#include "storage/memory/memory_store.h"

namespace stator::benchmarks {
namespace {

// Everything of a server but the network and the disk, with a table that holds 20 orders of a user.
class Server {
 public:
  Server() {
    (void)engine_.Start();
    Send("CreateTable", R"({"TableName":"orders","BillingMode":"PAY_PER_REQUEST",)"
                        R"("AttributeDefinitions":[{"AttributeName":"PK","AttributeType":"S"},)"
                        R"({"AttributeName":"SK","AttributeType":"S"}],)"
                        R"("KeySchema":[{"AttributeName":"PK","KeyType":"HASH"},)"
                        R"({"AttributeName":"SK","KeyType":"RANGE"}]})");
    for (int i = 0; i < 20; ++i) {
      Send("PutItem", R"({"TableName":"orders","Item":)" + Order(i) + "}");
    }
  }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  ~Server() { engine_.Stop(); }

  // The sample item with another sort key.
  static std::string Order(int number) {
    constexpr std::string_view kSortKey = "2026-11-22T19:00:00Z#8f14e45f";
    std::string json(kSampleItemJson);
    json.replace(json.find(kSortKey), kSortKey.size(), std::to_string(1000 + number));
    return json;
  }

  // The status of the answer.
  int Send(const std::string& operation, std::string body) {
    int status = 0;
    dispatcher_.Dispatch(api::Request{.target = "DynamoDB_20120810." + operation,
                                      .body = std::move(body),
                                      .host = "localhost:8000",
                                      .may_block = true},
                         [&status](const api::Response& response) { status = response.status; });
    return status;
  }

 private:
  storage::MemoryStore store_;
  base::ManualClock clock_{1'700'000'000'000'000};
  engine::Engine engine_{store_, engine::EngineOptions{}, clock_};
  api::Dispatcher dispatcher_{engine_, api::DispatcherOptions{}};
};

// A call from the text of its request to the text of its answer.
void RunCall(benchmark::State& state, const std::string& operation, const std::string& body) {
  Server server;
  for (auto _ : state) {
    if (server.Send(operation, body) != 200) {
      state.SkipWithError("refused");
    }
  }
}

const char kKey[] = R"("Key":{"PK":{"S":"USER#0000000042"},"SK":{"S":"ORDER#1001"}})";

BENCHMARK_CAPTURE(RunCall, GetItem, "GetItem",
                  std::string(R"({"TableName":"orders",)") + kKey + "}")
    ->Apply(FixIterations);
BENCHMARK_CAPTURE(RunCall, PutItem, "PutItem",
                  R"({"TableName":"orders","Item":)" + Server::Order(1) + "}")
    ->Apply(FixIterations);
BENCHMARK_CAPTURE(RunCall, UpdateItem, "UpdateItem",
                  std::string(R"({"TableName":"orders",)") + kKey +
                      R"(,"UpdateExpression":"ADD Quantity :one",)"
                      R"("ExpressionAttributeValues":{":one":{"N":"1"}}})")
    ->Apply(FixIterations);
BENCHMARK_CAPTURE(RunCall, Query, "Query",
                  R"({"TableName":"orders","KeyConditionExpression":"PK = :user",)"
                  R"("ExpressionAttributeValues":{":user":{"S":"USER#0000000042"}}})")
    ->Apply(FixIterations);
BENCHMARK_CAPTURE(RunCall, TransactWriteItems, "TransactWriteItems",
                  R"({"TransactItems":[{"Put":{"TableName":"orders","Item":)" + Server::Order(1) +
                      R"(}},{"Put":{"TableName":"orders","Item":)" + Server::Order(2) +
                      R"(}},{"Put":{"TableName":"orders","Item":)" + Server::Order(3) + "}}]}")
    ->Apply(FixIterations);

}  // namespace
}  // namespace stator::benchmarks
