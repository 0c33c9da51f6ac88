#include "auth/sigv4_signer.h"

#include <chrono>
#include <ctime>
#include <utility>

#include "base/check.h"

namespace stator::auth {

namespace {

constexpr std::string_view kAlgorithm = "AWS4-HMAC-SHA256";
constexpr std::string_view kTerminator = "aws4_request";
constexpr size_t kDateBytes = 8;  // YYYYMMDD

}  // namespace

std::string CredentialScope::ToString() const {
  std::string out;
  out.reserve(date.size() + region.size() + service.size() + kTerminator.size() + 3);
  out.append(date).append("/").append(region).append("/").append(service).append("/");
  out.append(kTerminator);
  return out;
}

std::string AmzDateTime(int64_t now_micros) {
  const std::time_t seconds = now_micros / 1'000'000;
  std::tm parts{};
  STATOR_CHECK(gmtime_r(&seconds, &parts) != nullptr);
  char text[32];
  return {text, std::strftime(text, sizeof(text), "%Y%m%dT%H%M%SZ", &parts)};
}

std::string StringToSign(std::string_view date_time, const CredentialScope& scope,
                         std::string_view canonical_request, Hasher& hasher) {
  std::string out;
  out.reserve(192);
  out.append(kAlgorithm).append("\n").append(date_time).append("\n");
  out.append(scope.ToString()).append("\n");
  AppendHex(hasher.Sha256(canonical_request), out);
  return out;
}

Digest DeriveSigningKey(std::string_view secret_access_key, const CredentialScope& scope,
                        Hasher& hasher) {
  const std::string secret = "AWS4" + std::string(secret_access_key);
  const Digest date_key = hasher.HmacSha256(std::string_view(secret), scope.date);
  const Digest region_key = hasher.HmacSha256(date_key, scope.region);
  const Digest service_key = hasher.HmacSha256(region_key, scope.service);
  return hasher.HmacSha256(service_key, kTerminator);
}

SigV4Signer::SigV4Signer(Credentials credentials, std::string region, std::string service)
    : credentials_(std::move(credentials)) {
  scope_.region = std::move(region);
  scope_.service = std::move(service);
}

void SigV4Signer::UseDate(std::string_view date) {
  if (scope_.date != date) {
    scope_.date = date;
    signing_key_ = DeriveSigningKey(credentials_.secret_access_key, scope_, hasher_);
  }
}

std::string SigV4Signer::Signature(std::string_view canonical_request, std::string_view date_time) {
  UseDate(date_time.substr(0, kDateBytes));
  const std::string text = StringToSign(date_time, scope_, canonical_request, hasher_);
  std::string out;
  out.reserve(64);
  AppendHex(hasher_.HmacSha256(signing_key_, text), out);
  return out;
}

std::string SigV4Signer::Authorization(const SignableRequest& request, std::string_view date_time) {
  const std::string signature = Signature(CanonicalRequest(request), date_time);
  std::string out;
  out.append(kAlgorithm).append(" Credential=").append(credentials_.access_key_id);
  out.append("/").append(scope_.ToString());
  out.append(", SignedHeaders=").append(SignedHeaders(request.headers));
  out.append(", Signature=").append(signature);
  return out;
}

}  // namespace stator::auth
