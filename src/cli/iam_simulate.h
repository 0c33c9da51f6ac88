#pragma once

#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace stator::cli {

// What `stator iam simulate` asks: whether policies in files allow a request. Nothing is sent to a
// server.
struct SimulateOptions {
  std::vector<std::string> policies;  // files, here and below
  std::optional<std::string> boundary;
  std::vector<std::string> session_policies;
  std::optional<std::string> resource_policy;
  std::string principal = "arn:aws:iam::000000000000:user/user";
  bool administrator = false;
  std::string action;                // dynamodb:GetItem
  std::string resource = "*";        // an ARN
  std::vector<std::string> context;  // KEY=VALUE; a key may come several times
  std::vector<std::string> any;      // keys of which every value is possible, as for a Scan
};

// Writes the decision, the statement that decided, and if none did, why each of those that could
// have allowed the request does not apply. Returns whether it is allowed. Fails, with a text for
// people, when a file or an option cannot be read; a policy that is not understood is a decision.
base::Result<bool> SimulatePolicies(const SimulateOptions& options, const base::Clock& clock,
                                    std::ostream& out);

}  // namespace stator::cli
