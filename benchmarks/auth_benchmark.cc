#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "auth/sigv4_signer.h"
#include "auth/sigv4_verifier.h"
#include "benchmarks/fixed_iterations.h"

namespace stator::benchmarks {
namespace {

constexpr std::string_view kDateTime = "20261122T190000Z";

// What signing a request costs, with a body of so many bytes.
void Signature(benchmark::State& state) {
  auth::SigV4Signer signer({"AKIDEXAMPLE", "secret", ""}, "us-east-1", "dynamodb");
  const std::string body(static_cast<size_t>(state.range(0)), 'x');
  for (auto _ : state) {
    std::string hash;
    auth::AppendHex(signer.hasher().Sha256(body), hash);
    const std::string canonical =
        auth::CanonicalRequest({.headers = {{"Host", "127.0.0.1:8000"},
                                            {"Content-Type", "application/x-amz-json-1.0"},
                                            {"X-Amz-Date", kDateTime},
                                            {"X-Amz-Target", "DynamoDB_20120810.GetItem"}},
                                .payload_hash = hash});
    benchmark::DoNotOptimize(signer.Signature(canonical, kDateTime));
  }
}
BENCHMARK(Signature)->Apply(FixIterations)->Arg(100)->Arg(500)->Arg(10'000);

// What a server pays for the signature of a request that came with the SDK's headers and a body of
// so many bytes, once the signing key is in the cache.
void Verification(benchmark::State& state) {
  auth::SigV4Signer signer({"AKIDEXAMPLE", "secret", ""}, "us-east-1", "dynamodb");
  const std::string body(static_cast<size_t>(state.range(0)), 'x');
  std::string hash;
  auth::AppendHex(signer.hasher().Sha256(body), hash);
  std::vector<auth::HeaderView> headers = {{"Host", "127.0.0.1:8000"},
                                           {"Content-Type", "application/x-amz-json-1.0"},
                                           {"X-Amz-Date", kDateTime},
                                           {"X-Amz-Target", "DynamoDB_20120810.GetItem"}};
  const std::string authorization =
      signer.Authorization({.headers = headers, .payload_hash = hash}, kDateTime);
  headers.push_back({"Authorization", authorization});
  headers.push_back({"Accept-Encoding", "identity"});
  headers.push_back({"User-Agent", "Boto3/1.26.27 Python/3.11.2 Linux/6.1 Botocore/1.29.27"});
  headers.push_back({"Content-Length", "1024"});
  const int64_t now = auth::ReadSignature({.headers = headers})->signed_micros;
  auth::SigV4Verifier verifier({.region = "us-east-1"});
  for (auto _ : state) {
    const auto claim = auth::ReadSignature({.headers = headers});
    if (!claim.ok() || !verifier.CheckScope(*claim, "dynamodb", now).ok() ||
        !verifier.Matches(*claim, "secret", body)) {
      state.SkipWithError("the signature does not match");
    }
  }
}
BENCHMARK(Verification)->Apply(FixIterations)->Arg(100)->Arg(1024)->Arg(10'000);

void SigningKey(benchmark::State& state) {
  auth::Hasher hasher;
  const auth::CredentialScope scope{"20261122", "us-east-1", "dynamodb"};
  for (auto _ : state) {
    benchmark::DoNotOptimize(auth::DeriveSigningKey("secret", scope, hasher));
  }
}
BENCHMARK(SigningKey)->Apply(FixIterations);

}  // namespace
}  // namespace stator::benchmarks
