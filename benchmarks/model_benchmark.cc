#include <string>

#include <benchmark/benchmark.h>
#include <simdjson.h>

#include "benchmarks/fixed_iterations.h"
#include "benchmarks/sample_item.h"
#include "model/item_json.h"
#include "model/item_size.h"
#include "model/number.h"

namespace stator::benchmarks {
namespace {

constexpr const char* kShortNumber = "1234.56";
constexpr const char* kLongNumber = "-12345678901234567890.123456789012345678";

void NumberParse(benchmark::State& state, const char* text) {
  for (auto _ : state) {
    benchmark::DoNotOptimize(model::Number::Parse(text));
  }
}
BENCHMARK_CAPTURE(NumberParse, Short, kShortNumber)->Apply(FixIterations);
BENCHMARK_CAPTURE(NumberParse, Long, kLongNumber)->Apply(FixIterations);

void NumberPrint(benchmark::State& state, const char* text) {
  const model::Number number = *model::Number::Parse(text);
  std::string out;
  for (auto _ : state) {
    out.clear();
    number.AppendTo(out);
    benchmark::DoNotOptimize(out);
  }
}
BENCHMARK_CAPTURE(NumberPrint, Short, kShortNumber)->Apply(FixIterations);
BENCHMARK_CAPTURE(NumberPrint, Long, kLongNumber)->Apply(FixIterations);

void NumberAdd(benchmark::State& state) {
  const model::Number counter = model::Number::FromInteger(123'456);
  const model::Number one = model::Number::FromInteger(1);
  for (auto _ : state) {
    benchmark::DoNotOptimize(model::Number::Add(counter, one));
  }
}
BENCHMARK(NumberAdd)->Apply(FixIterations);

void NumberKeyEncode(benchmark::State& state) {
  const model::Number number = *model::Number::Parse(kShortNumber);
  std::string out;
  for (auto _ : state) {
    out.clear();
    number.AppendKeyTo(out);
    benchmark::DoNotOptimize(out);
  }
}
BENCHMARK(NumberKeyEncode)->Apply(FixIterations);

// With the parsing of the text by simdjson.
void ItemFromJson(benchmark::State& state) {
  simdjson::dom::parser parser;
  const simdjson::padded_string json(kSampleItemJson);
  for (auto _ : state) {
    benchmark::DoNotOptimize(model::ParseItem(parser.parse(json).value_unsafe()));
  }
}
BENCHMARK(ItemFromJson)->Apply(FixIterations);

void ItemToJson(benchmark::State& state) {
  simdjson::dom::parser parser;
  const simdjson::padded_string json(kSampleItemJson);
  const model::ParsedItem parsed = *model::ParseItem(parser.parse(json).value_unsafe());
  std::string out;
  for (auto _ : state) {
    out.clear();
    model::AppendItem(parsed.item, out);
    benchmark::DoNotOptimize(out);
  }
}
BENCHMARK(ItemToJson)->Apply(FixIterations);

void ItemSize(benchmark::State& state) {
  simdjson::dom::parser parser;
  const simdjson::padded_string json(kSampleItemJson);
  const model::ParsedItem parsed = *model::ParseItem(parser.parse(json).value_unsafe());
  for (auto _ : state) {
    benchmark::DoNotOptimize(model::ItemSizeBytes(parsed.item));
  }
}
BENCHMARK(ItemSize)->Apply(FixIterations);

}  // namespace
}  // namespace stator::benchmarks
