// Any text is a policy or is refused; what is refused never allows, and what a policy denies is not
// allowed by another one.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

#include "auth/policy.h"
#include "auth/policy_evaluator.h"
#include "auth/policy_value.h"

namespace {

namespace auth = stator::auth;

auth::SharedPolicy Read(std::string_view document, auth::PolicyKind kind) {
  auto policy = auth::ParsePolicy(document, kind);
  if (!policy.ok() && auth::ValidatePolicy(document, kind).ok()) {
    std::abort();
  }
  return policy.ok() ? std::make_shared<const auth::Policy>(*std::move(policy)) : nullptr;
}

auth::PolicyContext MakeContext() {
  auth::PolicyContext context;
  context.Set({.id = auth::PolicyKeyId::kLeadingKeys}, {.values = {"alice", "7"}});
  context.Set({.id = auth::PolicyKeyId::kAttributes}, {.values = {"pk"}, .any = true});
  context.Set(auth::PolicyKeyId::kUsername, "alice");
  context.Set(auth::PolicyKeyId::kSourceIp, "10.0.0.1");
  context.Set(auth::PolicyKeyId::kCurrentTime, "2026-11-25T13:00:00Z");
  context.Set(auth::PolicyKeyId::kEpochTime, "1764075600");
  context.Set(auth::PolicyKeyId::kSecureTransport, "true");
  context.Set(auth::PolicyKeyId::kPrincipalArn, "arn:aws:iam::000000000000:user/alice");
  context.Set({.id = auth::PolicyKeyId::kPrincipalTag, .tag = "team"}, {.values = {"*"}});
  return context;
}

bool Allows(const auth::PolicySet& set) {
  static const auth::PolicyContext context = MakeContext();
  static const auth::PrincipalNames alice =
      auth::NamesOfPrincipal("000000000000", "arn:aws:iam::000000000000:user/alice");
  const auth::PolicyRequest request{.principal = alice,
                                    .action = "dynamodb:GetItem",
                                    .resource = "arn:aws:dynamodb:us-east-1:000000000000:table/t",
                                    .resource_account = "000000000000",
                                    .context = context};
  const auth::PolicyDecision decision = auth::EvaluatePolicies(set, request);
  if (!decision.allowed() && auth::DenialMessage(request, decision).empty()) {
    std::abort();
  }
  return decision.allowed();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  static const auth::SharedPolicy all =
      Read(R"({"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}})",
           auth::PolicyKind::kIdentity);
  const auth::SharedPolicy identity = Read(text, auth::PolicyKind::kIdentity);
  const bool alone = Allows({.identity = {identity}});
  const bool beside = Allows({.identity = {all, identity}});
  // An unreadable policy denies, and one that allows by itself denies nothing.
  if ((identity == nullptr && (alone || beside)) || (alone && !beside)) {
    std::abort();
  }
  const auth::SharedPolicy resource = Read(text, auth::PolicyKind::kResource);
  if (Allows({.identity = {all}, .resource = resource}) && resource == nullptr) {
    std::abort();
  }
  (void)Allows({.identity = {all}, .boundary = identity, .session = {identity}});
  if (const auto number = auth::PolicyNumber::Parse(text); number && *number != *number) {
    std::abort();
  }
  (void)auth::ParsePolicyDate(text);
  (void)auth::IpNetwork::Parse(text);
  return 0;
}
