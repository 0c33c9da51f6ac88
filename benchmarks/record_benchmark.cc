#include <string>

#include <benchmark/benchmark.h>
#include <simdjson.h>

#include "benchmarks/fixed_iterations.h"
#include "benchmarks/sample_item.h"
#include "model/item_json.h"
#include "storage/key_encoding.h"
#include "storage/record.h"
#include "storage/store.h"

namespace stator::benchmarks {
namespace {

model::Item SampleItem() {
  simdjson::dom::parser parser;
  const simdjson::padded_string json(kSampleItemJson);
  return model::ParseItem(parser.parse(json).value_unsafe())->item;
}

void RecordEncode(benchmark::State& state) {
  const model::Item item = SampleItem();
  for (auto _ : state) {
    benchmark::DoNotOptimize(storage::EncodeRecord(item));
  }
}
BENCHMARK(RecordEncode)->Apply(FixIterations);

void RecordDecode(benchmark::State& state) {
  const std::string record = storage::EncodeRecord(SampleItem());
  for (auto _ : state) {
    benchmark::DoNotOptimize(storage::DecodeRecord(record));
  }
}
BENCHMARK(RecordDecode)->Apply(FixIterations);

void RecordFindAttribute(benchmark::State& state) {
  const std::string record = storage::EncodeRecord(SampleItem());
  for (auto _ : state) {
    benchmark::DoNotOptimize(storage::FindInRecord(record, "Status"));
  }
}
BENCHMARK(RecordFindAttribute)->Apply(FixIterations);

void KeyEncode(benchmark::State& state) {
  const model::Item item = SampleItem();
  const model::AttributeValue& partition = *item.Find("PK");
  const model::AttributeValue& sort = *item.Find("SK");
  for (auto _ : state) {
    storage::Key key;
    storage::AppendPartitionKey(key.partition, partition);
    storage::AppendSortKey(key.sort, sort, true);
    benchmark::DoNotOptimize(key);
  }
}
BENCHMARK(KeyEncode)->Apply(FixIterations);

void KeyHash(benchmark::State& state) {
  std::string partition;
  storage::AppendPartitionKey(partition, model::AttributeValue("USER#0000000042"));
  for (auto _ : state) {
    benchmark::DoNotOptimize(storage::GroupHash(partition));
  }
}
BENCHMARK(KeyHash)->Apply(FixIterations);

}  // namespace
}  // namespace stator::benchmarks
