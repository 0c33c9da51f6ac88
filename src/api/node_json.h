#pragma once

#include <string>

#include "api/json_writer.h"
#include "api/node.h"

// Requests written back as JSON, for answers that return what was not processed.
namespace stator::api {

// Appends the node as JSON. Items that were taken out are gone.
void AppendNodeJson(const Node& node, std::string& out);

// Writes a member of a structure when it is present.
void WriteMemberJson(const Node& structure, size_t member, ObjectWriter& object);

}  // namespace stator::api
