#include "api/operation.h"

#include "api/operations/operations.h"

namespace stator::api {
namespace {

constexpr std::string_view kServices[] = {"DynamoDB_20120810.", "DynamoDBStreams_20120810."};

constexpr const Operation* kOperations[] = {
#define STATOR_OPERATION(name) &operations::k##name,
#include "api/operations/operations.def"
#undef STATOR_OPERATION
};

}  // namespace

const Operation* FindOperation(std::string_view target) {
  for (const std::string_view service : kServices) {
    if (!target.starts_with(service)) {
      continue;
    }
    const std::string_view name = target.substr(service.size());
    for (const Operation* operation : kOperations) {
      if (operation->name == name) {
        return operation;
      }
    }
  }
  return nullptr;
}

}  // namespace stator::api
