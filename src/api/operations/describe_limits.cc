#include <string>

#include "api/json_writer.h"
#include "api/operations/operations.h"
#include "api/shapes_tables.h"
#include "api/table_parameters.h"

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeLimits.html
namespace stator::api::operations {
namespace {

constexpr Shape kInput = StructureShape("DescribeLimitsInput", {});

// The service's default quotas; none is enforced here.
constexpr int64_t kAccountUnits = 80'000;
constexpr int64_t kTableUnits = 40'000;

// The request has no parameters.
struct NoParameters {};

base::Result<NoParameters> Decode(const Node& /*body*/) { return NoParameters{}; }

void DescribeAccess(const NoParameters& /*request*/, AccessList& accesses) {
  accesses.AddAccount("DescribeLimits");
}

base::Result<void> Execute(engine::Tables& /*tables*/, const NoParameters& /*request*/) {
  return {};
}

void Encode(std::string& out) {
  ObjectWriter body(out);
  body.Integer("AccountMaxReadCapacityUnits", kAccountUnits);
  body.Integer("AccountMaxWriteCapacityUnits", kAccountUnits);
  body.Integer("TableMaxReadCapacityUnits", kTableUnits);
  body.Integer("TableMaxWriteCapacityUnits", kTableUnits);
  body.End();
}

}  // namespace

constinit const Operation kDescribeLimits{
    .name = "DescribeLimits",
    .input = &kInput,
    .run = &RunTableOperation<Decode, DescribeAccess, Execute, Encode>};

}  // namespace stator::api::operations
