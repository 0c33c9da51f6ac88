#include "api/access.h"

#include <utility>

#include "auth/policy_value.h"

namespace stator::api {
namespace {

using auth::PolicyKeyId;

constexpr int64_t kMicrosPerSecond = 1'000'000;
constexpr std::string_view kStream = "/stream/";

// The part of an ARN behind that many colons.
std::string_view PartOfArn(std::string_view arn, int colons) {
  for (int i = 0; i < colons; ++i) {
    const size_t colon = arn.find(':');
    if (colon == std::string_view::npos) {
      return {};
    }
    arn.remove_prefix(colon + 1);
  }
  return arn.substr(0, arn.find(':'));
}

// `arn:...:table/NAME` of anything that belongs to a table.
std::string_view TableArnIn(std::string_view arn) {
  const size_t name_at = arn.find('/');
  return arn.substr(0, name_at == std::string_view::npos ? name_at : arn.find('/', name_at + 1));
}

}  // namespace

std::string_view AccountOfArn(std::string_view arn) { return PartOfArn(arn, 4); }

AccessList::AccessList(const engine::Catalog& catalog, const Request& request, int64_t now_micros)
    : catalog_(catalog),
      principal_(auth::NamesOfPrincipal(request.caller->account, request.caller->arn)) {
  DescribeCall(request, now_micros);
}

void AccessList::DescribeCall(const Request& request, int64_t now_micros) {
  const Caller& caller = *request.caller;
  call_.Set(PolicyKeyId::kPrincipalArn, principal_.principal_arn());
  call_.Set(PolicyKeyId::kPrincipalAccount, principal_.account);
  call_.Set(PolicyKeyId::kPrincipalType, std::string(principal_.type));
  call_.Set(PolicyKeyId::kPrincipalIsAwsService, "false");
  call_.Set(PolicyKeyId::kViaAwsService, "false");
  call_.Set(PolicyKeyId::kSecureTransport, request.secure_transport ? "true" : "false");
  call_.Set(PolicyKeyId::kRequestedRegion, catalog_.identity().region);
  call_.Set(PolicyKeyId::kCurrentTime, auth::FormatPolicyDate(now_micros));
  call_.Set(PolicyKeyId::kEpochTime, std::to_string(now_micros / kMicrosPerSecond));
  if (!request.source_address.empty()) {
    call_.Set(PolicyKeyId::kSourceIp, request.source_address);
  }
  if (!caller.user_id.empty()) {
    call_.Set(PolicyKeyId::kUserId, caller.user_id);
  }
  if (!caller.user_name.empty()) {
    call_.Set(PolicyKeyId::kUsername, caller.user_name);
  }
  for (const auto& [key, value] : caller.tags) {
    call_.Set({.id = PolicyKeyId::kPrincipalTag, .tag = auth::ToLower(key)}, {.values = {value}});
  }
}

Access& AccessList::Add(std::string_view action, std::string resource,
                        std::string_view table_name_or_arn) {
  accesses_.push_back({.action = "dynamodb:" + std::string(action),
                       .resource = std::move(resource),
                       .context = auth::PolicyContext(&call_)});
  Access& access = accesses_.back();
  const std::string_view account = AccountOfArn(access.resource);
  access.context.Set(PolicyKeyId::kResourceAccount,
                     std::string(account.empty() ? principal_.account : account));
  if (table_name_or_arn.empty()) {
    return access;
  }
  access.table = FindTable(table_name_or_arn);
  if (access.table != nullptr) {
    for (const auto& [key, value] : access.table->tags) {
      access.context.Set({.id = PolicyKeyId::kResourceTag, .tag = auth::ToLower(key)},
                         {.values = {value}});
    }
  }
  return access;
}

std::shared_ptr<const engine::Table> AccessList::FindTable(std::string_view name_or_arn) const {
  base::Result<engine::Catalog::Snapshot> found = catalog_.Find(name_or_arn);
  return found.ok() ? std::move(found->table) : nullptr;
}

Access& AccessList::AddTable(std::string_view action, std::string_view name_or_arn) {
  return Add(
      action,
      name_or_arn.starts_with("arn:") ? std::string(name_or_arn) : catalog_.TableArn(name_or_arn),
      name_or_arn);
}

Access& AccessList::AddIndex(std::string_view action, std::string_view name_or_arn,
                             std::string_view index) {
  Access& access = AddTable(action, name_or_arn);
  access.resource += "/index/" + std::string(index);
  return access;
}

Access& AccessList::AddArn(std::string_view action, std::string arn) {
  const std::string table(TableArnIn(arn));
  Access& access = Add(action, std::move(arn), table);
  access.about_stream = access.resource.find(kStream) != std::string::npos;
  return access;
}

Access& AccessList::AddGlobalTable(std::string_view action, std::string_view name) {
  return Add(
      action,
      "arn:aws:dynamodb::" + catalog_.identity().account + ":global-table/" + std::string(name),
      {});
}

Access& AccessList::AddAllTables(std::string_view action) {
  return Add(action, catalog_.TableArn(engine::QualifiedTableName(principal_.account, "*")), {});
}

Access& AccessList::AddAccount(std::string_view action) { return Add(action, "*", {}); }

}  // namespace stator::api
