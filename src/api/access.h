#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "api/call.h"
#include "auth/policy_context.h"
#include "auth/policy_principal.h"
#include "engine/catalog.h"
#include "engine/table.h"

namespace stator::api {

// One thing that a call does, as policies see it: an action on a resource, and what conditions can
// ask about it.
struct Access {
  std::string action;                               // dynamodb:GetItem
  std::string resource;                             // an ARN, or `*`
  std::shared_ptr<const engine::Table> table = {};  // which it is about; null when there is none
  bool about_stream = false;                        // and not about the table itself
  auth::PolicyContext context;
};

// Everything that a call does, from its decoded request. Lives as long as one call is checked; what
// an operation describes is all that it may do afterwards.
class AccessList {
 public:
  // REQUIRES: the request has a caller.
  AccessList(const engine::Catalog& catalog, const Request& request, int64_t now_micros);
  ~AccessList() = default;
  AccessList(const AccessList&) = delete;
  AccessList& operator=(const AccessList&) = delete;

  // Each adds an action, by its name without the service's, and returns it to be described
  // further; the reference is valid until the next one is added.
  Access& AddTable(std::string_view action, std::string_view name_or_arn);
  Access& AddIndex(std::string_view action, std::string_view name_or_arn, std::string_view index);
  // By the ARN of a table, or of something that belongs to one: an index, a stream, a backup.
  Access& AddArn(std::string_view action, std::string arn);
  Access& AddGlobalTable(std::string_view action, std::string_view name);
  // On all tables, which is what lists are about.
  Access& AddAllTables(std::string_view action);
  // On nothing in particular.
  Access& AddAccount(std::string_view action);

  // The table of that name or ARN, which says what a request is about; null when there is none.
  std::shared_ptr<const engine::Table> FindTable(std::string_view name_or_arn) const;

  const std::vector<Access>& accesses() const { return accesses_; }
  const auth::PrincipalNames& principal() const { return principal_; }

 private:
  Access& Add(std::string_view action, std::string resource, std::string_view table_name_or_arn);
  void DescribeCall(const Request& request, int64_t now_micros);

  const engine::Catalog& catalog_;
  auth::PrincipalNames principal_;
  auth::PolicyContext call_;  // what is true of all accesses
  std::vector<Access> accesses_;
};

// The account in an ARN, or nothing.
std::string_view AccountOfArn(std::string_view arn);

}  // namespace stator::api
