// Any text is an expression or is refused; what compiles can be evaluated. The first byte selects
// the kind of expression.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "expression/condition.h"
#include "expression/key_condition.h"
#include "expression/placeholders.h"
#include "expression/projection.h"
#include "expression/update.h"

namespace {

using stator::expression::Placeholders;
using stator::model::AttributeValue;
using stator::model::Item;
using stator::model::List;
using stator::model::Number;

Placeholders MakePlaceholders() {
  return *Placeholders::Create(
      Placeholders::Names{{"#n", "name"}, {"#m", "map"}},
      Placeholders::Values{{":n", AttributeValue(Number::FromInteger(7))},
                           {":s", AttributeValue("text")},
                           {":l", AttributeValue(List{AttributeValue("a")})}});
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  namespace expression = stator::expression;
  if (size == 0) {
    return 0;
  }
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const Item item{{"a", AttributeValue(Number::FromInteger(1))},
                  {"map", AttributeValue(Item{{"b", AttributeValue(List{AttributeValue("x")})}})}};
  Placeholders placeholders = MakePlaceholders();
  switch (data[0] % 4) {
    case 0:
      if (auto condition = expression::ParseCondition(expression::ExpressionKind::kCondition, text,
                                                      placeholders);
          condition.ok()) {
        (void)condition->Matches(item);
      }
      break;
    case 1:
      if (auto update = expression::ParseUpdate(text, placeholders); update.ok()) {
        (void)update->Apply(item);
      }
      break;
    case 2:
      if (auto projection = expression::ParseProjection(text, placeholders); projection.ok()) {
        (void)projection->Apply(item);
      }
      break;
    default:
      (void)expression::ParseKeyCondition(text, placeholders);
  }
  return 0;
}
