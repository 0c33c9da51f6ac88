#include <gtest/gtest.h>

#include "auth/policy_evaluator.h"

namespace stator::auth {
namespace {

constexpr std::string_view kRole = "arn:aws:iam::000000000000:role/reader";

std::string Trust(const std::string& members) {
  return R"({"Statement":{"Effect":"Allow","Action":"sts:AssumeRole",)" + members + "}}";
}

// Whether a trust policy names the user alice of that account for that action.
bool Names(const std::string& document, const std::string& account, std::string_view action) {
  const base::Result<Policy> policy = ParsePolicy(document, PolicyKind::kTrust);
  EXPECT_TRUE(policy.ok()) << document;
  const PrincipalNames alice = NamesOfPrincipal(account, "arn:aws:iam::" + account + ":user/alice");
  const PolicyContext context;
  const PolicyRequest request{.principal = alice,
                              .action = action,
                              .resource = kRole,
                              .resource_account = "000000000000",
                              .context = context};
  return MatchStatement(policy->statements[0], request).match == StatementMatch::kApplies;
}

TEST(TrustPolicy, NamesWhoMayAssumeTheRole) {
  const std::string document = Trust(R"("Principal":{"AWS":"000000000000"})");
  EXPECT_TRUE(Names(document, "000000000000", "sts:AssumeRole"));
  EXPECT_FALSE(Names(document, "111111111111", "sts:AssumeRole"));
  EXPECT_FALSE(Names(document, "000000000000", "sts:TagSession"));
}

TEST(TrustPolicy, IsAboutItsRoleAlone) {
  EXPECT_TRUE(
      ValidatePolicy(Trust(R"("Principal":{"AWS":"000000000000"})"), PolicyKind::kTrust).ok());
  for (const std::string& document :
       {Trust(R"("Principal":{"AWS":"000000000000"},"Resource":"*")"),
        Trust(R"("Principal":{"AWS":"000000000000"},"NotResource":"*")"), Trust(R"("Sid":"a")")}) {
    EXPECT_FALSE(ValidatePolicy(document, PolicyKind::kTrust).ok()) << document;
  }
  // The other kinds do need a resource.
  EXPECT_FALSE(
      ValidatePolicy(Trust(R"("Principal":{"AWS":"000000000000"})"), PolicyKind::kResource).ok());
  EXPECT_FALSE(ValidatePolicy(Trust(R"("Sid":"a")"), PolicyKind::kIdentity).ok());
}

}  // namespace
}  // namespace stator::auth
