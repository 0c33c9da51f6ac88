#include <algorithm>
#include <array>
#include <utility>

#include "api/json_writer.h"
#include "auth/certificate.h"
#include "iam/admin_operations.h"
#include "iam/admin_values.h"

// Certificates of clients that stand for users.
namespace stator::iam {

namespace {

void AppendCertificate(const ClientCertificate& certificate, std::string& out) {
  api::ObjectWriter object(out);
  object.String("AccountId", certificate.account);
  object.String("UserName", certificate.user);
  object.String("Fingerprint", certificate.fingerprint);
  object.String("Subject", certificate.subject);
  object.String("NotBefore", IsoTime(certificate.not_before_micros));
  object.String("NotAfter", IsoTime(certificate.not_after_micros));
  object.String("CreateDate", IsoTime(certificate.created_micros));
  object.End();
}

size_t CertificatesOf(const Identities& identities, const ClientCertificate& like) {
  size_t count = 0;
  for (const auto& [fingerprint, certificate] : identities.certificates) {
    count += certificate->account == like.account && certificate->user == like.user ? 1 : 0;
  }
  return count;
}

base::Result<void> AddClientCertificate(const AdminCall& call, std::string& out) {
  STATOR_ASSIGN_OR_RETURN(auth::CertificateSummary summary,
                          auth::ReadCertificate(call.input.Text(kCertificate)));
  const int64_t now_micros = call.store.clock().NowMicros();
  if (summary.not_after_micros < now_micros) {
    return base::ValidationError("The certificate cannot be used: it has expired");
  }
  const ClientCertificate certificate{.fingerprint = std::move(summary.fingerprint),
                                      .account = call.account,
                                      .user = std::string(call.input.Text(kUserName)),
                                      .subject = std::move(summary.subject),
                                      .not_before_micros = summary.not_before_micros,
                                      .not_after_micros = summary.not_after_micros,
                                      .created_micros = now_micros};
  const auto change = [&](IdentityDraft& draft) -> base::Result<void> {
    const Identities& identities = draft.identities();
    STATOR_RETURN_IF_ERROR(
        FindPrincipal(identities, PrincipalKind::kUser, call.account, certificate.user));
    // Of any account: a certificate stands for one user.
    if (identities.certificates.contains(certificate.fingerprint)) {
      return AlreadyThere("client certificate", certificate.fingerprint);
    }
    if (CertificatesOf(identities, certificate) >= limits::kCertificatesPerUser) {
      return TooMany("client certificates of a user", limits::kCertificatesPerUser);
    }
    draft.Put(certificate);
    return {};
  };
  STATOR_RETURN_IF_ERROR(call.store.Update(change));
  api::ObjectWriter body(out);
  AppendCertificate(certificate, body.Member("ClientCertificate"));
  body.End();
  return {};
}

// As it is listed; also as OpenSSL prints it, in upper case and with colons.
std::string FingerprintOf(const AdminCall& call) {
  std::string fingerprint(call.input.Text(kFingerprint));
  std::erase(fingerprint, ':');
  std::ranges::transform(fingerprint, fingerprint.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return fingerprint;
}

base::Result<void> DeleteClientCertificate(const AdminCall& call, std::string& out) {
  const std::string fingerprint = FingerprintOf(call);
  const auto change = [&](IdentityDraft& draft) -> base::Result<void> {
    const auto& certificates = draft.identities().certificates;
    const auto found = certificates.find(fingerprint);
    if (found == certificates.end() || found->second->account != call.account) {
      return NotThere("client certificate", fingerprint);
    }
    draft.EraseCertificate(fingerprint);
    return {};
  };
  STATOR_RETURN_IF_ERROR(call.store.Update(change));
  out += "{}";
  return {};
}

base::Result<void> ListClientCertificates(const AdminCall& call, std::string& out) {
  const std::string_view user = call.input.Text(kUserName);
  api::ObjectWriter body(out);
  api::ArrayWriter certificates(body.Member("ClientCertificates"));
  for (const auto& [fingerprint, certificate] : call.store.Get()->certificates) {
    if (certificate->account == call.account && (user.empty() || certificate->user == user)) {
      AppendCertificate(*certificate, certificates.Next());
    }
  }
  certificates.End();
  body.End();
  return {};
}

}  // namespace

std::span<const AdminOperation> operations::Certificates() {
  static const std::array list = {
      AdminOperation{"AddClientCertificate",
                     "Make a client's certificate stand for a user (serve --tls-client-users)",
                     {kUserName, kCertificate},
                     {kAccountId},
                     AddClientCertificate},
      AdminOperation{"DeleteClientCertificate",
                     "Make a certificate stand for nobody, from the next call on",
                     {kFingerprint},
                     {kAccountId},
                     DeleteClientCertificate},
      AdminOperation{"ListClientCertificates",
                     "The certificates of a user, or all of the account",
                     {},
                     {kUserName, kAccountId},
                     ListClientCertificates},
  };
  return list;
}

}  // namespace stator::iam
