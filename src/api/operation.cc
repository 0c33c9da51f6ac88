#include "api/operation.h"

#include "api/operations/operations.h"

namespace stator::api {
namespace {

// A service and the first part of its targets.
struct ServicePrefix {
  Service service;
  std::string_view prefix;
};
constexpr ServicePrefix kServices[] = {{Service::kDynamoDb, "DynamoDB_20120810."},
                                       {Service::kStreams, "DynamoDBStreams_20120810."}};

constexpr const Operation* kOperations[] = {
#define STATOR_OPERATION(name) &operations::k##name,
#include "api/operations/operations.def"
#undef STATOR_OPERATION
};

}  // namespace

const Operation* FindOperation(std::string_view target) {
  for (const auto& [service, prefix] : kServices) {
    if (!target.starts_with(prefix)) {
      continue;
    }
    const std::string_view name = target.substr(prefix.size());
    for (const Operation* operation : kOperations) {
      if (operation->name == name && operation->service == service) {
        return operation;
      }
    }
  }
  return nullptr;
}

std::vector<std::string> OperationTargets() {
  std::vector<std::string> targets;
  for (const Operation* operation : kOperations) {
    for (const auto& [service, prefix] : kServices) {
      if (operation->service == service) {
        targets.push_back(std::string(prefix) + std::string(operation->name));
      }
    }
  }
  return targets;
}

}  // namespace stator::api
