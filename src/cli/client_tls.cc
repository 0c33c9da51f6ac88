#include "cli/client_tls.h"

#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/err.h>

namespace stator::cli {

base::Result<ClientTls> MakeClientTls(const Trust& trust) {
  ClientTls tls(SSL_CTX_new(TLS_client_method()));
  if (tls == nullptr || SSL_CTX_set_min_proto_version(tls.get(), TLS1_2_VERSION) != 1) {
    return base::Error{base::ErrorCode::kInternal, "cannot initialize TLS"};
  }
  const bool trusts = trust.ca_path.empty()
                          ? SSL_CTX_set_default_verify_paths(tls.get()) == 1
                          : SSL_CTX_load_verify_file(tls.get(), trust.ca_path.c_str()) == 1;
  if (!trusts) {
    ERR_clear_error();
    return base::ValidationError("no certificate can be read from '" + trust.ca_path + "'");
  }
  SSL_CTX_set_read_ahead(tls.get(), 1);  // one system call for a record, not two
  SSL_CTX_set_verify(tls.get(), trust.verify ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, nullptr);
  return tls;
}

TlsConnection StartClientTls(const ClientTls& tls, int descriptor, const std::string& host) {
  TlsConnection connection(SSL_new(tls.get()));
  if (connection == nullptr || SSL_set_fd(connection.get(), descriptor) != 1 ||
      SSL_set1_host(connection.get(), host.c_str()) != 1) {
    return nullptr;
  }
  // Names only: an address must not be sent (RFC 6066, 3).
  in6_addr address{};
  const bool is_address = inet_pton(AF_INET, host.c_str(), &address) == 1 ||
                          inet_pton(AF_INET6, host.c_str(), &address) == 1;
  if (!is_address && SSL_set_tlsext_host_name(connection.get(), host.c_str()) != 1) {
    return nullptr;
  }
  SSL_set_connect_state(connection.get());
  return connection;
}

}  // namespace stator::cli
