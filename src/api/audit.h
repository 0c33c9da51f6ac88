#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "api/call.h"

namespace stator::api {

// What an operator wants to know of a call afterwards: who, from where, what, and how it ended.
// Never an item, a secret, or a value of a condition.
struct AuditEvent {
  // An ARN; of a refused call, the access key that it named, or the client's certificate.
  std::string actor;
  std::string account = {};  // of the actor
  std::string source_address = {};
  std::string action = {};                  // such as dynamodb:CreateTable
  std::vector<std::string> resources = {};  // as the call named them
  std::string outcome = {};                 // "ok" or the name of the error
};

// Takes each event once. Any thread calls it; it must not block for long. Empty: nothing is
// audited.
using AuditLog = std::function<void(const AuditEvent& event)>;

// One line of JSON without its end: the time and the event.
std::string AuditLine(const AuditEvent& event, int64_t now_micros);

// Says which calls of the DynamoDB API are audited: those of the control plane, all that were
// denied, and the others on certain tables. All threads may call it.
class Auditor {
 public:
  // `tables` are names.
  Auditor(AuditLog log, std::vector<std::string> tables);

  // Looks at a call that has been answered. `access_key_id` is the one that the request named,
  // which need not be its own.
  void Observe(const Request& request, const Response& response,
               std::string_view access_key_id) const;

 private:
  bool Touches(const std::vector<std::string>& resources) const;

  const AuditLog log_;
  const std::vector<std::string> tables_;
};

}  // namespace stator::api
