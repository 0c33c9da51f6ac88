#include <string>

#include "api/json_writer.h"
#include "api/operations/operations.h"
#include "api/shapes_tables.h"
#include "api/table_parameters.h"

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeContinuousBackups.html
namespace stator::api::operations {
namespace {

enum Member : size_t { kTableName };

constexpr Field kFields[] = {
    {kTableName, "TableName", &shapes::kTableArn, kRequired},
};
constexpr Shape kInput = StructureShape("DescribeContinuousBackupsInput", kFields);

base::Result<std::string> Decode(const Node& body) { return std::string(body.Text(kTableName)); }

void DescribeAccess(const std::string& table, AccessList& accesses) {
  accesses.AddTable("DescribeContinuousBackups", table);
}

base::Result<void> Execute(engine::Tables& tables, const std::string& table) {
  if (!tables.catalog().Find(table).ok()) {
    return base::Error{base::ErrorCode::kTableNotFound, "Table not found: " + table};  // V15
  }
  return {};
}

// The state that the service's tables have some seconds after their creation (K12).
void Encode(std::string& out) {
  ObjectWriter body(out);
  ObjectWriter description(body.Member("ContinuousBackupsDescription"));
  description.String("ContinuousBackupsStatus", "ENABLED");
  ObjectWriter recovery(description.Member("PointInTimeRecoveryDescription"));
  recovery.String("PointInTimeRecoveryStatus", "DISABLED");
  recovery.End();
  description.End();
  body.End();
}

}  // namespace

constinit const Operation kDescribeContinuousBackups{
    .name = "DescribeContinuousBackups",
    .input = &kInput,
    .run = &RunTableOperation<Decode, DescribeAccess, Execute, Encode>};

}  // namespace stator::api::operations
