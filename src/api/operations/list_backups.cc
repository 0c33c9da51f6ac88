#include <string>
#include <string_view>

#include "api/json_writer.h"
#include "api/operations/operations.h"
#include "api/shapes_tables.h"
#include "api/table_parameters.h"

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ListBackups.html
namespace stator::api::operations {
namespace {

constexpr Shape kLimitShape = IntegerShape(1, 100);
constexpr Shape kBackupArn = StringShape(37, 1024);
constexpr std::string_view kBackupTypeNames[] = {"USER", "SYSTEM", "AWS_BACKUP", "ALL"};
constexpr Shape kBackupTypeShape = EnumShape(kBackupTypeNames);

enum Member : size_t { kTableName, kLimit, kExclusiveStartBackupArn, kBackupType };

constexpr Field kFields[] = {
    {kTableName, "TableName", &shapes::kTableArn},
    {kLimit, "Limit", &kLimitShape},
    {kExclusiveStartBackupArn, "ExclusiveStartBackupArn", &kBackupArn},
    {kBackupType, "BackupType", &kBackupTypeShape},
};
constexpr Shape kInput = StructureShape("ListBackupsInput", kFields);

// There are no backups, whichever the parameters choose.
struct NoParameters {};

base::Result<NoParameters> Decode(const Node& /*body*/) { return NoParameters{}; }

void DescribeAccess(const NoParameters& /*request*/, AccessList& accesses) {
  accesses.AddAllTables("ListBackups");
}

base::Result<void> Execute(engine::Tables& /*tables*/, const NoParameters& /*request*/) {
  return {};
}

void Encode(std::string& out) {
  ObjectWriter body(out);
  body.Member("BackupSummaries") += "[]";
  body.End();
}

}  // namespace

constinit const Operation kListBackups{
    .name = "ListBackups",
    .input = &kInput,
    .run = &RunTableOperation<Decode, DescribeAccess, Execute, Encode>};

}  // namespace stator::api::operations
