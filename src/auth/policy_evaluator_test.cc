#include "auth/policy_evaluator.h"

#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "auth/policy_cache.h"

namespace stator::auth {
namespace {

constexpr std::string_view kTable = "arn:aws:dynamodb:us-east-1:000000000000:table/t";
constexpr std::string_view kAllowAll =
    R"({"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}})";
constexpr std::string_view kDenyAll =
    R"({"Statement":{"Effect":"Deny","Action":"*","Resource":"*"}})";

SharedPolicy Read(std::string_view document) {
  return std::make_shared<const Policy>(*ParsePolicy(document, PolicyKind::kIdentity));
}

std::string MessageOf(const PolicySet& set) {
  const PrincipalNames names =
      NamesOfPrincipal("000000000000", "arn:aws:iam::000000000000:user/alice");
  const PolicyContext context;
  const PolicyRequest request{.principal = names,
                              .action = "dynamodb:PutItem",
                              .resource = kTable,
                              .resource_account = "000000000000",
                              .context = context};
  const PolicyDecision decision = EvaluatePolicies(set, request);
  return decision.allowed() ? "" : DenialMessage(request, decision);
}

TEST(DenialMessage, SaysWhatTheServiceSays) {
  const std::string start =
      "User: arn:aws:iam::000000000000:user/alice is not authorized to perform: dynamodb:PutItem "
      "on resource: arn:aws:dynamodb:us-east-1:000000000000:table/t ";
  const SharedPolicy all = Read(kAllowAll);
  const SharedPolicy none = Read(kDenyAll);
  const SharedPolicy other =
      Read(R"({"Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}})");
  EXPECT_EQ(MessageOf({.identity = {all}}), "");
  EXPECT_EQ(MessageOf({}),
            start + "because no identity-based policy allows the dynamodb:PutItem action");
  EXPECT_EQ(MessageOf({.identity = {all, none}}),
            start + "with an explicit deny in an identity-based policy");
  EXPECT_EQ(MessageOf({.identity = {all, nullptr}}),
            start + "with an explicit deny in an identity-based policy");
  EXPECT_EQ(MessageOf({.identity = {all}, .boundary = none}),
            start + "with an explicit deny in a permissions boundary");
  EXPECT_EQ(MessageOf({.identity = {all}, .boundary = other}),
            start + "because no permissions boundary allows the dynamodb:PutItem action");
  EXPECT_EQ(MessageOf({.identity = {all}, .session = {other}}),
            start + "because no session policy allows the dynamodb:PutItem action");
  EXPECT_EQ(MessageOf({.identity = {all}, .session = {all, none}}),
            start + "with an explicit deny in a session policy");
  EXPECT_EQ(MessageOf({.identity = {all}, .resource = none}),
            start + "with an explicit deny in a resource-based policy");
}

TEST(NamesOfPrincipal, TakesArnsApart) {
  const PrincipalNames session =
      NamesOfPrincipal("000000000000", "arn:aws:sts::000000000000:assumed-role/app/s/1");
  EXPECT_EQ(session.type, "AssumedRole");
  EXPECT_EQ(session.principal_arn(), "arn:aws:iam::000000000000:role/app/s");
  const PrincipalNames root = NamesOfPrincipal("000000000000", "arn:aws:iam::000000000000:root");
  EXPECT_EQ(root.type, "Account");
  EXPECT_EQ(root.principal_arn(), "arn:aws:iam::000000000000:root");
  EXPECT_EQ(NamesOfPrincipal("000000000000", "arn:aws:iam::000000000000:user/a").type, "User");
}

TEST(PolicyCache, KeepsWhatItHasParsed) {
  PolicyCache cache(1 << 20);
  const SharedPolicy first = cache.Get(kAllowAll, PolicyKind::kIdentity);
  ASSERT_NE(first, nullptr);
  EXPECT_EQ(cache.Get(kAllowAll, PolicyKind::kIdentity), first);
  // The same text is no policy of a resource.
  EXPECT_EQ(cache.Get(kAllowAll, PolicyKind::kResource), nullptr);
  EXPECT_EQ(cache.Get("{", PolicyKind::kIdentity), nullptr);
  EXPECT_EQ(cache.Get("{", PolicyKind::kIdentity), nullptr);
}

TEST(PolicyCache, StartsAnewWhenFull) {
  PolicyCache cache(1900);
  const SharedPolicy first = cache.Get(kAllowAll, PolicyKind::kIdentity);
  const SharedPolicy second = cache.Get(kDenyAll, PolicyKind::kIdentity);
  EXPECT_EQ(cache.Get(kDenyAll, PolicyKind::kIdentity), second);
  EXPECT_NE(cache.Get(kAllowAll, PolicyKind::kIdentity), first);
  PolicyCache nothing_fits(10);
  EXPECT_NE(nothing_fits.Get(kAllowAll, PolicyKind::kIdentity), nullptr);
}

}  // namespace
}  // namespace stator::auth
