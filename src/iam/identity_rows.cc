#include "iam/identity_rows.h"

#include <memory>
#include <utility>

#include "iam/identity_codec.h"

namespace stator::iam {
namespace {

// Adds one under its name. Returns the row that it belongs in.
std::string Add(Account account, Identities& identities) {
  const std::string id = account.id;
  identities.accounts.emplace(id, std::make_shared<const Account>(std::move(account)));
  return AccountRow(id);
}
std::string Add(ManagedPolicy policy, Identities& identities) {
  const std::string arn = policy.Arn();
  identities.policies.emplace(arn, std::make_shared<const ManagedPolicy>(std::move(policy)));
  return PolicyRow(arn);
}
std::string Add(AccessKey key, Identities& identities) {
  const std::string id = key.id;
  identities.keys.emplace(id, std::make_shared<const AccessKey>(std::move(key)));
  return KeyRow(id);
}
std::string Add(ClientCertificate certificate, Identities& identities) {
  const std::string fingerprint = certificate.fingerprint;
  identities.certificates.emplace(
      fingerprint, std::make_shared<const ClientCertificate>(std::move(certificate)));
  return CertificateRow(fingerprint);
}
std::string Add(Principal principal, Identities& identities) {
  std::string row = PrincipalRow(principal.kind, principal.account, principal.name);
  identities.principals.emplace(row, std::make_shared<const Principal>(std::move(principal)));
  return row;
}

template <typename T>
base::Result<std::string> AddDecoded(base::Result<T> decoded, Identities& identities) {
  if (!decoded.ok()) {
    return decoded.error();
  }
  return Add(*std::move(decoded), identities);
}

// Looks for what identities name and do not have.
class ReferenceCheck {
 public:
  ReferenceCheck(const Identities& identities,
                 const std::function<void(std::string problem)>& problem)
      : identities_(identities), problem_(problem) {}

  void Run() {
    for (const auto& [row, principal] : identities_.principals) {
      CheckPrincipal(row, *principal);
    }
    for (const auto& [arn, policy] : identities_.policies) {
      ExpectAccount(PolicyRow(arn), policy->account);
    }
    for (const auto& [id, key] : identities_.keys) {
      ExpectAccount(KeyRow(id), key->account);
      if (!key->user.empty()) {
        Expect(PrincipalKind::kUser, key->account, key->user, KeyRow(id));
      }
    }
    for (const auto& [fingerprint, certificate] : identities_.certificates) {
      Expect(PrincipalKind::kUser, certificate->account, certificate->user,
             CertificateRow(fingerprint));
    }
  }

 private:
  void CheckPrincipal(const std::string& row, const Principal& principal) {
    ExpectAccount(row, principal.account);
    for (const std::string& group : principal.groups) {
      Expect(PrincipalKind::kGroup, principal.account, group, row);
    }
    for (const std::string& arn : principal.attached) {
      ExpectPolicy(row, arn);
    }
    if (principal.boundary) {
      ExpectPolicy(row, *principal.boundary);
    }
  }
  void ExpectAccount(const std::string& row, const std::string& account) {
    if (!identities_.accounts.contains(account)) {
      problem_("identities, " + row + ": there is no account " + account);
    }
  }
  void ExpectPolicy(const std::string& row, const std::string& arn) {
    if (!identities_.policies.contains(arn)) {
      problem_("identities, " + row + ": there is no policy " + arn);
    }
  }
  void Expect(PrincipalKind kind, const std::string& account, const std::string& name,
              const std::string& row) {
    if (identities_.Find(kind, account, name) == nullptr) {
      problem_("identities, " + row + ": there is no " + PrincipalRow(kind, account, name));
    }
  }

  const Identities& identities_;
  const std::function<void(std::string problem)>& problem_;
};

}  // namespace

std::string AccountRow(std::string_view id) { return "account/" + std::string(id); }
std::string PolicyRow(std::string_view arn) { return "policy/" + std::string(arn); }
std::string KeyRow(std::string_view id) { return "key/" + std::string(id); }
std::string CertificateRow(std::string_view fingerprint) {
  return "certificate/" + std::string(fingerprint);
}

storage::Key IdentityKey(std::string row) {
  return {.space = kIdentitySpace,
          .kind = storage::RowKind::kSystem,
          .partition = std::move(row),
          .sort = {}};
}

storage::SpaceRange IdentityRows() {
  return {.space = kIdentitySpace, .kind = storage::RowKind::kSystem};
}

base::Result<void> AddRow(const storage::RowView& row, const auth::SealingKey* key,
                          Identities& identities) {
  base::Result<std::string> added =
      row.partition.starts_with("account/")  ? AddDecoded(DecodeAccount(row.value), identities)
      : row.partition.starts_with("policy/") ? AddDecoded(DecodePolicy(row.value), identities)
      : row.partition.starts_with("key/")    ? AddDecoded(DecodeKey(row.value, key), identities)
      : row.partition.starts_with("certificate/")
          ? AddDecoded(DecodeCertificate(row.value), identities)
          : AddDecoded(DecodePrincipal(row.value), identities);
  STATOR_ASSIGN_OR_RETURN(const std::string name, std::move(added));
  if (name != row.partition) {
    return base::Error{base::ErrorCode::kCorruption,
                       "the row " + std::string(row.partition) + " holds " + name};
  }
  return {};
}

base::Result<uint64_t> VerifyIdentities(storage::Store& store,
                                        const std::function<void(std::string problem)>& problem) {
  Identities identities;
  uint64_t rows = 0;
  STATOR_RETURN_IF_ERROR(store.ScanSpace(IdentityRows(), {}, [&](const storage::RowView& row) {
    ++rows;
    if (const base::Result<void> added = AddRow(row, nullptr, identities); !added.ok()) {
      problem("identities, " + std::string(row.partition) + ": " + added.error().message);
    }
    return true;
  }));
  ReferenceCheck(identities, problem).Run();
  return rows;
}

}  // namespace stator::iam
