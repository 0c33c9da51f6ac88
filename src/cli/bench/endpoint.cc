#include "cli/bench/endpoint.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <system_error>

#include <netdb.h>

namespace stator::cli::bench {

namespace {

constexpr std::string_view kHttp = "http://";
constexpr std::string_view kHttps = "https://";

base::Error InvalidEndpoint(std::string_view url) {
  return base::ValidationError("not an endpoint URL such as http://127.0.0.1:8000: " +
                               std::string(url));
}

// Takes the host off the front of `authority`: up to the port's colon, or in brackets.
std::string_view ConsumeHost(std::string_view& authority) {
  const bool bracketed = authority.starts_with('[');
  const size_t begin = bracketed ? 1 : 0;
  const size_t end = std::min(authority.find(bracketed ? ']' : ':'), authority.size());
  const std::string_view host = authority.substr(begin, end - begin);
  authority.remove_prefix(std::min(authority.size(), end + begin));
  return host;
}

}  // namespace

base::Result<Endpoint> ParseEndpoint(std::string_view url) {
  Endpoint endpoint;
  std::string_view rest = url;
  if (rest.starts_with(kHttps)) {
    endpoint.tls = true;
    rest.remove_prefix(kHttps.size());
  } else if (rest.starts_with(kHttp)) {
    rest.remove_prefix(kHttp.size());
  } else {
    return InvalidEndpoint(url);
  }
  if (rest.ends_with('/')) {
    rest.remove_suffix(1);
  }
  if (rest.find_first_of("/?#@ ") != std::string_view::npos) {
    return InvalidEndpoint(url);
  }
  endpoint.host_header = rest;
  endpoint.host = ConsumeHost(rest);
  endpoint.port = endpoint.tls ? 443 : 80;
  if (endpoint.host.empty() || (!rest.empty() && rest.front() != ':')) {
    return InvalidEndpoint(url);
  }
  if (!rest.empty()) {
    rest.remove_prefix(1);
    const auto [end, error] =
        std::from_chars(rest.data(), rest.data() + rest.size(), endpoint.port);
    if (error != std::errc() || end != rest.data() + rest.size()) {
      return InvalidEndpoint(url);
    }
  }
  return endpoint;
}

base::Result<SocketAddress> ResolveEndpoint(const Endpoint& endpoint) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int status =
      getaddrinfo(endpoint.host.c_str(), std::to_string(endpoint.port).c_str(), &hints, &found);
  if (status != 0) {
    return base::Error{base::ErrorCode::kIo,
                       "cannot resolve " + endpoint.host + ": " + gai_strerror(status)};
  }
  SocketAddress address;
  std::memcpy(&address.storage, found->ai_addr, found->ai_addrlen);
  address.size = found->ai_addrlen;
  freeaddrinfo(found);
  return address;
}

}  // namespace stator::cli::bench
