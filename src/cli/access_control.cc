#include "cli/access_control.h"

#include <utility>

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "auth/key_file.h"
#include "auth/sealed_box.h"
#include "iam/admin_operations.h"

namespace stator::cli {

namespace {

std::string KeyFilePath(const ServeOptions& options) {
  if (!options.auth_key_file.empty() || options.store.in_memory) {
    return options.auth_key_file;
  }
  return options.store.data_dir + "/auth.key";
}

// Empty when a store that keeps nothing has no place for it.
std::string AdminSocketPath(const ServeOptions& options) {
  if (!options.admin_socket.empty() || options.store.in_memory) {
    return options.admin_socket;
  }
  return DefaultAdminSocket(options.store.data_dir);
}

base::Result<auth::Digest> OpenKeyFile(const ServeOptions& options, storage::Store& store) {
  const std::string path = KeyFilePath(options);
  if (path.empty()) {  // what is not kept needs no key that is
    return auth::DeriveKey(auth::Digest{}, auth::RandomBytes(sizeof(auth::Digest)));
  }
  base::Result<auth::Digest> key = auth::ReadKeyFile(path);
  if (key.ok() || key.error().code != base::ErrorCode::kResourceNotFound) {
    return key;
  }
  STATOR_ASSIGN_OR_RETURN(const bool has_identities, iam::IdentityStore::HasIdentities(store));
  if (has_identities) {
    return base::Error{base::ErrorCode::kIo,
                       path + " is missing, and the stored access keys were encrypted with it"};
  }
  return auth::CreateKeyFile(path);
}

// One line of JSON for each event, whatever the log level.
api::AuditLog MakeAuditLog(const base::Clock& clock) {
  auto logger =
      std::make_shared<spdlog::logger>("audit", std::make_shared<spdlog::sinks::stderr_sink_mt>());
  logger->set_pattern("%v");
  return [logger = std::move(logger), &clock](const api::AuditEvent& event) {
    logger->info("{}", api::AuditLine(event, clock.NowMicros()));
  };
}

}  // namespace

std::string DefaultAdminSocket(const std::string& data_dir) { return data_dir + "/admin.sock"; }

base::Result<std::unique_ptr<AccessControl>> AccessControl::Open(const ServeOptions& options,
                                                                 storage::Store& store,
                                                                 const engine::Catalog& catalog,
                                                                 const base::Clock& clock) {
  STATOR_ASSIGN_OR_RETURN(const auth::Digest key, OpenKeyFile(options, store));
  std::unique_ptr<AccessControl> access(new AccessControl(options, store, catalog, key, clock));
  STATOR_RETURN_IF_ERROR(access->identities_.Load());
  const std::string& account = options.engine.identity.account;
  if (!access->identities_.Get()->accounts.contains(account)) {
    STATOR_RETURN_IF_ERROR(access->CreateAccount(account));
  }
  return access;
}

AccessControl::AccessControl(const ServeOptions& options, storage::Store& store,
                             const engine::Catalog& catalog, const auth::Digest& key,
                             const base::Clock& clock)
    : clock_(clock),
      admin_socket_(AdminSocketPath(options)),
      identities_(store, key, clock),
      authenticator_(identities_, options.engine.identity.region),
      audit_log_(MakeAuditLog(clock)),
      auditor_(audit_log_, options.audit_tables),
      authorizer_(catalog, clock),
      token_service_(
          identities_,
          [this](const api::Request& request, const iam::Principal& role,
                 const std::optional<std::string>& external_id) {
            return authorizer_.CheckAssumeRole(request, role.Arn(), role.trust_policy, external_id);
          },
          audit_log_),
      admin_api_(identities_, options.engine.identity.account, audit_log_) {}

AccessControl::~AccessControl() { Stop(); }

base::Result<void> AccessControl::CreateAccount(const std::string& account) {
  const iam::AccessKey key = iam::NewRootKey(account, clock_.NowMicros());
  STATOR_RETURN_IF_ERROR(identities_.Update([&](iam::IdentityDraft& draft) -> base::Result<void> {
    draft.Put(iam::Account{.id = account, .created_micros = key.created_micros});
    draft.Put(key);
    return {};
  }));
  new_key_ = key;
  return {};
}

void AccessControl::Configure(server::HttpServerOptions& http) {
  http.credentials = server::Credentials::kVerified;
  http.authenticator = &authenticator_;
  http.form_handler = [this](const api::Request& request) {
    return token_service_.Handle(request);
  };
  http.on_answer = [this](const api::Request& request, const api::Response& response,
                          std::string_view access_key_id) {
    auditor_.Observe(request, response, access_key_id);
  };
}

base::Result<void> AccessControl::Start() {
  if (admin_socket_.empty()) {
    return {};
  }
  server::HttpServerOptions http;
  http.host = "unix:" + admin_socket_;
  http.blocking_threads = 1;
  http.targets = iam::AdminApi::Targets();
  http.credentials = server::Credentials::kNone;
  admin_server_ = std::make_unique<server::HttpServer>(
      std::move(http),
      [this](const api::Request& request, const api::ResponseSink& sink) {
        admin_api_.Handle(request, sink);
      },
      clock_);
  return admin_server_->Start();
}

void AccessControl::Stop() {
  if (admin_server_ != nullptr) {
    admin_server_->Stop();
  }
}

}  // namespace stator::cli
