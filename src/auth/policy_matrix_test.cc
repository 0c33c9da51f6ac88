// The policy matrix, policy_matrix.json: conditions that hold, that do not, and that cannot be
// judged, each both in an allowance and in a refusal; decisions over all types of policies; and
// documents that are refused.
#include <cstdlib>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>
#include <simdjson.h>

#include "auth/policy.h"
#include "auth/policy_evaluator.h"

namespace stator::auth {
namespace {

using simdjson::dom::element;

constexpr std::string_view kAlice = "arn:aws:iam::000000000000:user/alice";
constexpr std::string_view kTable = "arn:aws:dynamodb:us-east-1:000000000000:table/t";

std::string_view Text(const element& json) { return json.get_string().value(); }

element Member(const element& json, std::string_view name) { return json[name].value(); }

simdjson::dom::array List(const element& json) { return json.get_array().value(); }

bool Has(const element& json, std::string_view name) {
  return json[name].error() == simdjson::SUCCESS;
}

// A context from {"aws:username": "alice", "dynamodb:Attributes": ["a"] or {"any": true}}.
PolicyContext MakeContext(const element& json) {
  PolicyContext context;
  const simdjson::dom::object members = json.get_object().value();
  for (const auto& [name, value] : members) {
    PolicyValues values;
    if (value.is_string()) {
      values.values.emplace_back(Text(value));
    } else if (value.is_array()) {
      for (const element one : List(value)) {
        values.values.emplace_back(Text(one));
      }
    } else {
      values.any = true;
    }
    context.Set(*ParsePolicyKey(name), std::move(values));
  }
  return context;
}

// Null when it cannot be read, as the cache has it.
SharedPolicy Read(std::string_view document, PolicyKind kind) {
  base::Result<Policy> policy = ParsePolicy(document, kind);
  return policy.ok() ? std::make_shared<const Policy>(*std::move(policy)) : nullptr;
}

std::string_view AccountOf(std::string_view arn, std::string_view otherwise) {
  for (int i = 0; i < 4 && arn != "*"; ++i) {
    arn.remove_prefix(arn.find(':') + 1);
  }
  return arn == "*" ? otherwise : arn.substr(0, arn.find(':'));
}

PolicyDecision Decide(const PolicySet& policies, std::string_view principal,
                      std::string_view action, std::string_view resource,
                      const PolicyContext& context) {
  const PrincipalNames names = NamesOfPrincipal("000000000000", principal);
  return EvaluatePolicies(policies, {.principal = names,
                                     .action = action,
                                     .resource = resource,
                                     .resource_account = AccountOf(resource, names.account),
                                     .context = context});
}

std::string ToText(const PolicyDecision& decision) {
  const std::map<PolicyType, std::string> types{{PolicyType::kIdentity, "identity"},
                                                {PolicyType::kBoundary, "boundary"},
                                                {PolicyType::kSession, "session"},
                                                {PolicyType::kResource, "resource"}};
  const std::map<PolicyDecision::Kind, std::string> kinds{
      {PolicyDecision::Kind::kDenied, "denied by "},
      {PolicyDecision::Kind::kNotAllowed, "not allowed by "},
      {PolicyDecision::Kind::kUnreadable, "unreadable "}};
  return decision.allowed() ? "allowed" : kinds.at(decision.kind) + types.at(decision.type);
}

class PolicyMatrixTest : public testing::Test {
 protected:
  PolicyMatrixTest() : matrix_(parser_.load(STATOR_POLICY_MATRIX).value()) {}

  simdjson::dom::parser parser_;
  element matrix_;
};

// Whether a request with that context is allowed, by an allowance with the condition, and by an
// unconditional one beside a refusal with it.
struct Outcomes {
  bool allows = false;
  bool denies = false;
  friend bool operator==(const Outcomes&, const Outcomes&) = default;
};

Outcomes TryCondition(const std::string& condition, const PolicyContext& context) {
  const std::string start = R"({"Version":"2012-10-17","Statement":[)";
  const std::string any = R"("Action":"*","Resource":"*")";
  const PolicySet allowance{.identity = {Read(start + R"({"Effect":"Allow",)" + any +
                                                  R"(,"Condition":)" + condition + "}]}",
                                              PolicyKind::kIdentity)}};
  const PolicySet refusal{
      .identity = {Read(start + R"({"Effect":"Allow",)" + any + R"(},{"Effect":"Deny",)" + any +
                            R"(,"Condition":)" + condition + "}]}",
                        PolicyKind::kIdentity)}};
  return {.allows = Decide(allowance, kAlice, "dynamodb:GetItem", kTable, context).allowed(),
          .denies = !Decide(refusal, kAlice, "dynamodb:GetItem", kTable, context).allowed()};
}

TEST_F(PolicyMatrixTest, Conditions) {
  const std::vector<std::pair<std::string_view, Outcomes>> expected{
      {"holds", {.allows = true, .denies = true}},
      {"fails", {.allows = false, .denies = false}},
      {"unknown", {.allows = false, .denies = true}}};
  size_t cases = 0;
  for (const element group : List(Member(matrix_, "conditions"))) {
    const std::string condition = simdjson::minify(Member(group, "condition"));
    for (const auto& [name, outcomes] : expected) {
      for (const element context : List(Member(group, name))) {
        ++cases;
        const Outcomes seen = TryCondition(condition, MakeContext(context));
        EXPECT_TRUE(seen == outcomes)
            << condition << " with " << simdjson::minify(context) << " should be: " << name
            << "; allows: " << seen.allows << ", denies: " << seen.denies;
      }
    }
  }
  EXPECT_GE(cases, 400u);
}

PolicySet MakeSet(const element& group) {
  PolicySet set;
  const auto read = [](const element& json, PolicyKind kind) {
    return Read(simdjson::minify(json), kind);
  };
  set.administrator = Has(group, "administrator");
  for (const std::string_view name : {"identity", "session"}) {
    if (!Has(group, name)) {
      continue;
    }
    for (const element policy : List(Member(group, name))) {
      (name == "identity" ? set.identity : set.session)
          .push_back(read(policy, PolicyKind::kIdentity));
    }
  }
  if (Has(group, "boundary")) {
    set.boundary = read(Member(group, "boundary"), PolicyKind::kIdentity);
  }
  if (Has(group, "resource")) {
    set.resource = read(Member(group, "resource"), PolicyKind::kResource);
  }
  return set;
}

TEST_F(PolicyMatrixTest, Decisions) {
  size_t cases = 0;
  for (const element group : List(Member(matrix_, "decisions"))) {
    const PolicySet set = MakeSet(group);
    const std::string_view principal =
        Has(group, "principal") ? Text(Member(group, "principal")) : kAlice;
    for (const element one : List(Member(group, "cases"))) {
      ++cases;
      const PolicyContext context =
          one.at(3).error() == simdjson::SUCCESS ? MakeContext(one.at(3).value()) : PolicyContext();
      const PolicyDecision decision =
          Decide(set, principal, Text(one.at(0).value()), Text(one.at(1).value()), context);
      EXPECT_EQ(ToText(decision), Text(one.at(2).value()))
          << Text(Member(group, "name")) << ": " << simdjson::minify(one);
    }
  }
  EXPECT_GE(cases, 150u);
}

TEST_F(PolicyMatrixTest, RefusedDocuments) {
  size_t cases = 0;
  for (const element one : List(Member(matrix_, "refused"))) {
    ++cases;
    const PolicyKind kind =
        Text(Member(one, "kind")) == "resource" ? PolicyKind::kResource : PolicyKind::kIdentity;
    const base::Result<void> valid = ValidatePolicy(Text(Member(one, "document")), kind);
    ASSERT_FALSE(valid.ok()) << Text(Member(one, "document"));
    EXPECT_EQ(valid.error().code, base::ErrorCode::kValidation);
    EXPECT_NE(valid.error().message.find(Text(Member(one, "message"))), std::string::npos)
        << Text(Member(one, "document")) << ": " << valid.error().message;
  }
  EXPECT_GE(cases, 70u);
}

TEST(PolicyDocument, LongOrDeepOnesAreRefused) {
  const std::string small = R"({"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}})";
  EXPECT_TRUE(ValidatePolicy(small, PolicyKind::kIdentity).ok());
  const auto padded = [&small](size_t size) {
    return small + std::string(size - small.size(), ' ');
  };
  EXPECT_TRUE(ValidatePolicy(padded(kIdentityPolicyBytes), PolicyKind::kIdentity).ok());
  EXPECT_EQ(ValidatePolicy(padded(kIdentityPolicyBytes + 1), PolicyKind::kIdentity).error().message,
            "the policy has 6145 bytes, 6144 are allowed");
  EXPECT_EQ(ValidatePolicy(padded(kResourcePolicyBytes + 1), PolicyKind::kResource).error().message,
            "the policy has 20481 bytes, 20480 are allowed");
  EXPECT_FALSE(ParsePolicy(std::string(200'000, '['), PolicyKind::kIdentity).ok());
  std::string nested;
  for (int i = 0; i < 100'000; ++i) {
    nested += R"({"Statement":)";
  }
  EXPECT_FALSE(ParsePolicy(nested, PolicyKind::kIdentity).ok());
}

}  // namespace
}  // namespace stator::auth
