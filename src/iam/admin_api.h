#pragma once

#include <string>
#include <vector>

#include "api/audit.h"
#include "api/call.h"
#include "iam/identity_store.h"

namespace stator::iam {

// The API that manages identities: JSON over HTTP as DynamoDB's, with the X-Amz-Target
// `StatorIam.CreateUser` and so on. Whoever reaches it may do everything, so that it must not
// listen where others are. All threads may call it.
class AdminApi {
 public:
  // `default_account` is the one of calls that name none. Everything outlives the API.
  AdminApi(IdentityStore& store, std::string default_account, api::AuditLog audit);

  // Answers a call. Asks to be called again when it would wait and must not.
  void Handle(const api::Request& request, const api::ResponseSink& sink) const;

  // The X-Amz-Target of every operation.
  static std::vector<std::string> Targets();

 private:
  api::Response Run(const api::Request& request) const;

  IdentityStore& store_;
  const std::string default_account_;
  const api::AuditLog audit_;
};

}  // namespace stator::iam
