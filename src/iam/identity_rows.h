#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "auth/sealed_box.h"
#include "base/result.h"
#include "iam/identities.h"
#include "storage/store.h"

// The rows of the identities' space, docs/identity_format.md: one for each identity, named after
// it. Only IdentityStore writes them.
namespace stator::iam {

inline constexpr storage::Space kIdentitySpace = 8;

std::string AccountRow(std::string_view id);
std::string PolicyRow(std::string_view arn);
std::string KeyRow(std::string_view id);
std::string CertificateRow(std::string_view fingerprint);

storage::Key IdentityKey(std::string row);
storage::SpaceRange IdentityRows();

// Adds what one row holds. Fails with kCorruption when it does not decode or is not the row of what
// it holds, and with kAccessDenied when a secret was sealed with another key. Without a key,
// secrets stay sealed, and are empty.
base::Result<void> AddRow(const storage::RowView& row, const auth::SealingKey* key,
                          Identities& identities);

// Reads all rows and checks that each decodes, and that the accounts, users, groups and policies
// that they name are there. Secrets are not unsealed. Returns how many rows there are; fails when
// they cannot be read.
base::Result<uint64_t> VerifyIdentities(storage::Store& store,
                                        const std::function<void(std::string problem)>& problem);

}  // namespace stator::iam
