#pragma once

#include <string_view>

namespace stator::benchmarks {

// An order of about 400 billed bytes with the types that applications use most, in the API's JSON.
inline constexpr std::string_view kSampleItemJson =
    R"({"PK":{"S":"USER#0000000042"},"SK":{"S":"ORDER#2026-11-22T19:00:00Z#8f14e45f"},)"
    R"("GSI1PK":{"S":"ORDER#8f14e45f"},"GSI1SK":{"S":"2026-11-22T19:00:00Z"},)"
    R"("EntityType":{"S":"Order"},"Status":{"S":"PENDING"},"Total":{"N":"1234.56"},)"
    R"("Quantity":{"N":"3"},"Paid":{"BOOL":false},"Tags":{"SS":["gift","express"]},)"
    R"("Address":{"M":{"Street":{"S":"12 Long Street"},"City":{"S":"Springfield"},)"
    R"("Zip":{"N":"12345"}}},)"
    R"("Lines":{"L":[{"M":{"Sku":{"S":"B00X4WHP5E"},"Price":{"N":"411.52"},"Count":{"N":"3"}}}]},)"
    R"("Note":{"S":"Please leave the parcel with the neighbours on the second floor."}})";

}  // namespace stator::benchmarks
