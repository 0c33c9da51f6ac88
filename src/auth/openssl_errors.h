#pragma once

#include <openssl/err.h>

namespace stator::auth {

// OpenSSL keeps errors for each thread until somebody takes them. What it says of a call that fails
// is wrong when older ones are still there, so this comes before the call; and after one, so that
// it leaves none. Looking whether there are any costs a tenth of clearing.
inline void ClearOpenSslErrors() {
  if (ERR_peek_error() != 0) {
    ERR_clear_error();
  }
}

}  // namespace stator::auth
