#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <openssl/types.h>

#include "auth/certificate.h"
#include "server/read_buffer.h"
#include "server/tls_context.h"

namespace stator::server {

// The server's side of one TLS connection, apart from its socket: bytes from the client go in, what
// they say comes out, and the other way round. It makes no system call, so that a connection reads
// and writes its socket the same way with TLS and without. Not synchronized.
class TlsSession {
 public:
  explicit TlsSession(const TlsContext& context);
  ~TlsSession();
  TlsSession(const TlsSession&) = delete;
  TlsSession& operator=(const TlsSession&) = delete;

  // What came of bytes from the client.
  enum class Status : uint8_t {
    kOpen,
    kEnded,      // the client says that nothing follows
    kPlainHttp,  // the first bytes are HTTP without TLS
    kFailed,     // no TLS, or an end for a reason that the answer names
  };

  // Where bytes from the client go, before Receive.
  ReadBuffer& received() { return received_; }
  // Takes all that was received, and appends what it says to `plain`. There may be output
  // afterwards, whatever the status: the handshake's, or why it failed.
  Status Receive(ReadBuffer& plain);

  // Makes output of what the server says. REQUIRES: established. False when the session is over.
  [[nodiscard]] bool Send(std::string_view plain);
  // Says that nothing follows.
  void End();

  // Output that MarkSent has not been told of.
  std::string_view unsent() const { return std::string_view(output_).substr(output_sent_); }
  void MarkSent(size_t bytes);

  // Whether the handshake is done.
  bool established() const;
  // The client's certificate, which is verified and proved to be its own; nullopt without one.
  std::optional<auth::CertificateSummary> ClientCertificate() const;

 private:
  // Frees OpenSSL's object.
  struct Free {
    void operator()(ssl_st* session) const;
  };

  struct Buffers;

  const std::unique_ptr<ssl_st, Free> session_;
  ReadBuffer received_;
  std::string output_;
  size_t output_sent_ = 0;
};

}  // namespace stator::server
