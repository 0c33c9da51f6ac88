#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/call.h"
#include "iam/authenticator.h"

namespace stator::server {

// What answers calls: the API layer. It calls `sink` exactly once, on any thread, possibly before
// it returns. The request stays valid until then. Called by many threads at once.
using Handler = std::function<void(const api::Request& request, api::ResponseSink sink)>;

// Where TLS finds its files, all in PEM.
struct TlsOptions {
  std::string certificate_path;  // the server's certificate, then those between it and the CA
  std::string key_path;          // of that certificate, without a passphrase
  std::string client_ca_path =
      {};  // not empty: clients need a certificate that one of these signed
  bool client_certificate_optional = false;  // they may also come without one
};

// What one compressed body takes that inflates to 16 MB.
inline constexpr size_t kLeastRequestMemoryBytes = 49 * 1024 * 1024;

// Whose calls are answered.
enum class Credentials : uint8_t {
  kAny,       // of everybody who signs, whoever that is
  kVerified,  // of those whom the authenticator knows
  kNone,      // of everybody who reaches the server
};

// How to serve. The defaults are the product's; tests shorten the times.
struct HttpServerOptions {
  // An address, "localhost", or "unix:" and the path of a socket, which only its owner may use.
  std::string host = "127.0.0.1";
  uint16_t port = 8000;                   // 0: any free one
  size_t threads = 1;                     // event loops; one per core serves best
  size_t blocking_threads = 8;            // for calls that wait for a device or compute for long
  size_t max_waiting_calls = 1024;        // for those threads; beyond, calls are throttled
  std::optional<TlsOptions> tls = {};     // nullopt: plain HTTP
  std::vector<std::string> targets = {};  // the X-Amz-Target values that the handler serves
  std::vector<std::string> cors_origins = {};  // that may read answers; empty: all
  Credentials credentials = Credentials::kAny;
  iam::Authenticator* authenticator = nullptr;  // for kVerified; outlives the server
  // With kVerified: who does not sign is the user that the client's certificate stands for.
  bool client_users = false;
  // Answers form-encoded requests, in XML; computes only. Empty: there are none. With kVerified.
  std::function<api::Response(const api::Request& request)> form_handler = {};
  // Told of each answered call, on any event loop, and of the access key that it named; must not
  // block for long. May be empty.
  std::function<void(const api::Request& request, const api::Response& response,
                     std::string_view access_key_id)>
      on_answer = {};
  // Told of each call that failed inside, on any event loop; must not block. May be empty.
  std::function<void(std::string_view target, std::string_view failure)> on_failure = {};

  size_t max_connections = 10'000;
  size_t max_connections_per_address = 10'000;
  // For bodies and answers in flight that are larger than 64 KB; beyond, calls are throttled. At
  // least kLeastRequestMemoryBytes.
  size_t memory_bytes = 64 * 1024 * 1024;
  int64_t header_timeout_micros = 10'000'000;  // from a head's first byte to its last
  int64_t idle_timeout_micros = 60'000'000;    // between requests, and for a stuck answer
  int64_t rate_window_micros = 10'000'000;     // in each of which a body must come at
  int64_t bytes_per_second = 1024;             // at least; so must an answer be taken
  int64_t linger_micros = 10'000'000;  // for a refused client to stop sending and read the answer
  int64_t sweep_micros = 1'000'000;    // how often these times are checked
  int64_t drain_micros = 10'000'000;   // for calls in flight when the server stops
};

}  // namespace stator::server
