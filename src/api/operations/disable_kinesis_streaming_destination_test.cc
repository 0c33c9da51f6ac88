#include <string>

#include <gtest/gtest.h>

#include "api/operation_test_fixture.h"

namespace stator::api {
namespace {

// A server that sends records to Kinesis data streams.
class DisableKinesisStreamingDestinationTest : public OperationTest {
 protected:
  DisableKinesisStreamingDestinationTest() : OperationTest(engine::EngineOptions{.kinesis = true}) {
    CreateTable("table");
  }

  static std::string Request(const std::string& stream, const std::string& more = "") {
    return R"({"TableName":"table","StreamArn":"arn:aws:kinesis:us-east-1:000000000000:stream/)" +
           stream + "\"" + more + "}";
  }
};

TEST_F(DisableKinesisStreamingDestinationTest, IsDisablingUntilAllIsSent) {
  Send("EnableKinesisStreamingDestination", Request("first"));
  EXPECT_EQ(
      Send("DisableKinesisStreamingDestination", Request("first")),
      R"({"TableName":"table","StreamArn":"arn:aws:kinesis:us-east-1:000000000000:stream/first",)"
      R"("DestinationStatus":"DISABLING"})");
  EXPECT_NE(Send("DescribeKinesisStreamingDestination", R"({"TableName":"table"})")
                .find(R"("DestinationStatus":"DISABLING")"),
            std::string::npos);
}

TEST_F(DisableKinesisStreamingDestinationTest, RefusesWhatIsNotActive) {
  const std::string refusal =
      "Table is not in a valid state to enable Kinesis Streaming Destination: "
      "KinesisStreamingDestination must be ACTIVE to perform DISABLE operation.";
  EXPECT_EQ(Invalid("DisableKinesisStreamingDestination", Request("first")), refusal);
  Send("EnableKinesisStreamingDestination", Request("first"));
  EXPECT_EQ(Invalid("DisableKinesisStreamingDestination", Request("second")), refusal);
  Send("DisableKinesisStreamingDestination", Request("first"));
  EXPECT_EQ(Invalid("DisableKinesisStreamingDestination", Request("first")), refusal);
}

}  // namespace
}  // namespace stator::api
