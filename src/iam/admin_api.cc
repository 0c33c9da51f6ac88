#include "iam/admin_api.h"

#include <algorithm>
#include <utility>

#include "api/constraints.h"
#include "api/document.h"
#include "api/error_json.h"
#include "iam/admin_operations.h"

namespace stator::iam {

namespace {

constexpr std::string_view kPrefix = "StatorIam.";

const AdminOperation* FindOperation(std::string_view target) {
  if (!target.starts_with(kPrefix)) {
    return nullptr;
  }
  const auto found =
      std::ranges::find(AdminOperations(), target.substr(kPrefix.size()), &AdminOperation::name);
  return found == AdminOperations().end() ? nullptr : &*found;
}

// Whether the call has what the operation needs and nothing that it would ignore.
base::Result<void> CheckMembers(const AdminOperation& operation, const api::Node& input) {
  for (size_t i = 0; i <= kTagKeys; ++i) {
    const auto member = static_cast<AdminMember>(i);
    const bool required = std::ranges::find(operation.required, member) != operation.required.end();
    const bool known =
        required || std::ranges::find(operation.optional, member) != operation.optional.end();
    if (required && !input.Has(member)) {
      return base::ValidationError(std::string(operation.name) + " needs " +
                                   std::string(MemberName(member)));
    }
    if (!known && input.Has(member)) {
      return base::ValidationError(std::string(operation.name) + " takes no " +
                                   std::string(MemberName(member)));
    }
  }
  return {};
}

base::Result<void> RunOperation(const AdminOperation& operation, const AdminCall& call,
                                std::string& out) {
  STATOR_RETURN_IF_ERROR(api::CheckConstraints(call.input, api::ValidationWording::kFirstOnly));
  STATOR_RETURN_IF_ERROR(CheckMembers(operation, call.input));
  return operation.run(call, out);
}

// Whom or what a call is about: the names that it has. They are no secrets.
std::vector<std::string> ResourcesOf(const api::Node& input) {
  std::vector<std::string> resources;
  for (const AdminMember member :
       {kUserName, kGroupName, kRoleName, kAccessKeyId, kPolicyName, kPolicyArn, kFingerprint}) {
    if (input.Has(member)) {
      resources.emplace_back(input.Text(member));
    }
  }
  return resources;
}

}  // namespace

std::span<const AdminOperation> AdminOperations() {
  static const std::vector<AdminOperation> all = [] {
    std::vector<AdminOperation> list;
    for (const std::span<const AdminOperation> part :
         {operations::Accounts(), operations::Certificates(), operations::Principals(),
          operations::Policies()}) {
      list.insert(list.end(), part.begin(), part.end());
    }
    return list;
  }();
  return all;
}

AdminApi::AdminApi(IdentityStore& store, std::string default_account, api::AuditLog audit)
    : store_(store), default_account_(std::move(default_account)), audit_(std::move(audit)) {}

void AdminApi::Handle(const api::Request& request, const api::ResponseSink& sink) const {
  if (!request.may_block) {
    sink(api::ErrorResponse(base::Error{base::ErrorCode::kWouldBlock, ""}));
    return;
  }
  sink(Run(request));
}

api::Response AdminApi::Run(const api::Request& request) const {
  const AdminOperation* const operation = FindOperation(request.target);
  if (operation == nullptr) {
    return api::ErrorResponse(base::Error{base::ErrorCode::kUnknownOperation, ""});
  }
  api::Document document;
  const base::Result<api::Node*> input = document.Parse(request.body, AdminInput());
  if (!input.ok()) {
    return api::ErrorResponse(input.error());
  }
  api::AuditEvent event{.actor = "operating system",
                        .source_address = request.source_address,
                        .action = "iam:" + std::string(operation->name),
                        .resources = ResourcesOf(**input)};
  const std::string_view account = (*input)->Text(kAccountId);
  const AdminCall call{store_, **input, account.empty() ? default_account_ : std::string(account)};
  event.account = call.account;
  api::Response response;
  const base::Result<void> ran = RunOperation(*operation, call, response.body);
  if (!ran.ok()) {
    response = api::ErrorResponse(ran.error());
  }
  if (audit_) {
    event.outcome = ran.ok() ? "ok" : api::ErrorName(ran.error().code);
    audit_(event);
  }
  return response;
}

std::vector<std::string> AdminApi::Targets() {
  std::vector<std::string> targets;
  for (const AdminOperation& operation : AdminOperations()) {
    targets.push_back(std::string(kPrefix) + std::string(operation.name));
  }
  return targets;
}

}  // namespace stator::iam
