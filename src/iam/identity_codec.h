#pragma once

#include <string>
#include <string_view>

#include "auth/sealed_box.h"
#include "base/result.h"
#include "iam/identities.h"

// Rows of the identities' space; docs/identity_format.md has them. Each value is a record
// (storage/record.h). Decoding fails with kCorruption.
namespace stator::iam {

std::string EncodeAccount(const Account& account);
std::string EncodePrincipal(const Principal& principal);
std::string EncodePolicy(const ManagedPolicy& policy);
// The secret is sealed, bound to the key's id.
std::string EncodeKey(const AccessKey& key, const auth::SealingKey& sealing_key);
std::string EncodeCertificate(const ClientCertificate& certificate);

base::Result<Account> DecodeAccount(std::string_view bytes);
base::Result<Principal> DecodePrincipal(std::string_view bytes);
base::Result<ManagedPolicy> DecodePolicy(std::string_view bytes);
base::Result<ClientCertificate> DecodeCertificate(std::string_view bytes);
// Also fails, with kAccessDenied, when the secret was sealed with another key. Null: the secret
// stays sealed, and is empty here.
base::Result<AccessKey> DecodeKey(std::string_view bytes, const auth::SealingKey* sealing_key);

}  // namespace stator::iam
