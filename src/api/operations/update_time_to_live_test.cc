#include <string>

#include <gtest/gtest.h>

#include "api/operation_test_fixture.h"

namespace stator::api {
namespace {

class UpdateTimeToLiveTest : public OperationTest {
 protected:
  static std::string Request(const std::string& specification) {
    return R"({"TableName":"table","TimeToLiveSpecification":)" + specification + "}";
  }
};

TEST_F(UpdateTimeToLiveTest, RepeatsWhatItWasAskedFor) {
  CreateTable("table");
  const std::string specification = R"({"Enabled":true,"AttributeName":"t"})";
  EXPECT_EQ(Send("UpdateTimeToLive", Request(specification)),
            R"({"TimeToLiveSpecification":)" + specification + "}");
}

TEST_F(UpdateTimeToLiveTest, ChecksItsParameters) {
  EXPECT_NE(Invalid("UpdateTimeToLive", Request(R"({"Enabled":true})")).find("must not be null"),
            std::string::npos);
  EXPECT_NE(
      Invalid("UpdateTimeToLive", Request(R"({"AttributeName":"t"})")).find("must not be null"),
      std::string::npos);
  EXPECT_NE(Invalid("UpdateTimeToLive", Request(R"({"Enabled":true,"AttributeName":")" +
                                                std::string(256, 'x') + R"("})"))
                .find("Member must have length less than or equal to 255"),
            std::string::npos);
  EXPECT_NE(Invalid("UpdateTimeToLive", Request(R"({"Enabled":true,"AttributeName":""})"))
                .find("Member must have length greater than or equal to 1"),
            std::string::npos);
  EXPECT_EQ(Refused("UpdateTimeToLive", Request(R"({"Enabled":true,"AttributeName":"t"})")),
            R"(ResourceNotFoundException","message":"Requested resource not found: Table: table )"
            R"(not found"})");
}

}  // namespace
}  // namespace stator::api
