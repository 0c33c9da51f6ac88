#include <string>

#include <benchmark/benchmark.h>

#include "auth/sigv4_signer.h"
#include "benchmarks/fixed_iterations.h"

namespace stator::benchmarks {
namespace {

constexpr std::string_view kDateTime = "20261122T190000Z";

// What signing, and later verifying, a request costs, with a body of so many bytes.
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
