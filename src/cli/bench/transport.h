#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/result.h"
#include "cli/bench/endpoint.h"
#include "cli/client_tls.h"

namespace stator::cli::bench {

// A server, found and ready to be connected to. Immutable; threads share one.
struct Target {
  Endpoint endpoint;
  SocketAddress address;
  ClientTls tls;  // null for http
};

// Resolves the endpoint and prepares TLS.
base::Result<Target> MakeTarget(const Endpoint& endpoint, const Trust& trust);

// How a call on a non-blocking socket ended.
enum class IoStatus : uint8_t {
  kDone,
  kWait,    // nothing possible until the socket reports an event
  kClosed,  // the peer closed, or the connection failed
};

// The same with the bytes that it moved.
struct IoResult {
  IoStatus status = IoStatus::kDone;
  size_t bytes = 0;
};

// A non-blocking TCP connection, with TLS on top when the target has it. Not synchronized.
class Transport {
 public:
  Transport() = default;
  ~Transport() { Close(); }
  Transport(const Transport&) = delete;
  Transport& operator=(const Transport&) = delete;

  // Begins to connect; false when that fails at once. REQUIRES: closed.
  bool Open(const Target& target);
  void Close();

  // Goes on with connecting and the TLS handshake; kDone when bytes may flow.
  IoStatus Advance();

  IoResult Write(std::string_view bytes);
  IoResult Read(char* buffer, size_t size);

  // Whether a Read of fewer bytes than asked for means that the socket holds no more.
  bool short_read_drains() const { return session_ == nullptr; }
  int descriptor() const { return descriptor_; }

 private:
  // What a failed call of OpenSSL means.
  IoStatus TlsStatus(int returned) const;

  int descriptor_ = -1;
  bool connected_ = false;
  TlsConnection session_;
};

}  // namespace stator::cli::bench
