#include "server/tls_session.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include "base/check.h"

namespace stator::server {

namespace {

constexpr size_t kKeptOutputBytes = 64 * 1024;  // of a session with nothing to send

// Memory that tells a reader at its end to come back, not that nothing follows.
BIO* MakeMemory() {
  BIO* const memory = BIO_new(BIO_s_mem());
  STATOR_CHECK(memory != nullptr);
  BIO_set_mem_eof_return(memory, -1);
  return memory;
}

}  // namespace

void TlsSession::Free::operator()(ssl_st* session) const { SSL_free(session); }

TlsSession::TlsSession(const TlsContext& context)
    : session_(SSL_new(context.get())), from_client_(MakeMemory()), to_client_(MakeMemory()) {
  STATOR_CHECK(session_ != nullptr);
  SSL_set_bio(session_.get(), from_client_, to_client_);
  SSL_set_accept_state(session_.get());
}

TlsSession::~TlsSession() = default;

TlsSession::Status TlsSession::Receive(ReadBuffer& plain) {
  const std::string_view bytes = received_.view();
  STATOR_CHECK(BIO_write(from_client_, bytes.data(), static_cast<int>(bytes.size())) ==
               static_cast<int>(bytes.size()));
  received_.Consume(bytes.size());
  received_.Shrink();
  ERR_clear_error();
  int returned = 1;
  while (returned == 1) {
    size_t read_bytes = 0;  // a call that fails leaves it as it is
    plain.Reserve(plain.size() + 1);
    returned = SSL_read_ex(session_.get(), plain.FreeSpace(), plain.FreeBytes(), &read_bytes);
    plain.Produce(read_bytes);
    if (returned == 1 && BIO_pending(from_client_) == 0 && SSL_has_pending(session_.get()) == 0) {
      TakeOutput();
      return Status::kOpen;  // as the next call would find out, for half the price of this one
    }
  }
  const int error = SSL_get_error(session_.get(), returned);
  TakeOutput();
  if (error == SSL_ERROR_WANT_READ) {
    return Status::kOpen;
  }
  if (error == SSL_ERROR_ZERO_RETURN) {
    return Status::kEnded;
  }
  const int reason = ERR_GET_REASON(ERR_peek_error());
  ERR_clear_error();
  return reason == SSL_R_HTTP_REQUEST ? Status::kPlainHttp : Status::kFailed;
}

bool TlsSession::Send(std::string_view plain) {
  ERR_clear_error();
  size_t written = 0;
  const bool sealed = SSL_write_ex(session_.get(), plain.data(), plain.size(), &written) == 1;
  ERR_clear_error();
  TakeOutput();
  return sealed;
}

void TlsSession::End() {
  if (established()) {
    (void)SSL_shutdown(session_.get());  // whether the client answers does not matter
    ERR_clear_error();
    TakeOutput();
  }
}

void TlsSession::MarkSent(size_t bytes) {
  output_sent_ += bytes;
  if (output_sent_ == output_.size()) {
    output_sent_ = 0;
    if (output_.capacity() > kKeptOutputBytes) {
      output_ = std::string();
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

void TlsSession::TakeOutput() {
  char* data = nullptr;
  const auto bytes = BIO_get_mem_data(to_client_, &data);
  if (bytes > 0) {
    output_.append(data, static_cast<size_t>(bytes));
    (void)BIO_reset(to_client_);
  }
}

}  // namespace stator::server
