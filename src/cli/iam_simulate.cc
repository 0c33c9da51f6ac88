#include "cli/iam_simulate.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <utility>

#include "api/access.h"
#include "auth/policy_evaluator.h"
#include "auth/policy_value.h"

namespace stator::cli {
namespace {

using auth::PolicyDecision;
using auth::PolicyKeyId;
using auth::PolicyKind;
using auth::PolicyType;

constexpr int64_t kMicrosPerSecond = 1'000'000;
constexpr std::string_view kUser = ":user/";

base::Error Invalid(std::string message) { return base::ValidationError(std::move(message)); }

// The policies with the files that they come from.
struct Documents {
  auth::PolicySet set;
  std::vector<std::string> problems;  // why a policy is not understood
};

base::Result<auth::SharedPolicy> ReadPolicy(const std::string& file, PolicyKind kind,
                                            std::vector<std::string>& problems) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream || std::filesystem::is_directory(file)) {
    return Invalid("cannot read " + file);
  }
  const std::string document{std::istreambuf_iterator<char>(stream), {}};
  if (const base::Result<void> valid = auth::ValidatePolicy(document, kind); !valid.ok()) {
    problems.push_back(file + ": " + valid.error().message);
    return auth::SharedPolicy();
  }
  STATOR_ASSIGN_OR_RETURN(auth::Policy policy, auth::ParsePolicy(document, kind));
  return auth::SharedPolicy(std::make_shared<const auth::Policy>(std::move(policy)));
}

base::Result<Documents> ReadDocuments(const SimulateOptions& options) {
  Documents documents;
  documents.set.administrator = options.administrator;
  for (const std::string& file : options.policies) {
    STATOR_ASSIGN_OR_RETURN(auth::SharedPolicy policy,
                            ReadPolicy(file, PolicyKind::kIdentity, documents.problems));
    documents.set.identity.push_back(std::move(policy));
  }
  for (const std::string& file : options.session_policies) {
    STATOR_ASSIGN_OR_RETURN(auth::SharedPolicy policy,
                            ReadPolicy(file, PolicyKind::kIdentity, documents.problems));
    documents.set.session.push_back(std::move(policy));
  }
  if (options.boundary) {
    STATOR_ASSIGN_OR_RETURN(
        documents.set.boundary,
        ReadPolicy(*options.boundary, PolicyKind::kIdentity, documents.problems));
  }
  if (options.resource_policy) {
    STATOR_ASSIGN_OR_RETURN(
        documents.set.resource,
        ReadPolicy(*options.resource_policy, PolicyKind::kResource, documents.problems));
  }
  return documents;
}

// What was given; it goes before what the request says by itself.
base::Result<void> AddGivenContext(const SimulateOptions& options, auth::PolicyContext& context) {
  std::vector<std::pair<auth::PolicyKey, auth::PolicyValues>> given;
  for (const std::string& text : options.context) {
    const size_t equals = text.find('=');
    if (equals == std::string::npos) {
      return Invalid("--context takes KEY=VALUE, not " + text);
    }
    STATOR_ASSIGN_OR_RETURN(const auth::PolicyKey key,
                            auth::ParsePolicyKey(text.substr(0, equals)));
    auto same = given.begin();
    while (same != given.end() && !(same->first == key)) {
      ++same;
    }
    if (same == given.end()) {
      same = given.insert(same, {key, {}});
    }
    same->second.values.push_back(text.substr(equals + 1));
  }
  for (auto& [key, values] : given) {
    context.Set(key, std::move(values));
  }
  for (const std::string& name : options.any) {
    STATOR_ASSIGN_OR_RETURN(auth::PolicyKey key, auth::ParsePolicyKey(name));
    context.Set(std::move(key), {.values = {}, .any = true});
  }
  return {};
}

void AddOwnContext(const auth::PrincipalNames& principal, const std::string& account,
                   int64_t now_micros, auth::PolicyContext& context) {
  context.Set(PolicyKeyId::kPrincipalArn, principal.principal_arn());
  context.Set(PolicyKeyId::kPrincipalAccount, principal.account);
  context.Set(PolicyKeyId::kPrincipalType, std::string(principal.type));
  context.Set(PolicyKeyId::kPrincipalIsAwsService, "false");
  context.Set(PolicyKeyId::kViaAwsService, "false");
  context.Set(PolicyKeyId::kResourceAccount, account);
  context.Set(PolicyKeyId::kCurrentTime, auth::FormatPolicyDate(now_micros));
  context.Set(PolicyKeyId::kEpochTime, std::to_string(now_micros / kMicrosPerSecond));
  if (principal.arn.find(kUser) != std::string::npos) {
    context.Set(PolicyKeyId::kUsername, principal.arn.substr(principal.arn.rfind('/') + 1));
  }
}

std::string FileOf(const SimulateOptions& options, PolicyType type, size_t position) {
  switch (type) {
    case PolicyType::kIdentity:
      return options.policies[position];
    case PolicyType::kBoundary:
      return *options.boundary;
    case PolicyType::kSession:
      return options.session_policies[position];
    case PolicyType::kResource:
      return *options.resource_policy;
  }
  return "";
}

std::string StatementName(const auth::PolicyStatement& statement, size_t position) {
  return "statement " + std::to_string(position + 1) +
         (statement.sid.empty() ? "" : " (" + statement.sid + ")");
}

std::string WhyNot(const auth::PolicyStatement& statement, const auth::PolicyRequest& request) {
  const auth::StatementResult result = auth::MatchStatement(statement, request);
  switch (result.match) {
    case auth::StatementMatch::kApplies:
      return "applies";
    case auth::StatementMatch::kPrincipal:
      return "is not about " + request.principal.arn;
    case auth::StatementMatch::kAction:
      return "is not about the action " + std::string(request.action);
    case auth::StatementMatch::kResource:
      return "is not about the resource " + std::string(request.resource);
    case auth::StatementMatch::kCondition:
      return "its condition is not met: " + statement.conditions[result.condition].description();
  }
  return "";
}

// The policies of one type, with their files.
std::vector<std::pair<std::string, auth::SharedPolicy>> PoliciesOf(const SimulateOptions& options,
                                                                   const auth::PolicySet& set,
                                                                   PolicyType type) {
  std::vector<auth::SharedPolicy> policies;
  if (type == PolicyType::kIdentity || type == PolicyType::kSession) {
    policies = type == PolicyType::kIdentity ? set.identity : set.session;
  } else if (const auto& one = type == PolicyType::kBoundary ? set.boundary : set.resource) {
    policies.push_back(*one);
  }
  std::vector<std::pair<std::string, auth::SharedPolicy>> named;
  for (size_t i = 0; i < policies.size(); ++i) {
    named.emplace_back(FileOf(options, type, i), policies[i]);
  }
  return named;
}

// Why none of the policies' allowances applies.
void WriteMisses(const std::vector<std::pair<std::string, auth::SharedPolicy>>& policies,
                 const auth::PolicyRequest& request, std::ostream& out) {
  for (const auto& [file, policy] : policies) {
    for (size_t i = 0; i < policy->statements.size(); ++i) {
      const auth::PolicyStatement& statement = policy->statements[i];
      if (!statement.denies) {
        out << file << ", " << StatementName(statement, i) << ": " << WhyNot(statement, request)
            << "\n";
      }
    }
  }
}

void WriteDecision(const SimulateOptions& options, const Documents& documents,
                   const auth::PolicyRequest& request, const PolicyDecision& decision,
                   std::ostream& out) {
  out << (decision.allowed() ? "allowed" : "denied") << "\n";
  if (decision.statement != nullptr) {
    out << "by " << StatementName(*decision.statement, decision.position) << " of "
        << FileOf(options, decision.type, decision.policy) << ", "
        << (decision.type == PolicyType::kIdentity ? "an " : "a ")
        << auth::PolicyTypeName(decision.type) << "\n";
  } else if (decision.allowed()) {
    out << "because the principal is an administrator, and nothing denies it\n";
  } else if (decision.kind == PolicyDecision::Kind::kUnreadable) {
    out << "because a policy is not understood\n";
  } else {
    out << "because no " << auth::PolicyTypeName(decision.type) << " allows the " << request.action
        << " action\n";
    WriteMisses(PoliciesOf(options, documents.set, decision.type), request, out);
  }
  for (const std::string& problem : documents.problems) {
    out << problem << "\n";
  }
}

}  // namespace

base::Result<bool> SimulatePolicies(const SimulateOptions& options, const base::Clock& clock,
                                    std::ostream& out) {
  STATOR_ASSIGN_OR_RETURN(const Documents documents, ReadDocuments(options));
  const std::string_view principal_account = api::AccountOfArn(options.principal);
  if (principal_account.empty()) {
    return Invalid("--principal is not an ARN with an account: " + options.principal);
  }
  const auth::PrincipalNames principal =
      auth::NamesOfPrincipal(principal_account, options.principal);
  const std::string_view resource_account = api::AccountOfArn(options.resource);
  const std::string account =
      resource_account.empty() ? principal.account : std::string(resource_account);
  auth::PolicyContext context;
  STATOR_RETURN_IF_ERROR(AddGivenContext(options, context));
  AddOwnContext(principal, account, clock.NowMicros(), context);
  const auth::PolicyRequest request{.principal = principal,
                                    .action = options.action,
                                    .resource = options.resource,
                                    .resource_account = account,
                                    .context = context};
  const PolicyDecision decision = auth::EvaluatePolicies(documents.set, request);
  WriteDecision(options, documents, request, decision, out);
  return decision.allowed();
}

}  // namespace stator::cli
