#include <optional>
#include <string>

#include "api/json_writer.h"
#include "api/operations/operations.h"
#include "api/shapes_tables.h"
#include "api/table_parameters.h"

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeContributorInsights.html
namespace stator::api::operations {
namespace {

enum Member : size_t { kTableName, kIndexName };

constexpr Field kFields[] = {
    {kTableName, "TableName", &shapes::kTableArn, kRequired},
    {kIndexName, "IndexName", &shapes::kIndexName},
};
constexpr Shape kInput = StructureShape("DescribeContributorInsightsInput", kFields);

// Whose insights are asked for, and what the answer repeats.
struct Subject {
  std::string table;
  std::optional<std::string> index;
};

base::Result<Subject> Decode(const Node& body) {
  return Subject{.table = std::string(body.Text(kTableName)),
                 .index = body.OptionalText(kIndexName)};
}

void DescribeAccess(const Subject& subject, AccessList& accesses) {
  if (subject.index) {
    accesses.AddIndex("DescribeContributorInsights", subject.table, *subject.index);
  } else {
    accesses.AddTable("DescribeContributorInsights", subject.table);
  }
}

base::Result<Subject> Execute(engine::Tables& tables, const Subject& subject) {
  STATOR_ASSIGN_OR_RETURN(const engine::Catalog::Snapshot snapshot,
                          tables.catalog().Find(subject.table));
  const model::TableSchema& schema = snapshot.table->schema;
  const model::IndexSchema* index = subject.index ? schema.FindIndex(*subject.index) : nullptr;
  if (subject.index && (index == nullptr || !index->global)) {
    // Local indexes have no insights of their own.
    return base::Error{base::ErrorCode::kResourceNotFound,
                       "Requested resource not found: Index: " + *subject.index +
                           " not found for table: " + schema.name};
  }
  return Subject{.table = schema.name, .index = subject.index};
}

void Encode(const Subject& subject, std::string& out) {
  ObjectWriter body(out);
  body.String("TableName", subject.table);
  if (subject.index) {
    body.String("IndexName", *subject.index);
  }
  body.String("ContributorInsightsStatus", "DISABLED");
  body.End();
}

}  // namespace

constinit const Operation kDescribeContributorInsights{
    .name = "DescribeContributorInsights",
    .input = &kInput,
    .run = &RunTableOperation<Decode, DescribeAccess, Execute, Encode>};

}  // namespace stator::api::operations
