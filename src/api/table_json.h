#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/table_requests.h"

// The control plane's answers as JSON.
namespace stator::api {

// Appends a TableDescription. One that is being deleted has no key, attributes and creation time,
// as with the service.
void AppendTableDescription(const engine::TableDescription& description, std::string& out);

// `Encode` of CreateTable, UpdateTable and DeleteTable.
void EncodeTableDescription(const engine::TableDescription& description, std::string& out);

// "ACTIVE", ...
std::string_view TableStatusName(engine::TableStatus status);

// "NEW_IMAGE", ...
std::string_view StreamViewName(engine::StreamViewType view);

// Appends a KeySchema.
void AppendKeySchema(const model::KeySchema& key, std::string& out);

// Appends a time as the service does: seconds since 1970 with milliseconds, 1.732302E9.
void AppendTimestamp(int64_t micros, std::string& out);

// Appends a TagList.
void AppendTags(const std::vector<engine::Tag>& tags, std::string& out);

}  // namespace stator::api
