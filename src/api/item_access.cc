#include "api/item_access.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "model/json_text.h"

namespace stator::api {
namespace {

using auth::PolicyKeyId;
using auth::PolicyValues;
using engine::CapacityDetail;
using engine::ReturnValues;
using engine::Select;

// The keys for the values of the partition key's attributes, in their order.
constexpr PolicyKeyId kPartitionKeys[] = {
    PolicyKeyId::kLeadingKeys, PolicyKeyId::kSecondPartitionKeyValues,
    PolicyKeyId::kThirdPartitionKeyValues, PolicyKeyId::kFourthPartitionKeyValues};

constexpr PolicyValues AnyValue() { return {.values = {}, .any = true}; }

// The attributes that a request names.
class Attributes {
 public:
  void Add(std::string_view name) { values_.values.emplace_back(name); }
  void Add(const model::Item& item) {
    for (const model::Attribute& attribute : item) {
      Add(attribute.name);
    }
  }
  void Add(const model::KeySchema& key) {
    for (const model::KeyAttribute& attribute : key.partition) {
      Add(attribute.name);
    }
    for (const model::KeyAttribute& attribute : key.sort) {
      Add(attribute.name);
    }
  }
  void Add(const expression::Condition& condition) {
    condition.ForEachPath([this](const expression::Path& path) { Add(path.attribute()); });
  }
  void Add(const expression::Update& update) {
    for (const expression::Path& path : update.paths()) {
      Add(path.attribute());
    }
    update.ForEachReadPath([this](const expression::Path& path) { Add(path.attribute()); });
  }
  void Add(const expression::Projection& projection) {
    for (const expression::Path& path : projection.paths()) {
      Add(path.attribute());
    }
  }
  template <typename T>
  void Add(const std::optional<T>& optional) {
    if (optional) {
      Add(*optional);
    }
  }
  // It may return whatever there is.
  void AddAny() { values_.any = true; }

  // Each once.
  PolicyValues Take() && {
    std::vector<std::string>& names = values_.values;
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return std::move(values_);
  }

 private:
  PolicyValues values_;
};

// A key's value as policies have it; nobody can say it of a value that is missing or no key.
PolicyValues KeyValue(const model::AttributeValue* value) {
  std::string text;
  if (value != nullptr && value->is_string()) {
    text = *value->Get<std::string>();
  } else if (value != nullptr && value->is_number()) {
    value->Get<model::Number>()->AppendTo(text);
  } else if (value != nullptr && value->is_binary()) {
    model::AppendBase64(value->Get<model::Binary>()->bytes, text);
  } else {
    return AnyValue();
  }
  return {.values = {std::move(text)}};
}

// The partition key of an item or a key; all are possible of a table that nobody knows.
void DescribePartition(const model::Item& item, Access& access) {
  access.context.Set({.id = PolicyKeyId::kLeadingKeys},
                     access.table == nullptr
                         ? AnyValue()
                         : KeyValue(item.Find(access.table->schema.key.partition.front().name)));
}

// The partition key that a query asks for.
void DescribePartition(const expression::KeyCondition& condition, const model::KeySchema* key,
                       Access& access) {
  if (key == nullptr) {
    access.context.Set({.id = PolicyKeyId::kLeadingKeys}, AnyValue());
    return;
  }
  for (size_t i = 0; i < key->partition.size() && i < std::size(kPartitionKeys); ++i) {
    const model::AttributeValue* value = nullptr;
    for (const expression::KeyPredicate& predicate : condition.predicates) {
      if (predicate.attribute == key->partition[i].name &&
          predicate.op == expression::KeyOperator::kEqual) {
        value = &predicate.operands.front();
      }
    }
    access.context.Set({.id = kPartitionKeys[i]}, KeyValue(value));
  }
}

// It reaches every partition, whatever the number of the key's attributes.
void DescribeAllPartitions(Access& access) {
  for (const PolicyKeyId key : kPartitionKeys) {
    access.context.Set({.id = key}, AnyValue());
  }
}

std::string CapacityText(CapacityDetail detail) {
  switch (detail) {
    case CapacityDetail::kNone:
      return "NONE";
    case CapacityDetail::kTotal:
      return "TOTAL";
    case CapacityDetail::kIndexes:
      return "INDEXES";
  }
  return "";
}

std::string ReturnValuesText(ReturnValues values) {
  switch (values) {
    case ReturnValues::kNone:
      return "NONE";
    case ReturnValues::kAllOld:
      return "ALL_OLD";
    case ReturnValues::kUpdatedOld:
      return "UPDATED_OLD";
    case ReturnValues::kAllNew:
      return "ALL_NEW";
    case ReturnValues::kUpdatedNew:
      return "UPDATED_NEW";
  }
  return "";
}

std::string SelectText(Select select) {
  switch (select) {
    case Select::kAllAttributes:
      return "ALL_ATTRIBUTES";
    case Select::kAllProjectedAttributes:
      return "ALL_PROJECTED_ATTRIBUTES";
    case Select::kSpecificAttributes:
      return "SPECIFIC_ATTRIBUTES";
    case Select::kCount:
      return "COUNT";
  }
  return "";
}

// Whether PartiQL reads a whole table or index, which policies may forbid it.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-iam.html
void DescribeFullScan(std::string_view action, bool full, Access& access) {
  if (full || action == "PartiQLSelect") {
    access.context.Set(PolicyKeyId::kFullTableScan, full ? "true" : "false");
  }
}

void DescribeEnclosing(std::string_view enclosing, Access& access) {
  if (!enclosing.empty()) {
    access.context.Set(PolicyKeyId::kEnclosingOperation, std::string(enclosing));
  }
}

void AddOneWrite(const WriteAccess& write, std::optional<ReturnValues> return_values,
                 AccessList& accesses) {
  Access& access = accesses.AddTable(write.action, write.table);
  DescribeEnclosing(write.enclosing, access);
  DescribePartition(write.item, access);
  Attributes attributes;
  attributes.Add(write.item);
  if (write.update != nullptr) {
    attributes.Add(*write.update);
  }
  if (write.condition != nullptr) {
    attributes.Add(*write.condition);
  }
  if (return_values == ReturnValues::kAllOld || return_values == ReturnValues::kAllNew) {
    attributes.AddAny();
  }
  access.context.Set({.id = PolicyKeyId::kAttributes}, std::move(attributes).Take());
  access.context.Set(PolicyKeyId::kReturnConsumedCapacity, CapacityText(write.capacity));
  if (return_values) {
    access.context.Set(PolicyKeyId::kReturnValues, ReturnValuesText(*return_values));
  }
}

// What Query and Scan have in common.
template <typename Request>
Access& AddPage(std::string_view action, const Request& request, AccessList& accesses) {
  return request.index ? accesses.AddIndex(action, request.table, *request.index)
                       : accesses.AddTable(action, request.table);
}

// The index of the request, or null.
template <typename Request>
const model::IndexSchema* IndexOf(const Request& request, const Access& access) {
  return request.index && access.table != nullptr ? access.table->schema.FindIndex(*request.index)
                                                  : nullptr;
}

// Adds what is returned of the items without being named.
void AddProjected(const Access& access, const model::IndexSchema* index, Attributes& attributes) {
  if (index == nullptr || index->projection == model::ProjectionType::kAll) {
    attributes.AddAny();
    return;
  }
  attributes.Add(access.table->schema.key);
  attributes.Add(index->key);
  for (const std::string& name : index->non_key_attributes) {
    attributes.Add(name);
  }
}

template <typename Request>
void DescribePage(const Request& request, const model::IndexSchema* index, Attributes attributes,
                  Access& access) {
  attributes.Add(request.filter);
  attributes.Add(request.projection);
  attributes.Add(request.exclusive_start_key);
  const Select select = request.select.value_or(request.projection ? Select::kSpecificAttributes
                                                : request.index    ? Select::kAllProjectedAttributes
                                                                   : Select::kAllAttributes);
  if (select == Select::kAllAttributes) {
    attributes.AddAny();
  } else if (select == Select::kAllProjectedAttributes) {
    AddProjected(access, index, attributes);
  }
  access.context.Set({.id = PolicyKeyId::kAttributes}, std::move(attributes).Take());
  access.context.Set(PolicyKeyId::kSelect, SelectText(select));
  access.context.Set(PolicyKeyId::kReturnConsumedCapacity, CapacityText(request.capacity));
}

}  // namespace

void AddGet(const GetAccess& get, AccessList& accesses) {
  Access& access = accesses.AddTable(get.action, get.table);
  DescribeEnclosing(get.enclosing, access);
  DescribeFullScan(get.action, false, access);
  DescribePartition(get.key, access);
  Attributes attributes;
  attributes.Add(get.key);
  attributes.Add(get.projection);
  if (!get.projection) {
    attributes.AddAny();
  }
  access.context.Set({.id = PolicyKeyId::kAttributes}, std::move(attributes).Take());
  access.context.Set(PolicyKeyId::kSelect, SelectText(get.projection ? Select::kSpecificAttributes
                                                                     : Select::kAllAttributes));
  access.context.Set(PolicyKeyId::kReturnConsumedCapacity, CapacityText(get.capacity));
}

void AddWrite(const WriteAccess& write, AccessList& accesses) {
  AddOneWrite(write, write.return_values, accesses);
  // A failed condition may return the whole item, too: as if ReturnValues had asked for it.
  if (write.return_item_on_condition_failure && write.return_values != ReturnValues::kAllOld) {
    AddOneWrite(write, ReturnValues::kAllOld, accesses);
  }
}

void AddQuery(const engine::QueryRequest& query, AccessList& accesses, const PageAccess& page) {
  Access& access = AddPage(page.action, query, accesses);
  DescribeEnclosing(page.enclosing, access);
  DescribeFullScan(page.action, false, access);
  const model::IndexSchema* index = IndexOf(query, access);
  const model::KeySchema* key = index != nullptr ? &index->key
                                : access.table != nullptr && !query.index
                                    ? &access.table->schema.key
                                    : nullptr;
  DescribePartition(query.key_condition, key, access);
  Attributes attributes;
  for (const expression::KeyPredicate& predicate : query.key_condition.predicates) {
    attributes.Add(predicate.attribute);
  }
  DescribePage(query, index, std::move(attributes), access);
}

void AddScan(const engine::ScanRequest& scan, AccessList& accesses, const PageAccess& page) {
  Access& access = AddPage(page.action, scan, accesses);
  DescribeEnclosing(page.enclosing, access);
  DescribeAllPartitions(access);
  DescribeFullScan(page.action, true, access);
  DescribePage(scan, IndexOf(scan, access), Attributes(), access);
}

void AddAnything(const PageAccess& page, std::string_view table, AccessList& accesses) {
  Access& access = accesses.AddTable(page.action, table);
  DescribeEnclosing(page.enclosing, access);
  DescribeAllPartitions(access);
  access.context.Set({.id = PolicyKeyId::kAttributes}, AnyValue());
  access.context.Set(PolicyKeyId::kFullTableScan, "true");
}

}  // namespace stator::api
