#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <sys/socket.h>

#include "base/result.h"

namespace stator::cli::bench {

// Where requests go: `http://127.0.0.1:8000` taken apart.
struct Endpoint {
  bool tls = false;
  std::string host;  // without the brackets of an IPv6 address
  uint16_t port = 0;
  std::string host_header;  // as in the URL
};

// Fails with kValidation when the URL is none, or has a path, a query or a user.
base::Result<Endpoint> ParseEndpoint(std::string_view url);

// A socket address.
struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;
};

// The first address of the host. Waits for the resolver; fails with kIo.
base::Result<SocketAddress> ResolveEndpoint(const Endpoint& endpoint);

}  // namespace stator::cli::bench
