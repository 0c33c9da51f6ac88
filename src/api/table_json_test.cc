#include "api/table_json.h"

#include <string>

#include <gtest/gtest.h>

namespace stator::api {
namespace {

std::string Timestamp(int64_t micros) {
  std::string out;
  AppendTimestamp(micros, out);
  return out;
}

TEST(TableJson, PrintsTimesAsTheServiceDoes) {
  EXPECT_EQ(Timestamp(1'564'514'142'000'000), "1.564514142E9");
  EXPECT_EQ(Timestamp(1'564'514'142'123'999), "1.564514142123E9");
  EXPECT_EQ(Timestamp(1'700'000'000'000'000), "1.7E9");
  EXPECT_EQ(Timestamp(2'000'000'000'000'000), "2.0E9");
  EXPECT_EQ(Timestamp(0), "0.0E0");
}

}  // namespace
}  // namespace stator::api
