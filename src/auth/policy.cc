#include "auth/policy.h"

#include <algorithm>
#include <set>
#include <utility>

#include <simdjson.h>

namespace stator::auth {
namespace {

using simdjson::dom::element;

constexpr std::string_view kVersionWithVariables = "2012-10-17";
constexpr std::string_view kOldVersion = "2008-10-17";

base::Error Invalid(std::string message) { return base::ValidationError(std::move(message)); }

// The members of an object, each of which may be there once.
base::Result<simdjson::dom::object> ObjectOf(const element& json, std::string_view what) {
  simdjson::dom::object object;
  if (json.get(object) != simdjson::SUCCESS) {
    return Invalid(std::string(what) + " is not an object");
  }
  std::set<std::string_view> names;
  for (const auto& [name, value] : object) {
    if (!names.insert(name).second) {
      return Invalid("\"" + std::string(name) + "\" stands twice in " + std::string(what));
    }
  }
  return object;
}

base::Result<std::string_view> TextOf(const element& json, std::string_view what) {
  std::string_view text;
  if (json.get(text) != simdjson::SUCCESS) {
    return Invalid(std::string(what) + " is not a string");
  }
  return text;
}

// One string, or a list of strings that is not empty.
base::Result<std::vector<std::string>> TextsOf(const element& json, std::string_view what) {
  simdjson::dom::array array;
  if (json.get(array) != simdjson::SUCCESS) {
    STATOR_ASSIGN_OR_RETURN(const std::string_view text, TextOf(json, what));
    return std::vector<std::string>{std::string(text)};
  }
  std::vector<std::string> texts;
  for (const element member : array) {
    STATOR_ASSIGN_OR_RETURN(const std::string_view text, TextOf(member, what));
    texts.emplace_back(text);
  }
  if (texts.empty()) {
    return Invalid(std::string(what) + " is empty");
  }
  return texts;
}

// A value of a condition: numbers and booleans stand for their text.
base::Result<std::string> ScalarOf(const element& json) {
  switch (json.type()) {
    case simdjson::dom::element_type::STRING:
    case simdjson::dom::element_type::INT64:
    case simdjson::dom::element_type::UINT64:
    case simdjson::dom::element_type::DOUBLE:
    case simdjson::dom::element_type::BOOL:
      break;
    default:
      return Invalid("a condition has a value that is neither text, number nor boolean");
  }
  if (std::string_view text; json.get(text) == simdjson::SUCCESS) {
    return std::string(text);
  }
  return simdjson::minify(json);
}

base::Result<std::vector<std::string>> ConditionValuesOf(const element& json) {
  std::vector<std::string> values;
  simdjson::dom::array array;
  if (json.get(array) != simdjson::SUCCESS) {
    STATOR_ASSIGN_OR_RETURN(std::string value, ScalarOf(json));
    values.push_back(std::move(value));
    return values;
  }
  for (const element member : array) {
    STATOR_ASSIGN_OR_RETURN(std::string value, ScalarOf(member));
    values.push_back(std::move(value));
  }
  return values;
}

base::Result<PolicyText> ParseAction(const std::string& action) {
  const size_t colon = action.find(':');
  if (action != "*" && (colon == 0 || colon == std::string::npos || colon + 1 == action.size())) {
    return Invalid("the action \"" + action + "\" is neither * nor a service and an action");
  }
  return PolicyText::Parse(ToLower(action), {.wildcards = true});
}

base::Result<PolicyText> ParseResource(const std::string& resource, bool variables) {
  if (resource != "*" && !resource.starts_with("arn:") && !resource.starts_with("arn*")) {
    return Invalid("the resource \"" + resource + "\" is neither * nor an ARN");
  }
  return PolicyText::Parse(resource, {.wildcards = true, .variables = variables});
}

base::Result<PolicyPrincipals> ParsePrincipals(const element& json) {
  PolicyPrincipals principals;
  if (std::string_view text; json.get(text) == simdjson::SUCCESS) {
    if (text != "*") {
      return Invalid("Policy contains an invalid principal: " + std::string(text));
    }
    STATOR_RETURN_IF_ERROR(principals.AddAws(text));
    return principals;
  }
  STATOR_ASSIGN_OR_RETURN(const simdjson::dom::object object, ObjectOf(json, "Principal"));
  if (object.size() == 0) {
    return Invalid("Principal is empty");
  }
  for (const auto& [kind, value] : object) {
    STATOR_ASSIGN_OR_RETURN(const std::vector<std::string> names, TextsOf(value, "Principal"));
    if (kind == "Service" || kind == "Federated" || kind == "CanonicalUser") {
      principals.AddOther();
      continue;
    }
    if (kind != "AWS") {
      return Invalid("Policy contains an invalid principal: " + std::string(kind));
    }
    for (const std::string& name : names) {
      STATOR_RETURN_IF_ERROR(principals.AddAws(name));
    }
  }
  return principals;
}

base::Result<std::vector<PolicyCondition>> ParseConditions(const element& json, bool variables) {
  std::vector<PolicyCondition> conditions;
  STATOR_ASSIGN_OR_RETURN(const simdjson::dom::object operators, ObjectOf(json, "Condition"));
  for (const auto& [name, block] : operators) {
    STATOR_ASSIGN_OR_RETURN(const simdjson::dom::object keys, ObjectOf(block, name));
    for (const auto& [key, value] : keys) {
      STATOR_ASSIGN_OR_RETURN(const std::vector<std::string> values, ConditionValuesOf(value));
      STATOR_ASSIGN_OR_RETURN(PolicyCondition condition,
                              PolicyCondition::Parse(name, key, values, variables));
      conditions.push_back(std::move(condition));
    }
  }
  return conditions;
}

// Reads the members of one statement.
class StatementReader {
 public:
  StatementReader(PolicyKind kind, bool variables) : kind_(kind), variables_(variables) {
    // A trust policy is about the role that has it: about all resources but none.
    statement_.not_resources = kind == PolicyKind::kTrust;
  }

  base::Result<PolicyStatement> Read(const element& json) {
    STATOR_ASSIGN_OR_RETURN(const simdjson::dom::object object, ObjectOf(json, "a statement"));
    for (const auto& [name, value] : object) {
      STATOR_RETURN_IF_ERROR(ReadMember(name, value));
    }
    STATOR_RETURN_IF_ERROR(Check());
    return std::move(statement_);
  }

 private:
  base::Result<void> ReadMember(std::string_view name, const element& value) {
    if (name == "Sid") {
      STATOR_ASSIGN_OR_RETURN(statement_.sid, TextOf(value, name));
    } else if (name == "Effect") {
      STATOR_ASSIGN_OR_RETURN(const std::string_view effect, TextOf(value, name));
      if (effect != "Allow" && effect != "Deny") {
        return Invalid("the effect \"" + std::string(effect) + "\" is neither Allow nor Deny");
      }
      has_effect_ = true;
      statement_.denies = effect == "Deny";
    } else if (name == "Action" || name == "NotAction") {
      return ReadActions(value, name);
    } else if (name == "Resource" || name == "NotResource") {
      return ReadResources(value, name);
    } else if (name == "Principal" || name == "NotPrincipal") {
      statement_.not_principals = name == "NotPrincipal";
      ++principal_members_;
      STATOR_ASSIGN_OR_RETURN(statement_.principals, ParsePrincipals(value));
    } else if (name == "Condition") {
      STATOR_ASSIGN_OR_RETURN(statement_.conditions, ParseConditions(value, variables_));
    } else {
      return Invalid("a statement has the unknown element \"" + std::string(name) + "\"");
    }
    return {};
  }

  base::Result<void> ReadActions(const element& value, std::string_view name) {
    ++action_members_;
    statement_.not_actions = name == "NotAction";
    STATOR_ASSIGN_OR_RETURN(statement_.action_names, TextsOf(value, name));
    for (const std::string& action : statement_.action_names) {
      STATOR_ASSIGN_OR_RETURN(PolicyText text, ParseAction(action));
      statement_.actions.push_back(std::move(text));
    }
    return {};
  }

  base::Result<void> ReadResources(const element& value, std::string_view name) {
    ++resource_members_;
    statement_.not_resources = name == "NotResource";
    STATOR_ASSIGN_OR_RETURN(const std::vector<std::string> resources, TextsOf(value, name));
    for (const std::string& resource : resources) {
      STATOR_ASSIGN_OR_RETURN(PolicyText text, ParseResource(resource, variables_));
      statement_.resources.push_back(std::move(text));
    }
    return {};
  }

  // What the members say about each other.
  base::Result<void> Check() const {
    if (!has_effect_) {
      return Invalid("a statement has no Effect");
    }
    if (action_members_ != 1) {
      return Invalid("a statement needs either Action or NotAction");
    }
    if (kind_ == PolicyKind::kTrust && resource_members_ != 0) {
      return Invalid("a trust policy has no Resource");
    }
    if (kind_ != PolicyKind::kTrust && resource_members_ != 1) {
      return Invalid("a statement needs either Resource or NotResource");
    }
    if (kind_ == PolicyKind::kIdentity && principal_members_ != 0) {
      return Invalid("only policies of resources may have a Principal");
    }
    if (kind_ != PolicyKind::kIdentity && principal_members_ != 1) {
      return Invalid("a statement of a resource's policy needs either Principal or NotPrincipal");
    }
    if (statement_.not_principals && !statement_.denies) {
      return Invalid("NotPrincipal goes with the effect Deny only");
    }
    return {};
  }

  const PolicyKind kind_;
  const bool variables_;
  PolicyStatement statement_;
  bool has_effect_ = false;
  int action_members_ = 0;
  int resource_members_ = 0;
  int principal_members_ = 0;
};

// The text may only hold the characters that policies may have: no control characters, which also
// stand for wildcards, and none beyond U+00FF.
base::Result<void> CheckCharacters(std::string_view text) {
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool control = byte < 0x20 && c != '\t' && c != '\n' && c != '\r';
    if (control || byte == 0x7f || byte > 0xc3) {
      return Invalid("a policy may only hold characters from U+0020 to U+00FF, and line breaks");
    }
  }
  return {};
}

base::Result<std::vector<PolicyStatement>> ReadStatements(const element& json, PolicyKind kind,
                                                          bool variables) {
  std::vector<PolicyStatement> statements;
  simdjson::dom::array array;
  if (json.get(array) != simdjson::SUCCESS) {
    STATOR_ASSIGN_OR_RETURN(PolicyStatement statement, StatementReader(kind, variables).Read(json));
    statements.push_back(std::move(statement));
    return statements;
  }
  std::set<std::string> sids;
  for (const element member : array) {
    STATOR_ASSIGN_OR_RETURN(PolicyStatement statement,
                            StatementReader(kind, variables).Read(member));
    if (!statement.sid.empty() && !sids.insert(statement.sid).second) {
      return Invalid("two statements have the Sid \"" + statement.sid + "\"");
    }
    statements.push_back(std::move(statement));
  }
  if (statements.empty()) {
    return Invalid("a policy needs a statement");
  }
  return statements;
}

base::Result<Policy> ReadPolicy(const element& json, PolicyKind kind) {
  STATOR_ASSIGN_OR_RETURN(const simdjson::dom::object object, ObjectOf(json, "a policy"));
  Policy policy;
  std::string_view version = kOldVersion;  // the default
  std::optional<element> statements;
  for (const auto& [name, value] : object) {
    if (name == "Version") {
      STATOR_ASSIGN_OR_RETURN(version, TextOf(value, name));
    } else if (name == "Id") {
      STATOR_ASSIGN_OR_RETURN(policy.id, TextOf(value, name));
    } else if (name == "Statement") {
      statements = value;
    } else {
      return Invalid("a policy has the unknown element \"" + std::string(name) + "\"");
    }
  }
  if (version != kVersionWithVariables && version != kOldVersion) {
    return Invalid("the version \"" + std::string(version) + "\" is not known");
  }
  if (!statements) {
    return Invalid("a policy needs a statement");
  }
  STATOR_ASSIGN_OR_RETURN(policy.statements,
                          ReadStatements(*statements, kind, version == kVersionWithVariables));
  return policy;
}

// The actions that are about a resource; no resource's policy can grant others, such as ListTables.
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_dynamodb.html
constexpr std::string_view kResourceActions[] = {
    "AssociateTableReplica",
    "BatchGetItem",
    "BatchWriteItem",
    "ConditionCheckItem",
    "CreateBackup",
    "CreateGlobalTable",
    "CreateTable",
    "CreateTableReplica",
    "DeleteBackup",
    "DeleteItem",
    "DeleteResourcePolicy",
    "DeleteTable",
    "DeleteTableReplica",
    "DescribeBackup",
    "DescribeContinuousBackups",
    "DescribeContributorInsights",
    "DescribeExport",
    "DescribeGlobalTable",
    "DescribeGlobalTableSettings",
    "DescribeImport",
    "DescribeKinesisStreamingDestination",
    "DescribeStream",
    "DescribeTable",
    "DescribeTableReplicaAutoScaling",
    "DescribeTimeToLive",
    "DisableKinesisStreamingDestination",
    "EnableKinesisStreamingDestination",
    "ExportTableToPointInTime",
    "GetItem",
    "GetRecords",
    "GetResourcePolicy",
    "GetShardIterator",
    "ImportTable",
    "InjectError",
    "ListTagsOfResource",
    "PartiQLDelete",
    "PartiQLInsert",
    "PartiQLSelect",
    "PartiQLUpdate",
    "PutItem",
    "PutResourcePolicy",
    "Query",
    "ReadDataForReplication",
    "ReplicateSettings",
    "RestoreTableFromAwsBackup",
    "RestoreTableFromBackup",
    "RestoreTableToPointInTime",
    "Scan",
    "SearchVectors",
    "StartAwsBackupJob",
    "TagResource",
    "UntagResource",
    "UpdateContinuousBackups",
    "UpdateContributorInsights",
    "UpdateGlobalTable",
    "UpdateGlobalTableSettings",
    "UpdateGlobalTableVersion",
    "UpdateItem",
    "UpdateKinesisStreamingDestination",
    "UpdateTable",
    "UpdateTableReplicaAutoScaling",
    "UpdateTimeToLive",
    "WriteDataForReplication",
};

bool MatchesResourceAction(const PolicyText& action) {
  const PolicyContext none;
  return std::any_of(
      std::begin(kResourceActions), std::end(kResourceActions),
      [&](std::string_view name) { return action.Matches("dynamodb:" + ToLower(name), none); });
}

base::Result<void> CheckResourceActions(const Policy& policy) {
  std::string unknown;
  for (const PolicyStatement& statement : policy.statements) {
    for (size_t i = 0; i < statement.actions.size(); ++i) {
      if (!MatchesResourceAction(statement.actions[i])) {
        unknown += (unknown.empty() ? "\"" : ", \"") + statement.action_names[i] + "\"";
      }
    }
  }
  if (!unknown.empty()) {
    return Invalid("The following action names are invalid: " + unknown);
  }
  return {};
}

}  // namespace

base::Result<Policy> ParsePolicy(std::string_view document, PolicyKind kind) {
  STATOR_RETURN_IF_ERROR(CheckCharacters(document));
  simdjson::dom::parser parser;
  element json;
  // The copy that the parser makes has the padding it needs.
  if (parser.parse(document.data(), document.size(), true).get(json) != simdjson::SUCCESS) {
    return Invalid("the policy is not valid JSON");
  }
  return ReadPolicy(json, kind);
}

base::Result<void> ValidatePolicy(std::string_view document, PolicyKind kind) {
  const size_t limit = kind == PolicyKind::kResource ? kResourcePolicyBytes : kIdentityPolicyBytes;
  if (document.size() > limit) {
    return Invalid("the policy has " + std::to_string(document.size()) + " bytes, " +
                   std::to_string(limit) + " are allowed");
  }
  STATOR_ASSIGN_OR_RETURN(const Policy policy, ParsePolicy(document, kind));
  return kind == PolicyKind::kResource ? CheckResourceActions(policy) : base::Result<void>();
}

}  // namespace stator::auth
