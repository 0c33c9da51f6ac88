#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace stator::cli {

// What a self-signed certificate says, and where it goes.
struct SelfSignedOptions {
  std::vector<std::string> names;  // DNS names and IP addresses; the first is the subject, too
  int days = 365;                  // from now on
  std::string certificate_path = "stator-cert.pem";
  std::string key_path = "stator-key.pem";
};

// Makes a new P-256 key and a certificate for it, and writes both in PEM. The key is for its owner
// only. Files that are there are never replaced. Fails with a text for people.
base::Result<void> WriteSelfSigned(const SelfSignedOptions& options);

}  // namespace stator::cli
