#include <string>

#include "api/json_writer.h"
#include "api/operations/operations.h"
#include "api/shapes_tables.h"
#include "api/table_parameters.h"
#include "model/limits.h"

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ListTables.html
namespace stator::api::operations {
namespace {

constexpr Shape kLimitShape = IntegerShape(1, model::limits::kListTablesPage);

enum Member : size_t { kExclusiveStartTableName, kLimit };

constexpr Field kFields[] = {
    {kExclusiveStartTableName, "ExclusiveStartTableName", &shapes::kTableName},
    {kLimit, "Limit", &kLimitShape},
};
constexpr Shape kInput = StructureShape("ListTablesInput", kFields);

base::Result<engine::ListTablesRequest> Decode(const Node& body) {
  return engine::ListTablesRequest{.exclusive_start = body.OptionalText(kExclusiveStartTableName),
                                   .limit = body.Integer(kLimit)};
}

void DescribeAccess(const engine::ListTablesRequest& /*request*/, AccessList& accesses) {
  accesses.AddAllTables("ListTables");
}

base::Result<engine::ListTablesResult> Execute(engine::Tables& tables,
                                               const engine::ListTablesRequest& request) {
  return tables.ListTables(request);
}

void Encode(const engine::ListTablesResult& result, std::string& out) {
  ObjectWriter body(out);
  if (result.last_evaluated) {
    body.String("LastEvaluatedTableName", *result.last_evaluated);
  }
  ArrayWriter names(body.Member("TableNames"));
  for (const std::string& name : result.names) {
    names.String(name);
  }
  names.End();
  body.End();
}

}  // namespace

constinit const Operation kListTables{
    .name = "ListTables",
    .input = &kInput,
    .run = &RunTableOperation<Decode, DescribeAccess, Execute, Encode>};

}  // namespace stator::api::operations
