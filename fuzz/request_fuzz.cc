// Any body of any operation gets an answer: valid JSON, the client's fault or success, never an
// error inside. The first line names the operation; when it names none, its first byte selects one.
// The rest is the body.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <future>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <simdjson.h>

#include "api/dispatcher.h"
#include "base/check.h"
#include "base/clock.h"
#include "engine/engine.h"
#include "storage/memory/memory_store.h"

namespace {

using stator::api::Dispatcher;
using stator::api::Response;

constexpr std::string_view kPrefix = "DynamoDB_20120810.";
constexpr std::string_view kTable =
    R"({"TableName":"table","BillingMode":"PAY_PER_REQUEST",)"
    R"("KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},)"
    R"({"AttributeName":"sk","KeyType":"RANGE"}],)"
    R"("AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},)"
    R"({"AttributeName":"sk","AttributeType":"N"},{"AttributeName":"g","AttributeType":"B"}],)"
    R"("GlobalSecondaryIndexes":[{"IndexName":"gsi","KeySchema":[{"AttributeName":"g",)"
    R"("KeyType":"HASH"}],"Projection":{"ProjectionType":"ALL"}}],)"
    R"("LocalSecondaryIndexes":[{"IndexName":"lsi","KeySchema":[{"AttributeName":"pk",)"
    R"("KeyType":"HASH"},{"AttributeName":"g","KeyType":"RANGE"}],)"
    R"("Projection":{"ProjectionType":"KEYS_ONLY"}}]})";
constexpr std::string_view kItem =
    R"({"TableName":"table","Item":{"pk":{"S":"a"},"sk":{"N":"1"},"g":{"B":"AQI="},)"
    R"("m":{"M":{"l":{"L":[{"N":"1"},{"SS":["x","y"]},{"NULL":true}]}}},"n":{"N":"7"}}})";

// A server without a network, with one table and one item.
class Instance {
 public:
  Instance() {
    STATOR_CHECK(engine_.Start().ok());
    STATOR_CHECK(Call("CreateTable", kTable, true).status == 200);
    STATOR_CHECK(Call("PutItem", kItem, true).status == 200);
  }
  ~Instance() { engine_.Stop(); }
  Instance(const Instance&) = delete;
  Instance& operator=(const Instance&) = delete;

  Response Call(std::string_view operation, std::string_view body, bool may_block) {
    std::promise<Response> answer;
    dispatcher_.Dispatch({.target = std::string(kPrefix) + std::string(operation),
                          .body = std::string(body),
                          .host = "localhost:8000",
                          .may_block = may_block},
                         [&](Response response) { answer.set_value(std::move(response)); });
    return answer.get_future().get();
  }

 private:
  stator::storage::MemoryStore store_;
  stator::base::ManualClock clock_{1'700'000'000'000'000};
  stator::engine::Engine engine_{store_, stator::engine::EngineOptions{}, clock_};
  Dispatcher dispatcher_{engine_, stator::api::DispatcherOptions{}};
};

// The operations' names.
std::vector<std::string> Operations() {
  std::vector<std::string> names;
  for (const std::string& target : Dispatcher::Targets()) {
    if (target.starts_with(kPrefix)) {
      names.push_back(target.substr(kPrefix.size()));
    }
  }
  return names;
}

bool ChangesNothing(std::string_view operation) {
  for (const std::string_view start :
       {"Get", "Describe", "List", "Query", "Scan", "BatchGet", "TransactGet"}) {
    if (operation.starts_with(start)) {
      return true;
    }
  }
  return false;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) {
    return 0;
  }
  static const std::vector<std::string> operations = Operations();
  static auto instance = std::make_unique<Instance>();
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const size_t line_end = input.find('\n');
  if (line_end == std::string_view::npos) {
    return 0;
  }
  std::string operation(input.substr(0, line_end));
  if (std::find(operations.begin(), operations.end(), operation) == operations.end()) {
    operation = operations[data[0] % operations.size()];
  }
  const std::string_view body = input.substr(line_end + 1);
  Response response = instance->Call(operation, body, false);
  if (response.retry_blocking) {
    response = instance->Call(operation, body, true);
  }
  STATOR_CHECK(response.failure.empty());
  STATOR_CHECK(response.status == 200 || response.status == 400);
  simdjson::dom::parser parser;
  STATOR_CHECK(response.body.empty() || parser.parse(response.body).error() == simdjson::SUCCESS);
  if (response.status == 200 && !ChangesNothing(operation)) {
    instance = std::make_unique<Instance>();  // what an input does must not depend on others
  }
  return 0;
}
