// Any text is an expression or is refused; what compiles can be evaluated. The first byte selects
// the kind of expression; the legacy parameters, which lower to the same trees, are made of bytes.
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fuzzer/FuzzedDataProvider.h>

#include "base/check.h"
#include "expression/condition.h"
#include "expression/key_condition.h"
#include "expression/legacy.h"
#include "expression/placeholders.h"
#include "expression/projection.h"
#include "expression/update.h"
#include "model/table_schema.h"

namespace {

namespace expression = stator::expression;
using expression::Placeholders;
using stator::model::AttributeValue;
using stator::model::Binary;
using stator::model::Item;
using stator::model::List;
using stator::model::Null;
using stator::model::Number;
using stator::model::StringSet;

const Placeholders& TestPlaceholders() {
  static const Placeholders placeholders = *Placeholders::Create(
      Placeholders::Names{{"#n", "name"}, {"#m", "map"}, {"#d", "a.b"}},
      Placeholders::Values{{":n", AttributeValue(Number::FromInteger(7))},
                           {":s", AttributeValue("text")},
                           {":b", AttributeValue(Binary{"bytes"})},
                           {":t", AttributeValue(true)},
                           {":z", AttributeValue(Null{})},
                           {":ss", AttributeValue(StringSet{{"x", "y"}})},
                           {":m", AttributeValue(Item{{"k", AttributeValue("v")}})},
                           {":l", AttributeValue(List{AttributeValue("a")})}});
  return placeholders;
}

const Item& TestItem() {
  static const Item item{
      {"a", AttributeValue(Number::FromInteger(1))},
      {"map", AttributeValue(
                  Item{{"b", AttributeValue(List{AttributeValue("x"), AttributeValue(Null{})})}})},
      {"name", AttributeValue("text")},
      {"set", AttributeValue(StringSet{{"x", "z"}})}};
  return item;
}

void Evaluate(const expression::Condition& condition) {
  (void)condition.Matches(TestItem());
  (void)condition.Matches(Item{});
  condition.ForEachPath([](const expression::Path& path) { STATOR_CHECK(!path.elements.empty()); });
  (void)condition.TopLevelAttributes();
}

void Evaluate(const expression::Update& update) {
  for (const Item& item : {TestItem(), Item{}}) {
    const auto updated = update.Apply(item);
    if (updated.ok()) {
      (void)update.TouchedParts(*updated);
    }
  }
  (void)update.OverheadBytes();
}

void Evaluate(const expression::KeyCondition& condition) {
  stator::model::KeySchema key;
  key.partition = {{"a", stator::model::ScalarType::kNumber}};
  key.sort = {{"name", stator::model::ScalarType::kString}};
  (void)expression::ResolveKeyCondition(condition, key);
}

template <typename T>
void EvaluateIfOk(const stator::base::Result<T>& compiled) {
  if (compiled.ok()) {
    Evaluate(*compiled);
  } else {
    STATOR_CHECK(!compiled.error().message.empty());
  }
}

void RunText(int kind, std::string_view text) {
  Placeholders placeholders = TestPlaceholders();
  switch (kind) {
    case 0:
      return EvaluateIfOk(
          expression::ParseCondition(expression::ExpressionKind::kCondition, text, placeholders));
    case 1:
      return EvaluateIfOk(expression::ParseUpdate(text, placeholders));
    case 2:
      if (auto projection = expression::ParseProjection(text, placeholders); projection.ok()) {
        (void)projection->Apply(TestItem());
      }
      return;
    case 3:
      return EvaluateIfOk(expression::ParseKeyCondition(text, placeholders));
    default:
      return EvaluateIfOk(
          expression::ParseCondition(expression::ExpressionKind::kFilter, text, placeholders));
  }
}

AttributeValue TakeValue(FuzzedDataProvider& input) {
  const Placeholders::Values& values = *TestPlaceholders().values();
  return values[input.ConsumeIntegralInRange<size_t>(0, values.size() - 1)].second;
}

// Each once: the parameters are maps.
constexpr std::array<const char*, 5> kNames = {"a", "map", "name", "set", "absent"};

std::vector<AttributeValue> TakeOperands(FuzzedDataProvider& input) {
  std::vector<AttributeValue> operands;
  for (int left = input.ConsumeIntegralInRange(0, 3); left > 0; --left) {
    operands.push_back(TakeValue(input));
  }
  return operands;
}

void RunLegacy(FuzzedDataProvider& input) {
  using expression::AttributeAction;
  using expression::ComparisonOperator;
  const auto op = [&input] {
    return static_cast<ComparisonOperator>(
        input.ConsumeIntegralInRange(0, static_cast<int>(ComparisonOperator::kBetween)));
  };
  const auto joined = input.ConsumeBool() ? expression::ConditionalOperator::kAnd
                                          : expression::ConditionalOperator::kOr;
  expression::LegacyConditions conditions;
  expression::LegacyExpectations expected;
  expression::LegacyUpdates updates;
  for (int left = input.ConsumeIntegralInRange(0, 4); left > 0; --left) {
    const std::string name = kNames[static_cast<size_t>(left)];
    conditions.emplace_back(name, expression::LegacyCondition{op(), TakeOperands(input)});
    expression::LegacyExpectation expectation;
    if (input.ConsumeBool()) {
      expectation.value = TakeValue(input);
    }
    if (input.ConsumeBool()) {
      expectation.exists = input.ConsumeBool();
    }
    if (input.ConsumeBool()) {
      expectation.op = op();
    }
    if (input.ConsumeBool()) {
      expectation.operands = TakeOperands(input);
    }
    expected.emplace_back(name, std::move(expectation));
    const auto action = static_cast<AttributeAction>(input.ConsumeIntegralInRange(0, 2));
    updates.emplace_back(
        name, expression::LegacyUpdate{
                  input.ConsumeBool() ? std::optional(TakeValue(input)) : std::nullopt, action});
  }
  EvaluateIfOk(expression::LowerExpected(expected, joined));
  EvaluateIfOk(expression::LowerFilter(conditions, joined));
  EvaluateIfOk(expression::LowerKeyConditions(conditions));
  EvaluateIfOk(expression::LowerAttributeUpdates(updates));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) {
    return 0;
  }
  constexpr int kLegacy = 5;
  const int kind = data[0] % (kLegacy + 1);
  if (kind == kLegacy) {
    FuzzedDataProvider input(data + 1, size - 1);
    RunLegacy(input);
  } else {
    RunText(kind, {reinterpret_cast<const char*>(data) + 1, size - 1});
  }
  return 0;
}
