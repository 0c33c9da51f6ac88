// Any Authorization header or query is a signature or gets an answer that is valid JSON, whatever
// of it is repeated there. The first byte chooses which.
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include <simdjson.h>

#include "api/error_json.h"
#include "auth/signature_claim.h"
#include "auth/sigv4_verifier.h"
#include "base/check.h"

namespace {

void CheckRefusal(const stator::base::Error& error) {
  const stator::api::Response refusal = stator::api::ErrorResponse(error);
  STATOR_CHECK(refusal.status == 400);
  simdjson::dom::parser parser;
  std::string_view type;
  STATOR_CHECK(parser.parse(refusal.body)["__type"].get(type) == simdjson::SUCCESS);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) {
    return 0;
  }
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  // The framing lets no other control characters into a header.
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < ' ' && c != '\t') {
      return 0;
    }
  }
  const bool has_date = (data[0] & 1) != 0;
  const bool has_authorization = (data[0] & 2) != 0;
  const std::string_view query = (data[0] & 4) != 0 ? text : "";
  const auto form =
      stator::auth::CheckSignatureForm({.query = query,
                                        .authorization = has_authorization ? text : "",
                                        .has_authorization = has_authorization,
                                        .has_date = has_date});
  if (!form.ok()) {
    CheckRefusal(form.error());
    return 0;
  }
  std::vector<stator::auth::HeaderView> headers = {{"Host", "localhost"}};
  if (has_date) {
    headers.push_back({"X-Amz-Date", "20150830T123600Z"});
  }
  if (has_authorization) {
    headers.push_back({"Authorization", text});
  }
  const auto claim = stator::auth::ReadSignature({.query = query, .headers = headers});
  if (!claim.ok()) {
    CheckRefusal(claim.error());
    return 0;
  }
  static stator::auth::SigV4Verifier verifier({.region = "us-east-1"});
  const auto scope = verifier.CheckScope(*claim, "dynamodb", claim->signed_micros);
  if (!scope.ok()) {
    CheckRefusal(scope.error());
  }
  STATOR_CHECK(!verifier.Matches(*claim, "a secret that nobody has", ""));
  return 0;
}
