#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "auth/policy_context.h"
#include "auth/policy_text.h"
#include "auth/policy_value.h"
#include "base/result.h"

namespace stator::auth {

// Whether a condition holds. kUnknown, because it cannot be judged, keeps an allowance from
// applying and lets a refusal apply.
enum class Verdict : uint8_t { kNo, kYes, kUnknown };

// What an operator compares values as.
enum class OperandType : uint8_t {
  kString,
  kStringIgnoringCase,
  kPattern,
  kNumber,
  kDate,
  kBoolean,
  kBinary,
  kIpAddress,
  kArn,
  kNull,
};

// How it compares them.
enum class Comparison : uint8_t { kEqual, kLess, kLessOrEqual, kGreater, kGreaterOrEqual };

// A condition operator such as `ForAnyValue:StringNotLikeIfExists`, in its parts.
struct ConditionOperator {
  enum class Qualifier : uint8_t { kNone, kForAllValues, kForAnyValue };

  OperandType type = OperandType::kString;
  Comparison comparison = Comparison::kEqual;
  bool negated = false;  // holds when none of the values fits
  bool if_exists = false;
  Qualifier qualifier = Qualifier::kNone;
};

// Reads the name of an operator; fails with ValidationException when there is none of that name.
base::Result<ConditionOperator> ParseConditionOperator(std::string_view name);

// One condition of a statement: an operator, a key, and the values of which one has to fit.
// Immutable.
class PolicyCondition {
 public:
  // Fails with ValidationException when the key is not known or a value does not fit the operator.
  // `variables` says whether the policy's version has them.
  static base::Result<PolicyCondition> Parse(std::string_view operator_name, std::string_view key,
                                             const std::vector<std::string>& values,
                                             bool variables);

  // Whether it holds for a request. `denies`: the condition belongs to a refusal, so that of
  // several values of the request one is enough where no qualifier says otherwise.
  Verdict Holds(const PolicyContext& context, bool denies) const;

  // For people: `StringEquals dynamodb:LeadingKeys ["alice"]`.
  const std::string& description() const { return description_; }

 private:
  // A value, read as the operator's type.
  struct Operand {
    PolicyText text;
    PolicyNumber number;
    int64_t date_micros = 0;
    IpNetwork network;
  };

  base::Result<Operand> ParseOperand(const std::string& value, bool variables) const;
  // Whether a value of the request fits any of the condition's, or with a negated operator none.
  Verdict Fits(const std::string& value, const PolicyContext& context) const;
  Verdict FitsOperand(const std::string& value, const Operand& operand,
                      const PolicyContext& context) const;
  Verdict HoldsForAbsent() const;

  ConditionOperator operator_;
  PolicyKey key_;
  std::vector<Operand> operands_;
  std::string description_;
};

}  // namespace stator::auth
