#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "auth/canonical_request.h"
#include "auth/hasher.h"

namespace stator::auth {

// An access key. The token is empty for long-term keys.
struct Credentials {
  std::string access_key_id;
  std::string secret_access_key;
  std::string session_token;
};

// What a signing key is good for.
struct CredentialScope {
  std::string date;  // YYYYMMDD
  std::string region;
  std::string service;

  // `20150830/us-east-1/iam/aws4_request`
  std::string ToString() const;
};

// The time in the form of the X-Amz-Date header: `20150830T123600Z`.
std::string AmzDateTime(int64_t now_micros);

// What the signing key signs: the algorithm, the time, the scope and the request's hash.
std::string StringToSign(std::string_view date_time, const CredentialScope& scope,
                         std::string_view canonical_request, Hasher& hasher);

// The key of one day, region and service.
Digest DeriveSigningKey(std::string_view secret_access_key, const CredentialScope& scope,
                        Hasher& hasher);

// Signs requests with one access key for one region and service, and keeps the day's signing key.
// Not synchronized.
class SigV4Signer {
 public:
  SigV4Signer(Credentials credentials, std::string region, std::string service);

  // The signature, 64 hexadecimal characters, of a canonical request whose X-Amz-Date is
  // `date_time`.
  std::string Signature(std::string_view canonical_request, std::string_view date_time);

  // The value of the Authorization header. REQUIRES: request.headers holds `host` and the
  // `x-amz-date` with `date_time`, and `x-amz-security-token` when there is a session token.
  std::string Authorization(const SignableRequest& request, std::string_view date_time);

  const Credentials& credentials() const { return credentials_; }
  Hasher& hasher() { return hasher_; }

 private:
  // Makes scope_ and signing_key_ those of the day.
  void UseDate(std::string_view date);

  const Credentials credentials_;
  Hasher hasher_;
  CredentialScope scope_;
  Digest signing_key_{};
};

}  // namespace stator::auth
