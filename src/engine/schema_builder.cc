#include "engine/schema_builder.h"

#include <algorithm>
#include <set>
#include <utility>

#include "model/limits.h"

namespace stator::engine {
namespace {

using model::IndexSchema;
using model::KeyAttribute;
using model::ProjectionType;
using model::TableSchema;

base::Error InvalidKey(std::string_view what) {
  return base::ValidationError("Invalid KeySchema: " + std::string(what));
}

// "[a, b]", as the service prints lists.
template <typename Names>
std::string Brackets(const Names& names) {
  std::string text = "[";
  for (const std::string& name : names) {
    text += text.size() > 1 ? ", " + name : name;
  }
  return text + "]";
}

std::vector<std::string> NamesOf(const std::vector<KeyAttribute>& definitions) {
  std::vector<std::string> names;
  names.reserve(definitions.size());
  for (const KeyAttribute& definition : definitions) {
    names.push_back(definition.name);
  }
  return names;
}

// The names of all key attributes of the table and its indexes, each once, in order of appearance.
std::vector<std::string> KeyNames(const CreateTableRequest& request) {
  std::vector<std::string> names;
  const auto add = [&names](const std::vector<KeyElement>& key) {
    for (const KeyElement& element : key) {
      if (std::find(names.begin(), names.end(), element.attribute) == names.end()) {
        names.push_back(element.attribute);
      }
    }
  };
  add(request.key);
  for (const auto* indexes : {&request.local_indexes, &request.global_indexes}) {
    for (const IndexSpec& index : *indexes ? **indexes : std::vector<IndexSpec>{}) {
      add(index.key);
    }
  }
  return names;
}

bool AllDefined(const std::vector<std::string>& names,
                const std::vector<KeyAttribute>& definitions) {
  return std::all_of(names.begin(), names.end(), [&definitions](const std::string& name) {
    return HasDefinition(definitions, name);
  });
}

// K1, in the words for a table without indexes and those for one with indexes.
base::Result<void> CheckDefinitionsAreKeys(const CreateTableRequest& request) {
  const std::vector<std::string> keys = KeyNames(request);
  const std::vector<std::string> defined = NamesOf(request.attributes);
  const bool all_defined = AllDefined(keys, request.attributes);
  const bool has_indexes = request.local_indexes || request.global_indexes;
  if (all_defined && keys.size() == defined.size()) {
    return {};
  }
  if (!has_indexes && defined.size() > keys.size()) {
    return InvalidParameter(
        "Number of attributes in KeySchema does not exactly match number of attributes defined in "
        "AttributeDefinitions");
  }
  if (!has_indexes && defined.size() < keys.size()) {
    return InvalidKey("Some index key attribute have no definition");
  }
  if (!all_defined) {
    return InvalidParameter(
        "Some index key attributes are not defined in AttributeDefinitions. Keys: " +
        Brackets(keys) + ", AttributeDefinitions: " + Brackets(defined));
  }
  return InvalidParameter("Some AttributeDefinitions are not used. AttributeDefinitions: " +
                          Brackets(defined) + ", keys used: " + Brackets(keys));
}

base::Result<void> CheckLocalIndex(const CreateTableRequest& request, const IndexSpec& index) {
  STATOR_RETURN_IF_ERROR(CheckKeyElements(index.key, KeyOwner::kTable));
  if (index.key[0].attribute != request.key[0].attribute) {
    return InvalidParameter(
        "Index KeySchema does not have the same leading hash key as table KeySchema for index: " +
        index.name + ". index hash key: " + index.key[0].attribute +
        ", table hash key: " + request.key[0].attribute);
  }
  if (index.key.size() < 2) {
    return InvalidParameter("Index KeySchema does not have a range key for index: " + index.name);
  }
  return CheckProjection(index.projection);
}

base::Result<void> CheckLocalIndexes(const CreateTableRequest& request) {
  if (!request.local_indexes) {
    return {};
  }
  if (request.local_indexes->empty()) {
    return InvalidParameter("List of LocalSecondaryIndexes is empty");
  }
  if (request.local_indexes->size() > model::limits::kLocalIndexes) {
    return InvalidParameter("Number of LocalSecondaryIndexes exceeds per-table limit of " +
                            std::to_string(model::limits::kLocalIndexes));
  }
  if (request.key.size() < 2) {
    return InvalidParameter(
        "Table KeySchema does not have a range key, which is required when specifying a "
        "LocalSecondaryIndex");
  }
  for (const IndexSpec& index : *request.local_indexes) {
    STATOR_RETURN_IF_ERROR(CheckLocalIndex(request, index));
  }
  return {};
}

base::Result<void> CheckGlobalIndexes(const CreateTableRequest& request) {
  if (!request.global_indexes) {
    return {};
  }
  if (request.global_indexes->empty()) {
    return InvalidParameter("List of GlobalSecondaryIndexes is empty");
  }
  if (request.global_indexes->size() > model::limits::kGlobalIndexes) {
    return InvalidParameter("GlobalSecondaryIndex count exceeds the per-table limit of " +
                            std::to_string(model::limits::kGlobalIndexes));
  }
  for (const IndexSpec& index : *request.global_indexes) {
    STATOR_RETURN_IF_ERROR(CheckKeyElements(index.key, KeyOwner::kGlobalIndex));
    STATOR_RETURN_IF_ERROR(CheckProjection(index.projection));
  }
  return {};
}

base::Result<void> CheckIndexNames(const CreateTableRequest& request) {
  std::set<std::string_view> names;
  for (const auto* indexes : {&request.local_indexes, &request.global_indexes}) {
    if (!*indexes) {
      continue;
    }
    for (const IndexSpec& index : **indexes) {
      if (!names.insert(index.name).second) {
        return InvalidParameter("Duplicate index name: " + index.name);
      }
    }
  }
  return {};
}

IndexSchema BuildIndex(const IndexSpec& spec, const std::vector<KeyAttribute>& definitions) {
  IndexSchema index;
  index.name = spec.name;
  index.key = BuildKey(spec.key, definitions);
  index.projection = spec.projection.type.value_or(ProjectionType::kAll);
  index.non_key_attributes =
      spec.projection.non_key_attributes.value_or(std::vector<std::string>{});
  return index;
}

base::Result<void> CheckPair(const std::vector<KeyElement>& key) {
  if (key.size() < 2) {
    return {};
  }
  if (key[1].hash) {
    return InvalidKey("The second KeySchemaElement is not a RANGE key type");
  }
  if (key.size() > 2) {
    return InvalidKey(
        key[2].hash ? "The KeySchema exceeds the maximum allowed number of HASH key attributes"
                    : "The KeySchema exceeds the maximum allowed number of RANGE key "
                      "attributes");
  }
  return {};
}

base::Result<void> CheckComposite(const std::vector<KeyElement>& key) {
  size_t hash_count = 0;
  size_t range_count = 0;
  for (const KeyElement& element : key) {
    if (element.hash && range_count > 0) {
      return InvalidKey(
          "All HASH key attributes must precede RANGE key attributes in the KeySchema");
    }
    ++(element.hash ? hash_count : range_count);
  }
  if (hash_count > model::limits::kIndexKeyAttributes) {
    return InvalidKey("The KeySchema exceeds the maximum allowed number of HASH key attributes");
  }
  if (range_count > model::limits::kIndexKeyAttributes) {
    return InvalidKey("The KeySchema exceeds the maximum allowed number of RANGE key attributes");
  }
  return {};
}

}  // namespace

base::Error InvalidParameter(std::string_view what) {
  return base::ValidationError("One or more parameter values were invalid: " + std::string(what));
}

base::Result<void> CheckKeyElements(const std::vector<KeyElement>& key, KeyOwner owner) {
  if (key.empty() || !key[0].hash) {
    return InvalidKey("The first KeySchemaElement is not a HASH key type");
  }
  STATOR_RETURN_IF_ERROR(owner == KeyOwner::kTable ? CheckPair(key) : CheckComposite(key));
  std::set<std::string_view> names;
  for (const KeyElement& element : key) {
    if (!names.insert(element.attribute).second) {
      return base::ValidationError(
          "Both the Hash Key and the Range Key element in the KeySchema have the same name");
    }
  }
  return {};
}

model::KeySchema BuildKey(const std::vector<KeyElement>& key,
                          const std::vector<KeyAttribute>& definitions) {
  model::KeySchema schema;
  for (const KeyElement& element : key) {
    const auto definition = std::find_if(
        definitions.begin(), definitions.end(),
        [&element](const KeyAttribute& candidate) { return candidate.name == element.attribute; });
    STATOR_CHECK(definition != definitions.end());
    (element.hash ? schema.partition : schema.sort).push_back(*definition);
  }
  return schema;
}

bool HasDefinition(const std::vector<KeyAttribute>& definitions, std::string_view name) {
  return std::any_of(definitions.begin(), definitions.end(),
                     [name](const KeyAttribute& definition) { return definition.name == name; });
}

base::Result<void> CheckDefinitions(const std::vector<KeyAttribute>& definitions) {
  std::set<std::string_view> names;
  for (const KeyAttribute& definition : definitions) {
    if (!names.insert(definition.name).second) {
      return base::ValidationError("Cannot have two attributes with the same name");
    }
  }
  return {};
}

base::Result<void> CheckProjection(const ProjectionSpec& projection) {
  if (!projection.type) {
    return InvalidParameter("Unknown ProjectionType: null");
  }
  const bool has_attributes = projection.non_key_attributes.has_value();
  if (*projection.type == ProjectionType::kInclude) {
    return has_attributes ? base::Result<void>()
                          : InvalidParameter(
                                "ProjectionType is INCLUDE, but NonKeyAttributes is not specified");
  }
  if (has_attributes) {
    return InvalidParameter(*projection.type == ProjectionType::kAll
                                ? "ProjectionType is ALL, but NonKeyAttributes is specified"
                                : "ProjectionType is KEYS_ONLY, but NonKeyAttributes is specified");
  }
  return {};
}

base::Result<IndexSchema> BuildGlobalIndex(const IndexSpec& spec,
                                           const std::vector<KeyAttribute>& definitions) {
  STATOR_RETURN_IF_ERROR(CheckProjection(spec.projection));
  return BuildIndex(spec, definitions);
}

base::Result<void> CheckProjectedAttributes(const TableSchema& schema) {
  size_t count = 0;
  for (const auto* indexes : {&schema.local_indexes, &schema.global_indexes}) {
    for (const IndexSchema& index : *indexes) {
      count += index.non_key_attributes.size();
    }
  }
  if (count > model::limits::kProjectedAttributes) {
    return InvalidParameter(
        "Number of NonKeyAttributes over all indexes exceeds per-table limit of " +
        std::to_string(model::limits::kProjectedAttributes));
  }
  return {};
}

base::Result<TableSchema> BuildSchema(const CreateTableRequest& request) {
  STATOR_RETURN_IF_ERROR(CheckDefinitions(request.attributes));
  STATOR_RETURN_IF_ERROR(CheckKeyElements(request.key, KeyOwner::kTable));
  STATOR_RETURN_IF_ERROR(CheckLocalIndexes(request));
  STATOR_RETURN_IF_ERROR(CheckGlobalIndexes(request));
  STATOR_RETURN_IF_ERROR(CheckIndexNames(request));
  STATOR_RETURN_IF_ERROR(CheckDefinitionsAreKeys(request));

  TableSchema schema;
  schema.name = request.table;
  schema.key = BuildKey(request.key, request.attributes);
  if (request.local_indexes) {
    for (const IndexSpec& spec : *request.local_indexes) {
      IndexSchema& index = schema.local_indexes.emplace_back(BuildIndex(spec, request.attributes));
      index.global = false;
      index.id = static_cast<uint32_t>(schema.local_indexes.size());
    }
  }
  if (request.global_indexes) {
    for (const IndexSpec& spec : *request.global_indexes) {
      schema.global_indexes.push_back(BuildIndex(spec, request.attributes));
    }
  }
  STATOR_RETURN_IF_ERROR(CheckProjectedAttributes(schema));
  return schema;
}

}  // namespace stator::engine
