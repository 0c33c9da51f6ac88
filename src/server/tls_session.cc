#include "server/tls_session.h"

#include <algorithm>
#include <cstring>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include "auth/openssl_errors.h"
#include "base/check.h"
#include "base/free_memory.h"

namespace stator::server {

namespace {

constexpr size_t kKeptOutputBytes = 64 * 1024;  // of a session with nothing to send

}  // namespace

void TlsSession::Free::operator()(ssl_st* session) const { SSL_free(session); }

// What OpenSSL takes for the socket: the session's own buffers.
struct TlsSession::Buffers {
  static int Read(BIO* bio, char* out, int most) {
    ReadBuffer& received = static_cast<TlsSession*>(BIO_get_data(bio))->received_;
    BIO_clear_retry_flags(bio);
    const size_t bytes = std::min(static_cast<size_t>(most), received.size());
    if (bytes == 0) {
      BIO_set_retry_read(bio);
      return -1;
    }
    std::memcpy(out, received.view().data(), bytes);
    received.Consume(bytes);
    return static_cast<int>(bytes);
  }

  static int Write(BIO* bio, const char* bytes, int size) {
    BIO_clear_retry_flags(bio);
    static_cast<TlsSession*>(BIO_get_data(bio))->output_.append(bytes, static_cast<size_t>(size));
    return size;
  }

  static int64_t Control(BIO* /*bio*/, int command, int64_t /*number*/, void* /*pointer*/) {
    return command == BIO_CTRL_FLUSH ? 1 : 0;
  }

  static const BIO_METHOD* Method() {
    static const BIO_METHOD* const method = [] {
      BIO_METHOD* const made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "buffers");
      STATOR_CHECK(made != nullptr && BIO_meth_set_read(made, &Read) == 1 &&
                   BIO_meth_set_write(made, &Write) == 1 && BIO_meth_set_ctrl(made, &Control) == 1);
      return made;
    }();
    return method;
  }
};

TlsSession::TlsSession(const TlsContext& context) : session_(SSL_new(context.get())) {
  BIO* const bio = BIO_new(Buffers::Method());
  STATOR_CHECK(session_ != nullptr && bio != nullptr);
  BIO_set_data(bio, this);
  BIO_set_init(bio, 1);
  SSL_set_bio(session_.get(), bio, bio);
  SSL_set_accept_state(session_.get());
}

TlsSession::~TlsSession() = default;

TlsSession::Status TlsSession::Receive(ReadBuffer& plain) {
  auth::ClearOpenSslErrors();
  int returned = 1;
  while (returned == 1) {
    size_t read_bytes = 0;  // a call that fails leaves it as it is
    plain.Reserve(plain.size() + 1);
    returned = SSL_read_ex(session_.get(), plain.FreeSpace(), plain.FreeBytes(), &read_bytes);
    plain.Produce(read_bytes);
    if (returned == 1 && received_.size() == 0 && SSL_has_pending(session_.get()) == 0) {
      received_.Shrink();
      return Status::kOpen;  // as the next call would find out
    }
  }
  const int error = SSL_get_error(session_.get(), returned);
  const int reason = ERR_GET_REASON(ERR_peek_error());
  auth::ClearOpenSslErrors();
  received_.Consume(received_.size());  // what is left when it fails means nothing
  received_.Shrink();
  if (error == SSL_ERROR_WANT_READ) {
    return Status::kOpen;
  }
  if (error == SSL_ERROR_ZERO_RETURN) {
    return Status::kEnded;
  }
  return reason == SSL_R_HTTP_REQUEST ? Status::kPlainHttp : Status::kFailed;
}

bool TlsSession::Send(std::string_view plain) {
  auth::ClearOpenSslErrors();
  size_t written = 0;
  const bool sealed = SSL_write_ex(session_.get(), plain.data(), plain.size(), &written) == 1;
  auth::ClearOpenSslErrors();
  return sealed;
}

void TlsSession::End() {
  if (established()) {
    (void)SSL_shutdown(session_.get());  // whether the client answers does not matter
    auth::ClearOpenSslErrors();
  }
}

void TlsSession::MarkSent(size_t bytes) {
  output_sent_ += bytes;
  if (output_sent_ == output_.size()) {
    output_sent_ = 0;
    if (output_.capacity() > kKeptOutputBytes) {
      base::FreeMemory(output_);
    } else {
      output_.clear();
    }
  }
}

bool TlsSession::established() const { return SSL_is_init_finished(session_.get()) == 1; }

std::optional<auth::CertificateSummary> TlsSession::ClientCertificate() const {
  const X509* const certificate = SSL_get0_peer_certificate(session_.get());
  if (certificate == nullptr || SSL_get_verify_result(session_.get()) != X509_V_OK) {
    return std::nullopt;
  }
  base::Result<auth::CertificateSummary> summary = auth::Summarize(certificate);
  return summary.ok() ? std::optional(*std::move(summary)) : std::nullopt;
}

}  // namespace stator::server
