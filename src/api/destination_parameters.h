#pragma once

#include <string>
#include <string_view>

#include "api/node.h"
#include "base/result.h"
#include "engine/table_requests.h"

// What the operations on Kinesis destinations share.
namespace stator::api {

// The request of an input of the form of shapes::kinesis_destination.
base::Result<engine::DestinationRequest> ReadDestination(const Node& body);

// Appends the answer; `configuration` is the name of the member with the precision, which is there
// when the request had one.
void AppendDestinationResult(const engine::DestinationResult& result,
                             std::string_view configuration, std::string& out);

std::string_view DestinationStatusName(engine::DestinationStatus status);

}  // namespace stator::api
