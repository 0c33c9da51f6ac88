#pragma once

#include <memory>

#include <openssl/types.h>

#include "base/mutex.h"
#include "base/result.h"
#include "server/http_server_options.h"

namespace stator::server {

// What all TLS sessions of a server share: certificate, key, protocol versions, ciphers, the keys
// of session tickets. Immutable; all threads may use it.
//
// TLS 1.2 and 1.3 with forward secrecy only. Sessions are resumed by tickets, which the client
// keeps, so that clients make nothing grow here. No renegotiation, no early data.
class TlsContext {
 public:
  // Reads the files. Fails with kValidation and a text for people.
  static base::Result<std::shared_ptr<const TlsContext>> Load(const TlsOptions& options);

  ~TlsContext();
  TlsContext(const TlsContext&) = delete;
  TlsContext& operator=(const TlsContext&) = delete;

  ssl_ctx_st* get() const { return context_; }

 private:
  explicit TlsContext(ssl_ctx_st* context) : context_(context) {}

  ssl_ctx_st* const context_;
};

// The context for new connections. Replacing it leaves the connections that there are alone. All
// threads may call it.
class TlsContextSource {
 public:
  TlsContextSource(TlsOptions options, std::shared_ptr<const TlsContext> first)
      : options_(std::move(options)), current_(std::move(first)) {}

  std::shared_ptr<const TlsContext> Current() const EXCLUDES(mutex_) {
    const base::MutexLock lock(mutex_);
    return current_;
  }

  // Reads the files again. When that fails, what was read before stays.
  base::Result<void> Reload() EXCLUDES(mutex_);

 private:
  const TlsOptions options_;
  mutable base::Mutex mutex_;
  std::shared_ptr<const TlsContext> current_ GUARDED_BY(mutex_);
};

}  // namespace stator::server
