#include "server/tls_context.h"

#include <cerrno>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <unistd.h>

namespace stator::server {

namespace {

constexpr unsigned char kSessionContext[] = "stator";
constexpr int kMaxClientCertificateBytes = 32 * 1024;  // of a client's whole chain
// Of TLS 1.2; those of 1.3 are all sound. Ephemeral keys and authenticated encryption only.
constexpr const char* kCiphers = "ECDHE+AESGCM:ECDHE+CHACHA20";
// As ALPN writes it: the length, then the name.
constexpr unsigned char kHttp11[] = "\x08http/1.1";

base::Error Failed(const std::string& what) {
  const unsigned error = static_cast<unsigned>(ERR_peek_last_error());
  const char* const reason = error == 0 ? nullptr : ERR_reason_error_string(error);
  ERR_clear_error();
  return base::Error{base::ErrorCode::kValidation,
                     reason == nullptr ? what : what + ": " + std::string(reason)};
}

// OpenSSL's own words for a file that is not there are of no use.
base::Result<void> CheckReadable(const std::string& path) {
  if (access(path.c_str(), R_OK) != 0) {
    const std::error_code error(errno, std::generic_category());
    return base::Error{base::ErrorCode::kValidation, path + ": " + error.message()};
  }
  return {};
}

// A key with a passphrase cannot be used: there may be nobody to ask for it.
int NoPassphrase(char* /*buffer*/, int /*size*/, int /*writing*/, void* /*context*/) { return 0; }

// Chooses HTTP/1.1, and refuses clients that name protocols without it.
int ChooseProtocol(SSL* /*session*/, const unsigned char** chosen, unsigned char* chosen_bytes,
                   const unsigned char* offered, unsigned offered_bytes, void* /*context*/) {
  unsigned char* name = nullptr;
  const int outcome = SSL_select_next_proto(&name, chosen_bytes, kHttp11, sizeof(kHttp11) - 1,
                                            offered, offered_bytes);
  *chosen = name;
  return outcome == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

base::Result<void> UseCertificate(SSL_CTX* context, const TlsOptions& options) {
  STATOR_RETURN_IF_ERROR(CheckReadable(options.certificate_path));
  STATOR_RETURN_IF_ERROR(CheckReadable(options.key_path));
  SSL_CTX_set_default_passwd_cb(context, NoPassphrase);
  if (SSL_CTX_use_certificate_chain_file(context, options.certificate_path.c_str()) != 1) {
    return Failed(options.certificate_path + " has no usable certificate");
  }
  if (SSL_CTX_use_PrivateKey_file(context, options.key_path.c_str(), SSL_FILETYPE_PEM) != 1 ||
      SSL_CTX_check_private_key(context) != 1) {
    return Failed(options.key_path + " has no key that fits the certificate");
  }
  return {};
}

base::Result<void> VerifyClients(SSL_CTX* context, const TlsOptions& options) {
  const std::string& path = options.client_ca_path;
  STATOR_RETURN_IF_ERROR(CheckReadable(path));
  STACK_OF(X509_NAME)* const names = SSL_load_client_CA_file(path.c_str());
  if (names == nullptr || SSL_CTX_load_verify_file(context, path.c_str()) != 1) {
    sk_X509_NAME_pop_free(names, X509_NAME_free);
    return Failed(path + " has no usable certificate");
  }
  SSL_CTX_set_client_CA_list(context, names);
  const int without = options.client_certificate_optional ? 0 : SSL_VERIFY_FAIL_IF_NO_PEER_CERT;
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER | without, nullptr);
  SSL_CTX_set_max_cert_list(context, kMaxClientCertificateBytes);
  return {};
}

}  // namespace

base::Result<std::shared_ptr<const TlsContext>> TlsContext::Load(const TlsOptions& options) {
  ERR_clear_error();
  const std::shared_ptr<TlsContext> loaded(new TlsContext(SSL_CTX_new(TLS_server_method())));
  SSL_CTX* const context = loaded->context_;
  if (context == nullptr || SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) != 1 ||
      SSL_CTX_set_cipher_list(context, kCiphers) != 1 ||
      SSL_CTX_set_session_id_context(context, kSessionContext, sizeof(kSessionContext) - 1) != 1) {
    return Failed("cannot initialize TLS");
  }
  SSL_CTX_set_options(context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_read_ahead(context, 1);  // takes a record in one piece
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_alpn_select_cb(context, ChooseProtocol, nullptr);
  STATOR_RETURN_IF_ERROR(UseCertificate(context, options));
  if (!options.client_ca_path.empty()) {
    STATOR_RETURN_IF_ERROR(VerifyClients(context, options));
  }
  return std::shared_ptr<const TlsContext>(loaded);
}

TlsContext::~TlsContext() { SSL_CTX_free(context_); }

base::Result<void> TlsContextSource::Reload() {
  STATOR_ASSIGN_OR_RETURN(std::shared_ptr<const TlsContext> loaded, TlsContext::Load(options_));
  const base::MutexLock lock(mutex_);
  current_.swap(loaded);
  return {};
}

}  // namespace stator::server
