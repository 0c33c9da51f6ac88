#include "auth/sigv4_verifier.h"

#include <utility>

#include <openssl/crypto.h>

namespace stator::auth {

namespace {

using base::Error;
using base::ErrorCode;

constexpr int64_t kMicros = 1'000'000;
constexpr int64_t kMinuteMicros = 60 * kMicros;
constexpr std::string_view kUnsignedPayload = "UNSIGNED-PAYLOAD";
constexpr std::string_view kTokenService = "sts";
constexpr std::string_view kGlobalRegion = "us-east-1";  // of the global endpoint of STS

Error Invalid(std::string message) {
  return Error{ErrorCode::kInvalidSignature, std::move(message)};
}

// Fetching the algorithms costs more than a signature, and a Hasher is for one thread.
Hasher& ThreadHasher() {
  thread_local Hasher hasher;
  return hasher;
}

bool SameBytes(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace

SigV4Verifier::SigV4Verifier(VerifierOptions options)
    : options_(std::move(options)),
      keys_(options_.cached_keys),
      unknown_keys_(options_.cached_keys) {}

base::Result<void> SigV4Verifier::CheckScope(const SignatureClaim& claim, std::string_view service,
                                             int64_t now_micros) const {
  const bool region_fits = claim.scope.region == options_.region ||
                           (service == kTokenService && claim.scope.region == kGlobalRegion);
  if (!region_fits) {
    return Invalid("Credential should be scoped to a valid region, not '" + claim.scope.region +
                   "'.");
  }
  if (claim.scope.service != service) {
    return Invalid("Credential should be scoped to correct service: '" + std::string(service) +
                   "'.");
  }
  const int64_t skew = options_.clock_skew_micros;
  if (claim.signed_micros > now_micros + skew) {
    return Invalid("Signature not yet current: " + claim.date_time + " is still later than " +
                   AmzDateTime(now_micros + skew) + " (" + AmzDateTime(now_micros) + " + " +
                   std::to_string(skew / kMinuteMicros) + " min.)");
  }
  const bool presigned = claim.expires_seconds > 0;
  const int64_t lasts_micros = presigned ? claim.expires_seconds * kMicros : skew;
  if (claim.signed_micros < now_micros - lasts_micros) {
    return Invalid("Signature expired: " + claim.date_time + " is now earlier than " +
                   AmzDateTime(now_micros - lasts_micros) + " (" + AmzDateTime(now_micros) + " - " +
                   (presigned ? std::to_string(claim.expires_seconds) + " sec.)"
                              : std::to_string(skew / kMinuteMicros) + " min.)"));
  }
  return {};
}

bool SigV4Verifier::Matches(const SignatureClaim& claim, const std::string& secret_access_key,
                            std::string_view body) {
  Hasher& hasher = ThreadHasher();
  return Compare(claim, keys_.Get(claim.access_key_id, secret_access_key, claim.scope, hasher),
                 body, hasher);
}

void SigV4Verifier::MatchUnknown(const SignatureClaim& claim, std::string_view body) {
  // As long as the secrets of the service.
  static const std::string nobodys_secret(40, 'x');
  Hasher& hasher = ThreadHasher();
  (void)Compare(claim, unknown_keys_.Get(claim.access_key_id, nobodys_secret, claim.scope, hasher),
                body, hasher);
}

bool SigV4Verifier::Compare(const SignatureClaim& claim, const Digest& signing_key,
                            std::string_view body, Hasher& hasher) {
  std::string hash;
  if (claim.payload_hash == kUnsignedPayload) {
    hash = kUnsignedPayload;
  } else {
    hash.reserve(2 * sizeof(Digest));
    AppendHex(hasher.Sha256(body), hash);
  }
  const bool body_fits = claim.payload_hash.empty() || SameBytes(claim.payload_hash, hash);
  const std::string to_sign =
      StringToSign(claim.date_time, claim.scope, claim.canonical + hash, hasher);
  std::string signature;
  signature.reserve(2 * sizeof(Digest));
  AppendHex(hasher.HmacSha256(signing_key, to_sign), signature);
  return SameBytes(claim.signature, signature) && body_fits;
}

}  // namespace stator::auth
