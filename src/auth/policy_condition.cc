#include "auth/policy_condition.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace stator::auth {
namespace {

using Qualifier = ConditionOperator::Qualifier;

// An operator by its name in lower case, without what may stand before and behind it.
struct NamedOperator {
  std::string_view name;
  OperandType type;
  Comparison comparison;
  bool negated;
};

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
constexpr NamedOperator kOperators[] = {
    {"stringequals", OperandType::kString, Comparison::kEqual, false},
    {"stringnotequals", OperandType::kString, Comparison::kEqual, true},
    {"stringequalsignorecase", OperandType::kStringIgnoringCase, Comparison::kEqual, false},
    {"stringnotequalsignorecase", OperandType::kStringIgnoringCase, Comparison::kEqual, true},
    {"stringlike", OperandType::kPattern, Comparison::kEqual, false},
    {"stringnotlike", OperandType::kPattern, Comparison::kEqual, true},
    {"numericequals", OperandType::kNumber, Comparison::kEqual, false},
    {"numericnotequals", OperandType::kNumber, Comparison::kEqual, true},
    {"numericlessthan", OperandType::kNumber, Comparison::kLess, false},
    {"numericlessthanequals", OperandType::kNumber, Comparison::kLessOrEqual, false},
    {"numericgreaterthan", OperandType::kNumber, Comparison::kGreater, false},
    {"numericgreaterthanequals", OperandType::kNumber, Comparison::kGreaterOrEqual, false},
    {"dateequals", OperandType::kDate, Comparison::kEqual, false},
    {"datenotequals", OperandType::kDate, Comparison::kEqual, true},
    {"datelessthan", OperandType::kDate, Comparison::kLess, false},
    {"datelessthanequals", OperandType::kDate, Comparison::kLessOrEqual, false},
    {"dategreaterthan", OperandType::kDate, Comparison::kGreater, false},
    {"dategreaterthanequals", OperandType::kDate, Comparison::kGreaterOrEqual, false},
    {"bool", OperandType::kBoolean, Comparison::kEqual, false},
    {"binaryequals", OperandType::kBinary, Comparison::kEqual, false},
    {"ipaddress", OperandType::kIpAddress, Comparison::kEqual, false},
    {"notipaddress", OperandType::kIpAddress, Comparison::kEqual, true},
    {"arnequals", OperandType::kArn, Comparison::kEqual, false},
    {"arnlike", OperandType::kArn, Comparison::kEqual, false},
    {"arnnotequals", OperandType::kArn, Comparison::kEqual, true},
    {"arnnotlike", OperandType::kArn, Comparison::kEqual, true},
    {"null", OperandType::kNull, Comparison::kEqual, false},
};

Verdict ToVerdict(bool holds) { return holds ? Verdict::kYes : Verdict::kNo; }

Verdict Negate(Verdict verdict) {
  return verdict == Verdict::kUnknown ? verdict : ToVerdict(verdict == Verdict::kNo);
}

template <typename T>
bool Compare(Comparison comparison, const T& left, const T& right) {
  switch (comparison) {
    case Comparison::kEqual:
      return left == right;
    case Comparison::kLess:
      return left < right;
    case Comparison::kLessOrEqual:
      return left <= right;
    case Comparison::kGreater:
      return left > right;
    case Comparison::kGreaterOrEqual:
      return left >= right;
  }
  return false;
}

// The parts of an ARN are compared one by one, so that a wildcard does not reach beyond its part;
// what is behind the fifth colon is one part.
bool MatchesArn(std::string_view pattern, std::string_view arn) {
  constexpr int kColons = 5;
  for (int i = 0; i < kColons; ++i) {
    const size_t pattern_colon = pattern.find(':');
    const size_t colon = arn.find(':');
    if (pattern_colon == std::string_view::npos || colon == std::string_view::npos ||
        !MatchesPattern(pattern.substr(0, pattern_colon), arn.substr(0, colon))) {
      return false;
    }
    pattern.remove_prefix(pattern_colon + 1);
    arn.remove_prefix(colon + 1);
  }
  return MatchesPattern(pattern, arn);
}

// Whether the text is base64 in its one canonical form, so that equal bytes are equal texts.
bool IsCanonicalBase64(std::string_view text) {
  constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  if (text.size() % 4 != 0) {
    return false;
  }
  size_t padding = 0;
  while (padding < 2 && text.ends_with('=')) {
    text.remove_suffix(1);
    ++padding;
  }
  if (text.find_first_not_of(kAlphabet) != std::string_view::npos) {
    return false;
  }
  if (padding == 0) {
    return true;
  }
  // The bits that padding leaves over are zero.
  const size_t unused = padding == 1 ? 4 : 16;
  return !text.empty() && kAlphabet.find(text.back()) % unused == 0;
}

bool IsBoolean(std::string_view text) {
  const std::string lower = ToLower(text);
  return lower == "true" || lower == "false";
}

std::string Describe(std::string_view operator_name, std::string_view key,
                     const std::vector<std::string>& values) {
  std::string text = std::string(operator_name) + " " + std::string(key) + " [";
  for (size_t i = 0; i < values.size(); ++i) {
    text += (i == 0 ? "\"" : ", \"") + values[i] + "\"";
  }
  return text + "]";
}

}  // namespace

base::Result<ConditionOperator> ParseConditionOperator(std::string_view name) {
  constexpr std::string_view kForAllValues = "forallvalues:";
  constexpr std::string_view kForAnyValue = "foranyvalue:";
  constexpr std::string_view kIfExists = "ifexists";
  const std::string lower = ToLower(name);
  std::string_view rest = lower;
  ConditionOperator result;
  if (rest.starts_with(kForAllValues)) {
    result.qualifier = Qualifier::kForAllValues;
    rest.remove_prefix(kForAllValues.size());
  } else if (rest.starts_with(kForAnyValue)) {
    result.qualifier = Qualifier::kForAnyValue;
    rest.remove_prefix(kForAnyValue.size());
  }
  if (rest.ends_with(kIfExists)) {
    result.if_exists = true;
    rest.remove_suffix(kIfExists.size());
  }
  for (const NamedOperator& named : kOperators) {
    if (rest == named.name) {
      result.type = named.type;
      result.comparison = named.comparison;
      result.negated = named.negated;
      if (named.type == OperandType::kNull &&
          (result.if_exists || result.qualifier != Qualifier::kNone)) {
        break;
      }
      return result;
    }
  }
  return base::ValidationError("the condition operator \"" + std::string(name) + "\" is not known");
}

base::Result<PolicyCondition::Operand> PolicyCondition::ParseOperand(const std::string& value,
                                                                     bool variables) const {
  const OperandType type = operator_.type;
  const bool text_type = type == OperandType::kString || type == OperandType::kStringIgnoringCase ||
                         type == OperandType::kPattern || type == OperandType::kArn ||
                         type == OperandType::kBoolean;
  Operand operand;
  STATOR_ASSIGN_OR_RETURN(operand.text,
                          PolicyText::Parse(value, {.wildcards = type == OperandType::kPattern ||
                                                                 type == OperandType::kArn,
                                                    .variables = variables && text_type}));
  bool valid = true;
  if (type == OperandType::kNumber) {
    const std::optional<PolicyNumber> number = PolicyNumber::Parse(value);
    valid = number.has_value();
    operand.number = number.value_or(PolicyNumber());
  } else if (type == OperandType::kDate) {
    const std::optional<int64_t> micros = ParsePolicyDate(value);
    valid = micros.has_value();
    operand.date_micros = micros.value_or(0);
  } else if (type == OperandType::kIpAddress) {
    const std::optional<IpNetwork> network = IpNetwork::Parse(value);
    valid = network.has_value();
    operand.network = network.value_or(IpNetwork());
  } else if (type == OperandType::kBoolean || type == OperandType::kNull) {
    valid = operand.text.has_variables() || IsBoolean(value);
  } else if (type == OperandType::kBinary) {
    valid = IsCanonicalBase64(value);
  }
  if (!valid) {
    return base::ValidationError("the value \"" + value + "\" does not fit its condition operator");
  }
  return operand;
}

base::Result<PolicyCondition> PolicyCondition::Parse(std::string_view operator_name,
                                                     std::string_view key,
                                                     const std::vector<std::string>& values,
                                                     bool variables) {
  PolicyCondition condition;
  STATOR_ASSIGN_OR_RETURN(condition.operator_, ParseConditionOperator(operator_name));
  STATOR_ASSIGN_OR_RETURN(condition.key_, ParsePolicyKey(key));
  for (const std::string& value : values) {
    STATOR_ASSIGN_OR_RETURN(Operand operand, condition.ParseOperand(value, variables));
    condition.operands_.push_back(std::move(operand));
  }
  if (condition.operator_.type == OperandType::kNull && values.size() != 1) {
    return base::ValidationError("the condition operator Null takes one value");
  }
  condition.description_ = Describe(operator_name, key, values);
  return condition;
}

Verdict PolicyCondition::FitsOperand(const std::string& value, const Operand& operand,
                                     const PolicyContext& context) const {
  switch (operator_.type) {
    case OperandType::kString:
    case OperandType::kPattern:
      return ToVerdict(operand.text.Matches(value, context));
    case OperandType::kStringIgnoringCase:
    case OperandType::kBoolean: {
      const std::optional<std::string> text = operand.text.Resolve(context);
      return ToVerdict(text && ToLower(*text) == ToLower(value));
    }
    case OperandType::kArn: {
      const std::optional<std::string> pattern = operand.text.Resolve(context);
      return ToVerdict(pattern && MatchesArn(*pattern, value));
    }
    case OperandType::kNumber: {
      const std::optional<PolicyNumber> number = PolicyNumber::Parse(value);
      return number ? ToVerdict(Compare(operator_.comparison, *number, operand.number))
                    : Verdict::kUnknown;
    }
    case OperandType::kDate: {
      const std::optional<int64_t> micros = ParsePolicyDate(value);
      return micros ? ToVerdict(Compare(operator_.comparison, *micros, operand.date_micros))
                    : Verdict::kUnknown;
    }
    case OperandType::kIpAddress: {
      const std::optional<IpNetwork> address = IpNetwork::Parse(value);
      return address ? ToVerdict(operand.network.Contains(*address)) : Verdict::kUnknown;
    }
    case OperandType::kBinary:
      return ToVerdict(operand.text.source() == value);
    case OperandType::kNull:
      break;  // asks for presence only
  }
  return Verdict::kUnknown;
}

Verdict PolicyCondition::Fits(const std::string& value, const PolicyContext& context) const {
  Verdict any = Verdict::kNo;
  for (const Operand& operand : operands_) {
    const Verdict one = FitsOperand(value, operand, context);
    if (one == Verdict::kYes) {
      any = one;
      break;
    }
    any = one == Verdict::kUnknown ? one : any;
  }
  return operator_.negated ? Negate(any) : any;
}

Verdict PolicyCondition::HoldsForAbsent() const {
  if (operator_.if_exists || operator_.qualifier == Qualifier::kForAllValues) {
    return Verdict::kYes;
  }
  return ToVerdict(operator_.negated && operator_.qualifier == Qualifier::kNone);
}

Verdict PolicyCondition::Holds(const PolicyContext& context, bool denies) const {
  if (key_.id == PolicyKeyId::kForeign) {
    return Verdict::kUnknown;
  }
  const PolicyValues* values = context.Find(key_);
  const bool absent = values == nullptr || (values->values.empty() && !values->any);
  if (operator_.type == OperandType::kNull) {
    return ToVerdict(absent == (ToLower(operands_.front().text.source()) == "true"));
  }
  if (absent) {
    return HoldsForAbsent();
  }
  if (values->any) {
    return Verdict::kUnknown;
  }
  const bool all = operator_.qualifier == Qualifier::kForAllValues ||
                   (operator_.qualifier == Qualifier::kNone && !denies);
  // All of them: the first that does not decides. Any of them: the first that does.
  const Verdict deciding = all ? Verdict::kNo : Verdict::kYes;
  Verdict result = Negate(deciding);
  for (const std::string& value : values->values) {
    const Verdict one = Fits(value, context);
    if (one == deciding) {
      return one;
    }
    result = one == Verdict::kUnknown ? one : result;
  }
  return result;
}

}  // namespace stator::auth
