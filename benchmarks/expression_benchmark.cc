#include <string_view>

#include <benchmark/benchmark.h>

#include "benchmarks/fixed_iterations.h"
#include "expression/condition.h"
#include "expression/key_condition.h"
#include "expression/placeholders.h"
#include "expression/update.h"
#include "model/attribute_value.h"
#include "model/number.h"

namespace stator::benchmarks {
namespace {

using expression::Placeholders;
using model::AttributeValue;
using model::Number;

constexpr std::string_view kCondition =
    "attribute_exists(PK) AND #status IN (:pending, :paid) AND (Quantity >= :one OR "
    "begins_with(Note, :prefix))";
constexpr std::string_view kUpdate =
    "SET #status = :paid, Quantity = if_not_exists(Quantity, :zero) + :one REMOVE Note";
constexpr std::string_view kKeyCondition = "PK = :pk AND begins_with(SK, :sk)";

Placeholders MakePlaceholders() {
  return *Placeholders::Create(Placeholders::Names{{"#status", "Status"}},
                               Placeholders::Values{
                                   {":pending", AttributeValue("PENDING")},
                                   {":paid", AttributeValue("PAID")},
                                   {":prefix", AttributeValue("Please")},
                                   {":zero", AttributeValue(Number())},
                                   {":one", AttributeValue(Number::FromInteger(1))},
                                   {":pk", AttributeValue("USER#42")},
                                   {":sk", AttributeValue("ORDER#")},
                               });
}

model::Item MakeItem() {
  return {{"PK", AttributeValue("USER#42")},
          {"SK", AttributeValue("ORDER#8f14e45f")},
          {"Status", AttributeValue("PENDING")},
          {"Quantity", AttributeValue(Number::FromInteger(3))},
          {"Note", AttributeValue("Please leave the parcel with the neighbours.")}};
}

void ConditionParse(benchmark::State& state) {
  Placeholders placeholders = MakePlaceholders();
  for (auto _ : state) {
    benchmark::DoNotOptimize(expression::ParseCondition(expression::ExpressionKind::kCondition,
                                                        kCondition, placeholders));
  }
}
BENCHMARK(ConditionParse)->Apply(FixIterations);

void ConditionEvaluate(benchmark::State& state) {
  Placeholders placeholders = MakePlaceholders();
  const expression::Condition condition =
      *expression::ParseCondition(expression::ExpressionKind::kCondition, kCondition, placeholders);
  const model::Item item = MakeItem();
  for (auto _ : state) {
    benchmark::DoNotOptimize(condition.Matches(item));
  }
}
BENCHMARK(ConditionEvaluate)->Apply(FixIterations);

void UpdateParse(benchmark::State& state) {
  Placeholders placeholders = MakePlaceholders();
  for (auto _ : state) {
    benchmark::DoNotOptimize(expression::ParseUpdate(kUpdate, placeholders));
  }
}
BENCHMARK(UpdateParse)->Apply(FixIterations);

void UpdateApply(benchmark::State& state) {
  Placeholders placeholders = MakePlaceholders();
  const expression::Update update = *expression::ParseUpdate(kUpdate, placeholders);
  const model::Item item = MakeItem();
  for (auto _ : state) {
    benchmark::DoNotOptimize(update.Apply(item));
  }
}
BENCHMARK(UpdateApply)->Apply(FixIterations);

void KeyConditionParse(benchmark::State& state) {
  Placeholders placeholders = MakePlaceholders();
  for (auto _ : state) {
    benchmark::DoNotOptimize(expression::ParseKeyCondition(kKeyCondition, placeholders));
  }
}
BENCHMARK(KeyConditionParse)->Apply(FixIterations);

}  // namespace
}  // namespace stator::benchmarks
