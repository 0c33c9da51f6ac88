#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "auth/canonical_request.h"
#include "auth/sigv4_signer.h"
#include "base/result.h"

namespace stator::auth {

// A request's head as far as its signature is concerned. Borrows its bytes.
struct SignedHead {
  std::string_view method = "POST";
  std::string_view path = "/";
  std::string_view query = {};
  std::span<const HeaderView> headers = {};  // all of the request's
  // Whether nobody on the way can change the body, so that a signature may leave it out.
  bool secure_transport = false;
};

// What a signed request says of itself: who signed it, when, and what for. A value type; true only
// once it is verified.
struct SignatureClaim {
  std::string access_key_id;
  std::string session_token;  // empty for long-term keys
  std::string date_time;      // 20150830T123600Z
  int64_t signed_micros = 0;  // the same, since 1970
  CredentialScope scope;
  std::string signature;  // 64 hexadecimal characters, in a sound claim
  // Seconds that a presigned request lasts; 0 when the signature stands in the header.
  int64_t expires_seconds = 0;
  std::string payload_hash;  // as the request states it; empty when it does not
  std::string canonical;     // the canonical request without the payload hash at its end
};

// The parts of a request's head in which its signature may stand. Borrows its bytes.
struct SignatureForm {
  std::string_view query = {};
  std::string_view authorization = {};  // the Authorization header
  bool has_authorization = false;
  bool has_date = false;  // X-Amz-Date or Date
};

// The error of a request that says in no way who makes it.
base::Error MissingAuthenticationToken();

// Whether there is a signature, and complete in form, in the Authorization header or in the query
// of a presigned request. Fails in the service's words: kMissingAuthenticationToken,
// kIncompleteSignature, kInvalidSignature. Cheap; says nothing about who signed.
base::Result<void> CheckSignatureForm(const SignatureForm& form);

// Reads a signature. Fails with kIncompleteSignature or kInvalidSignature. What it leaves open,
// such as times and keys, is the verifier's. REQUIRES: CheckSignatureForm found nothing.
base::Result<SignatureClaim> ReadSignature(const SignedHead& head);

}  // namespace stator::auth
