#include <string>

#include <benchmark/benchmark.h>
#include <simdjson.h>

#include "api/constraints.h"
#include "api/document.h"
#include "api/json_writer.h"
#include "api/operation.h"
#include "benchmarks/fixed_iterations.h"
#include "benchmarks/sample_item.h"
#include "model/item_json.h"
#include "storage/record.h"

namespace stator::benchmarks {
namespace {

// A request from its JSON to a tree that was checked against the operation's shape.
void ReadRequest(benchmark::State& state, const char* target, const std::string& body) {
  const api::Operation* const operation = api::FindOperation(target);
  if (operation == nullptr) {
    state.SkipWithError("there is no such operation");
    return;
  }
  for (auto _ : state) {
    api::Document document;
    const base::Result<api::Node*> node = document.Parse(body, *operation->input);
    benchmark::DoNotOptimize(
        api::CheckConstraints(**node, api::ValidationWording::kFirstOnly).ok());
  }
}
BENCHMARK_CAPTURE(ReadRequest, GetItem, "DynamoDB_20120810.GetItem",
                  R"({"TableName":"orders","Key":{"PK":{"S":"USER#42"},"SK":{"S":"ORDER#1"}}})")
    ->Apply(FixIterations);
BENCHMARK_CAPTURE(ReadRequest, PutItem, "DynamoDB_20120810.PutItem",
                  R"({"TableName":"orders","Item":)" + std::string(kSampleItemJson) + "}")
    ->Apply(FixIterations);

// An item from its stored bytes to the answer's JSON.
void WriteRecord(benchmark::State& state) {
  simdjson::dom::parser parser;
  const simdjson::padded_string json(kSampleItemJson);
  const std::string record =
      storage::EncodeRecord(model::ParseItem(parser.parse(json).value_unsafe())->item);
  std::string out;
  for (auto _ : state) {
    out.clear();
    benchmark::DoNotOptimize(api::AppendRecord(record, out).ok());
  }
}
BENCHMARK(WriteRecord)->Apply(FixIterations);

}  // namespace
}  // namespace stator::benchmarks
