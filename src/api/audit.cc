#include "api/audit.h"

#include <algorithm>
#include <array>
#include <ctime>
#include <optional>
#include <utility>

#include "api/document.h"
#include "api/error_json.h"
#include "api/json_writer.h"
#include "api/operation.h"
#include "partiql/parser.h"

namespace stator::api {

namespace {

using base::ErrorCode;

// Operations on items, as AWS CloudTrail tells them from the others.
constexpr std::array<std::string_view, 15> kDataPlane = {"BatchExecuteStatement",
                                                         "BatchGetItem",
                                                         "BatchWriteItem",
                                                         "DeleteItem",
                                                         "ExecuteStatement",
                                                         "ExecuteTransaction",
                                                         "GetItem",
                                                         "GetRecords",
                                                         "GetShardIterator",
                                                         "PutItem",
                                                         "Query",
                                                         "Scan",
                                                         "TransactGetItems",
                                                         "TransactWriteItems",
                                                         "UpdateItem"};

bool IsDataPlane(std::string_view name) {
  return std::ranges::find(kDataPlane, name) != kDataPlane.end();
}

bool IsRefusedSignature(ErrorCode code) {
  return code == ErrorCode::kMissingAuthenticationToken ||
         code == ErrorCode::kIncompleteSignature || code == ErrorCode::kInvalidSignature ||
         code == ErrorCode::kUnrecognizedClient || code == ErrorCode::kExpiredToken;
}

bool NamesResource(std::string_view member) {
  return member == "TableName" || member.ends_with("Arn") || member == "GlobalTableName";
}

// Whether it is a list of what could be calls of their own.
bool HasParts(std::string_view member) {
  return member == "TransactItems" || member == "TransactStatements" || member == "Statements";
}

void AddResource(std::string_view text, std::vector<std::string>& resources) {
  if (std::ranges::find(resources, text) == resources.end()) {
    resources.emplace_back(text);
  }
}

void AddResources(const Node& node, std::vector<std::string>& resources);

// Adds what a member of a structure names.
void AddMember(const Field& field, const Node& member, std::vector<std::string>& resources) {
  const ShapeType type = member.shape().type;
  if (type == ShapeType::kString && NamesResource(field.name)) {
    AddResource(member.text(), resources);
  } else if (type == ShapeType::kString && field.name == "Statement") {
    if (const std::optional<std::string> table = partiql::TableOfStatement(member.text())) {
      AddResource(*table, resources);
    }
  } else if (type == ShapeType::kMap && field.name == "RequestItems") {
    for (const NodeEntry& entry : member.entries()) {
      AddResource(entry.key, resources);
    }
  } else if (type == ShapeType::kStructure) {
    AddResources(member, resources);
  } else if (type == ShapeType::kList && HasParts(field.name)) {
    for (const Node* const element : member.elements()) {
      if (element != nullptr) {
        AddResources(*element, resources);
      }
    }
  }
}

// Adds what a structure names, itself and in its members. The shapes bound the depth.
void AddResources(const Node& node, std::vector<std::string>& resources) {
  for (const Field& field : node.shape().fields) {
    if (const Node* const member = node.Member(field.index)) {
      AddMember(field, *member, resources);
    }
  }
}

std::vector<std::string> ResourcesOf(const Request& request, const Operation& operation) {
  std::vector<std::string> resources;
  Document document;
  const base::Result<Node*> body = document.Parse(request.body, *operation.input);
  if (body.ok()) {
    AddResources(**body, resources);
  }
  return resources;
}

// What was not verified may be any bytes.
std::string Printable(std::string_view text) {
  constexpr size_t kMostBytes = 256;
  std::string out(text.substr(0, kMostBytes));
  std::ranges::replace_if(
      out, [](char c) { return c < ' ' || c > '~'; }, '?');
  return out;
}

std::string ActorOf(const Request& request, std::string_view access_key_id) {
  if (request.caller != nullptr) {
    return request.caller->arn;
  }
  if (!access_key_id.empty()) {
    return "access key " + Printable(access_key_id);
  }
  return request.client_fingerprint.empty() ? "unknown"
                                            : "certificate " + request.client_fingerprint;
}

}  // namespace

std::string AuditLine(const AuditEvent& event, int64_t now_micros) {
  constexpr int64_t kMicros = 1'000'000;
  const std::time_t seconds = now_micros / kMicros;
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 32> time{};
  const size_t bytes = std::strftime(time.data(), time.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  std::string line;
  ObjectWriter object(line);
  object.String("audit", std::string_view(time.data(), bytes));
  object.String("actor", event.actor);
  if (!event.account.empty()) {
    object.String("account", event.account);
  }
  object.String("from", event.source_address);
  object.String("action", event.action);
  ArrayWriter resources(object.Member("resources"));
  for (const std::string& resource : event.resources) {
    resources.String(resource);
  }
  resources.End();
  object.String("outcome", event.outcome);
  object.End();
  return line;
}

Auditor::Auditor(AuditLog log, std::vector<std::string> tables)
    : log_(std::move(log)), tables_(std::move(tables)) {}

void Auditor::Observe(const Request& request, const Response& response,
                      std::string_view access_key_id) const {
  const Operation* const operation = FindOperation(request.target);
  const bool refused = response.error && IsRefusedSignature(*response.error);
  const bool denied = refused || response.error == ErrorCode::kAccessDenied;
  const bool is_control = operation != nullptr && !IsDataPlane(operation->name);
  const bool may_touch = operation != nullptr && !tables_.empty();
  if (!denied && !is_control && !may_touch) {
    return;
  }
  AuditEvent event{.actor = ActorOf(request, access_key_id),
                   .source_address = request.source_address};
  event.action = operation != nullptr ? "dynamodb:" + std::string(operation->name)
                                      : "sts";  // its calls alone have no target
  if (operation != nullptr && !refused) {
    event.resources = ResourcesOf(request, *operation);
  }
  if (!denied && !is_control && !Touches(event.resources)) {
    return;
  }
  if (request.caller != nullptr) {
    event.account = request.caller->account;
  }
  event.outcome = response.error ? ErrorName(*response.error) : "ok";
  log_(event);
}

// A call that names no table, such as GetRecords, may touch any.
bool Auditor::Touches(const std::vector<std::string>& resources) const {
  return resources.empty() || std::ranges::any_of(resources, [this](const std::string& resource) {
           const size_t at = resource.find(":table/");
           const std::string_view name =
               at == std::string::npos
                   ? std::string_view(resource)
                   : std::string_view(resource).substr(at + std::string_view(":table/").size());
           return std::ranges::find(tables_, name.substr(0, name.find('/'))) != tables_.end();
         });
}

}  // namespace stator::api
