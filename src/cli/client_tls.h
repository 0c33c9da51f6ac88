#pragma once

#include <memory>
#include <string>

#include <openssl/ssl.h>

#include "base/result.h"

namespace stator::cli {

// How a client judges the certificate of a server.
struct Trust {
  bool verify = true;
  std::string ca_path = {};  // PEM: trust these, not those of the system
};

// Gives OpenSSL's objects back.
struct FreeTls {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  void operator()(SSL* session) const { SSL_free(session); }
};
using ClientTls = std::unique_ptr<SSL_CTX, FreeTls>;
using TlsConnection = std::unique_ptr<SSL, FreeTls>;

// What the TLS connections of a client share. Fails with kValidation. A session may have taken more
// from its socket than it has given: read from it until it has nothing, and only then wait.
base::Result<ClientTls> MakeClientTls(const Trust& trust);

// A client's side of TLS on a socket, before the handshake, which will ask for a certificate of
// `host`. Null when that cannot be made.
TlsConnection StartClientTls(const ClientTls& tls, int descriptor, const std::string& host);

}  // namespace stator::cli
