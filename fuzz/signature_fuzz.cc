// Any request head is signed, badly signed or not signed at all, and verifying it says which. What
// the signer signs is verified, and is not when one byte of the body has changed.
//
// The first line is the query, the second the Authorization header (empty: none), then headers up
// to an empty line, then the body.
#include <algorithm>
#include <cctype>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "auth/hasher.h"
#include "auth/signature_claim.h"
#include "auth/sigv4_signer.h"
#include "auth/sigv4_verifier.h"
#include "base/check.h"

namespace {

using stator::auth::HeaderView;

constexpr int64_t kNowMicros = 1'764'000'000'000'000;
constexpr std::string_view kSecret = "secret";

std::string_view TakeLine(std::string_view& rest) {
  const size_t end = std::min(rest.find('\n'), rest.size());
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return line;
}

stator::auth::SigV4Verifier& Verifier() {
  static stator::auth::SigV4Verifier verifier({.region = "us-east-1"});
  return verifier;
}

// Judges a head as the server does. Returns whether it is signed, by `kSecret`, over that body.
bool IsSigned(const stator::auth::SignedHead& head, const stator::auth::SignatureForm& form,
              std::string_view body) {
  if (!stator::auth::CheckSignatureForm(form).ok()) {
    return false;
  }
  const auto claim = stator::auth::ReadSignature(head);
  if (!claim.ok()) {
    STATOR_CHECK(!claim.error().message.empty());
    return false;
  }
  Verifier().MatchUnknown(*claim, body);
  return Verifier().CheckScope(*claim, "dynamodb", kNowMicros).ok() &&
         Verifier().Matches(*claim, std::string(kSecret), body);
}

// Signs the same headers and the body, and has that verified.
void CheckSigner(std::vector<HeaderView> headers, std::string_view body) {
  static stator::auth::SigV4Signer signer({"key", std::string(kSecret), ""}, "us-east-1",
                                          "dynamodb");
  const std::string date_time = stator::auth::AmzDateTime(kNowMicros);
  headers.push_back({"host", "localhost"});
  headers.push_back({"x-amz-date", date_time});
  std::string hash;
  stator::auth::AppendHex(signer.hasher().Sha256(body), hash);
  const std::string authorization =
      signer.Authorization({.headers = headers, .payload_hash = hash}, date_time);
  headers.push_back({"authorization", authorization});
  const stator::auth::SignedHead head{.headers = headers};
  const stator::auth::SignatureForm form{
      .authorization = authorization, .has_authorization = true, .has_date = true};
  STATOR_CHECK(IsSigned(head, form, body));
  STATOR_CHECK(!IsSigned(head, form, std::string(body) + "x"));
}

// Headers that would make the request signed in another way, or twice.
bool MattersToSignatures(std::string_view name) {
  std::string lower(name);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lower == "host" || lower == "authorization" || lower == "date" ||
         lower.starts_with("x-amz-");
}

// What the framing lets through as a header's name.
bool IsToken(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '-' || c == '_';
  });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  const std::string_view query = TakeLine(rest);
  const std::string_view authorization = TakeLine(rest);
  std::vector<HeaderView> headers;
  std::vector<HeaderView> to_sign;
  bool has_date = false;
  for (std::string_view line = TakeLine(rest); !line.empty(); line = TakeLine(rest)) {
    const size_t colon = std::min(line.find(':'), line.size());
    const HeaderView header{line.substr(0, colon), line.substr(std::min(colon + 1, line.size()))};
    if (!IsToken(header.name)) {
      continue;
    }
    headers.push_back(header);
    has_date = has_date || header.name == "x-amz-date" || header.name == "date";
    if (!MattersToSignatures(header.name)) {
      to_sign.push_back(header);
    }
  }
  if (!authorization.empty()) {
    headers.push_back({"authorization", authorization});
  }
  (void)IsSigned({.query = query, .headers = headers},
                 {.query = query,
                  .authorization = authorization,
                  .has_authorization = !authorization.empty(),
                  .has_date = has_date},
                 rest);
  CheckSigner(std::move(to_sign), rest);
  return 0;
}
