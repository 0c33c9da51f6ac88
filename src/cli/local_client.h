#pragma once

#include <string>

#include "base/result.h"

namespace stator::cli {

// What a server answered.
struct LocalAnswer {
  int status = 0;
  std::string body;
};

// Makes one call with an X-Amz-Target and a JSON body over a unix socket, and waits for its answer,
// seconds at most. Fails with a text for people.
base::Result<LocalAnswer> CallLocally(const std::string& socket_path, const std::string& target,
                                      const std::string& body);

}  // namespace stator::cli
