#pragma once

#include <memory>
#include <optional>
#include <string>

#include "api/audit.h"
#include "api/authorizer.h"
#include "base/clock.h"
#include "base/result.h"
#include "cli/serve_options.h"
#include "engine/catalog.h"
#include "iam/admin_api.h"
#include "iam/authenticator.h"
#include "iam/identity_store.h"
#include "iam/sts.h"
#include "server/http_server.h"
#include "storage/store.h"

namespace stator::cli {

// All that --auth turns on: identities, who may sign, the administrative API and the audit. For the
// thread that serves; what it hands out may be used by all.
class AccessControl {
 public:
  // Opens the identities of the store; makes the key file, the account and a key of its root when
  // they are not there yet. The arguments outlive the object. Fails with a text for people.
  static base::Result<std::unique_ptr<AccessControl>> Open(const ServeOptions& options,
                                                           storage::Store& store,
                                                           const engine::Catalog& catalog,
                                                           const base::Clock& clock);
  ~AccessControl();
  AccessControl(const AccessControl&) = delete;
  AccessControl& operator=(const AccessControl&) = delete;

  // Makes a server verify, answer STS, and audit. This must outlive the server.
  void Configure(server::HttpServerOptions& http);

  // Serves the administrative API, unless there is no socket for it.
  base::Result<void> Start();
  // Idempotent.
  void Stop();

  // The root's key, when this start has made it.
  const std::optional<iam::AccessKey>& new_key() const { return new_key_; }
  // Empty when there is none.
  const std::string& admin_socket() const { return admin_socket_; }

 private:
  AccessControl(const ServeOptions& options, storage::Store& store, const engine::Catalog& catalog,
                const auth::Digest& key, const base::Clock& clock);

  base::Result<void> CreateAccount(const std::string& account);

  const base::Clock& clock_;
  const std::string admin_socket_;
  iam::IdentityStore identities_;
  iam::Authenticator authenticator_;
  const api::AuditLog audit_log_;
  const api::Auditor auditor_;
  const api::Authorizer authorizer_;  // of STS; the dispatcher has its own
  const iam::TokenService token_service_;
  const iam::AdminApi admin_api_;
  std::optional<iam::AccessKey> new_key_;
  std::unique_ptr<server::HttpServer> admin_server_;  // last: it uses the members above
};

// Where the administrative API of a data directory listens, unless told otherwise.
std::string DefaultAdminSocket(const std::string& data_dir);

}  // namespace stator::cli
